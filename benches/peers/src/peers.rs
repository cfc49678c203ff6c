//! The peers, in the order of the table.

mod bare_log;
mod cqrs;
mod fjall;
mod milepost;
mod postgres;
mod redb;
pub(crate) mod server;
mod sled;
mod sqlite;

use milepost_bench::Outcome;

use crate::group::Grouped;
use crate::peer::{Peer, Place};

/// Makes a store without members.
pub(crate) type Open = fn(&Place<'_>) -> Outcome<Box<dyn Peer>>;

/// Our name.
pub(crate) const OURS: &str = "milepost";

/// All of them, by name. The first is us.
pub(crate) const PEERS: [(&str, Open); 12] = [
    (OURS, milepost::open),
    ("bare-log", |place| grouped(bare_log::open, place)),
    ("sqlite", sqlite::open),
    ("sqlite-grouped", |place| grouped(sqlite::open, place)),
    ("sled", sled::open),
    ("redb", redb::open),
    ("redb-grouped", |place| grouped(redb::open, place)),
    ("fjall", fjall::open),
    ("fjall-grouped", |place| grouped(fjall::open, place)),
    ("postgres", postgres::open),
    ("postgres-grouped", |place| grouped(postgres::open, place)),
    ("cqrs-es", cqrs::open),
];

/// The same behind one writer thread.
fn grouped(open: Open, place: &Place<'_>) -> Outcome<Box<dyn Peer>> {
    Ok(Box::new(Grouped::new(open(place)?)))
}
