//! Milepost, through its front door.

use std::path::PathBuf;
use std::time::Instant;

use milepost::command::{Command, Refund};
use milepost::{AsOf, Ledger, Options, Request, Snapshots};
use milepost_bench::Outcome;
use milepost_bench::disk::group_sizes;
use milepost_bench::ledgers::{server, submit_requests};
use milepost_bench::workload::{TRAVEL, enrol, grant, member, redeem, stay};

use crate::balances::Sum;
use crate::peer::{Caller, Job, Peer, Place, Rebuilt, bytes_on_disk};
use crate::workload::{Deed, Order};

/// A ledger with the programme of the benches: tiers, rates, a factor by tier, an expiry.
struct Milepost {
    ledger: Ledger,
    folder: PathBuf,
    members: u32,
}

/// Makes an empty ledger.
pub(crate) fn open(place: &Place<'_>) -> Outcome<Box<dyn Peer>> {
    let folder = place.folder.join("ledger");
    let ledger = Ledger::create(&folder, TRAVEL, server())?;
    Ok(Box::new(Milepost { ledger, folder, members: place.members }))
}

/// What a host would submit. Peers answer nothing, so that nothing is asked for here, either.
fn request(order: &Order) -> Outcome<Request> {
    Ok(Request::new(command(order)?.with_key(order.key().parse()?)).briefly())
}

fn command(order: &Order) -> Outcome<Command> {
    match order.deed {
        Deed::Welcome | Deed::Grant => grant(order.member),
        Deed::Earn { cents } => stay(order.member, order.serial, cents),
        Deed::Redeem => redeem(order.member, order.serial, u32::try_from(-order.amount)?),
        Deed::Refund { redemption } => Ok(Refund {
            member: member(order.member)?,
            redemption: format!("R{redemption:08}").parse()?,
            reference: None,
            amount: None,
        }
        .into()),
    }
}

/// An order's request, and before it that of the enrolment if there is to be one.
fn requests(order: &Order) -> impl Iterator<Item = Outcome<Request>> {
    let joins = matches!(order.deed, Deed::Welcome);
    let enrolment = joins.then(|| Ok(Request::new(enrol(order.member)?).briefly()));
    enrolment.into_iter().chain(std::iter::once(request(order)))
}

impl Peer for Milepost {
    fn commit(&self, orders: &[Order]) -> Outcome<()> {
        submit_requests(&self.ledger, orders.iter().flat_map(requests))
    }

    fn caller(&self) -> Outcome<Box<dyn Caller + '_>> {
        Ok(Box::new(&self.ledger))
    }

    /// Batches, the next one handed in while one is on its way.
    fn bulk<'a>(&'a self, orders: &'a [Order]) -> Outcome<Option<Job<'a>>> {
        let requests = orders.iter().flat_map(requests).collect::<Outcome<Vec<Request>>>()?;
        let submit = || submit_requests(&self.ledger, requests.into_iter().map(Ok));
        Ok(Some(Box::new(submit)))
    }

    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
        let Milepost { ledger, folder, members } = *self;
        ledger.close()?;
        // The room that is written ahead in the last segment is one for all, and not counted.
        let log = u64::try_from(group_sizes(&folder, 0)?.iter().sum::<usize>())?;
        let bytes = log + bytes_on_disk(&folder.join("keys"))?;
        let start = Instant::now();
        let ledger = Ledger::open(&folder, Options::default().with_snapshots(Snapshots::Off))?;
        let taken = start.elapsed();
        let mut sum = Sum { events: ledger.opening().entries_folded, balance: 0 };
        for number in 0..members {
            let balance = ledger.balance(&member(number)?, AsOf::NEWEST)?;
            sum.balance += balance.units.first().ok_or("no unit")?.figures.available;
        }
        ledger.close()?;
        // The genesis, and each member's enrolment.
        let besides = 1 + u64::from(members);
        Ok(Rebuilt { sum, besides, taken, bytes })
    }
}

impl Caller for &Ledger {
    fn append(&mut self, order: &Order) -> Outcome<()> {
        self.submit_blocking(request(order)?)?;
        Ok(())
    }
}
