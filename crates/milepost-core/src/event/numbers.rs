//! The numbers by which facts name what a member has.

/// The number of a lot of a member, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotNo(pub u32);

/// The number of a hold of a member, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldNo(pub u32);

/// The number of an activity of a member, from 1, in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityNo(pub u32);

/// The number of a redemption of a member, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RedemptionNo(pub u32);

/// The number of a renewable way to expire, in the ledger's table of them (see
/// [`Symbols`](crate::programme::Symbols)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormIx(pub u16);
