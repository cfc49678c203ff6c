//! milepost: an event-sourced points ledger engine for travel loyalty.
//!
//! A [`Ledger`] is an append-only log of commands and the events they caused, folded into balances,
//! lots and tiers. A receipt means durable; every number can be explained from the log; the same
//! log gives the same state, everywhere.
//!
//! It keeps no rules of its own: what points mean is decided by `milepost-core`, and how entries
//! are kept by `milepost-log`. What a host needs of both is re-exported here.
//!
//! ```
//! use milepost::{AsOf, Ledger, Options};
//! use milepost::command::Grant;
//!
//! let programme = r#"
//!     name = "Example"
//!     timezone = "Europe/Lisbon"
//!     currency = "EUR"
//!     [units.points]
//! "#;
//! let folder = tempfile::tempdir()?;
//! let ledger = Ledger::create(folder.path(), programme, Options::default())?;
//! let member: milepost::MemberId = "guest-1".parse()?;
//! ledger.submit_blocking(milepost::command::Enrol::new(member.clone()))?;
//! let receipt = ledger.submit_blocking(Grant::new(
//!     member.clone(),
//!     "points".parse()?,
//!     100.into(),
//!     "welcome".parse()?,
//! ))?;
//! assert_eq!(receipt.seq, 2);
//! let points = ledger.unit("points")?;
//! let balance = ledger.balance(&member, AsOf::NEWEST)?;
//! assert_eq!(balance.of(points).map(|points| points.figures.available), Some(100));
//! ledger.close()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answers;
mod clock;
mod current;
mod desk;
mod durable;
mod entries;
mod error;
mod flusher;
mod fold;
mod history;
mod ledger;
mod open;
mod options;
mod pipeline;
mod query;
mod request;
mod revisions;
mod rfm;
mod snapshot;
mod store;
mod verify;
mod view;
pub mod what_if;
mod writer;

pub use clock::{Clock, CommandClock, SystemClock};
pub use entries::{Entries, Entry};
pub use error::{Error, SubmitError};
pub use ledger::{Ledger, Opening, PendingBatch};
pub use milepost_core::decimal::Decimal;
pub use milepost_core::line::Mode;
pub use milepost_core::money::Money;
pub use milepost_core::names::{Key, MemberId, MemberKey, Name, Reference, Text};
pub use milepost_core::refusal::{Code, Detail, Refusal};
pub use milepost_core::time::Instant;
pub use milepost_core::views::Receipt;
pub use milepost_core::{
    answer, command, decide, event, line, pools, programme, rules, state, views, wire,
};
pub use milepost_log as log;
pub use options::{Options, Snapshots};
pub use query::{AsOf, KnownAt};
pub use request::{Answer, Atomicity, ReceiptDetail, Request};
pub use snapshot::SnapshotReport;
pub use verify::{Verified, VerifyError, verify};
pub use view::{EntryView, NotAView, View};
pub use what_if::what_if;

/// The program of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
