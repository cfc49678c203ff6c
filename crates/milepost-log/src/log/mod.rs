//! The log: created, opened, appended to, closed. One at a time per folder.

pub(crate) mod home;
mod options;
mod recover;
mod spare;
mod writer;

use std::{path::Path, sync::Arc};

pub use options::{Background, Ending, LogOptions, Prewrite, Recovery, TornTail, Witness};

use self::{
    home::Home,
    recover::recover,
    spare::Spare,
    writer::{NoRoom, OpenSegment, Room, begin_segment, make_room, write_group, write_seal},
};
use crate::{
    disk::{Disk, DiskLock},
    error::LogError,
    format::{ChainValue, LedgerId, TreeRoot},
    group::Group,
    index::{Index, Shared},
    read::Reader,
    tail::Position,
};

/// The identity of the ledger in a folder. Takes no lock.
///
/// # Errors
///
/// [`LogError::NotALedger`], [`LogError::NewerFormat`], [`LogError::DamagedManifest`]; or what the
/// disk says.
pub fn ledger_id(disk: &dyn Disk, path: &Path) -> Result<LedgerId, LogError> {
    Home::open(disk, path).map(|home| home.ledger)
}

/// What an append has made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Durable {
    /// The group's last sequence number.
    pub last_seq: u64,
    /// The segment that was sealed to make room; tell it to the
    /// [`KeyIndex`](crate::KeyIndex).
    pub sealed: Option<SeqRange>,
}

/// A half-open range of sequence numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeqRange {
    /// The first in the range.
    pub first: u64,
    /// The first after the range.
    pub next: u64,
}

/// Whether the log's last write is known to have worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    Sound,
    Poisoned,
}

/// How the file ends, as far as a later open is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    NeedsSeal,
    Sealed,
}

/// An open log. Whoever has it is the only writer.
///
/// Dropping it without [`Log::close`] is safe and like a crash: nothing durable is lost, and the
/// next open finds no seal.
#[derive(Debug)]
pub struct Log {
    shared: Arc<Shared>,
    home: Home,
    options: LogOptions,
    position: Position,
    open: Option<OpenSegment>,
    /// Before the lock, because fields are dropped in this order and the spare's thread writes.
    spare: Spare,
    health: Health,
    closing: Closing,
    _lock: Box<dyn DiskLock>,
}

impl Log {
    /// Makes a new ledger's log in a folder that is empty or does not exist yet.
    ///
    /// # Errors
    ///
    /// [`LogError::AlreadyALedger`], [`LogError::NotEmpty`]; or what the disk says. A creation that
    /// was interrupted can be repeated.
    pub fn create(
        disk: &dyn Disk,
        path: &Path,
        ledger: LedgerId,
        options: LogOptions,
    ) -> Result<Self, LogError> {
        let home = Home::begin(disk, path, ledger)?;
        let lock = home.lock()?;
        let shared = Shared::new(home.log.clone(), ledger, Index::default(), 0);
        let mut spare = Spare::new(home.log.clone(), options);
        let file = spare.take_first(options.segment_size)?;
        let open = begin_segment(&shared, &file, &Position::START)?;
        home.finish()?;
        Ok(Self {
            shared: Arc::new(shared),
            home,
            options,
            position: Position::START,
            open: Some(open),
            spare,
            health: Health::Sound,
            closing: Closing::NeedsSeal,
            _lock: lock,
        })
    }

    /// Opens an existing log, takes its lock, and recovers what an interruption has left.
    ///
    /// # Errors
    ///
    /// [`LogError::NotALedger`], [`LogError::NewerFormat`], [`LogError::OpenHere`],
    /// [`LogError::OpenElsewhere`]; [`LogError::Corrupt`] if anything that was durable, or that
    /// the witness vouches for, is damaged or missing; or what the disk says. What is recorded is
    /// never changed.
    pub fn open(
        disk: &dyn Disk,
        path: &Path,
        options: LogOptions,
        witness: Witness,
    ) -> Result<(Self, Recovery), LogError> {
        let home = Home::open(disk, path)?;
        let lock = home.lock()?;
        home.remove_unfinished()?;
        let recovered = recover(disk, &home, witness)?;
        let position = recovered.position;
        let recovery = Recovery { next_seq: position.next_seq, ending: recovered.ending };
        let folder = home.log.clone();
        let shared = Shared::new(folder.clone(), home.ledger, recovered.index, position.next_seq);
        let sealed = recovery.ending == Ending::Sealed;
        let log = Self {
            shared: Arc::new(shared),
            home,
            options,
            position,
            open: recovered.open,
            spare: Spare::new(folder, options),
            health: Health::Sound,
            closing: if sealed { Closing::Sealed } else { Closing::NeedsSeal },
            _lock: lock,
        };
        Ok((log, recovery))
    }

