//! Questions about the past: a member's own entries, folded again (R-ASOF-1).

use std::sync::Arc;

use milepost_core::decide::settle;
use milepost_core::event::Event;
use milepost_core::names::{MemberId, MemberKey};
use milepost_core::rules::Rules;
use milepost_core::state::Member;
use milepost_core::time::Instant;
use milepost_core::views::Totals;

use super::{AsOf, KnownAt, unknown};
use crate::error::Error;
use crate::history::{Chain, fold_member, totals};
use crate::ledger::Ledger;
use crate::store::Store;

/// Whether who asks about a member that has become a part of another asks that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redirects {
    Follow,
    Stop,
}

/// A member as it was, and how it had come to that.
pub(super) struct Past {
    /// The rules as they were known.
    pub(super) rules: Arc<Rules>,
    /// The time asked about.
    pub(super) as_of: Instant,
    /// The member, with everything due by then carried out.
    pub(super) member: Member,
    chain: Chain,
    /// What was due by then and is not written down.
    due: Vec<Event>,
}

/// One event of a member, with the entry that it stands in.
pub(super) struct Told<'a> {
    /// The entry; `None`: it is due, but not written down yet.
    pub(super) seq: Option<u64>,
    /// When the ledger took it.
    pub(super) at: Instant,
    /// The member's number in the entry.
    pub(super) who: u32,
    /// The event, as a list of one.
    pub(super) events: &'a [Event],
    /// Whether it had taken effect at the time asked about.
    pub(super) in_force: bool,
}

impl Past {
    /// Tells every event of the member, oldest first.
    pub(super) fn tell(&self, mut hear: impl FnMut(Told<'_>)) {
        for entry in &self.chain.entries {
            let (seq, at, who) = (Some(entry.seq), entry.recorded_at, entry.who);
            for event in entry.own() {
                let in_force = event.effective_at <= self.as_of;
                hear(Told { seq, at, who, events: std::slice::from_ref(event), in_force });
            }
        }
        for event in &self.due {
            let events = std::slice::from_ref(event);
            hear(Told { seq: None, at: self.as_of, who: event.who, events, in_force: true });
        }
    }
}

impl Ledger {
    /// The past of whoever answers for a member (R-MERGE-1).
    pub(super) fn past(&self, id: &MemberId, when: AsOf) -> Result<Past, Error> {
        let key = self.rules().member_key(id);
        let found = self.find_past(id, key, when, Redirects::Follow)?;
        found.ok_or_else(|| unknown(id))
    }

    /// The past of a member; `None` if there was none of that id then, or if it had become a part of
    /// another and redirects are not followed.
    pub(super) fn find_past(
        &self,
        id: &MemberId,
        mut key: MemberKey,
        when: AsOf,
        redirects: Redirects,
    ) -> Result<Option<Past>, Error> {
        let (as_of, rules) = (self.as_of(when), self.rules_known(when.known_at));
        loop {
            let chain = self.chain(id, &key, when)?;
            let Some(mut member) = fold_member(key, &chain, as_of)? else { return Ok(None) };
            match (member.merged_into(), redirects) {
                (Some(_), Redirects::Stop) => return Ok(None),
                (Some(into), Redirects::Follow) => key = into,
                (None, _) => {
                    let due = settled(&rules, &mut member, as_of)?;
                    return Ok(Some(Past { rules, as_of, member, chain, due }));
                }
            }
        }
    }

    /// The key of who a member was a part of in the past, or its own.
    pub(crate) fn member_key_in_past(
        &self,
        id: &MemberId,
        key: MemberKey,
        when: AsOf,
    ) -> Result<MemberKey, Error> {
        let found = self.find_past(id, key, when, Redirects::Follow)?;
        found.map(|past| past.member.key()).ok_or_else(|| unknown(id))
    }

    /// The rules as they were known at a position of the log (R-ASOF-1).
    pub fn rules_known(&self, known_at: Option<KnownAt>) -> Arc<Rules> {
        let rules = self.rules();
        match known_at {
            Some(KnownAt::Seq(seq)) if rules.latest().seq > seq => {
                Arc::new(rules.known_to_seq(seq))
            }
            Some(KnownAt::Instant(at)) if rules.latest().recorded_at > at => {
                Arc::new(rules.known_at(at))
            }
            Some(_) | None => rules,
        }
    }

    /// The entries of a member, up to a position in the log.
    pub(crate) fn chain(&self, id: &MemberId, key: &MemberKey, when: AsOf) -> Result<Chain, Error> {
        let head = loop {
            let shard = self.shard(Store::shard_of(key))?;
            let member = shard.get(key).ok_or_else(|| unknown(id))?;
            let head = member.head();
            drop(shard);
            if head < self.inner.watermark.end() {
                break head;
            }
            self.inner.watermark.wait(head)?;
        };
        Chain::read(&self.inner.reader, key, head, when.known_at)
    }

    pub(super) fn past_totals(&self, when: AsOf) -> Result<Totals, Error> {
        let (as_of, rules) = (self.as_of(when), self.rules_known(when.known_at));
        totals(&self.inner.reader, &rules, as_of, when.known_at)
    }
}

/// Carries out what is due to a member by a time.
pub(super) fn settled(
    rules: &Rules,
    member: &mut Member,
    as_of: Instant,
) -> Result<Vec<Event>, Error> {
    let seq = member.head();
    // Its entries were folded under older rules than those asked about.
    member.refresh_due(rules);
    settle(rules, member, as_of).map_err(|source| Error::Broken { seq, source })
}
