//! Who a member is.

use crate::names::{MemberId, Name, Text};
use crate::programme::TierIx;
use crate::rules::Rules;
use crate::state::Member;
use crate::time::Instant;

/// Who a member is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// The external id.
    pub id: MemberId,
    /// When it was enrolled.
    pub enrolled_at: Instant,
    /// Its tier; `None` in a programme without tiers.
    pub tier: Option<Box<str>>,
    /// How many accepted commands have changed it (R-CMD-4).
    pub version: u32,
    /// Its tags, sorted by name.
    pub attributes: Vec<(Name, Text)>,
}

/// Who a member is.
pub fn member(rules: &Rules, member: &Member) -> MemberView {
    MemberView {
        id: member.id().clone(),
        enrolled_at: member.enrolled_at(),
        tier: name(rules, member.tier()),
        version: member.version(),
        attributes: member.attributes().to_vec(),
    }
}

pub(super) fn name(rules: &Rules, tier: Option<TierIx>) -> Option<Box<str>> {
    tier.map(|tier| rules.symbols().tier(tier).into())
}
