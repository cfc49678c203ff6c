//! `revise`: a command about the rules of the ledger, and about no member.

use std::sync::Arc;

use milepost_core::command::Command;
use milepost_core::decide::revise;

use super::transaction::{Failed, Transaction};
use crate::pipeline::RawReceipt;
use crate::store::Shard;

impl Transaction<'_> {
    /// Decides a revision. What comes after it is decided by the new rules.
    pub(super) fn revise(&mut self, command: &Command) -> Result<RawReceipt, Failed> {
        let (seq, touched) = (self.next_seq(), self.work.touches.len());
        let members = self.locked.iter().flat_map(Shard::members);
        let revision = revise(&self.rules, self.now, seq, command, members)?;
        self.rules = Arc::new(revision.rules);
        self.work.batch.events.push(revision.event);
        Ok(self.receipt(seq, touched..touched))
    }
}
