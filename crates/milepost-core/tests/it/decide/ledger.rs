//! A small ledger in memory: members in a map, commands one after another, and an audit after each.

use std::collections::BTreeMap;

use milepost_core::command::{Body, Command};
use milepost_core::decide::{
    Cast, Revision, Scene, Undecided, check_approval, check_many, companion, decide, revise,
    revised, settle,
};
use milepost_core::event::{Event, ExtendCause, Fact};
use milepost_core::names::{MemberId, MemberKey};
use milepost_core::pools::Pools;
use milepost_core::programme::{Symbols, UnitIx, parse};
use milepost_core::refusal::Refusal;
use milepost_core::rules::Rules;
use milepost_core::state::{Counted, Counter, Journal, Member, Touch};
use milepost_core::time::Instant;
use milepost_core::views::{Statement, Totals};

/// What every test programme begins with.
pub(crate) const HEADER: &str = "name = \"Test\"\ntimezone = \"UTC\"\ncurrency = \"EUR\"\n";

/// All members of a ledger, and what the folds of its events have come to.
pub(crate) struct Ledger {
    pub(crate) rules: Rules,
    pub(crate) now: Instant,
    pub(crate) members: BTreeMap<MemberKey, Member>,
    pub(crate) totals: Totals,
    pub(crate) statements: BTreeMap<MemberKey, Statement>,
    pub(crate) pools: Pools,
    seq: u64,
}

/// The events of one member in one entry, whose `who` in the entry is the place in the list.
type Entry = (Vec<Event>, Vec<MemberKey>);

impl Ledger {
    /// An empty ledger under a programme: what follows after name, time zone and currency.
    pub(crate) fn new(programme: &str) -> Ledger {
        let text = format!("{HEADER}{programme}");
        let parsed = parse(&text, &Symbols::default());
        let parsed = parsed.unwrap_or_else(|faults| panic!("{text}\n{faults}"));
        let start: Instant = "2020-01-01T00:00:00Z".parse().unwrap();
        Ledger {
            rules: Rules::new([7; 16], &text, parsed, start),
            now: start,
            members: BTreeMap::new(),
            totals: Totals::default(),
            statements: BTreeMap::new(),
            pools: Pools::default(),
            seq: 0,
        }
    }

    /// The member with an id, as recorded.
    pub(crate) fn member(&self, id: &str) -> &Member {
        let key = self.key(&id.parse().unwrap());
        self.members.get(&key).unwrap_or_else(|| panic!("there is no member {id}"))
    }

    /// The member with an id, as of a time.
    pub(crate) fn settled(&self, id: &str, at: Instant) -> Member {
        let mut member = self.member(id).clone();
        settle(&self.rules, &mut member, at).unwrap();
        member
    }

    fn key(&self, id: &MemberId) -> MemberKey {
        self.rules.member_key(id)
    }

    /// The members that a command is about, and those that have to be at hand for it.
    pub(crate) fn cast(&self, command: &Command) -> Vec<MemberKey> {
        match command.cast() {
            Cast::One(id) => {
                let key = self.key(id);
                let member = self.members.get(&key);
                let other = member.and_then(|member| companion(member, command));
                [key].into_iter().chain(other).collect()
            }
            Cast::Two(from, to) | Cast::With(from, to) => vec![self.key(from), self.key(to)],
            Cast::Many(Some(ids)) => ids.iter().map(|id| self.key(id)).collect(),
            Cast::Many(None) => self.members.keys().copied().collect(),
            Cast::Ledger => Vec::new(),
        }
    }

    /// Every member's canonical encoding, and that of the pools.
    pub(crate) fn encoded(&self) -> Vec<Vec<u8>> {
        let encoded = |member: &Member| {
            let mut bytes = Vec::new();
            member.encode(&mut bytes);
            bytes
        };
        let mut pools = Vec::new();
        self.pools.encode(&mut pools);
        self.members.values().map(encoded).chain([pools]).collect()
    }

    /// Judges a command without doing it, then does it; both times with the same outcome (R-CMD-7).
    pub(crate) fn submit(&mut self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let before = self.encoded();
        let judged = self.decide(command, Then::TakeBack).map(|(events, _)| events);
        assert_eq!(self.encoded(), before, "a dry run changes nothing: {command:?}");
        let done = self.decide(command, Then::Keep);
        assert_eq!(judged, done.clone().map(|(events, _)| events), "R-CMD-7: {command:?}");
        match done {
            Ok((events, cast)) => {
                self.fold(&events, &cast);
                self.audit();
                Ok(events)
            }
            Err(refusal) => {
                assert_eq!(self.encoded(), before, "R-CMD-1: a refusal changes nothing");
                Err(refusal)
            }
        }
    }

