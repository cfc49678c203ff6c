//! How many bytes the commonest entries take: what a ledger mostly consists of must stay small.

use milepost_core::wire::Recorded;

use super::{encoded, samples};

#[test]
fn a_stay_that_earns_one_lot() {
    let sizes = samples::earn()
        .map(|(command, events)| encoded(&Recorded::Command(command), &events).len());
    assert_eq!(sizes, [57, 63]);
}

#[test]
fn a_redemption_from_two_lots() {
    let (command, events) = samples::redemption();
    assert_eq!(encoded(&Recorded::Command(command), &events).len(), 42);
}
