//! The data of the demo, inside the program: two years of a simulated airline, its programmes, and
//! how its files become commands. `examples/airline/NOTICE` tells where it comes from.

use clap::ValueEnum;

use super::figures::Published;
use crate::import::Source;

/// What each member is.
pub(super) const HISTORY: Source = Source::Embedded {
    name: "history.csv.zst",
    bytes: include_bytes!("../../../../examples/airline/history.csv.zst"),
};
/// What each member flew and redeemed, month by month.
pub(super) const ACTIVITY: Source = Source::Embedded {
    name: "activity.csv.zst",
    bytes: include_bytes!("../../../../examples/airline/activity.csv.zst"),
};

/// A mapping file: its name and its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct MappingFile(pub(super) &'static str, pub(super) &'static str);

pub(super) const MEMBERS: MappingFile =
    MappingFile("members.toml", include_str!("../../../../examples/airline/members.toml"));
const REDEEM: MappingFile =
    MappingFile("activity.toml", include_str!("../../../../examples/airline/activity.toml"));
const DEBIT: MappingFile = MappingFile(
    "activity-debit.toml",
    include_str!("../../../../examples/airline/activity-debit.toml"),
);

const NEVER: &str = include_str!("../../../../examples/airline/never.toml");
const YEAR: &str = include_str!("../../../../examples/airline/year.toml");

/// Under which programme the data is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Scheme {
    /// Points never expire; a redemption of more than there is, is refused.
    Never,
    /// Points live twelve months; a redemption of more than there is, is refused.
    Year,
    /// Points never expire; what is redeemed of more than there is becomes debt.
    Debit,
}

impl Scheme {
    /// All of them.
    pub(super) const ALL: [Scheme; 3] = [Scheme::Never, Scheme::Year, Scheme::Debit];

    /// Its name: that of its column and of its ledger's folder.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Scheme::Never => "never",
            Scheme::Year => "year",
            Scheme::Debit => "debit",
        }
    }

    /// Its programme file.
    pub(super) const fn programme(self) -> &'static str {
        match self {
            Scheme::Never | Scheme::Debit => NEVER,
            Scheme::Year => YEAR,
        }
    }

    /// How the monthly rows become commands.
    pub(super) const fn activity(self) -> MappingFile {
        match self {
            Scheme::Never | Scheme::Year => REDEEM,
            Scheme::Debit => DEBIT,
        }
    }

    /// What was computed from the data without milepost.
    pub(super) const fn published(self) -> Published {
        let none = Published { redeemed: 0, expired: 0, refused: 0, net: 0, ..PUBLISHED };
        match self {
            Scheme::Never => {
                Published { redeemed: 1_060_007_400, refused: 3_614, net: 3_957_266_225, ..none }
            }
            Scheme::Year => Published {
                redeemed: 1_059_251_800,
                expired: 1_437_828_900,
                refused: 3_624,
                net: 2_520_192_925,
                ..none
            },
            Scheme::Debit => Published { redeemed: 1_245_138_800, net: 3_772_134_825, ..none },
        }
    }
}

/// What is the same under every programme; points in hundredths.
const PUBLISHED: Published = Published {
    members: 16_737,
    issued: 5_017_273_625,
    redeemed: 0,
    expired: 0,
    refused: 0,
    net: 0,
};
