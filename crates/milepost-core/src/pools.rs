//! Pools: amounts that all members of a ledger use together, such as the budget of an earn rule or
//! the stock of a reward.
//!
//! What has been drawn from a pool is the sum of its [`Fact::Drawn`] events, net of what was given
//! back (R-REV-4). Nothing is inferred: a decision that uses a pool says so with an event of the
//! member it uses it for. How much there is to draw is the programme's; it stands in no state, so a
//! later version may raise or lower it.

use std::collections::BTreeMap;

use crate::event::{Event, Fact};
use crate::programme::{CauseIx, RewardIx, RuleIx};
use crate::state::Broken;

/// What is drawn from. Later kinds are appended: their order is that of the canonical encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PoolKey {
    /// The budget of an earn rule, in steps of its unit.
    Budget(RuleIx),
    /// The stock of a reward, in pieces.
    Stock(RewardIx),
    /// The budget of a promise in one period, in steps of its unit. The period is named by its first
    /// local day, in days since 1970-01-01; 0: all time.
    Promise(CauseIx, i32),
}

/// What has been drawn from every pool, net of what was given back. One ledger has one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pools {
    /// Only pools from which something is drawn: so equal states have equal bytes.
    drawn: BTreeMap<PoolKey, i128>,
}

/// The bytes are not the encoding of pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the encoding of pools")]
pub struct NotPools;

/// A kind, a number, a period and an amount.
const RECORD: usize = 1 + 2 + 4 + 16;

impl Pools {
    /// What has been drawn from a pool, in its steps or pieces; never below 0.
    pub fn drawn(&self, pool: PoolKey) -> i128 {
        self.drawn.get(&pool).copied().unwrap_or(0)
    }

    /// Every pool from which something is drawn, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (PoolKey, i128)> {
        self.drawn.iter().map(|(pool, drawn)| (*pool, *drawn))
    }

    /// Takes in what an event draws or gives back; most events do neither.
    ///
    /// # Errors
    /// [`Broken`] if more is given back than was drawn. Nothing is changed then.
    pub fn apply(&mut self, fact: &Fact) -> Result<(), Broken> {
        let Fact::Drawn { pool, amount } = fact else { return Ok(()) };
        let drawn = self.drawn(*pool).checked_add(i128::from(*amount)).ok_or(Broken::Overflow)?;
        match drawn {
            1.. => drop(self.drawn.insert(*pool, drawn)),
            0 => drop(self.drawn.remove(pool)),
            _ => return Err(Broken::Inconsistent("more is given back to a pool than was drawn")),
        }
        Ok(())
    }

    /// Takes back what events have drawn: they stand no more.
    pub fn take_back(&mut self, events: &[Event]) {
        for event in events.iter().rev() {
            if let Fact::Drawn { pool, amount } = event.fact {
                // The sum before was in range, so it is again.
                let drawn = self.drawn(pool) - i128::from(amount);
                if drawn == 0 {
                    self.drawn.remove(&pool);
                } else {
                    self.drawn.insert(pool, drawn);
                }
            }
        }
    }

    /// Whether any of these events draws on a pool or gives back to one.
    pub fn concern(events: &[Event]) -> bool {
        events.iter().any(|event| matches!(event.fact, Fact::Drawn { .. }))
    }

    /// Appends the canonical encoding (R-ASOF-2): 23 bytes for each pool, in their order; nothing
    /// if nothing is drawn.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for (pool, drawn) in &self.drawn {
            let (kind, number, period) = pool.numbers();
            out.push(kind);
            out.extend(number.to_le_bytes());
            out.extend(period.to_le_bytes());
            out.extend(drawn.to_le_bytes());
        }
    }

    /// Reads what [`Pools::encode`] wrote.
    ///
    /// # Errors
    /// [`NotPools`] if the bytes are not exactly that.
    pub fn decode(bytes: &[u8]) -> Result<Pools, NotPools> {
        let mut drawn = BTreeMap::new();
        for record in bytes.chunks(RECORD) {
            let (pool, amount) = read(record).filter(|(_, amount)| *amount > 0).ok_or(NotPools)?;
            // In order, each once: one state has one spelling.
            if drawn.last_key_value().is_some_and(|(last, _)| *last >= pool) {
                return Err(NotPools);
            }
            drawn.insert(pool, amount);
        }
        Ok(Pools { drawn })
    }
}

impl PoolKey {
    /// A kind, the number of what is drawn from, and the period it is drawn in (0: for ever).
    const fn numbers(self) -> (u8, u16, i32) {
        match self {
            PoolKey::Budget(rule) => (0, rule.0, 0),
            PoolKey::Stock(reward) => (1, reward.0, 0),
            PoolKey::Promise(cause, period) => (2, cause.0, period),
        }
    }

    const fn of_numbers(kind: u8, number: u16, period: i32) -> Option<PoolKey> {
        match (kind, period) {
            (0, 0) => Some(PoolKey::Budget(RuleIx(number))),
            (1, 0) => Some(PoolKey::Stock(RewardIx(number))),
            (2, period) => Some(PoolKey::Promise(CauseIx(number), period)),
            _ => None,
        }
    }
}

fn read(record: &[u8]) -> Option<(PoolKey, i128)> {
    let (kind, rest) = record.split_first()?;
    let (number, rest) = rest.split_first_chunk()?;
    let (period, rest) = rest.split_first_chunk()?;
    let amount = rest.try_into().ok()?;
    let (number, period) = (u16::from_le_bytes(*number), i32::from_le_bytes(*period));
    Some((PoolKey::of_numbers(*kind, number, period)?, i128::from_le_bytes(amount)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    fn draw(pool: PoolKey, amount: i64) -> Event {
        Event { who: 0, effective_at: Instant::MIN, fact: Fact::Drawn { pool, amount } }
    }

    #[test]
    fn r_rev_4_what_is_drawn_is_net_and_can_be_taken_back() {
        let (budget, stock) = (PoolKey::Budget(RuleIx(3)), PoolKey::Stock(RewardIx(3)));
        let mut pools = Pools::default();
        let events = [draw(budget, 700), draw(stock, 2), draw(budget, -300), draw(stock, -2)];
        for event in &events {
            pools.apply(&event.fact).unwrap();
        }
        assert_eq!((pools.drawn(budget), pools.drawn(stock)), (400, 0));
        pools.take_back(&events[2..]);
        assert_eq!((pools.drawn(budget), pools.drawn(stock)), (700, 2));
        assert!(pools.apply(&draw(stock, -3).fact).is_err());
        let mut bytes = Vec::new();
        pools.encode(&mut bytes);
        assert_eq!(Pools::decode(&bytes), Ok(pools.clone()));
        bytes.rotate_left(RECORD);
        assert_eq!(Pools::decode(&bytes), Err(NotPools), "each state has one spelling");
        pools.take_back(&events[..2]);
        assert_eq!(pools, Pools::default());
    }

    #[test]
    fn bytes_cut_short_or_of_an_unknown_kind_are_no_pools() {
        let mut pools = Pools::default();
        pools.apply(&draw(PoolKey::Stock(RewardIx(1)), i64::MAX).fact).unwrap();
        let mut bytes = Vec::new();
        pools.encode(&mut bytes);
        for length in 1..bytes.len() {
            assert_eq!(Pools::decode(&bytes[..length]), Err(NotPools));
        }
        bytes[0] = 9;
        assert_eq!(Pools::decode(&bytes), Err(NotPools));
    }
}