    fn decide(&mut self, command: &Command, then: Then) -> Result<Entry, Refusal> {
        let redirected = self.redirected(command);
        let command = redirected.as_ref().unwrap_or(command);
        let (seq, keys) = (self.seq + 1, self.cast(command));
        let entry = match command.cast() {
            Cast::Ledger => self.revise(command, then, seq)?,
            Cast::One(_) | Cast::Two(..) | Cast::With(..) => {
                self.decide_for(command, &keys, then, seq)?
            }
            Cast::Many(_) => {
                check_many(&self.rules, self.now, command)?;
                check_approval(&self.rules, self.now, command)?;
                self.decide_each(command, keys, then, seq)?
            }
        };
        if then == Then::Keep {
            self.seq = seq;
        }
        Ok(entry)
    }

    /// The command for whom it reaches (R-MERGE-1).
    pub(crate) fn redirected(&self, command: &Command) -> Option<Command> {
        command.redirected(|named| {
            let mut into = self.members.get(&self.key(named))?.merged_into()?;
            while let Some(next) = self.members[&into].merged_into() {
                into = next;
            }
            Some(self.members[&into].id().clone())
        })
    }

    fn revise(&mut self, command: &Command, then: Then, seq: u64) -> Result<Entry, Refusal> {
        let Body::Revise(asked) = &command.body else { panic!("{command:?}") };
        match revise(&self.rules, self.now, seq, command, self.members.values()) {
            Ok(Revision { rules, event }) => {
                let again = revised(&self.rules, seq, self.now, asked, &event).unwrap();
                assert_eq!(format!("{again:?}"), format!("{rules:?}"), "R-ASOF-2");
                if then == Then::Keep {
                    self.rules = rules;
                }
                Ok((vec![event], Vec::new()))
            }
            Err(Undecided::Refused(refusal)) => Err(refusal),
            Err(Undecided::Broken(broken)) => panic!("{broken}: {command:?}"),
        }
    }

    fn decide_each(
        &mut self,
        command: &Command,
        keys: Vec<MemberKey>,
        then: Then,
        seq: u64,
    ) -> Result<Entry, Refusal> {
        let mut all = Vec::new();
        for (who, key) in (0..).zip(&keys) {
            let (events, _) = self.decide_for(command, &[*key], then, seq)?;
            all.extend(events.into_iter().map(|event| Event { who, ..event }));
        }
        Ok((all, keys))
    }

    fn decide_for(
        &mut self,
        command: &Command,
        keys: &[MemberKey],
        then: Then,
        seq: u64,
    ) -> Result<Entry, Refusal> {
        let mut cast: Vec<Option<Member>> =
            keys.iter().map(|key| self.members.remove(key)).collect();
        let (mut journals, mut events) = ([Journal::default(), Journal::default()], Vec::new());
        let (first, rest) = cast.split_first_mut().unwrap();
        let mut scene = Scene {
            rules: &self.rules,
            now: self.now,
            member: first.as_mut(),
            other: rest.first_mut().and_then(Option::as_mut),
            pools: &mut self.pools,
            journals: &mut journals,
            events: &mut events,
        };
        let decided = decide(&mut scene, command);
        let all = scene.events.clone();
        let entry = match decided {
            Ok(opened) if then == Then::Keep => {
                let touched = !all.is_empty() || !matches!(command.body, Body::Advance(_));
                // Who is only at hand is touched by what is written for it.
                let names_both = matches!(command.cast(), Cast::Two(..));
                if !names_both && all.iter().all(|event| event.who == 0) {
                    scene.other = None;
                }
                if touched {
                    scene.keep(seq, counted(command, &all), &mut Vec::<Touch>::new());
                }
                self.members.extend(opened.map(|mut member| {
                    member.touch(seq, Counted::Yes);
                    (member.key(), member)
                }));
                Ok((all, keys.to_vec()))
            }
            Ok(_) => {
                scene.take_back(0);
                Ok((all, keys.to_vec()))
            }
            Err(Undecided::Refused(refusal)) => {
                scene.take_back(0);
                Err(refusal)
            }
            Err(Undecided::Broken(broken)) => panic!("{broken}: {command:?}"),
        };
        let back = cast.into_iter().flatten().map(|member| (member.key(), member));
        self.members.extend(back);
        entry
    }

