//! Members in memory, and commands decided about them: no log, no threads, no map of members.

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use milepost::command::Command;
use milepost::decide::{Cast, Scene, Undecided, decide};
use milepost::event::Event;
use milepost::pools::Pools;
use milepost::programme::{self, Symbols};
use milepost::rules::Rules;
use milepost::state::{Counted, Journal, Member, Touch};
use milepost::{Instant, MemberId};

use crate::Outcome;
use crate::workload::{self, AGENCY, FIXED, LEDGER, TRAVEL};

/// A command, and where its members are.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The command.
    pub command: Command,
    /// The place of its member.
    pub member: usize,
    other: Option<usize>,
}

impl Placed {
    /// A command of this package.
    ///
    /// # Errors
    /// If it is not about one or two members with numbers.
    pub fn new(command: Command) -> Outcome<Placed> {
        let (member, other) = match command.cast() {
            Cast::One(one) => (place(one)?, None),
            Cast::Two(one, other) => (place(one)?, Some(place(other)?)),
            Cast::With(..) | Cast::Many(_) | Cast::Ledger => return Err("not about members".into()),
        };
        Ok(Placed { command, member, other })
    }
}

/// Members are numbered in the order in which they are enrolled.
fn place(id: &MemberId) -> Outcome<usize> {
    Ok(id.as_str().trim_start_matches('M').parse()?)
}

/// Members, and the rules for them.
#[derive(Debug)]
pub struct World {
    rules: Rules,
    now: Instant,
    /// Microseconds that go by with each command.
    pub pace: i64,
    /// Each at its place.
    pub members: Vec<Member>,
    /// How many commands were refused.
    pub refused: u32,
    work: Work,
}

/// What a writer has at hand, to be used again and again.
#[derive(Debug, Default)]
struct Work {
    pools: Pools,
    journals: [Journal; 2],
    events: Vec<Event>,
    touches: Vec<Touch>,
    seq: u64,
}

impl World {
    /// Nobody yet, under a programme.
    ///
    /// # Errors
    /// If the programme is faulty.
    pub fn new(text: &str) -> Outcome<World> {
        let now = workload::start()?;
        let rules = Rules::new(LEDGER, text, programme::parse(text, &Symbols::default())?, now);
        let (members, work) = (Vec::new(), Work::default());
        Ok(World { rules, now, pace: 0, members, refused: 0, work })
    }

    /// Members with three lots, under the programme of two tiers.
    ///
    /// # Errors
    /// Never.
    pub fn travel(members: u32) -> Outcome<World> {
        let mut world = World::new(TRAVEL)?;
        for number in 0..members {
            world.enrol(&workload::enrol(number)?)?;
            world.accept(workload::grant(number)?)?;
            // References of the welcome are beyond those of the commands.
            let serial = 90_000_000 + number;
            world.accept(workload::flight(number, serial, 2_500)?)?;
            world.accept(workload::stay(number, serial, 24_000)?)?;
        }
        Ok(world)
    }

    /// Members with nothing, under the programme of one fixed rate.
    ///
    /// # Errors
    /// Never.
    pub fn fixed(members: u32) -> Outcome<World> {
        let mut world = World::new(FIXED)?;
        (0..members).try_for_each(|number| world.enrol(&workload::enrol_plainly(number)?))?;
        Ok(world)
    }

    /// Members of the travel agency of the examples, each with a grant and a trip behind it, and so
    /// many rules beside the agency's own.
    ///
    /// # Errors
    /// Never.
    pub fn agency(members: u32, others: u32) -> Outcome<World> {
        let mut world = World::new(&workload::with_rules_of_other_kinds(AGENCY, others))?;
        for number in 0..members {
            world.enrol(&workload::enrol_plainly(number)?)?;
            world.accept(workload::grant(number)?)?;
            world.accept(workload::trip(number, 10_000_000 + number, 24_000)?)?;
        }
        Ok(world)
    }

    /// Adds the next member.
    ///
    /// # Errors
    /// If the command enrols nobody.
    pub fn enrol(&mut self, command: &Command) -> Outcome<()> {
        let mut scene = scene(&self.rules, self.now, [None, None], &mut self.work);
        let member = decide(&mut scene, command)?.ok_or("nobody was enrolled")?;
        self.work.events.clear();
        self.members.push(member);
        Ok(())
    }

    /// Decides a command that is not to be refused.
    ///
    /// # Errors
    /// If it is.
    pub fn accept(&mut self, command: Command) -> Outcome<()> {
        let before = self.refused;
        self.decide(&Placed::new(command)?)?;
        if self.refused == before { Ok(()) } else { Err("refused".into()) }
    }

    /// Decides commands one after the other. Says how long that took.
    ///
    /// # Errors
    /// If an event of a decision does not apply.
    pub fn decide_all<'a>(
        &mut self,
        commands: impl Iterator<Item = &'a Placed>,
    ) -> Outcome<Duration> {
        let start = Clock::now();
        for placed in commands {
            self.decide(placed)?;
        }
        Ok(start.elapsed())
    }

    /// Decides one command, and lets it stand, or takes it back if it is refused.
    fn decide(&mut self, placed: &Placed) -> Outcome<()> {
        let mut touches = std::mem::take(&mut self.work.touches);
        self.work.seq += 1;
        let seq = self.work.seq;
        self.now = workload::later(self.now, self.pace)?;
        let members = match placed.other {
            None => [self.members.get_mut(placed.member), None],
            Some(other) => self.members.get_disjoint_mut([placed.member, other])?.map(Some),
        };
        let mut scene = scene(&self.rules, self.now, members, &mut self.work);
        match decide(&mut scene, &placed.command) {
            Ok(_) => scene.keep(seq, Counted::Yes, &mut touches),
            Err(Undecided::Refused(_)) => {
                scene.take_back(0);
                self.refused += 1;
            }
            Err(Undecided::Broken(broken)) => return Err(broken.into()),
        }
        black_box((&self.work.events, &touches));
        touches.clear();
        self.work.touches = touches;
        self.work.events.clear();
        Ok(())
    }
}

fn scene<'a>(
    rules: &'a Rules,
    now: Instant,
    [member, other]: [Option<&'a mut Member>; 2],
    work: &'a mut Work,
) -> Scene<'a> {
    Scene {
        rules,
        now,
        member,
        other,
        pools: &mut work.pools,
        journals: &mut work.journals,
        events: &mut work.events,
    }
}
