//! The steps of `explain`.

use serde_json::Value;

use super::events::{Names, event};
use super::fields::Fields;
use crate::rules::Rules;
use crate::state::Member;
use crate::views::Step;

/// The answer of `explain` about a member: each step in words, with its event as data.
pub fn explain(rules: &Rules, member: &Member, steps: &[Step]) -> Value {
    let names = Names { rules, members: &[member] };
    let one = |step: &Step| -> Value {
        Fields::new()
            .put("seq", step.seq)
            .at("at", step.event.effective_at)
            .at("recorded_at", step.recorded_at)
            .put("text", step.text.as_str())
            .put("data", event(names, &step.event))
            .into()
    };
    Fields::new().put("steps", steps.iter().map(one).collect::<Vec<Value>>()).into()
}
