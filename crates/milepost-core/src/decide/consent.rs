//! `consent`: to one purpose, given or withdrawn (R-PRIV-2).

use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::command::{Command, Consent};
use crate::event::Fact;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    consent: &Consent,
) -> Result<(), Undecided> {
    scene.known(command, &consent.member)?;
    let (purpose, given) = (consent.purpose.clone(), consent.given);
    scene.emit(FIRST, Fact::ConsentChanged { purpose, given })
}
