//! Answers about the past: folding entries again, up to a position and up to a time (R-ASOF-1).

use std::collections::BTreeMap;

use milepost_core::decide::settle;
use milepost_core::event::{Event, Fact};
use milepost_core::names::MemberKey;
use milepost_core::rules::Rules;
use milepost_core::state::{Broken, Change, Journal, Member};
use milepost_core::time::Instant;
use milepost_core::views::Totals;
use milepost_core::wire;
use milepost_log::{Entry, Reader};

use crate::error::Error;
use crate::query::KnownAt;
use crate::view::recorded_at;

/// The entries of one member, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    pub(crate) entries: Vec<Link>,
}

/// One entry, as far as one member is concerned.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) seq: u64,
    pub(crate) recorded_at: Instant,
    pub(crate) who: u32,
    /// The member's version after it.
    version: u32,
    pub(crate) events: Vec<Event>,
}

impl Chain {
    /// Walks back along a member's own entries: no index has to be kept for it.
    pub(crate) fn read(
        reader: &Reader,
        key: &MemberKey,
        head: u64,
        known_at: Option<KnownAt>,
    ) -> Result<Chain, Error> {
        let mut entries = Vec::new();
        let mut next = Some(head);
        while let Some(seq) = next {
            let broken = || Error::Broken { seq, source: CHAIN_BROKEN };
            let entry = reader.entry(seq)?.ok_or_else(broken)?;
            let entry = entry.view();
            let touch = (0..).zip(entry.touches()).find(|(_, touch)| touch.member == key.0);
            let (who, touch) = touch.ok_or_else(broken)?;
            next = touch.previous;
            if is_known(&entry, known_at) {
                let (recorded_at, version) = (recorded_at(&entry), touch.version);
                let events = events(&entry)?;
                entries.push(Link { seq, recorded_at, who, version, events });
            }
        }
        entries.reverse();
        Ok(Chain { entries })
    }
}

const CHAIN_BROKEN: Broken = Broken::Inconsistent("the member's chain of entries is broken");

impl Link {
    /// The member's events.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|event| event.who == self.who)
    }
}

fn is_known(entry: &Entry<'_>, known_at: Option<KnownAt>) -> bool {
    match known_at {
        None => true,
        Some(KnownAt::Seq(seq)) => entry.seq() <= seq,
        Some(KnownAt::Instant(at)) => recorded_at(entry) <= at,
    }
}

fn events(entry: &Entry<'_>) -> Result<Vec<Event>, Error> {
    let (head, mut events) = (entry.head(), Vec::new());
    wire::decode_events_into(head.kind, head.schema, recorded_at(entry), entry.body(), &mut events)
        .map_err(|source| Error::Entry { seq: head.seq, source })?;
    Ok(events)
}

/// The member that its entries come to as of a time; `None` if it was not enrolled by then.
pub(crate) fn fold_member(
    key: MemberKey,
    chain: &Chain,
    as_of: Instant,
) -> Result<Option<Member>, Error> {
    let mut member = None;
    for link in &chain.entries {
        for event in link.own() {
            step(&mut member, key, event, as_of, link.seq)?;
        }
        if let Some(member) = member.as_mut().filter(|_| link.recorded_at <= as_of) {
            member.follow(link.seq, link.version);
        }
    }
    Ok(member)
}

fn step(
    member: &mut Option<Member>,
    key: MemberKey,
    event: &Event,
    as_of: Instant,
    seq: u64,
) -> Result<(), Error> {
    let in_force = event.effective_at <= as_of;
    match member {
        None if matches!(event.fact, Fact::Enrolled { .. }) && in_force => {
            *member = Member::enrolled(key, event.effective_at, &event.fact);
            Ok(())
        }
        None => Ok(()),
        Some(member) => {
            let mut journal = Journal::forgetful();
            let mut change = Change::new(member, &mut journal);
            let applied = if in_force { change.apply(event) } else { change.pass_over(event) };
            applied.map_err(|source| Error::Broken { seq, source })
        }
    }
}

/// The totals as of a time, as known at a position: the whole log is folded again.
pub(crate) fn totals(
    reader: &Reader,
    rules: &Rules,
    as_of: Instant,
    known_at: Option<KnownAt>,
) -> Result<Totals, Error> {
    let mut totals = Totals::default();
    let members = fold_all(reader, as_of, known_at, |step| match step {
        Step::Entry => totals.count_entries(1),
        Step::InForce(event) => totals.apply(std::slice::from_ref(event)),
    })?;
    for mut member in members {
        member.refresh_due(rules);
        let due = settle(rules, &mut member, as_of);
        totals.apply(&due.map_err(|source| Error::Broken { seq: member.head(), source })?);
    }
    Ok(totals)
}

/// All members as of a time, as known at a position, in the order of their keys; what was due by
/// then is not carried out.
pub(crate) fn members(
    reader: &Reader,
    as_of: Instant,
    known_at: Option<KnownAt>,
) -> Result<Vec<Member>, Error> {
    fold_all(reader, as_of, known_at, |_| ())
}

/// What the fold of the whole log comes by.
enum Step<'a> {
    Entry,
    InForce(&'a Event),
}

fn fold_all(
    reader: &Reader,
    as_of: Instant,
    known_at: Option<KnownAt>,
    mut tell: impl FnMut(Step<'_>),
) -> Result<Vec<Member>, Error> {
    let mut members: BTreeMap<MemberKey, Option<Member>> = BTreeMap::new();
    let mut scan = reader.scan(1);
    while let Some(entry) = scan.next_entry()? {
        if !is_known(&entry, known_at) {
            break;
        }
        tell(Step::Entry);
        let keys: Vec<MemberKey> = entry.touches().map(|touch| MemberKey(touch.member)).collect();
        for event in events(&entry)? {
            let key = usize::try_from(event.who).ok().and_then(|who| keys.get(who));
            let Some(key) = key else { continue };
            let member = members.entry(*key).or_default();
            step(member, *key, &event, as_of, entry.seq())?;
            if event.effective_at <= as_of {
                tell(Step::InForce(&event));
            }
        }
    }
    Ok(members.into_values().flatten().collect())
}
