//! Who a member is.

use crate::names::{MemberId, Name, Text};
use crate::programme::{OnClose, TierIx};
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
    /// Its tags that are not personal, sorted by name (R-PRIV-1).
    pub attributes: Vec<(Name, Text)>,
    /// Purposes to which consent was given (`true`) or withdrawn, sorted (R-PRIV-2).
    pub consents: Vec<(Name, bool)>,
    /// If the membership has ended: what becomes of points that come back (R-CLOSE-1).
    pub closed: Option<OnClose>,
}

/// Who a member that is settled to `now` is.
pub fn member(rules: &Rules, now: Instant, member: &Member) -> MemberView {
    let is_open = |(name, _): &&(Name, Text)| !rules.is_personal(name.as_str());
    let open = member.attributes().iter().filter(is_open);
    MemberView {
        id: member.id().clone(),
        enrolled_at: member.enrolled_at(),
        tier: name(rules, rules.in_force(now).programme.tier_or_first(member.tier())),
        version: member.version(),
        attributes: open.cloned().collect(),
        consents: member.consents().to_vec(),
        closed: member.closed(),
    }
}

pub(super) fn name(rules: &Rules, tier: Option<TierIx>) -> Option<Box<str>> {
    tier.map(|tier| rules.symbols().tier(tier).into())
}
