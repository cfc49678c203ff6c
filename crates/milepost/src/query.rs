//! Questions, from any thread. An answer never tells of what is not durable yet: one that touches a
//! member changed after the durable watermark waits for the watermark.

mod past;

use std::any::Any;
use std::sync::{PoisonError, RwLockReadGuard};

use milepost_core::names::MemberId;
use milepost_core::programme::UnitIx;
use milepost_core::rules::Rules;
use milepost_core::state::Member;
use milepost_core::time::Instant;
use milepost_core::views::{
    self, Balance, Bucket, Explained, Explainer, HoldView, LotView, MemberView, Statement,
    StatementFilter, StatementLine, Step, TierView, Totals,
};
use tokio::sync::oneshot;

use self::past::{Redirects, settled};
use crate::desk::Desk;
use crate::entries::Entry;
use crate::error::Error;
use crate::ledger::Ledger;
use crate::pipeline::{Job, TotalsJob};
use crate::store::{SHARDS, Shard, Store, is_durable};
use crate::view::View;

/// Which state of the world, as known when (R-ASOF-1). The default is the newest of both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsOf {
    /// What was in force at this time; left out: now.
    pub as_of: Option<Instant>,
    /// What the ledger knew then; left out: everything.
    pub known_at: Option<KnownAt>,
}

/// A position in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownAt {
    /// Up to the entry with this sequence number.
    Seq(u64),
    /// Up to the last entry recorded at or before this instant.
    Instant(Instant),
}

impl AsOf {
    /// The newest of everything.
    pub const NEWEST: AsOf = AsOf { as_of: None, known_at: None };

    /// As of a time, as known now.
    pub const fn at(as_of: Instant) -> AsOf {
        AsOf { as_of: Some(as_of), known_at: None }
    }
}

impl Ledger {
    /// The balance of a member in every unit.
    ///
    /// # Errors
    /// [`Error::UnknownMember`]; [`Error`] if the log cannot be read or the ledger has stopped.
    pub fn balance(&self, member: &MemberId, when: AsOf) -> Result<Balance, Error> {
        self.with_member(member, when, views::balance)
    }

    /// The lots of a member that have something left, in the order of use.
    ///
    /// # Errors
    /// As [`Ledger::balance`], and [`Error::UnknownUnit`].
    pub fn lots(
        &self,
        member: &MemberId,
        unit: Option<&str>,
        when: AsOf,
    ) -> Result<Vec<LotView>, Error> {
        let unit = unit.map(|name| self.unit(name)).transpose()?;
        self.with_member(member, when, |rules, now, member| views::lots(rules, now, member, unit))
    }

    /// The open holds of a member.
    ///
    /// # Errors
    /// As [`Ledger::balance`].
    pub fn holds(&self, member: &MemberId, when: AsOf) -> Result<Vec<HoldView>, Error> {
        self.with_member(member, when, |_, _, member| views::holds(member))
    }

    /// The tier of a member.
    ///
    /// # Errors
    /// As [`Ledger::balance`].
    pub fn tier(&self, member: &MemberId, when: AsOf) -> Result<TierView, Error> {
        self.with_member(member, when, |rules, now, member| {
            let tier = views::tier(rules, now, member);
            tier.map_err(|source| Error::Broken { seq: member.head(), source })
        })?
    }

    /// Who a member is.
    ///
    /// # Errors
    /// As [`Ledger::balance`].
    pub fn member(&self, member: &MemberId, when: AsOf) -> Result<MemberView, Error> {
        self.with_member(member, when, views::member)
    }

    /// What of a member's points will expire soon.
    ///
    /// # Errors
    /// As [`Ledger::balance`].
    pub fn expiring(
        &self,
        member: &MemberId,
        days: Option<u32>,
        when: AsOf,
    ) -> Result<Vec<Bucket>, Error> {
        self.with_member(member, when, |rules, now, m| views::expiring(rules, now, m, days))
    }

    /// What of everybody's points will expire soon: for campaigns. Members of whom nothing will are
    /// left out; the others come in the order of their ids.
    ///
    /// # Errors
    /// As [`Ledger::balance`], but for an unknown member.
    pub fn expiring_of_all(
        &self,
        days: Option<u32>,
        when: AsOf,
    ) -> Result<Vec<(MemberId, Vec<Bucket>)>, Error> {
        let mut all = Vec::new();
        for id in self.ids(|_| true)? {
            let ask = |rules: &Rules, now: Instant, member: &Member| {
                views::expiring(rules, now, member, days)
            };
            // Who was enrolled later, or had become a part of another by then, has nothing.
            let buckets = self.find_member(&id, when, Redirects::Stop, ask)?;
            all.extend(buckets.filter(|buckets| !buckets.is_empty()).map(|buckets| (id, buckets)));
        }
        Ok(all)
    }

