//! Roles: who may do what, and what needs a second person (R-CMD-6).

use super::UnitIx;

/// A role of the people who act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: Box<str>,
    /// What it may do.
    pub may: Commands,
    /// Up to so many steps in a unit at once; more needs approval. Units that are not named have no
    /// bound.
    pub up_to: Vec<(UnitIx, i64)>,
    /// What it may approve.
    pub approves: Commands,
    /// What it may only do with approval.
    pub needs_approval: Commands,
}

/// The commands of the line format, by name.
const NAMES: &[&str] = &[
    "enrol",
    "record",
    "confirm",
    "grant",
    "debit",
    "compensate",
    "hold",
    "capture",
    "release",
    "redeem",
    "refund",
    "reverse",
    "transfer",
    "merge",
    "assign_tier",
    "extend",
    "consent",
    "attributes",
    "close",
    "erase",
    "revise",
    "advance",
];

/// A set of commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commands(u32);

impl Commands {
    /// No command.
    pub const NONE: Commands = Commands(0);
    /// Every command.
    pub const ALL: Commands = Commands(u32::MAX);

    /// The command of this name alone; `None` if there is no such command.
    pub fn named(name: &str) -> Option<Commands> {
        let at = NAMES.iter().position(|known| *known == name)?;
        1_u32.checked_shl(u32::try_from(at).ok()?).map(Commands)
    }

    /// Every command's name.
    pub const fn names() -> &'static [&'static str] {
        NAMES
    }

    /// Both.
    #[must_use]
    pub const fn and(self, other: Commands) -> Commands {
        Commands(self.0 | other.0)
    }

    /// Whether all of the others are among them.
    pub const fn has_all(self, others: Commands) -> bool {
        self.0 & others.0 == others.0
    }

    /// Whether the command of this name is among them.
    pub fn has(self, name: &str) -> bool {
        Commands::named(name).is_some_and(|command| self.has_all(command))
    }
}