    /// The ledger's identity.
    pub fn ledger_id(&self) -> LedgerId {
        self.home.ledger
    }

    /// The ledger's folder.
    pub fn path(&self) -> &Path {
        self.home.root.path()
    }

    /// The sequence number that the next entry gets.
    pub fn next_seq(&self) -> u64 {
        self.position.next_seq
    }

    /// The largest `recorded_at` in the log, in UTC microseconds; `None` if there is no entry.
    pub fn last_recorded_at(&self) -> Option<i64> {
        (self.position.next_seq > 0).then_some(self.position.time)
    }

    /// The hash chain's value after everything that is durable.
    pub fn chain(&self) -> ChainValue {
        self.position.chain
    }

    /// The Merkle tree's root that the last group carries.
    pub fn root(&self) -> TreeRoot {
        self.position.root
    }

    /// A reader of what is durable, for any thread, now and later.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.shared))
    }

    /// Writes the group with one write and makes it durable with one sync; then empties it.
    ///
    /// # Errors
    ///
    /// [`LogError::EmptyGroup`], [`LogError::OutOfOrder`]: nothing changed.
    /// [`LogError::DiskFull`] from making a new segment: nothing changed, and the same group may
    /// be appended again. After any other error it is not known whether the group is on the disk:
    /// the log is poisoned, and every later append says [`LogError::Poisoned`]. The group keeps
    /// its entries after every error.
    pub fn append(&mut self, group: &mut Group) -> Result<Durable, LogError> {
        self.check(group)?;
        let sealed = self.make_room(group.stored_len())?;
        self.closing = Closing::NeedsSeal;
        if let Some(segment) = &mut self.open {
            let written = write_group(&self.shared, segment, &mut self.position, group);
            written.inspect_err(|_| self.health = Health::Poisoned)?;
            if segment.is_half_full() {
                self.spare.prepare();
            }
        }
        group.clear();
        Ok(Durable { last_seq: self.position.next_seq.saturating_sub(1), sealed })
    }

    fn check(&self, group: &Group) -> Result<(), LogError> {
        let path = || self.path().to_path_buf();
        if self.health == Health::Poisoned {
            return Err(LogError::Poisoned { path: path() });
        }
        let found = group.first_seq().ok_or_else(|| LogError::EmptyGroup { path: path() })?;
        let expected = self.position.next_seq;
        if found == expected {
            return Ok(());
        }
        Err(LogError::OutOfOrder { path: path(), expected, found })
    }

    fn make_room(&mut self, len: u64) -> Result<Option<SeqRange>, LogError> {
        let size = self.options.segment_size;
        let room =
            make_room(&self.shared, &mut self.open, &mut self.spare, &self.position, size, len);
        match room {
            Ok(Room::There) => Ok(None),
            Ok(Room::MadeBySealing(sealed)) => {
                Ok(Some(SeqRange { first: sealed.first_seq, next: sealed.next_seq }))
            }
            Err(NoRoom::NothingChanged(error @ LogError::DiskFull { .. })) => Err(error),
            Err(NoRoom::NothingChanged(error) | NoRoom::Unknown(error)) => {
                self.health = Health::Poisoned;
                Err(error)
            }
        }
    }

    /// Seals the log, so that a later open knows that nothing is missing, and gives up the lock.
    ///
    /// # Errors
    ///
    /// [`LogError::Poisoned`] after a failed append; or what the disk says. The log is closed all
    /// the same, as if it had been dropped.
    pub fn close(mut self) -> Result<(), LogError> {
        if self.health == Health::Poisoned {
            return Err(LogError::Poisoned { path: self.path().to_path_buf() });
        }
        if let (Closing::NeedsSeal, Some(segment)) = (self.closing, &mut self.open) {
            write_seal(&self.shared, segment, &mut self.position)?;
        }
        self.spare.discard()
    }
}