    /// Every change of a member's balance, oldest first.
    ///
    /// # Errors
    /// As [`Ledger::balance`], and [`Error::UnknownUnit`].
    pub fn statement(
        &self,
        member: &MemberId,
        filter: StatementFilter,
        when: AsOf,
    ) -> Result<Vec<StatementLine>, Error> {
        let past = self.past(member, when)?;
        let mut statement = Statement::default();
        past.tell(|told| {
            if told.in_force {
                statement.apply(&past.rules, told.seq, told.at, told.who, told.events);
            } else {
                statement.pass_over(told.who, told.events);
            }
        });
        Ok(statement.filtered(&filter).cloned().collect())
    }

    /// How a member came to a lot, a redemption, or all that it has: the steps, oldest first, and
    /// the member whom they are about. There are none for what the member never had.
    ///
    /// # Errors
    /// As [`Ledger::balance`].
    pub fn explain(
        &self,
        member: &MemberId,
        what: &Explained,
        when: AsOf,
    ) -> Result<(Member, Vec<Step>), Error> {
        let past = self.past(member, when)?;
        let mut explainer = Explainer::default();
        past.tell(|told| {
            if told.in_force {
                explainer.apply(&past.rules, told.seq, told.at, told.who, told.events);
            } else {
                explainer.pass_over(told.who, told.events);
            }
        });
        Ok((past.member, explainer.explain(what)))
    }

    /// The figures of all members together, with everything due in them.
    ///
    /// # Errors
    /// [`Error`] if the log cannot be read or the ledger has stopped.
    pub async fn totals(&self, when: AsOf) -> Result<Totals, Error> {
        if self.is_past(when) {
            return self.past_totals(when);
        }
        let (reply, answer) = oneshot::channel();
        let job = Job::Totals(TotalsJob { as_of: when.as_of, reply });
        self.inner.desk.hand_in(job).await?;
        match answer.await.map_err(|_| self.gone())?? {
            Some(totals) => Ok(totals),
            None => self.past_totals(when),
        }
    }

    /// [`Ledger::totals`] for threads outside an async runtime.
    ///
    /// # Errors
    /// As [`Ledger::totals`], and [`Error::BlockingInAsync`].
    pub fn totals_blocking(&self, when: AsOf) -> Result<Totals, Error> {
        if self.is_past(when) {
            return self.past_totals(when);
        }
        let (reply, answer) = oneshot::channel();
        let job = Job::Totals(TotalsJob { as_of: when.as_of, reply });
        match self.ask(job, answer, Desk::hand_in_blocking)?? {
            Some(totals) => Ok(totals),
            None => self.past_totals(when),
        }
    }

    /// Asks a view of the host's. Nothing becomes durable meanwhile: `ask` takes what it wants and
    /// leaves, and does not turn to the ledger itself.
    ///
    /// # Errors
    /// [`Error::NoSuchView`] if there is none of that name and type; [`Error::Stopped`] if the
    /// ledger has stopped.
    pub fn view<V: View, R>(&self, name: &str, ask: impl FnOnce(&V) -> R) -> Result<R, Error> {
        let views = self.inner.views.lock().unwrap_or_else(PoisonError::into_inner);
        // After a failure the views have seen what is not durable; after a close they are right.
        if let Some(failure) = self.inner.watermark.failure().filter(is_failure) {
            return Err(failure);
        }
        let found = views.iter().find(|view| view.name() == name).and_then(|view| {
            let view: &dyn Any = &**view;
            view.downcast_ref::<V>()
        });
        found.map(ask).ok_or_else(|| Error::NoSuchView(name.to_string()))
    }

    /// The ids of all members, in order; not of those that have become a part of another.
    ///
    /// # Errors
    /// [`Error::Stopped`] if the ledger has stopped.
    pub fn member_ids(&self) -> Result<Vec<MemberId>, Error> {
        self.ids(|member| member.merged_into().is_none())
    }

