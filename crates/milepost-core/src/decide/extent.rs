//! How much of an activity a reversal takes back, and what is left of it (R-REV-1).

use super::amounts::{above_zero, currency, minor, paid};
use super::tx::overflow;
use super::{Scene, Undecided};
use crate::command::{Extent, LinePart, ReturnedLine, Reverse, WhichLine};
use crate::context::{Context, LineLeft};
use crate::event::ReversedShare;
use crate::money::{Currency, Money};
use crate::programme::Programme;
use crate::ratio::Ratio;
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Activity, Broken, Member};

/// What of an activity is reversed after a command.
#[derive(Clone, Debug)]
pub(super) struct Reversal {
    pub(super) share: ReversedShare,
    /// What is left of its lines; empty: all of them, or it has none.
    pub(super) lines: Vec<LineLeft>,
}

/// What can be said of an extent before anything else is known.
pub(super) fn check(programme: &Programme, extent: &Extent) -> Result<(), Refusal> {
    match extent {
        Extent::Full => Ok(()),
        Extent::Money(money) => {
            currency(programme, money)?;
            paid(programme, money)?;
            above_zero(Some(money.amount))
        }
        Extent::Lines(lines) => lines.iter().try_for_each(|line| match line.part {
            LinePart::Whole => Ok(()),
            LinePart::Amount(number) | LinePart::Quantity(number) => above_zero(Some(number)),
        }),
    }
}

/// Money of lines has at most the decimals of the activity's currency.
pub(super) fn check_lines(extent: &Extent, currency: Currency) -> Result<(), Refusal> {
    let Extent::Lines(lines) = extent else { return Ok(()) };
    lines.iter().try_for_each(|line| match line.part {
        LinePart::Amount(amount) => minor(currency, amount).map(|_| ()),
        LinePart::Whole | LinePart::Quantity(_) => Ok(()),
    })
}

impl Scene<'_> {
    /// How much of an activity is reversed after a command, and what is left of its lines.
    pub(super) fn reversal(
        &self,
        member: &Member,
        (number, activity): (crate::event::ActivityNo, &Activity<'_>),
        context: Option<&Context>,
        reverse: &Reverse,
    ) -> Result<Reversal, Undecided> {
        let before = match activity.reversed {
            None => Ratio::ZERO,
            Some(ReversedShare::Full) => {
                return Err(exceeds(reverse, "it is reversed as a whole"));
            }
            Some(ReversedShare::Money { num, den }) => Ratio::new(num, den).ok_or(NO_SHARE)?,
        };
        let lines = || present(context, activity, member.lines_left(number)).ok_or_else(overflow);
        match &reverse.extent {
            Extent::Full => Ok(Reversal { share: ReversedShare::Full, lines: Vec::new() }),
            Extent::Money(money) => self.by_money(activity, before, lines()?, money, reverse),
            Extent::Lines(returned) => {
                by_lines(activity, before, lines()?, context, returned, reverse)
            }
        }
    }

    fn by_money(
        &self,
        activity: &Activity<'_>,
        before: Ratio,
        lines: Vec<LineLeft>,
        money: &Money,
        reverse: &Reverse,
    ) -> Result<Reversal, Undecided> {
        let Some((spent, _)) = activity.spend else {
            return Err(exceeds(reverse, "it has no money"));
        };
        let Some(more) = self.in_activity_currency(activity, money)? else {
            return Err(exceeds(reverse, "that is more money than there can be"));
        };
        let (sum, spent) = (before.plus(more).ok_or_else(overflow)?, Ratio::whole(spent));
        match sum.cmp(&spent) {
            std::cmp::Ordering::Greater => Err(exceeds(reverse, "that is more money than is left")),
            std::cmp::Ordering::Equal => {
                Ok(Reversal { share: ReversedShare::Full, lines: Vec::new() })
            }
            std::cmp::Ordering::Less => {
                let lines = spread(lines, less(spent, before), less(spent, sum));
                Ok(Reversal { share: money_share(sum), lines: lines.ok_or_else(overflow)? })
            }
        }
    }

    /// Money of a reversal in minor units of the activity's currency, exactly: money of that
    /// currency as it is, other money by its own rate or that of the activity's version (R-REV-1).
    /// `None` if it is more than any activity can have.
    fn in_activity_currency(
        &self,
        activity: &Activity<'_>,
        money: &Money,
    ) -> Result<Option<Ratio>, Undecided> {
        let programme = &self.rules.in_force(activity.occurred_at).programme;
        let (paid_in, rate) = currency(programme, money)?;
        let minor = minor(paid_in, money.amount)?;
        let Ok(minor) = i64::try_from(minor) else { return Ok(None) };
        let own = activity.spend.map_or(programme.currency, |(_, currency)| currency);
        if paid_in == own {
            return Ok(Some(Ratio::whole(minor)));
        }
        let own_rate = activity.rate.or_else(|| programme.exchange_rate(own));
        let own_rate = own_rate.ok_or_else(|| {
            Refusal::new(Code::UnknownCurrency, format!("there is no rate for {own} any more"))
        })?;
        let whole = paid_in.ratio(minor).times(rate).and_then(|money| money.over(own_rate));
        let scale = Ratio::whole(10_i64.pow(u32::from(own.decimals())));
        Ok(Some(whole.and_then(|whole| whole.times(scale)).ok_or_else(overflow)?))
    }
}

const NO_SHARE: Broken = Broken::Inconsistent("a reversed share is no number");

