//! Scores of all members: shard after shard, on as many threads as there are processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use milepost_core::names::{MemberId, MemberKey, Name};
use milepost_core::rules::Rules;
use milepost_core::state::Broken;
use milepost_core::time::Instant;
use milepost_core::views::rfm::{Scorer, Scores, Survey, Tell};

use crate::error::Error;
use crate::history;
use crate::ledger::Ledger;
use crate::query::AsOf;
use crate::store::{SHARDS, Store};

/// More threads than this would only wait for memory.
const MAX_THREADS: usize = 16;

/// What one thread found, and the last entry that it saw anything of.
type Part = (Survey, Option<u64>);

impl Ledger {
    /// Scores and segments of all members. For a `purpose` those are left out who have not consented
    /// to it (R-PRIV-2); they are in the population all the same.
    ///
    /// While commands go on, each member is in the answer as it was at some moment of the asking. An
    /// answer that can be given again is one as known at an entry.
    ///
    /// # Errors
    /// [`Error::NoScores`] if the programme in force then has none; [`Error`] if the log cannot be
    /// read or the ledger has stopped.
    pub fn rfm(&self, purpose: Option<&Name>, when: AsOf) -> Result<Scores, Error> {
        self.scores(Tell::All, purpose, when)
    }

    /// The same, told of one member alone, in the population of all: [`Scores::members`] is empty if
    /// the member is left out.
    ///
    /// # Errors
    /// As [`Ledger::rfm`], and [`Error::UnknownMember`].
    pub fn rfm_of(
        &self,
        member: &MemberId,
        purpose: Option<&Name>,
        when: AsOf,
    ) -> Result<Scores, Error> {
        // R-MERGE-1: who it had become a part of by then answers for it.
        let key = self.key_as_of(member, when)?;
        self.scores(Tell::Only(key), purpose, when)
    }

    fn scores(&self, tell: Tell, purpose: Option<&Name>, when: AsOf) -> Result<Scores, Error> {
        if !self.is_past(when) {
            // The entries of before are durable, and so are the rules that they were made under.
            let (survey, as_of) = self.newest(tell, purpose, when)?;
            if !self.is_past(when) {
                let rules = self.rules();
                return conclude(&rules, as_of, purpose, survey);
            }
        }
        let (as_of, rules) = (self.as_of(when), self.rules_known(when.known_at));
        let scorer = scorer(&rules, as_of, purpose)?;
        let mut survey = Survey::default();
        for member in history::members(&self.inner.reader, as_of, when.known_at)? {
            let seq = member.head();
            let looked = scorer.look(&mut survey, &member, tell);
            looked.map_err(|source| Error::Broken { seq, source })?;
        }
        conclude(&rules, as_of, purpose, survey)
    }

    fn newest(
        &self,
        tell: Tell,
        purpose: Option<&Name>,
        when: AsOf,
    ) -> Result<(Survey, Instant), Error> {
        let (as_of, rules) = (self.as_of(when), self.rules());
        let scorer = scorer(&rules, as_of, purpose)?;
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
        let next = AtomicUsize::new(0);
        let parts: Vec<Result<Part, Error>> = thread::scope(|scope| {
            let work = || self.some_shards(&scorer, tell, &next);
            let spawned: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let own = work();
            let others = spawned.into_iter().map(|it| it.join().unwrap_or(Err(Error::Panicked)));
            std::iter::once(own).chain(others).collect()
        });
        let (mut survey, mut last) = (Survey::default(), None);
        for part in parts {
            let (found, seen) = part?;
            survey.join(found);
            last = last.max(seen);
        }
        last.map_or(Ok(()), |last| self.inner.watermark.wait(last))?;
        Ok((survey, as_of))
    }

    /// Takes one shard after another until there is none left.
    fn some_shards(
        &self,
        scorer: &Scorer<'_>,
        tell: Tell,
        next: &AtomicUsize,
    ) -> Result<Part, Error> {
        let (mut survey, mut last) = (Survey::default(), None);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= SHARDS {
                survey.arrange();
                return Ok((survey, last));
            }
            let shard = self.shard(number)?;
            for member in shard.members() {
                let seq = member.head();
                let looked = scorer.look(&mut survey, member, tell);
                looked.map_err(|source| Error::Broken { seq, source })?;
            }
            last = last.max(shard.position.checked_sub(1));
        }
    }

    /// Whose state has what a member had then.
    fn key_as_of(&self, member: &MemberId, when: AsOf) -> Result<MemberKey, Error> {
        let mut key = self.rules().member_key(member);
        if self.is_past(when) {
            return self.member_key_in_past(member, key, when);
        }
        let unknown = || Error::UnknownMember(member.to_string());
        loop {
            let shard = self.shard(Store::shard_of(&key))?;
            match shard.get(&key).ok_or_else(unknown)?.merged_into() {
                Some(into) => key = into,
                None => return Ok(key),
            }
        }
    }
}

fn scorer<'a>(
    rules: &'a Rules,
    as_of: Instant,
    purpose: Option<&'a Name>,
) -> Result<Scorer<'a>, Error> {
    Scorer::new(rules, as_of, purpose).ok_or(Error::NoScores(as_of))
}

fn conclude(
    rules: &Rules,
    as_of: Instant,
    purpose: Option<&Name>,
    survey: Survey,
) -> Result<Scores, Error> {
    let scores = scorer(rules, as_of, purpose)?.conclude(survey);
    scores.map_err(|source: Broken| Error::Broken { seq: 0, source })
}