    fn ids(&self, wanted: impl Fn(&Member) -> bool) -> Result<Vec<MemberId>, Error> {
        let mut ids: Vec<MemberId> = Vec::with_capacity(self.inner.store.len());
        let mut last = None;
        for shard in 0..SHARDS {
            let shard = self.shard(shard)?;
            let wanted = shard.members().filter(|member| wanted(member));
            ids.extend(wanted.map(|member| member.id().clone()));
            last = last.max(shard.position.checked_sub(1));
        }
        last.map_or(Ok(()), |last| self.inner.watermark.wait(last))?;
        ids.sort_unstable();
        Ok(ids)
    }

    /// One durable entry of the log; `None` if there is none of that number yet.
    ///
    /// # Errors
    /// [`Error`] if the log cannot be read.
    pub fn entry(&self, seq: u64) -> Result<Option<Entry>, Error> {
        let found = self.inner.reader.entry(seq)?;
        found.map(|entry| Entry::read(&entry.view())).transpose()
    }

    /// The number of a unit of any version of the programme.
    ///
    /// # Errors
    /// [`Error::UnknownUnit`] if no version has such a unit.
    pub fn unit(&self, name: &str) -> Result<UnitIx, Error> {
        self.rules().unit_named(name).ok_or_else(|| Error::UnknownUnit(name.to_string()))
    }

    /// Asks about a member as it was or will be at a time: everything due by then is carried out.
    fn with_member<R>(
        &self,
        id: &MemberId,
        when: AsOf,
        ask: impl FnOnce(&Rules, Instant, &Member) -> R,
    ) -> Result<R, Error> {
        let found = self.find_member(id, when, Redirects::Follow, ask)?;
        found.ok_or_else(|| unknown(id))
    }

    /// Asks about a member; `None` if there was none of that id then, or if it had become a part of
    /// another and redirects are not followed.
    fn find_member<R>(
        &self,
        id: &MemberId,
        when: AsOf,
        redirects: Redirects,
        ask: impl FnOnce(&Rules, Instant, &Member) -> R,
    ) -> Result<Option<R>, Error> {
        let mut key = self.rules().member_key(id);
        while !self.is_past(when) {
            let shard = self.shard(Store::shard_of(&key))?;
            let Some(member) = shard.get(&key) else { return Ok(None) };
            if !is_durable(member, self.inner.watermark.end()) {
                let head = member.head();
                drop(shard);
                self.inner.watermark.wait(head)?;
                continue;
            }
            // Asked only now: what the member had when it was locked may be later than that.
            if self.is_past(when) {
                break;
            }
            // R-MERGE-1: who it has become a part of answers for it.
            if let Some(into) = member.merged_into() {
                if redirects == Redirects::Stop {
                    return Ok(None);
                }
                key = into;
                continue;
            }
            let as_of = self.as_of(when);
            // Asked for after the watermark: they are those of everything that the member has.
            let rules = self.rules();
            if member.is_settled(as_of) {
                return Ok(Some(ask(&rules, as_of, member)));
            }
            let mut member = member.clone();
            drop(shard);
            settled(&rules, &mut member, as_of)?;
            return Ok(Some(ask(&rules, as_of, &member)));
        }
        let past = self.find_past(id, key, when, redirects)?;
        Ok(past.map(|past| ask(&past.rules, past.as_of, &past.member)))
    }

    /// A shard to read. If the writer has panicked in it, nobody knows what it holds.
    pub(crate) fn shard(&self, number: usize) -> Result<RwLockReadGuard<'_, Shard>, Error> {
        let shard = self.inner.store.read(number);
        if self.inner.store.is_poisoned(number) { Err(self.gone()) } else { Ok(shard) }
    }

    /// The time asked about: now, and never before the last entry, if none is named.
    pub(crate) fn as_of(&self, when: AsOf) -> Instant {
        when.as_of.unwrap_or_else(|| self.inner.clock.now().max(self.last_recorded_at()))
    }

    /// When the last entry was recorded.
    pub fn last_recorded_at(&self) -> Instant {
        self.inner.watermark.last_recorded_at()
    }

    /// Whether the newest state cannot answer.
    pub(crate) fn is_past(&self, when: AsOf) -> bool {
        when.known_at.is_some() || when.as_of.is_some_and(|at| at < self.last_recorded_at())
    }
}

fn is_failure(error: &Error) -> bool {
    !matches!(error, Error::Closed)
}

fn unknown(id: &MemberId) -> Error {
    Error::UnknownMember(id.to_string())
}
