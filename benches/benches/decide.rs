//! What a decision costs in memory, with its events applied and no log. The floor is what nobody
//! can leave out: to find the member's balance in memory, check it, and change it.

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use milepost::Instant;
use milepost::command::{Body, Command};
use milepost::decide::{Scene, decide};
use milepost::event::Event;
use milepost::pools::Pools;
use milepost::programme::{self, Symbols};
use milepost::rules::Rules;
use milepost::state::{Counted, Journal, Member, Touch};
use milepost_bench::Outcome;
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::workload::{self, AGENCY, FIXED, LEDGER, Random, TRAVEL};

const MEMBERS: u32 = 50_000;
const COMMANDS_PER_MEMBER: u32 = 4;
const FLOOR_IS: &str = "find, check and change one number";

fn main() -> Outcome<()> {
    let Some(run) = Run::start("decide", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let members = run.scaled(MEMBERS);
    let commands = members * COMMANDS_PER_MEMBER;
    let mut random = Random::new(11);
    let mix = (0..commands).map(|serial| workload::mixed(&mut random, members, serial));
    job(&run, "earn and redeem, members with three lots", World::travel(members, mix)?)?;
    let earns = (0..commands).map(|serial| {
        let number = random.below(members);
        Ok((number, workload::visit(number, serial)?))
    });
    job(&run, "earn at one fixed rate, members with no lot", World::fixed(members, earns)?)?;
    let agency = World::agency(members, 0, trips(&mut random, members, commands))?;
    job(&run, "earn by a travel agency's 12 rules, members with four lots", agency)?;
    let agency = World::agency(members, 500, trips(&mut random, members, commands))?;
    job(&run, "the same beside 500 rules for other kinds", agency)
}

fn trips(
    random: &mut Random,
    members: u32,
    commands: u32,
) -> impl Iterator<Item = Outcome<(u32, Command)>> {
    (0..commands).map(move |serial| {
        let number = random.below(members);
        Ok((number, workload::trip(number, serial, 4_000 + random.below(60_000))?))
    })
}

fn job(run: &Run, job: &str, mut world: World) -> Outcome<()> {
    let mut bare = Bare::of(&world);
    let pair = run.repeat(job, |count| world.decide(count), |count| bare.change(count))?;
    let Some(pair) = pair else { return Ok(()) };
    let (ours, floor) = (Figure::Each(pair.ours, "command"), Figure::Each(pair.floor, "command"));
    run.row(&Row { job, ours, floor, floor_is: FLOOR_IS })
}

/// Members in memory, and commands about them. When the commands have all been decided, the members
/// are put back to where they were, so that they stay as they are meant to be.
struct World {
    rules: Rules,
    now: Instant,
    commands: Vec<(usize, Command)>,
    at: usize,
    first: Vec<Member>,
    members: Vec<Member>,
    work: Work,
}

/// What a writer has at hand, to be used again and again.
#[derive(Default)]
struct Work {
    pools: Pools,
    journals: [Journal; 2],
    events: Vec<Event>,
    touches: Vec<Touch>,
    seq: u64,
}

impl World {
    fn travel(
        members: u32,
        commands: impl Iterator<Item = Outcome<(u32, Command)>>,
    ) -> Outcome<World> {
        let mut world = World::new(TRAVEL, commands)?;
        for number in 0..members {
            world.enrol(&workload::enrol(number)?)?;
            let index = usize::try_from(number)?;
            // References of the welcome are beyond those of the commands.
            let serial = 10_000_000 + number;
            world.step(index, &workload::grant(number)?)?;
            world.step(index, &workload::flight(number, serial, 2_500)?)?;
            world.step(index, &workload::stay(number, serial, 24_000)?)?;
        }
        Ok(world.ready())
    }

    fn fixed(
        members: u32,
        commands: impl Iterator<Item = Outcome<(u32, Command)>>,
    ) -> Outcome<World> {
        let mut world = World::new(FIXED, commands)?;
        for number in 0..members {
            world.enrol(&workload::enrol_plainly(number)?)?;
        }
        Ok(world.ready())
    }

    /// Members of the travel agency of the examples, each with a grant and a trip behind it, and so
    /// many rules beside the agency's own.
    fn agency(
        members: u32,
        others: u32,
        commands: impl Iterator<Item = Outcome<(u32, Command)>>,
    ) -> Outcome<World> {
        let text = workload::with_rules_of_other_kinds(AGENCY, others);
        let mut world = World::new(&text, commands)?;
        for number in 0..members {
            world.enrol(&workload::enrol_plainly(number)?)?;
            let index = usize::try_from(number)?;
            let serial = 10_000_000 + number;
            world.step(index, &workload::grant(number)?)?;
            world.step(index, &workload::trip(number, serial, 24_000)?)?;
        }
        Ok(world.ready())
    }

    fn new(text: &str, commands: impl Iterator<Item = Outcome<(u32, Command)>>) -> Outcome<World> {
        let now = workload::start()?;
        let rules = Rules::new(LEDGER, text, programme::parse(text, &Symbols::default())?, now);
        let indexed = commands.map(|command| {
            let (number, command) = command?;
            Ok((usize::try_from(number)?, command))
        });
        let commands = indexed.collect::<Outcome<_>>()?;
        let (first, members, work) = (Vec::new(), Vec::new(), Work::default());
        Ok(World { rules, now, commands, at: 0, first, members, work })
    }

    fn ready(mut self) -> World {
        self.first = self.members.clone();
        self
    }

    fn enrol(&mut self, command: &Command) -> Outcome<()> {
        let mut scene = scene(&self.rules, self.now, None, &mut self.work);
        let member = decide(&mut scene, command)?.ok_or("nobody was enrolled")?;
        self.work.events.clear();
        self.members.push(member);
        Ok(())
    }

    /// Decides the next commands, beginning again after the last. Says how long deciding took.
    fn decide(&mut self, count: u32) -> Outcome<Duration> {
        let (mut taken, mut left) = (Duration::ZERO, usize::try_from(count)?);
        while left > 0 {
            if self.at == self.commands.len() {
                self.members.clone_from(&self.first);
                self.at = 0;
            }
            let some = left.min(self.commands.len() - self.at);
            taken += self.stretch(some)?;
            left -= some;
        }
        Ok(taken)
    }

    fn stretch(&mut self, count: usize) -> Outcome<Duration> {
        let commands = self.commands.iter().skip(self.at).take(count);
        let start = Clock::now();
        for (index, command) in commands {
            let member = self.members.get_mut(*index);
            step(&self.rules, self.now, member, &mut self.work, command)?;
        }
        let taken = start.elapsed();
        self.at += count;
        Ok(taken)
    }

    fn step(&mut self, index: usize, command: &Command) -> Outcome<()> {
        step(&self.rules, self.now, self.members.get_mut(index), &mut self.work, command)
    }
}

/// Decides one command, and lets it stand.
fn step(
    rules: &Rules,
    now: Instant,
    member: Option<&mut Member>,
    work: &mut Work,
    command: &Command,
) -> Outcome<()> {
    let mut touches = std::mem::take(&mut work.touches);
    work.seq += 1;
    let seq = work.seq;
    let mut scene = scene(rules, now, member, work);
    decide(&mut scene, command)?;
    scene.keep(seq, Counted::Yes, &mut touches);
    black_box((&scene.events, &touches));
    touches.clear();
    work.touches = touches;
    work.events.clear();
    Ok(())
}

fn scene<'a>(
    rules: &'a Rules,
    now: Instant,
    member: Option<&'a mut Member>,
    work: &'a mut Work,
) -> Scene<'a> {
    Scene {
        rules,
        now,
        member,
        other: None,
        pools: &mut work.pools,
        journals: &mut work.journals,
        events: &mut work.events,
    }
}

/// One number for each member, a cache line apart as state that is more than a number would be.
struct Bare {
    balances: Vec<[i64; 8]>,
    changes: Vec<(usize, i64)>,
    at: usize,
}

impl Bare {
    fn of(world: &World) -> Bare {
        let change = |(index, command): &(usize, Command)| {
            let is_redemption = matches!(command.body, Body::Redeem(_));
            (*index, if is_redemption { -500 } else { 10_000 })
        };
        let balances = vec![[1_000_000; 8]; world.first.len()];
        Bare { balances, changes: world.commands.iter().map(change).collect(), at: 0 }
    }

    fn change(&mut self, count: u32) -> Outcome<Duration> {
        let start = Clock::now();
        let mut left = usize::try_from(count)?;
        while left > 0 {
            if self.at == self.changes.len() {
                self.at = 0;
            }
            let some = left.min(self.changes.len() - self.at);
            for (index, change) in self.changes.iter().skip(self.at).take(some) {
                let [balance, ..] = self.balances.get_mut(*index).ok_or("no such member")?;
                let after = balance.checked_add(*change).filter(|after| *after >= 0);
                *balance = black_box(after).ok_or("too little")?;
            }
            self.at += some;
            left -= some;
        }
        Ok(start.elapsed())
    }
}
