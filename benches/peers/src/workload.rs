//! What travellers do, from a fixed seed: the same orders in every run and for every peer.
//!
//! Some members travel far more than others: the n-th of them has an n-th of what the first has
//! (Zipf), unless all are to be alike. Of twenty orders fourteen earn, four redeem, one gives a redemption back and one is a
//! grant by hand.

use std::time::SystemTime;

use milepost_bench::Outcome;
use milepost_bench::workload::Random;
use serde::{Deserialize, Serialize};

/// How long the stored form of an event is, without member, version and key.
pub(crate) const BODY: usize = 41;
/// What a grant gives, in hundredths of a point: as much as in the benches.
const GRANT: i64 = 1_000_000;
/// The first member's weight. All weights of ten million members together fit 32 bits.
const FIRST: u32 = 1 << 27;
/// Each stream has so many serial numbers for itself; the last stream has more.
const SERIALS: u32 = 1 << 24;
const YEAR: i64 = 365 * 86_400_000_000;
const SEED: u64 = 20_240_101;

/// What a host asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    /// For whom.
    pub(crate) member: u32,
    /// No two orders have the same.
    pub(crate) serial: u32,
    /// What happened.
    pub(crate) deed: Deed,
    /// What it adds to the balance, in hundredths of a point. Milepost does not see it: it works
    /// it out from its rules, and must come to the same.
    pub(crate) amount: i64,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    /// The member joins, and is given the first points.
    Welcome,
    /// A stay was paid for, with so many cents.
    Earn { cents: u32 },
    /// Points were used.
    Redeem,
    /// The redemption with this serial is given back.
    Refund { redemption: u32 },
    /// Points were given by hand.
    Grant,
}

/// What is stored of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// What it adds to the balance.
    pub(crate) amount: i64,
    at: i64,
    expires_at: i64,
    kind: u8,
    cents: i64,
    serial: u32,
    about: u32,
}

/// Who is drawn how often.
#[derive(Debug)]
pub(crate) struct Weights {
    /// For each member the weights of all up to it.
    sums: Vec<u32>,
}

/// The orders of one caller, one after the other.
#[derive(Debug)]
pub(crate) struct Stream<'a> {
    weights: &'a Weights,
    random: Random,
    serial: u32,
    redeemed: Option<Order>,
}

impl Order {
    /// Every member's first.
    pub(crate) fn welcome(members: u32) -> impl Iterator<Item = Order> {
        // Counted from the end, where no stream comes.
        (0..members).map(|member| Order {
            member,
            serial: u32::MAX - member,
            deed: Deed::Welcome,
            amount: GRANT,
        })
    }

    /// The idempotency key.
    pub(crate) fn key(&self) -> String {
        format!("booking-{:010}", self.serial)
    }

    /// What is to be stored of it, besides whose it is.
    pub(crate) fn facts(&self) -> Facts {
        let (kind, cents, about) = match self.deed {
            Deed::Welcome => (0, 0, 0),
            Deed::Earn { cents } => (1, cents, 0),
            Deed::Redeem => (2, 0, 0),
            Deed::Refund { redemption } => (3, 0, redemption),
            Deed::Grant => (4, 0, 0),
        };
        let at = now();
        let (amount, serial) = (self.amount, self.serial);
        Facts { amount, at, expires_at: at + YEAR, kind, cents: cents.into(), serial, about }
    }
}

impl Facts {
    /// All of them in bytes.
    pub(crate) fn body(&self) -> [u8; BODY] {
        let mut body = [0; BODY];
        let mut rest = body.as_mut_slice();
        for field in [
            self.amount.to_le_bytes().as_slice(),
            &self.at.to_le_bytes(),
            &self.expires_at.to_le_bytes(),
            &[self.kind],
            &self.cents.to_le_bytes(),
            &self.serial.to_le_bytes(),
            &self.about.to_le_bytes(),
        ] {
            if let Some((place, after)) = rest.split_at_mut_checked(field.len()) {
                place.copy_from_slice(field);
                rest = after;
            } else {
                rest = &mut [];
            }
        }
        body
    }
}

