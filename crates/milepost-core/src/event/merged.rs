//! What a fact says of a member that was merged away.

/// All that a member was when it became a part of another: the canonical encoding of its state
/// ([`Member::encode`](crate::state::Member::encode)), so that who folds the other one needs no
/// other member at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedState(pub Box<[u8]>);
