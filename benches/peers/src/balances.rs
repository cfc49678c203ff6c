//! The balances of members: what a peer's host would keep in memory, and what a peer is folded
//! into again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use milepost_bench::Outcome;

use crate::workload::{BODY, Order, amount};

/// What a host knows of a member.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Member {
    /// How many events there are.
    version: u32,
    /// Hundredths of a point.
    balance: i64,
}

/// What is to be stored.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Whose.
    pub(crate) member: u32,
    /// The first of a member is 1.
    pub(crate) version: u32,
    /// The idempotency key.
    pub(crate) key: String,
    /// The rest.
    pub(crate) body: [u8; BODY],
    amount: i64,
}

/// All members by number, for whoever is the only writer.
#[derive(Debug)]
pub(crate) struct Members(Vec<Member>);

/// All members, for writers that may meet each other.
#[derive(Debug)]
pub(crate) struct Shared {
    members: Mutex<Members>,
    turns: Turns,
}

/// One writer for each member at a time. Nothing depends on it but speed: callers of one process
/// need not race each other for a version that only one of them can have.
#[derive(Debug)]
pub(crate) struct Turns(Vec<Mutex<()>>);

/// How many events there are and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    /// How many.
    pub(crate) events: u64,
    /// All balances together.
    pub(crate) balance: i64,
}

impl Member {
    /// Decides: whether there is enough, and what follows.
    fn decide(&mut self, order: &Order) -> Outcome<Event> {
        let balance = self.balance.checked_add(order.amount).filter(|balance| *balance >= 0);
        self.balance = balance.ok_or("not enough points")?;
        self.version += 1;
        Ok(Event {
            member: order.member,
            version: self.version,
            key: order.key(),
            body: order.facts().body(),
            amount: order.amount,
        })
    }
}

impl Members {
    /// So many, who have nothing.
    pub(crate) fn new(count: u32) -> Outcome<Members> {
        Ok(Members(vec![Member::default(); usize::try_from(count)?]))
    }

    /// Decides, and takes it for granted that what was decided will be stored.
    ///
    /// # Errors
    /// If the member has too little, or is none.
    pub(crate) fn decide(&mut self, order: &Order) -> Outcome<Event> {
        self.member(order.member)?.decide(order)
    }

    /// Folds a stored event.
    ///
    /// # Errors
    /// If it is not the event of a member.
    pub(crate) fn fold(&mut self, member: u32, version: u32, body: &[u8]) -> Outcome<()> {
        self.add(member, version, amount(body)?)
    }

    /// Folds an event of which version and amount are known.
    ///
    /// # Errors
    /// As [`Members::fold`].
    pub(crate) fn add(&mut self, member: u32, version: u32, amount: i64) -> Outcome<()> {
        let member = self.member(member)?;
        member.version = member.version.max(version);
        member.balance = member.balance.checked_add(amount).ok_or("too many points")?;
        Ok(())
    }

    /// All together.
    ///
    /// # Errors
    /// If it does not fit.
    pub(crate) fn sum(&self) -> Outcome<Sum> {
        self.0.iter().try_fold(Sum::default(), |sum, member| {
            let balance = sum.balance.checked_add(member.balance).ok_or("too many points")?;
            Ok(Sum { events: sum.events + u64::from(member.version), balance })
        })
    }

    fn member(&mut self, number: u32) -> Outcome<&mut Member> {
        Ok(self.0.get_mut(usize::try_from(number)?).ok_or("no such member")?)
    }
}

impl Sum {
    /// What orders come to.
    ///
    /// # Errors
    /// If there are too many to count.
    pub(crate) fn of_all(orders: &[Order]) -> Outcome<Sum> {
        let balance = orders.iter().map(|order| order.amount).sum();
        Ok(Sum { events: u64::try_from(orders.len())?, balance })
    }

    /// Adds what another has.
    pub(crate) fn add(&mut self, other: Sum) {
        self.events += other.events;
        self.balance += other.balance;
    }
}

impl Turns {
    /// Those of so many members.
    pub(crate) fn new(count: u32) -> Outcome<Turns> {
        let mut turns = Vec::new();
        turns.resize_with(usize::try_from(count)?, Mutex::default);
        Ok(Turns(turns))
    }

    /// Waits for the turn; `None` if there is no such member.
    pub(crate) fn of(&self, member: u32) -> Option<MutexGuard<'_, ()>> {
        let turn = self.0.get(usize::try_from(member).ok()?)?;
        Some(turn.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shared {
    /// So many, who have nothing.
    pub(crate) fn new(count: u32) -> Outcome<Shared> {
        Ok(Shared { members: Mutex::new(Members::new(count)?), turns: Turns::new(count)? })
    }

    /// Waits until nobody else writes what these orders are about. Whoever commits many at once
    /// is alone anyway, and waits for nobody.
    pub(crate) fn turn(&self, orders: &[Order]) -> Option<MutexGuard<'_, ()>> {
        if let [order] = orders { self.turns.of(order.member) } else { None }
    }

    /// Decides on what is known now, and changes nothing: the store has to say whether the versions
    /// are still free.
    ///
    /// # Errors
    /// As [`Members::decide`].
    pub(crate) fn plan(&self, orders: &[Order]) -> Outcome<Vec<Event>> {
        let mut members = self.lock();
        let mut seen: HashMap<u32, Member, foldhash::fast::FixedState> = HashMap::default();
        let plan = |order: &Order| {
            let known = *members.member(order.member)?;
            seen.entry(order.member).or_insert(known).decide(order)
        };
        orders.iter().map(plan).collect()
    }

    /// Takes in what was stored.
    ///
    /// # Errors
    /// If it does not follow from what is known.
    pub(crate) fn apply(&self, events: &[Event]) -> Outcome<()> {
        let mut members = self.lock();
        for event in events {
            let member = members.member(event.member)?;
            if member.version + 1 != event.version {
                return Err("stored out of order".into());
            }
            member.version = event.version;
            member.balance += event.amount;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Deed;

    fn order(amount: i64) -> Order {
        Order { member: 1, serial: 1, deed: Deed::Grant, amount }
    }

    #[test]
    fn nobody_redeems_what_is_not_there() {
        let mut members = Members::new(2).unwrap();
        assert_eq!(members.decide(&order(50)).unwrap().version, 1);
        assert!(members.decide(&order(-51)).is_err());
        assert_eq!(members.sum().unwrap(), Sum { events: 1, balance: 50 });
    }

    #[test]
    fn a_plan_counts_on_and_changes_nothing() {
        let shared = Shared::new(2).unwrap();
        let events = shared.plan(&[order(50), order(-20)]).unwrap();
        assert_eq!(events.iter().map(|event| event.version).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(shared.lock().sum().unwrap(), Sum::default());
        shared.apply(&events).unwrap();
        assert_eq!(shared.lock().sum().unwrap(), Sum { events: 2, balance: 30 });
        assert!(shared.apply(&events).is_err());
    }

    #[test]
    fn what_is_folded_is_what_was_decided() {
        let mut members = Members::new(2).unwrap();
        let events = [members.decide(&order(50)).unwrap(), members.decide(&order(-20)).unwrap()];
        let mut again = Members::new(2).unwrap();
        for event in &events {
            again.fold(event.member, event.version, &event.body).unwrap();
        }
        assert_eq!(again.sum().unwrap(), members.sum().unwrap());
    }
}
