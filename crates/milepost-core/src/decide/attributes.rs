//! `attributes`: changes tags used by rules and reports.

use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::command::{Attributes, Command};
use crate::event::Fact;
use crate::names::{Name, Text};

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    attributes: &Attributes,
) -> Result<(), Undecided> {
    let member = scene.known(command, &attributes.member)?;
    let set = scene.open_tags(&attributes.set);
    // R-PRIV-1: what is personal by now is open no longer.
    let was_open = |name: &&Name| member.attributes().iter().any(|(known, _)| known == *name);
    let sealed = attributes.set.iter().map(|(name, _)| name);
    let sealed = sealed.filter(|name| !set.iter().any(|(open, _)| open == *name)).filter(was_open);
    let mut unset: Vec<Name> = attributes.unset.iter().chain(sealed).cloned().collect();
    unset.sort_unstable();
    scene.emit(FIRST, Fact::AttributesChanged { set, unset })
}

impl Scene<'_> {
    /// The tags that the programme in force does not name `personal`. Those that it does stand in
    /// the command alone: no event, no state and no rule has them (R-PRIV-1).
    pub(super) fn open_tags(&self, tags: &[(Name, Text)]) -> Vec<(Name, Text)> {
        let personal = &self.programme().personal;
        tags.iter().filter(|(name, _)| !personal.contains(name)).cloned().collect()
    }
}
