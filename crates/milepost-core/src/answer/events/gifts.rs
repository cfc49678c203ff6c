//! The fields of what was given for rewards, broken promises and referrals.

use serde_json::Value;

use super::Teller;
use crate::answer::fields::{Fields, amount};
use crate::command::Actor;
use crate::event::{CasePaid, Gain, GiftOf, Worth};
use crate::programme::UnitIx;
use crate::views::show;

impl Teller<'_> {
    /// What a redemption was for, if it was for a reward.
    pub(super) fn worth(self, f: Fields, worth: Option<&Worth>) -> Fields {
        let Some(Worth { reward, quantity, gain, from_stock: _ }) = worth else { return f };
        let rules = self.names.rules;
        let f = f.put("reward", rules.symbols().reward(*reward));
        match gain {
            Gain::Thing => f.put("quantity", *quantity),
            Gain::Money(minor) => f.put("worth", show::money(rules, *minor)),
            Gain::Partner { .. } => f.put_some("gives", gives(gain)),
        }
    }

    /// What a lot was given for.
    pub(super) fn gift_of(self, f: Fields, of: &GiftOf) -> Fields {
        match of {
            GiftOf::Redemption(number) => {
                let bought = self.member.and_then(|member| member.bought_with(*number));
                let symbols = self.names.rules.symbols();
                f.put_some("reward", bought.map(|bought| symbols.reward(bought.reward)))
                    .put("redemption", self.redemption(*number))
            }
            GiftOf::Case { case, cause } => {
                f.put("cause", self.names.rules.symbols().cause(*cause)).put("case", case.as_str())
            }
            GiftOf::Referral(other) | GiftOf::Friend(other) => {
                f.put("referral", self.names.id(*other))
            }
        }
    }

    /// How a broken promise was paid.
    pub(super) fn paid(self, f: Fields, unit: UnitIx, paid: Option<&CasePaid>) -> Fields {
        let Some(paid) = paid else { return f };
        let steps = |steps: i64| amount(self.names.rules, unit, steps);
        f.put_some("incident_at", paid.incident_at.map(|at| at.to_string()))
            .put("policy_amount", steps(paid.policy_amount))
            .put("extra", steps(paid.extra))
            .put_some("by", paid.by.as_ref().map(actor))
            .put_some("approved_by", paid.approved_by.as_ref().map(actor))
            .put_some("responded_in_time", paid.responded_in_time)
            .put_some("settled_in_time", paid.settled_in_time)
    }
}

/// Something of a partner's.
pub(in crate::answer) fn gives(gain: &Gain) -> Option<Value> {
    let Gain::Partner { quantity, what } = gain else { return None };
    Some(Fields::new().put("quantity", *quantity).put("what", what.as_str()).into())
}

fn actor(actor: &Actor) -> Value {
    Fields::new().put("id", actor.id.as_str()).put("role", actor.role.as_str()).into()
}
