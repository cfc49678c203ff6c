//! The mix of commands that every figure about "the mix" is of: 70 of 100 earn, 20 redeem, hold or
//! capture, 5 refund or reverse, 5 do something else. Some members are about much more often than
//! others.
//!
//! It is a stream: it remembers the last few hundred commands that a later one comes back to, and
//! nothing else, so a hundred million commands take no more memory than a thousand.

use std::collections::VecDeque;

use milepost::Reference;
use milepost::command::{
    Attributes, Capture, Command, Consent, Grant, Hold, Refund, Reverse, Transfer,
};
use num_traits::ToPrimitive;
use rand_distr::Zipf;

use crate::Outcome;
use crate::workload::{Random, flight, hundredths, member, redeem, stay};

/// How unevenly members are about: the exponent of Zipf's law. With a half, the most active one of
/// ten thousand members does 50 times what one does on the average, and the most active one of a
/// million 500 times: a traveller beside a travel manager. With 1, as for words and web pages, that
/// one of a million would do the 70,000-fold, which is nobody who flies.
pub const SKEW: f64 = 0.5;

/// What a member does in a year, on the average, where it matters how fast time goes by.
const IN_A_YEAR: i64 = 24;
const YEAR: i64 = 365 * 86_400_000_000;

/// How many commands are remembered to be come back to, at least and at most: what comes back to
/// another command must not overtake it, also if many callers hand in at once.
const EARNED: (usize, usize) = (128, 256);
const REDEEMED: (usize, usize) = (128, 256);
/// A booking is finished sooner than it is called off.
const HELD: (usize, usize) = (32, 64);

/// The commands of a seed, one after the other, without end.
#[derive(Clone, Debug)]
pub struct Mix {
    random: Random,
    popularity: Zipf<f64>,
    skew: f64,
    members: u32,
    serial: u32,
    earned: Recent,
    redeemed: Recent,
    held: Recent,
}

/// Whose, and with which serial number: the oldest first.
type Recent = VecDeque<(u32, u32)>;

impl Mix {
    /// The commands of a seed, about so many members, as uneven as [`SKEW`] says.
    ///
    /// # Errors
    /// If there are no members.
    pub fn new(seed: u64, members: u32) -> Outcome<Mix> {
        Mix::skewed(seed, members, SKEW)
    }

    /// The same with another exponent of Zipf's law; 0 makes all members alike.
    ///
    /// # Errors
    /// If there are no members, or the exponent is negative.
    pub fn skewed(seed: u64, members: u32, skew: f64) -> Outcome<Mix> {
        Ok(Mix {
            random: Random::new(seed),
            popularity: Zipf::new(f64::from(members), skew)?,
            skew,
            members,
            serial: 0,
            earned: Recent::new(),
            redeemed: Recent::new(),
            held: Recent::new(),
        })
    }

    /// Begins its serial numbers after one, so that no reference is one of another mix.
    #[must_use]
    pub fn numbered_from(self, serial: u32) -> Mix {
        Mix { serial, ..self }
    }

    /// Goes on with more members. Those who were there first stay the most active.
    ///
    /// # Errors
    /// If there are no members.
    pub fn grow_to(&mut self, members: u32) -> Outcome<()> {
        self.popularity = Zipf::new(f64::from(members), self.skew)?;
        self.members = members;
        Ok(())
    }

    /// Somebody, by how active members are.
    fn somebody(&mut self) -> u32 {
        let rank = self.random.draw(&self.popularity).to_u32().unwrap_or(1);
        rank.clamp(1, self.members) - 1
    }

    fn command(&mut self) -> Outcome<Command> {
        self.serial += 1;
        match self.random.below(100) {
            0..40 => self.fly(),
            40..70 => self.stay(),
            70..82 => self.redeem(),
            82..86 => self.hold(),
            86..90 => self.capture(),
            90..93 => self.refund(),
            93..95 => self.reverse(),
            95..97 => self.grant(),
            97 => self.transfer(),
            98 => self.attributes(),
            _ => self.consent(),
        }
    }

    fn fly(&mut self) -> Outcome<Command> {
        let (number, km) = (self.somebody(), 300 + self.random.below(9_000));
        flight(number, self.serial, km)
    }

    fn stay(&mut self) -> Outcome<Command> {
        let (number, cents) = (self.somebody(), 4_000 + self.random.below(60_000));
        remember(&mut self.earned, EARNED, (number, self.serial));
        stay(number, self.serial, cents)
    }

    /// What a redemption or a hold takes: all of them together about half of what is earned. The
    /// rest expires, so that neither lots pile up, nor are many refused.
    fn price(&mut self) -> u32 {
        50_000 + self.random.below(100_000)
    }

    fn redeem(&mut self) -> Outcome<Command> {
        let (number, price) = (self.somebody(), self.price());
        remember(&mut self.redeemed, REDEEMED, (number, self.serial));
        redeem(number, self.serial, price)
    }

