//! A group commit as one would write it by hand: one thread takes whatever is waiting, commits it
//! together, and then tells everybody who waits.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use milepost_bench::Outcome;

use crate::peer::{Caller, Job, Peer, Rebuilt};
use crate::workload::Order;

/// The most that one commit takes.
const MOST: usize = 1000;

/// A peer behind one writer thread.
pub(crate) struct Grouped {
    peer: Arc<Box<dyn Peer>>,
    queue: Sender<Waiting>,
    writer: JoinHandle<()>,
}

/// An order, and whom to tell.
struct Waiting {
    order: Order,
    reply: Sender<Result<(), String>>,
}

struct InQueue {
    queue: Sender<Waiting>,
    reply: Sender<Result<(), String>>,
    answer: Receiver<Result<(), String>>,
}

impl Grouped {
    /// Puts a writer thread before a peer.
    pub(crate) fn new(peer: Box<dyn Peer>) -> Grouped {
        let peer = Arc::new(peer);
        let (queue, waiting) = channel();
        let of_writer = Arc::clone(&peer);
        let writer = std::thread::spawn(move || write(of_writer.as_ref().as_ref(), &waiting));
        Grouped { peer, queue, writer }
    }
}

/// Commits groups until nobody can hand in another order.
fn write(peer: &dyn Peer, waiting: &Receiver<Waiting>) {
    let (mut orders, mut replies) = (Vec::new(), Vec::new());
    while let Ok(first) = waiting.recv() {
        for one in std::iter::once(first).chain(waiting.try_iter()).take(MOST) {
            orders.push(one.order);
            replies.push(one.reply);
        }
        let outcome = peer.commit(&orders).map_err(|error| error.to_string());
        orders.clear();
        for reply in replies.drain(..) {
            // Who has gone does not want to know.
            let _ = reply.send(outcome.clone());
        }
    }
}

impl Peer for Grouped {
    fn commit(&self, orders: &[Order]) -> Outcome<()> {
        self.peer.commit(orders)
    }

    fn caller(&self) -> Outcome<Box<dyn Caller + '_>> {
        let (reply, answer) = channel();
        Ok(Box::new(InQueue { queue: self.queue.clone(), reply, answer }))
    }

    fn bulk<'a>(&'a self, orders: &'a [Order]) -> Outcome<Option<Job<'a>>> {
        self.peer.bulk(orders)
    }

    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
        let Grouped { peer, queue, writer } = *self;
        drop(queue);
        writer.join().map_err(|_| "the writer thread panicked")?;
        Arc::into_inner(peer).ok_or("the peer is still in use")?.rebuild()
    }
}

impl Caller for InQueue {
    fn append(&mut self, order: &Order) -> Outcome<()> {
        self.queue.send(Waiting { order: *order, reply: self.reply.clone() })?;
        Ok(self.answer.recv()??)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::workload::Deed;

    /// Remembers nothing but how much was committed together.
    struct Sizes(Arc<Mutex<Vec<usize>>>);

    impl Peer for Sizes {
        fn commit(&self, orders: &[Order]) -> Outcome<()> {
            self.0.lock().unwrap().push(orders.len());
            let refused = orders.iter().any(|order| order.amount < 0);
            if refused { Err("refused".into()) } else { Ok(()) }
        }

        fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
            Err("nothing was kept".into())
        }
    }

    #[test]
    fn callers_are_told_what_became_of_their_order() {
        let sizes = Arc::default();
        let grouped = Grouped::new(Box::new(Sizes(Arc::clone(&sizes))));
        let order = |amount| Order { member: 0, serial: 0, deed: Deed::Grant, amount };
        let mut caller = grouped.caller().unwrap();
        caller.append(&order(1)).unwrap();
        assert!(caller.append(&order(-1)).is_err());
        drop(caller);
        assert_eq!(*sizes.lock().unwrap(), [1, 1]);
        assert!(Box::new(grouped).rebuild().is_err());
    }
}