    fn fold(&mut self, events: &[Event], cast: &[MemberKey]) {
        self.totals.apply(events);
        self.totals.count_entries(1);
        for (who, key) in (0..).zip(cast) {
            let statement = self.statements.entry(*key).or_default();
            statement.apply(&self.rules, Some(self.seq), self.now, who, events);
        }
    }

    /// R-LOT-1 and R-ASOF-2: everything that says the same thing twice says the same.
    fn audit(&self) {
        assert!(self.totals.conserved());
        let members = self.members.values().filter(|member| member.merged_into().is_none());
        assert_eq!(self.totals.members(), members.count() as u64);
        assert_eq!(self.totals.entries(), self.seq);
        let mut bytes = Vec::new();
        self.totals.encode(&mut bytes);
        assert_eq!(Totals::decode(&bytes), Ok((self.totals.clone(), bytes.len())));
        for member in self.members.values() {
            audit_member(member);
        }
        self.audit_totals();
        self.audit_statements();
    }

    fn audit_totals(&self) {
        for unit in (0..).map(UnitIx).take(self.rules.symbols().units.len()) {
            let total = self.totals.of(unit);
            let figures = || self.members.values().filter_map(|member| member.figures(unit));
            let sum = |of: fn(&milepost_core::state::Figures) -> i64| -> i128 {
                figures().map(|figures| i128::from(of(figures))).sum()
            };
            assert_eq!(total.available, sum(|f| f.available));
            assert_eq!(total.pending, sum(|f| f.pending));
            assert_eq!(total.held, sum(|f| f.held));
            assert_eq!(total.debt, sum(|f| f.debt));
            for counter in Counter::ALL {
                let counted: u128 = figures().map(|figures| figures.counter(counter)).sum();
                assert_eq!(total.counter(counter), counted, "{}", counter.name());
            }
        }
    }

    fn audit_statements(&self) {
        for (key, statement) in &self.statements {
            let Some(member) = self.members.get(key) else { continue };
            if member.merged_into().is_some() {
                continue;
            }
            for figures in member.units() {
                let mut lines = statement.lines().iter().filter(|line| line.unit == figures.unit());
                let changes: i128 = lines.clone().map(|line| i128::from(line.change)).sum();
                assert_eq!(changes, figures.balance());
                let last = lines.next_back();
                assert_eq!(last.map_or(0, |line| line.balance), figures.balance());
            }
        }
    }
}

/// What a decision does in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Keep,
    TakeBack,
}

/// R-CMD-4: a sweep moves no version, `extend` where a lot moved.
fn counted(command: &Command, events: &[Event]) -> Counted {
    let by_command =
        |event: &Event| matches!(event.fact, Fact::Extended { cause: ExtendCause::Command, .. });
    let moved = || events.iter().any(by_command);
    let sweeps = matches!(command.body, Body::Advance(_));
    if sweeps || matches!(command.body, Body::Extend(_)) && !moved() {
        return Counted::No;
    }
    Counted::Yes
}

/// Figures are the sums over lots and holds, and what is written is read back the same.
fn audit_member(member: &Member) {
    for figures in member.units() {
        assert!(figures.conserved(), "R-LOT-1: {figures:?}");
        let lots = || member.lots().filter(|(_, lot)| lot.unit() == figures.unit());
        let free = |ready: bool| -> i64 {
            lots().filter(|(_, lot)| lot.is_ready() == ready).map(|(_, lot)| lot.free).sum()
        };
        assert_eq!(figures.available, free(true));
        assert_eq!(figures.pending, free(false));
        assert_eq!(figures.held, lots().map(|(number, _)| member.held_of(number)).sum::<i64>());
        assert!(lots().all(|(_, lot)| lot.free >= 0), "R-LOT-3");
        assert!(figures.debt == 0 || figures.available == 0, "R-DEBT-1: {figures:?}");
    }
    let mut bytes = Vec::new();
    member.encode(&mut bytes);
    let (decoded, length) = Member::decode(&bytes).unwrap();
    assert_eq!(length, bytes.len());
    let mut again = Vec::new();
    decoded.encode(&mut again);
    assert_eq!(again, bytes, "R-ASOF-2");
}
