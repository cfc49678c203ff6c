//! How an event lies in a store of keys and values: under its member and version the body and the
//! idempotency key, and under the idempotency key the member and the version.

use milepost_bench::Outcome;

use crate::balances::{Event, Members};
use crate::workload::BODY;

/// Member and version, so that the events of a member lie together and in order.
pub(crate) const AT: usize = 8;
/// What is stored there: the body, then the idempotency key.
pub(crate) type Value = Vec<u8>;

/// Where an event is stored.
pub(crate) fn at(event: &Event) -> [u8; AT] {
    let both = (u64::from(event.member) << 32) | u64::from(event.version);
    both.to_be_bytes()
}

/// What is stored of it.
pub(crate) fn value(event: &Event) -> Value {
    [event.body.as_slice(), event.key.as_bytes()].concat()
}

/// Folds what was stored.
///
/// # Errors
/// If it is no event.
pub(crate) fn fold(members: &mut Members, at: &[u8], value: &[u8]) -> Outcome<()> {
    let (member, version) = at.split_first_chunk().ok_or("no member")?;
    let version = version.first_chunk().ok_or("no version")?;
    let (body, _) = value.split_at_checked(BODY).ok_or("no body")?;
    members.fold(u32::from_be_bytes(*member), u32::from_be_bytes(*version), body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balances::Sum;
    use crate::workload::{Deed, Order};

    #[test]
    fn what_was_stored_can_be_folded() {
        let order = Order { member: 1, serial: 5, deed: Deed::Grant, amount: 70 };
        let event = Members::new(2).unwrap().decide(&order).unwrap();
        let mut members = Members::new(2).unwrap();
        fold(&mut members, &at(&event), &value(&event)).unwrap();
        assert_eq!(members.sum().unwrap(), Sum { events: 1, balance: 70 });
    }
}
