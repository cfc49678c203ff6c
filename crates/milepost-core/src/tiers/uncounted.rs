//! What is built in counts from the first activity on, and not from the version on that is the first
//! to look at it: money and number of activities that were not counted under the version of their
//! time are read off the activities themselves.

use super::Judge;
use crate::event::{ActivityNo, ReversedShare};
use crate::programme::{Count, CountIx, CountKind, Programme};
use crate::ratio::Ratio;
use crate::rules::Rules;
use crate::state::{Activity, Broken, Member};
use crate::time::Instant;

impl Judge<'_> {
    /// The sum of a built-in count over the activities that were not counted when they were
    /// recorded and that a filter keeps, net of reversals.
    ///
    /// # Errors
    /// [`Broken`] if a sum does not fit.
    pub(super) fn uncounted(
        &self,
        count: CountIx,
        keeps: impl Fn(ActivityNo, &Activity<'_>) -> bool,
    ) -> Result<Ratio, Broken> {
        let kind = self.programme.count(count).map(|count| count.kind);
        let is_counted = |programme: &Programme| programme.count(count).is_none_or(Count::is_kept);
        let Some(kind @ (CountKind::Spend | CountKind::Activities)) = kind else {
            return Ok(Ratio::ZERO);
        };
        if self.rules.versions().all(|version| is_counted(&version.programme)) {
            return Ok(Ratio::ZERO);
        }
        let mut sum = Ratio::ZERO;
        for (number, activity) in self.member.activities() {
            let programme = version_of(self.rules, self.member, number, activity.occurred_at);
            if is_counted(programme) || !keeps(number, &activity) {
                continue;
            }
            let more = match kind {
                CountKind::Activities if activity.reversed == Some(ReversedShare::Full) => continue,
                CountKind::Spend => spend_left(programme, &activity),
                CountKind::Activities | CountKind::Unit(_) | CountKind::Named => Some(Ratio::ONE),
            };
            sum = more.and_then(|more| sum.plus(more)).ok_or(Broken::Overflow)?;
        }
        Ok(sum)
    }
}

/// The version under which an activity was recorded: a revision of the same instant can have come
/// later, and what the activity gave says so.
pub(crate) fn version_of<'r>(
    rules: &'r Rules,
    member: &Member,
    number: ActivityNo,
    occurred_at: Instant,
) -> &'r Programme {
    let lot = member.awards(number).find_map(|award| member.lot(award.lot));
    let version = lot.and_then(|lot| rules.version(lot.programme_version()));
    &version.unwrap_or_else(|| rules.in_force(occurred_at)).programme
}

/// What is left of the money of an activity, in whole programme currency.
fn spend_left(programme: &Programme, activity: &Activity<'_>) -> Option<Ratio> {
    let Some((minor, currency)) = activity.spend else { return Some(Ratio::ZERO) };
    let gone = match activity.reversed {
        None => Ratio::ZERO,
        Some(ReversedShare::Full) => return Some(Ratio::ZERO),
        Some(ReversedShare::Money { num, den }) => Ratio::new(num.checked_neg()?, den)?,
    };
    let rate = activity.rate.or_else(|| programme.exchange_rate(currency))?;
    let scale = Ratio::whole(10_i64.checked_pow(u32::from(currency.decimals()))?);
    Ratio::whole(minor).plus(gone)?.over(scale)?.times(rate)
}
