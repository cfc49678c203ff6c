//! Running many scenarios at once, and hearing of them in order.
//!
//! A scenario waits for the disk nearly all of the time, and each has a ledger of its own.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

/// So many work at once: more than there are processors, because they wait for the disk.
const CREW: usize = 16;

/// Does the work on each item, and tells of each in order, as soon as it and all before it are done.
///
/// # Errors
/// The first that `tell` makes; nothing after it is told.
pub(super) fn each<T: Sync, R: Send, E>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut tell: impl FnMut(&T, R) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let (sender, done) = channel();
    thread::scope(|scope| {
        for _ in 0..CREW.min(items.len()) {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else { break };
                    // Nobody listens any more after a failure.
                    if sender.send((number, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut waited_for = (0..).zip(items);
        let mut current = waited_for.next();
        for (number, result) in done {
            early.insert(number, result);
            while let Some((number, item)) = current
                && let Some(result) = early.remove(&number)
            {
                tell(item, result)?;
                current = waited_for.next();
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_told_of_in_order() {
        let items: Vec<u64> = (0..100).collect();
        let mut told = Vec::new();
        let work = |item: &u64| item * 2;
        let told_all: Result<(), ()> = each(&items, work, |item, twice| {
            told.push((*item, twice));
            Ok(())
        });
        assert_eq!(told_all, Ok(()));
        assert_eq!(told, items.iter().map(|item| (*item, item * 2)).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_failure_ends_it() {
        let items: Vec<u64> = (0..100).collect();
        let mut told = 0;
        let ended = each(
            &items,
            |item| *item,
            |_, number| {
                told += 1;
                if number == 3 { Err(number) } else { Ok(()) }
            },
        );
        assert_eq!((ended, told), (Err(3), 4));
    }
}