    fn hold(&mut self) -> Outcome<Command> {
        let (number, price) = (self.somebody(), self.price());
        remember(&mut self.held, HELD, (number, self.serial));
        let reference = reference('H', self.serial)?;
        let amount = hundredths(price)?;
        Ok(Hold::new(member(number)?, "points".parse()?, amount, reference).into())
    }

    fn capture(&mut self) -> Outcome<Command> {
        let Some((number, serial)) = come_back(&mut self.held, HELD) else { return self.hold() };
        let (hold, redemption) = (reference('H', serial)?, reference('R', self.serial)?);
        Ok(Capture::new(member(number)?, hold, redemption).into())
    }

    fn refund(&mut self) -> Outcome<Command> {
        let Some((number, serial)) = come_back(&mut self.redeemed, REDEEMED) else {
            return self.redeem();
        };
        Ok(Refund::new(member(number)?, reference('R', serial)?).into())
    }

    fn reverse(&mut self) -> Outcome<Command> {
        let Some((number, serial)) = come_back(&mut self.earned, EARNED) else {
            return self.stay();
        };
        Ok(Reverse::new(member(number)?, reference('S', serial)?).into())
    }

    /// A present, smaller than the welcome.
    fn grant(&mut self) -> Outcome<Command> {
        let amount = hundredths(10_000 + self.random.below(40_000))?;
        let (unit, reason) = ("points".parse()?, "goodwill".parse()?);
        Ok(Grant::new(member(self.somebody())?, unit, amount, reason).into())
    }

    /// To anybody else.
    fn transfer(&mut self) -> Outcome<Command> {
        let number = self.somebody();
        let others = self.members.saturating_sub(1).max(1);
        let other = (number + 1 + self.random.below(others)) % self.members.max(1);
        let amount = hundredths(1_000 + self.random.below(9_000))?;
        let (from, to) = (member(number)?, member(other)?);
        let reference = reference('X', self.serial)?;
        Ok(Transfer { from, to, unit: "points".parse()?, amount, reference }.into())
    }

    fn attributes(&mut self) -> Outcome<Command> {
        let member = member(self.somebody())?;
        let channel = if self.serial.is_multiple_of(2) { "app" } else { "desk" };
        let set = vec![("channel".parse()?, channel.parse()?)];
        Ok(Attributes { member, set, unset: Vec::new() }.into())
    }

    fn consent(&mut self) -> Outcome<Command> {
        let member = member(self.somebody())?;
        let given = self.serial.is_multiple_of(2);
        Ok(Consent { member, purpose: "mail".parse()?, given }.into())
    }
}

impl Iterator for Mix {
    type Item = Outcome<Command>;

    fn next(&mut self) -> Option<Outcome<Command>> {
        Some(self.command())
    }
}

/// Microseconds from one command to the next, if members do in a year what they do on the average.
pub fn pace(members: u32) -> i64 {
    YEAR / (IN_A_YEAR * i64::from(members.max(1)))
}

fn reference(letter: char, serial: u32) -> Outcome<Reference> {
    Ok(format!("{letter}{serial:08}").parse()?)
}

fn remember(recent: &mut Recent, (_, most): (usize, usize), what: (u32, u32)) {
    if recent.len() < most {
        recent.push_back(what);
    }
}

fn come_back(recent: &mut Recent, (least, _): (usize, usize)) -> Option<(u32, u32)> {
    if recent.len() > least { recent.pop_front() } else { None }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use milepost::command::Body;

    use super::*;

    fn commands(seed: u64, members: u32, count: usize) -> Vec<Command> {
        Mix::new(seed, members).unwrap().take(count).collect::<Outcome<_>>().unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_commands() {
        assert_eq!(commands(1, 9, 500), commands(1, 9, 500));
        assert_ne!(commands(1, 9, 500), commands(2, 9, 500));
    }

    #[test]
    fn the_shares_are_those_that_the_mix_is_known_for() {
        let mut counts = BTreeMap::new();
        for command in commands(3, 1_000, 100_000) {
            *counts.entry(command.body.name()).or_insert(0_u32) += 1;
        }
        let of = |names: &[&str]| names.iter().map(|name| counts.get(name).unwrap()).sum::<u32>();
        let near = |count: u32, percent: u32| assert!(count.abs_diff(percent * 1_000) < 1_000);
        near(of(&["record"]), 70);
        near(of(&["redeem", "hold", "capture"]), 20);
        near(of(&["refund", "reverse"]), 5);
        near(of(&["grant", "transfer", "attributes", "consent"]), 5);
    }

    #[test]
    fn some_are_about_more_often_and_everybody_is_known() {
        let mut mix = Mix::new(5, 10_000).unwrap();
        let drawn: Vec<u32> = (0..100_000).map(|_| mix.somebody()).collect();
        assert!(drawn.iter().all(|number| *number < 10_000));
        let first = drawn.iter().filter(|number| **number == 0).count();
        assert!((400..600).contains(&first), "{first}");
    }

    #[test]
    fn nobody_sends_to_itself() {
        for command in commands(7, 2, 10_000) {
            assert!(!matches!(command.body, Body::Transfer(it) if it.from == it.to));
        }
    }
}
