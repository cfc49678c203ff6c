//! What a decision costs in memory, with its events applied and no log. The floor is what nobody
//! can leave out: to find the member's balance in memory, check it, and change it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use milepost::command::{Body, Command};
use milepost::state::Member;
use milepost_bench::Outcome;
use milepost_bench::mix::{Mix, SKEW, pace};
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::sample::{Pair, each, medians};
use milepost_bench::workload::{self, Random};
use milepost_bench::world::{Placed, World};

const MEMBERS: u32 = 50_000;
/// So few members are in the processor's cache: what is left is the decision itself.
const AT_HAND: u32 = 500;
const COMMANDS_PER_MEMBER: u32 = 4;
const FLOOR_IS: &str = "find, check and change one number";
/// So many commands of the mix are decided between two looks at the watch.
const AT_ONCE: u32 = 200_000;

fn main() -> Outcome<()> {
    let Some(run) = Run::start("decide", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    mix(&run, 10_000, SKEW)?;
    mix(&run, 1_000_000, SKEW)?;
    mix(&run, 1_000_000, 1.0)?;
    let members = run.scaled(MEMBERS);
    let commands = members * COMMANDS_PER_MEMBER;
    let mut random = Random::new(11);
    let visits = (0..commands).map(|serial| workload::visit(random.below(members), serial));
    let visits = visits.collect::<Outcome<Vec<_>>>()?;
    job(&run, "earn at one fixed rate, members with no lot", World::fixed(members)?, visits)?;
    let name = "earn by a travel agency's 12 rules, members with four lots";
    agency(&run, name, members, 0)?;
    agency(&run, "the same, members at hand", AT_HAND, 0)?;
    agency(&run, "the same, members at hand, beside 500 rules for other kinds", AT_HAND, 500)
}

/// Trips by the rules of a travel agency, and so many rules beside them.
fn agency(run: &Run, name: &str, members: u32, others: u32) -> Outcome<()> {
    if !run.wants(name) {
        return Ok(());
    }
    let mut random = Random::new(11);
    let trips = (0..members * COMMANDS_PER_MEMBER)
        .map(|serial| workload::trip(random.below(members), serial, 4_000 + random.below(60_000)));
    job(run, name, World::agency(members, others)?, trips.collect::<Outcome<Vec<_>>>()?)
}

/// The mix about members with three lots, while time goes by.
fn mix(run: &Run, members: u32, skew: f64) -> Outcome<()> {
    let members = run.scaled(members).max(10);
    let job = format!("mix, {members} members, by Zipf with {skew}");
    if !run.wants(&job) {
        return Ok(());
    }
    let mut world = World::travel(members)?;
    world.pace = pace(members);
    let mut bare = Bare::of(world.members.len());
    let mut mix = Mix::skewed(11, members, skew)?;
    let count = run.scaled(AT_ONCE);
    let mut pairs = Vec::new();
    for _ in 0..run.repetitions(7) {
        let commands = mix.by_ref().take(usize::try_from(count)?);
        let commands =
            commands.map(|command| Placed::new(command?)).collect::<Outcome<Vec<_>>>()?;
        let ours = each(world.decide_all(commands.iter())?, count);
        let floor = each(bare.change(&commands, 0, commands.len())?, count);
        pairs.push(Pair { ours, floor });
    }
    let Some(pair) = medians(&pairs) else { return Ok(()) };
    run.say(&format!("decide: {} of the next were refused", world.refused))?;
    row(run, &job, pair)
}

/// The same commands again and again, about members who are put back each time.
fn job(run: &Run, job: &str, world: World, commands: Vec<Command>) -> Outcome<()> {
    let commands = commands.into_iter().map(Placed::new).collect::<Outcome<Vec<_>>>()?;
    let mut bare = Bare::of(world.members.len());
    let mut again = Again { first: world.members.clone(), world, commands: &commands, at: 0 };
    let mut bare_at = 0;
    let floor = |count| {
        let mut taken = Duration::ZERO;
        stretches(count, &mut bare_at, commands.len(), |from, some| {
            taken += bare.change(&commands, from, some)?;
            Ok(())
        })?;
        Ok(taken)
    };
    let pair = run.repeat(job, |count| again.decide(count), floor)?;
    pair.map_or(Ok(()), |pair| row(run, job, pair))
}

fn row(run: &Run, job: &str, pair: Pair) -> Outcome<()> {
    let (ours, floor) = (Figure::Each(pair.ours, "command"), Figure::Each(pair.floor, "command"));
    run.row(&Row { job, ours, floor, floor_is: FLOOR_IS })
}

/// When the commands have all been decided, the members are put back to where they were, so that
/// they stay as they are meant to be.
struct Again<'a> {
    first: Vec<Member>,
    world: World,
    commands: &'a [Placed],
    at: usize,
}

impl Again<'_> {
    /// Decides the next commands, beginning again after the last. Says how long deciding took.
    fn decide(&mut self, count: u32) -> Outcome<Duration> {
        let mut taken = Duration::ZERO;
        stretches(count, &mut self.at, self.commands.len(), |from, some| {
            if from == 0 {
                self.world.members.clone_from(&self.first);
            }
            taken += self.world.decide_all(self.commands.iter().skip(from).take(some))?;
            Ok(())
        })?;
        if self.world.refused > 0 { Err("refused".into()) } else { Ok(taken) }
    }
}

/// Goes around `len` places: from where it stopped, in stretches that end at the last place.
fn stretches(
    count: u32,
    at: &mut usize,
    len: usize,
    mut go: impl FnMut(usize, usize) -> Outcome<()>,
) -> Outcome<()> {
    let mut left = usize::try_from(count)?;
    while left > 0 {
        if *at == len {
            *at = 0;
        }
        let some = left.min(len - *at);
        go(*at, some)?;
        *at += some;
        left -= some;
    }
    Ok(())
}

/// One number for each member, a cache line apart as state that is more than a number would be.
struct Bare {
    balances: Vec<[i64; 8]>,
}

impl Bare {
    fn of(members: usize) -> Bare {
        Bare { balances: vec![[1_000_000_000; 8]; members] }
    }

    /// Changes numbers as so many commands would, from one on.
    fn change(&mut self, commands: &[Placed], from: usize, count: usize) -> Outcome<Duration> {
        // A command is long: what the floor looks at stands together.
        let changes = commands.iter().skip(from).take(count).map(|placed| {
            let takes = matches!(placed.command.body, Body::Redeem(_) | Body::Hold(_));
            (placed.member, if takes { -500 } else { 10_000 })
        });
        let changes: Vec<(usize, i64)> = changes.collect();
        let start = Instant::now();
        for (index, change) in changes {
            let [balance, ..] = self.balances.get_mut(index).ok_or("no such member")?;
            let after = balance.checked_add(change).filter(|after| *after >= 0);
            *balance = black_box(after).ok_or("too little")?;
        }
        Ok(start.elapsed())
    }
}