fn money_share(sum: Ratio) -> ReversedShare {
    ReversedShare::Money { num: sum.numerator(), den: sum.denominator() }
}

fn less(from: Ratio, what: Ratio) -> Option<Ratio> {
    from.plus(what.times(Ratio::whole(-1))?)
}

/// What is left of the lines before a command: of an untouched activity all of them.
fn present(
    context: Option<&Context>,
    activity: &Activity<'_>,
    left: &[LineLeft],
) -> Option<Vec<LineLeft>> {
    let (Some(context), Some((_, currency))) = (context, activity.spend) else {
        return Some(Vec::new());
    };
    if !left.is_empty() {
        return Some(left.to_vec());
    }
    let scale = Ratio::whole(10_i64.checked_pow(u32::from(currency.decimals()))?);
    let all = context.activity.lines.iter().map(|line| {
        let quantity = line.quantity.map_or(Ratio::ONE, Ratio::from);
        Some(LineLeft { amount: Ratio::from(line.amount).times(scale)?, quantity })
    });
    all.collect()
}

/// Money is spread over the lines in proportion, exactly (R-REV-1).
fn spread(
    lines: Vec<LineLeft>,
    before: Option<Ratio>,
    after: Option<Ratio>,
) -> Option<Vec<LineLeft>> {
    let share = after?.over(before?)?;
    let scaled = |line: LineLeft| Some(LineLeft { amount: line.amount.times(share)?, ..line });
    lines.into_iter().map(scaled).collect()
}

/// Lines are taken one after another; their money is taken off the activity's.
fn by_lines(
    activity: &Activity<'_>,
    before: Ratio,
    mut lines: Vec<LineLeft>,
    context: Option<&Context>,
    returned: &[ReturnedLine],
    reverse: &Reverse,
) -> Result<Reversal, Undecided> {
    let (Some(context), Some((spent, currency))) = (context, activity.spend) else {
        return Err(exceeds(reverse, "it has no lines"));
    };
    let mut sum = before;
    for line in returned {
        let at = find(context, &lines, &line.line);
        let left = at.and_then(|at| lines.get_mut(at)).filter(|left| !left.is_gone());
        let left = left.ok_or_else(|| exceeds(reverse, "there is nothing left of such a line"))?;
        let taken = take(left, &line.part, currency)?;
        let taken = taken.ok_or_else(|| exceeds(reverse, "that is more than is left of a line"))?;
        sum = sum.plus(taken).ok_or_else(overflow)?;
    }
    // Where the spend is less than the lines, it is gone before they are; a discount that is taken
    // back makes it no more than it was.
    let spent = Ratio::whole(spent);
    let sum = sum.clamp(Ratio::ZERO, spent);
    let something = |line: &LineLeft| !line.is_gone() && line.amount >= Ratio::ZERO;
    if sum == spent && !lines.iter().any(something) {
        return Ok(Reversal { share: ReversedShare::Full, lines: Vec::new() });
    }
    Ok(Reversal { share: money_share(sum), lines })
}

/// The place of a line: the one named, or the first of what was sold with something left.
fn find(context: &Context, left: &[LineLeft], line: &WhichLine) -> Option<usize> {
    match line {
        WhichLine::Position(position) => usize::try_from(*position).ok(),
        WhichLine::Sku(sku) => {
            let mut lines = context.activity.lines.iter().zip(left);
            lines.position(|(line, left)| line.sku.as_ref() == Some(sku) && !left.is_gone())
        }
    }
}

/// Takes a part of a line, and says how much money that is, in minor units; `None`: there is not so
/// much.
fn take(
    line: &mut LineLeft,
    part: &LinePart,
    currency: Currency,
) -> Result<Option<Ratio>, Undecided> {
    const NOTHING: LineLeft = LineLeft { amount: Ratio::ZERO, quantity: Ratio::ZERO };
    let whole = line.amount;
    match part {
        LinePart::Whole => *line = NOTHING,
        LinePart::Amount(amount) => {
            let minor = i64::try_from(minor(currency, *amount)?).map(Ratio::whole);
            let Some(rest) = minor.ok().and_then(|minor| less(whole, minor)) else {
                return Ok(None);
            };
            match rest.cmp(&Ratio::ZERO) {
                std::cmp::Ordering::Less => return Ok(None),
                // With the last of its money the line is gone.
                std::cmp::Ordering::Equal => *line = NOTHING,
                std::cmp::Ordering::Greater => line.amount = rest,
            }
        }
        LinePart::Quantity(quantity) => {
            let (all, part) = (line.quantity, Ratio::from(*quantity));
            match part.cmp(&all) {
                std::cmp::Ordering::Greater => return Ok(None),
                std::cmp::Ordering::Equal => *line = NOTHING,
                std::cmp::Ordering::Less => {
                    line.quantity = less(all, part).ok_or_else(overflow)?;
                    let rest = line.quantity.over(all).and_then(|share| whole.times(share));
                    line.amount = rest.ok_or_else(overflow)?;
                }
            }
        }
    }
    Ok(Some(less(whole, line.amount).ok_or_else(overflow)?))
}

fn exceeds(reverse: &Reverse, why: &str) -> Undecided {
    let message = format!("activity {}: {why}", reverse.activity);
    let mut refusal = Refusal::new(Code::ExceedsActivity, message)
        .with("activity", Detail::Text(reverse.activity.to_string()));
    if let Extent::Money(money) = &reverse.extent {
        refusal = refusal.with("requested", Detail::Amount(money.amount));
    }
    refusal.into()
}
