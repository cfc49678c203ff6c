//! The fields of each fact.

use serde_json::Value;

use super::Teller;
use crate::answer::breakdown::breakdown;
use crate::answer::fields::{Fields, amount, attributes, parts, sum};
use crate::context::LineLeft;
use crate::decimal::Decimal;
use crate::event::{
    ActivityNo, ExtendCause, Fact, LotNo, MovedLot, NewLot, Part, Pool, ReversedShare, Spend, Worth,
};
use crate::names::{Name, Reference, Text};
use crate::pools::PoolKey;
use crate::programme::{OnClose, RuleIx, TierIx, UnitIx};
use crate::ratio::Ratio;
use crate::state::Member;
use crate::time::Instant;

impl Teller<'_> {
    /// Adds the fields of a fact.
    #[expect(
        clippy::too_many_lines,
        reason = "an arm for each of all facts: an exhaustive match cannot be split"
    )]
    pub(super) fn fact(self, f: Fields, fact: &Fact) -> Fields {
        match fact {
            Fact::Enrolled { id: _, tier, birth_month: _, attributes } => {
                self.enrolled(f, *tier, attributes)
            }
            Fact::Recorded { activity, occurrence, spend } => f
                .put("activity", activity.as_str())
                .put("kind", occurrence.kind.as_str())
                .at("occurred_at", occurrence.at)
                .put_some("spend", spend.map(spent)),
            Fact::Earned { lot, activity, rule, rounding: _, how } => {
                let f = self.earned(f, lot, self.activity(*activity), Some(*rule));
                f.put("breakdown", breakdown(self.names.rules, lot.programme_version, *rule, how))
            }
            Fact::ContextRecorded { activity, context } => {
                let version = context.programme_version;
                let tier = context.tier.map(|tier| self.tier(tier));
                f.put("activity", self.activity(*activity))
                    .put("tier", tier)
                    .put("programme_version", version)
            }
            Fact::LinesLeft { activity, lines } => {
                let left: Vec<Value> = lines.iter().map(|l| self.line(*activity, *l)).collect();
                f.put("activity", self.activity(*activity)).put("lines", left)
            }
            Fact::Cut { activity, rule, unit, programme_version, how } => f
                .put("unit", self.unit(*unit))
                .put("amount", amount(self.names.rules, *unit, 0))
                .put("activity", self.activity(*activity))
                .put("rule", self.names.rules.symbols().rule(*rule))
                .put("programme_version", *programme_version)
                .put("breakdown", breakdown(self.names.rules, *programme_version, *rule, how)),
            Fact::Granted { lot, reason } => self.lot(f, lot).put("reason", reason.as_str()),
            Fact::Matured { unit, part } | Fact::DebtRepaid { unit, part } => {
                self.part(f, *unit, *part)
            }
            Fact::Confirmed { unit, part, expires_at } => {
                self.part(f, *unit, *part).at_or_null("expires_at", *expires_at)
            }
            Fact::Expired { unit, pool, part } => {
                self.part(f, *unit, *part).put("pool", pool_name(*pool))
            }
            Fact::Held { hold, reference, unit, until, parts } => {
                let f = f.put("hold", hold.0).put("ref", reference.as_str());
                self.amounts(f, *unit, parts).at("until", *until)
            }
            Fact::Captured { unit, hold, reference, parts, worth } => {
                let f = f.put("hold", hold.0).put("hold_ref", self.hold(*hold));
                self.used(f, reference, *unit, parts, worth.as_ref())
            }
            Fact::Redeemed { reference, unit, parts, worth } => {
                self.used(f, reference, *unit, parts, worth.as_ref())
            }
            Fact::Released { unit, hold, parts } | Fact::Lapsed { unit, hold, parts } => {
                let f = f.put("hold", hold.0).put("ref", self.hold(*hold));
                self.amounts(f, *unit, parts)
            }
            Fact::Refunded { unit, redemption, reference, parts } => {
                let f = f.put("redemption", self.redemption(*redemption));
                let f = f.put_some("ref", reference.as_ref().map(Reference::as_str));
                self.amounts(f, *unit, parts)
            }
            Fact::ActivityReversed { activity, reference, reversed } => f
                .put("activity", self.activity(*activity))
                .put_some("ref", reference.as_ref().map(Reference::as_str))
                .put("reversed", self.share(*activity, *reversed)),
            Fact::Reversed {
                activity,
                unit,
                parts,
                awards: _,
                set_off,
                pending: _,
                debt,
                forgiven,
            } => {
                let f = f.put("activity", self.activity(*activity));
                let f = self.taken(f, *unit, parts).put("set_off", self.sum(*unit, set_off));
                self.shortfall(f, *unit, *debt, *forgiven)
            }
            Fact::Debited { unit, parts, debt, forgiven, reason } => {
                let f = self.taken(f, *unit, parts);
                self.shortfall(f, *unit, *debt, *forgiven).put("reason", reason.as_str())
            }
            Fact::TransferredOut { to, reference, unit, parts, day: _, year: _ } => {
                let f = f.put("to", self.names.id(*to)).put("ref", reference.as_str());
                self.amounts(f, *unit, parts)
            }
            Fact::TransferredIn { from, reference, lots } => {
                let f = f.put("from", self.names.id(*from)).put("ref", reference.as_str());
                self.received(f, lots)
            }
            Fact::Renewed { form: _, last, lots } => {
                f.at("renewed_at", *last).put("lots", self.renewed(lots))
            }
            Fact::Extended { lot, expires_at, cause } => f
                .put("lot", lot.0)
                .put("unit", self.unit_of(*lot))
                .at("expires_at", *expires_at)
                .put("cause", cause_name(*cause)),
            Fact::TierAssigned { tier, until, reason } => f
                .put("tier", self.tier(*tier))
                .at_or_null("until", *until)
                .put("reason", reason.as_str()),
            Fact::TierChanged { from, to, reason, valid_until, judged } => {
                let f = self.tier_changed(f, (*from, *to), *reason, judged.as_deref());
                f.at_or_null("valid_until", *valid_until)
            }
            Fact::Qualified { count, amount, place } => self.qualified(f, *count, *amount, *place),
            Fact::TierGrace { until } => {
                let tier = self.member.and_then(Member::tier);
                f.put("tier", tier.map(|tier| self.tier(tier))).at("until", *until)
            }
            Fact::Benefit { lot, tier, year: _ } => {
                self.lot(f, lot).put("benefit", self.tier(*tier))
            }
            Fact::MilestoneReached { lot, milestone, step, place } => {
                self.milestone_reached(f, lot, *milestone, *step, *place)
            }
            Fact::MilestoneTaken { lot: _, milestone, unit, parts, set_off, debt, forgiven } => {
                let rules = self.names.rules;
                let f = f.put("milestone", rules.symbols().milestone(*milestone));
                let f = self.taken(f, *unit, parts).put("set_off", amount(rules, *unit, *set_off));
                self.shortfall(f, *unit, *debt, *forgiven)
            }
            Fact::Given { lot, of, paid } => {
                self.paid(self.gift_of(self.lot(f, lot), of), lot.unit, paid.as_deref())
            }
            Fact::TakenBack { of, unit, parts, gifts: _, set_off, debt, forgiven } => {
                let f = self.taken(self.gift_of(f, of), *unit, parts);
                let f = f.put("set_off", self.sum(*unit, set_off));
                self.shortfall(f, *unit, *debt, *forgiven)
            }
            Fact::CaseReversed { case, reference } => f
                .put("case", case.as_str())
                .put_some("ref", reference.as_ref().map(Reference::as_str)),
            Fact::Referred { by } => f.put("by", self.names.id(*by)),
            Fact::ReferralPaid { with, activity } => f
                .put("referral", self.names.id(*with))
                .put_some("activity", activity.and_then(|number| self.activity(number))),
            Fact::ReferralFell { with } => f.put("referral", self.names.id(*with)),
            Fact::Drawn { pool, amount } => self.drawn(f, *pool, *amount),
            Fact::AttributesChanged { set, unset } => {
                f.put("set", self.open(set)).put("unset", names(unset))
            }
            Fact::ConsentChanged { purpose, given } => {
                f.put("purpose", purpose.as_str()).put("given", *given)
            }
            Fact::Closed { on_close } => f.put("on_close", on_close_name(*on_close)),
            Fact::MergedInto { into } => f.put("into", self.names.id(*into)),
            Fact::MergedFrom { from, first_lot, state: _ } => {
                f.put("from", self.names.id(*from)).put("first_lot", first_lot.0)
            }
            Fact::ProgrammeRevised { version } => f.put("programme_version", *version),
        }
    }

    fn enrolled(self, f: Fields, tier: Option<TierIx>, tags: &[(Name, Text)]) -> Fields {
        f.put("tier", tier.map(|tier| self.tier(tier))).put("attributes", self.open(tags))
    }

    /// The tags that are not personal (R-PRIV-1).
    fn open(self, tags: &[(Name, Text)]) -> Value {
        attributes(tags.iter().filter(|(name, _)| !self.names.is_personal(name.as_str())))
    }

    fn earned(
        self,
        f: Fields,
        lot: &NewLot,
        activity: Option<&str>,
        rule: Option<RuleIx>,
    ) -> Fields {
        let rule = rule.map(|rule| self.names.rules.symbols().rule(rule));
        self.lot(f, lot).put("activity", activity).put("rule", rule)
    }

    pub(super) fn lot(self, f: Fields, lot: &NewLot) -> Fields {
        f.put("lot", lot.lot.0)
            .put("unit", self.unit(lot.unit))
            .put("amount", amount(self.names.rules, lot.unit, lot.amount))
            .at("earned_at", lot.earned_at)
            .at_or_null("available_at", lot.available_at)
            .at_or_null("expires_at", lot.expires_at)
            .put("programme_version", lot.programme_version)
    }

    fn part(self, f: Fields, unit: UnitIx, part: Part) -> Fields {
        f.put("lot", part.lot.0)
            .put("unit", self.unit(unit))
            .put("amount", amount(self.names.rules, unit, part.amount))
    }

    fn amounts(self, f: Fields, unit: UnitIx, of: &[Part]) -> Fields {
        f.put("unit", self.unit(unit))
            .put("amount", self.sum(unit, of))
            .put("lots", parts(self.names.rules, unit, of))
    }

    fn used(
        self,
        f: Fields,
        reference: &Reference,
        unit: UnitIx,
        of: &[Part],
        worth: Option<&Worth>,
    ) -> Fields {
        self.worth(self.amounts(f.put("ref", reference.as_str()), unit, of), worth)
    }

    fn taken(self, f: Fields, unit: UnitIx, of: &[Part]) -> Fields {
        f.put("unit", self.unit(unit))
            .put("taken", self.sum(unit, of))
            .put("lots", parts(self.names.rules, unit, of))
    }

    fn shortfall(self, f: Fields, unit: UnitIx, debt: i64, forgiven: i64) -> Fields {
        let rules = self.names.rules;
        f.put("debt", amount(rules, unit, debt)).put("forgiven", amount(rules, unit, forgiven))
    }

    fn sum(self, unit: UnitIx, of: &[Part]) -> Value {
        sum(self.names.rules, unit, of)
    }

    /// The lots as they arrive; a transfer moves lots of one unit (R-XFER-1).
    fn received(self, f: Fields, lots: &[MovedLot]) -> Fields {
        let one = |moved: &MovedLot| -> Value {
            let origin = moved.origin.as_ref().map(Reference::as_str);
            self.earned(Fields::new(), &moved.lot, origin, moved.rule).into()
        };
        let Some(unit) = lots.first().map(|moved| moved.lot.unit) else { return f };
        let part = |moved: &MovedLot| Part { lot: moved.lot.lot, amount: moved.lot.amount };
        let all: Vec<Part> = lots.iter().map(part).collect();
        f.put("unit", self.unit(unit))
            .put("amount", self.sum(unit, &all))
            .put("lots", lots.iter().map(one).collect::<Vec<Value>>())
    }

    fn renewed(self, lots: &[(LotNo, Instant)]) -> Vec<Value> {
        let one = |(lot, expires_at): &(LotNo, Instant)| -> Value {
            let f = Fields::new().put("lot", lot.0).put("unit", self.unit_of(*lot));
            f.at("expires_at", *expires_at).into()
        };
        lots.iter().map(one).collect()
    }

    pub(super) fn tier(&self, tier: TierIx) -> &str {
        self.names.rules.symbols().tier(tier)
    }

    /// What was drawn from a budget, in its unit, or from a stock, in pieces.
    fn drawn(self, f: Fields, pool: PoolKey, steps: i64) -> Fields {
        let rules = self.names.rules;
        match pool {
            PoolKey::Budget(rule) => {
                let unit = rules.unit_of_rule(rule);
                f.put("budget", rules.symbols().rule(rule))
                    .put_some("unit", unit.map(|unit| self.unit(unit)))
                    .put_some("amount", unit.map(|unit| amount(rules, unit, steps)))
            }
            PoolKey::Promise(cause, _) => {
                let unit = rules.unit_of_promise(cause);
                f.put("budget", rules.symbols().cause(cause))
                    .put_some("unit", unit.map(|unit| self.unit(unit)))
                    .put_some("amount", unit.map(|unit| amount(rules, unit, steps)))
            }
            PoolKey::Stock(reward) => {
                f.put("stock", rules.symbols().reward(reward)).put("quantity", steps)
            }
        }
    }

    /// How much of an activity is reversed: `all`, or an exact amount in its currency.
    fn share(self, activity: ActivityNo, reversed: ReversedShare) -> Value {
        let ReversedShare::Money { num, den } = reversed else { return "all".into() };
        Ratio::new(num, den).and_then(|minor| self.money(activity, minor)).into()
    }

    /// What is left of a line of an activity.
    fn line(self, activity: ActivityNo, left: LineLeft) -> Value {
        Fields::new()
            .put("amount", self.money(activity, left.amount))
            .put("quantity", left.quantity.to_string())
            .into()
    }

    /// An exact number of minor units in an activity's currency.
    fn money(self, activity: ActivityNo, minor: Ratio) -> Option<String> {
        let spend = self.member.and_then(|member| member.activity(activity)?.spend);
        let programme = self.names.rules.latest().programme.currency;
        let decimals = spend.map_or(programme, |(_, currency)| currency).decimals();
        if minor.denominator() == 1 {
            return Some(Decimal::from_steps(minor.numerator(), decimals).to_string());
        }
        let whole = minor.over(Ratio::whole(10_i64.pow(u32::from(decimals))));
        whole.map(|exact| exact.to_string())
    }
}

fn spent(spend: Spend) -> Value {
    let amount = Decimal::from_steps(spend.minor, spend.currency.decimals());
    Fields::new()
        .put("amount", amount.to_string())
        .put("currency", spend.currency.as_str())
        .put_some("rate", spend.rate.map(|rate| rate.to_string()))
        .into()
}

const fn pool_name(pool: Pool) -> &'static str {
    match pool {
        Pool::Available => "available",
        Pool::Pending => "pending",
    }
}

fn names(names: &[Name]) -> Vec<&str> {
    names.iter().map(Name::as_str).collect()
}

const fn on_close_name(on_close: OnClose) -> &'static str {
    match on_close {
        OnClose::Forfeit => "forfeit",
        OnClose::Keep => "keep",
    }
}

const fn cause_name(cause: ExtendCause) -> &'static str {
    match cause {
        ExtendCause::Command => "command",
        ExtendCause::Grace => "grace",
    }
}