/// The amount of a stored event.
///
/// # Errors
/// If that is no stored event.
pub(crate) fn amount(body: &[u8]) -> Outcome<i64> {
    let amount = body.first_chunk().filter(|_| body.len() == BODY);
    Ok(i64::from_le_bytes(*amount.ok_or("not the body of an event")?))
}

/// Microseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or_default()
}

impl Weights {
    /// The n-th has an n-th of what the first has.
    pub(crate) fn zipf(members: u32) -> Weights {
        Weights::of(members, |rank| (FIRST / rank).max(1))
    }

    /// All have the same.
    pub(crate) fn even(members: u32) -> Weights {
        Weights::of(members, |_| 1)
    }

    fn of(members: u32, weight: impl Fn(u32) -> u32) -> Weights {
        let mut sum = 0_u32;
        let add = |rank| {
            sum = sum.saturating_add(weight(rank));
            sum
        };
        Weights { sums: (1..=members.max(1)).map(add).collect() }
    }

    fn draw(&self, random: &mut Random) -> u32 {
        let drawn = random.below(self.sums.last().copied().unwrap_or(1));
        u32::try_from(self.sums.partition_point(|sum| *sum <= drawn)).unwrap_or_default()
    }
}

impl Stream<'_> {
    /// The stream with a number. Streams of two numbers have nothing in common.
    pub(crate) fn new(weights: &Weights, number: u8) -> Stream<'_> {
        let random = Random::new(SEED + u64::from(number));
        Stream { weights, random, serial: SERIALS * u32::from(number), redeemed: None }
    }

    /// The next so many.
    pub(crate) fn take(&mut self, count: usize) -> Vec<Order> {
        (0..count).map(|_| self.next()).collect()
    }

    /// The next.
    pub(crate) fn next(&mut self) -> Order {
        self.serial += 1;
        let serial = self.serial;
        let kind = self.random.below(20);
        if kind == 18
            && let Some(before) = self.redeemed.take()
        {
            let deed = Deed::Refund { redemption: before.serial };
            return Order { serial, deed, amount: -before.amount, ..before };
        }
        let member = self.weights.draw(&mut self.random);
        let order = |deed, amount| Order { member, serial, deed, amount };
        match kind {
            0..14 => {
                // Whole multiples of 4.00, so that nothing has to be rounded.
                let cents = 400 * (10 + self.random.below(150));
                order(Deed::Earn { cents }, earned(member, cents))
            }
            14..18 => {
                let redeemed = order(Deed::Redeem, -i64::from(100 * (1 + self.random.below(9))));
                self.redeemed = Some(redeemed);
                redeemed
            }
            _ => order(Deed::Grant, GRANT),
        }
    }
}

/// What the programme of the benches gives for a stay: nine tenths of a point for each euro, and a
/// quarter more to every fifth member, who is gold.
fn earned(member: u32, cents: u32) -> i64 {
    let points = i64::from(cents) * 9 / 10;
    if member.is_multiple_of(5) { points * 5 / 4 } else { points }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_member_has_twice_what_the_second_has() {
        let weights = Weights::zipf(1000);
        let orders = Stream::new(&weights, 0).take(100_000);
        let of = |member| orders.iter().filter(|order| order.member == member).count();
        let (first, second) = (of(0), of(1));
        assert!(first * 10 > second * 18 && first * 10 < second * 22, "{first} and {second}");
    }

    #[test]
    fn the_mix_is_as_the_documentation_says() {
        let weights = Weights::zipf(10);
        let orders = Stream::new(&weights, 3).take(20_000);
        let of = |wanted: fn(&Deed) -> bool| orders.iter().filter(|o| wanted(&o.deed)).count();
        let near = |count: usize, of_twenty: usize| count.abs_diff(of_twenty * 1000) < 300;
        assert!(near(of(|deed| matches!(deed, Deed::Earn { .. })), 14));
        assert!(near(of(|deed| matches!(deed, Deed::Redeem)), 4));
        assert!(near(of(|deed| matches!(deed, Deed::Refund { .. })), 1));
    }

    #[test]
    fn an_amount_is_found_again_in_what_was_stored() {
        let order = Order { member: 7, serial: 9, deed: Deed::Redeem, amount: -300 };
        assert_eq!(amount(&order.facts().body()).unwrap(), -300);
        assert!(amount(&[0; BODY - 1]).is_err());
    }
}
