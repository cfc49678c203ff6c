//! A bare log: a file that is written and synced, and balances in memory. Nothing could be simpler
//! that still knows whether there are points enough and which keys were used.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use milepost_bench::Outcome;

use crate::balances::{Event, Members};
use crate::peer::{Job, Peer, Place, Rebuilt, bytes_on_disk};
use crate::workload::{BODY, Order};

/// How many events are synced at once in bulk.
const BATCH: usize = 1000;
/// Member, version, the length of the key, and the body stand before the key.
const HEAD: usize = 4 + 4 + 1 + BODY;
const BUFFER: usize = 1 << 20;

struct BareLog {
    state: Mutex<State>,
    folder: PathBuf,
    members: u32,
}

struct State {
    file: File,
    members: Members,
    keys: HashSet<String, foldhash::fast::FixedState>,
    buffer: Vec<u8>,
}

/// Makes an empty log.
pub(crate) fn open(place: &Place<'_>) -> Outcome<Box<dyn Peer>> {
    let state = State {
        file: File::create(place.folder.join("log"))?,
        members: Members::new(place.members)?,
        keys: HashSet::default(),
        buffer: Vec::with_capacity(BUFFER),
    };
    let (folder, members) = (place.folder.clone(), place.members);
    Ok(Box::new(BareLog { state: Mutex::new(state), folder, members }))
}

impl State {
    fn commit(&mut self, orders: &[Order]) -> Outcome<()> {
        self.buffer.clear();
        for order in orders {
            let event = self.members.decide(order)?;
            push(&mut self.buffer, &event)?;
            if !self.keys.insert(event.key) {
                return Err("the key was used before".into());
            }
        }
        self.file.write_all(&self.buffer)?;
        Ok(self.file.sync_data()?)
    }
}

fn push(buffer: &mut Vec<u8>, event: &Event) -> Outcome<()> {
    buffer.extend(event.member.to_le_bytes());
    buffer.extend(event.version.to_le_bytes());
    buffer.push(u8::try_from(event.key.len())?);
    buffer.extend(event.body);
    buffer.extend(event.key.as_bytes());
    Ok(())
}

/// Folds the next event, if there is one.
fn fold(log: &mut impl Read, members: &mut Members) -> Outcome<bool> {
    let mut head = [0; HEAD];
    if log.read(head.get_mut(..1).unwrap_or_default())? == 0 {
        return Ok(false);
    }
    log.read_exact(head.get_mut(1..).unwrap_or_default())?;
    let (member, rest) = head.split_first_chunk().ok_or("no member")?;
    let (version, rest) = rest.split_first_chunk().ok_or("no version")?;
    let (key, body) = rest.split_first().ok_or("no length")?;
    members.fold(u32::from_le_bytes(*member), u32::from_le_bytes(*version), body)?;
    let mut key_bytes = [0; 255];
    log.read_exact(key_bytes.get_mut(..usize::from(*key)).unwrap_or_default())?;
    Ok(true)
}

impl Peer for BareLog {
    fn commit(&self, orders: &[Order]) -> Outcome<()> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).commit(orders)
    }

    fn bulk<'a>(&'a self, orders: &'a [Order]) -> Outcome<Option<Job<'a>>> {
        let batches = || orders.chunks(BATCH).try_for_each(|batch| self.commit(batch));
        Ok(Some(Box::new(batches)))
    }

    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
        let BareLog { state, folder, members } = *self;
        drop(state);
        let bytes = bytes_on_disk(&folder)?;
        let start = Instant::now();
        let mut log = BufReader::with_capacity(BUFFER, File::open(folder.join("log"))?);
        let mut members = Members::new(members)?;
        while fold(&mut log, &mut members)? {}
        let taken = start.elapsed();
        Ok(Rebuilt { sum: members.sum()?, besides: 0, taken, bytes })
    }
}
