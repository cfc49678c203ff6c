//! The stream of commands of a ledger that grows.

use std::cell::Cell;

use milepost::command::Command;
use milepost::{Instant, Request};
use milepost_bench::Outcome;
use milepost_bench::mix::{Mix, pace};
use milepost_bench::workload::{enrol, grant, later, start};

use super::GrowArgs;
use crate::stream::StreamArgs;

/// So many members are there before anything else happens.
const FIRST: u32 = 100;

/// Commands until there are so many members and entries.
pub(super) struct Growing<'a> {
    mix: Mix,
    members: u32,
    entries: u64,
    made: u64,
    /// Members so far.
    enrolled: &'a Cell<u32>,
    /// Commands that made no entry.
    refused: &'a Cell<u64>,
    /// Whoever was enrolled last and has no welcome yet.
    to_welcome: Option<u32>,
    start: Instant,
    pace: i64,
    stream: &'a StreamArgs,
}

impl<'a> Growing<'a> {
    pub(super) fn new(
        args: &'a GrowArgs,
        enrolled: &'a Cell<u32>,
        refused: &'a Cell<u64>,
    ) -> Outcome<Growing<'a>> {
        Ok(Growing {
            mix: args.stream.mix(FIRST)?,
            members: args.members,
            entries: args.entries,
            made: 0,
            enrolled,
            refused,
            to_welcome: None,
            start: start()?,
            pace: pace(args.members),
            stream: &args.stream,
        })
    }

    fn command(&mut self) -> Outcome<Command> {
        if let Some(number) = self.to_welcome.take() {
            return grant(number);
        }
        let number = self.enrolled.get();
        let due = u64::from(self.members) * self.made / self.entries.max(1);
        if number < self.members && (number < FIRST || u64::from(number) <= due) {
            self.enrolled.set(number + 1);
            self.to_welcome = Some(number);
            // The mix is about those only who are enrolled for certain.
            self.mix.grow_to(number + 1)?;
            return enrol(number);
        }
        self.mix.next().ok_or("the mix has an end")?
    }

    fn request(&mut self) -> Outcome<Request> {
        let command = self.command()?;
        let at = later(self.start, i64::try_from(self.made)? * self.pace)?;
        let command = self.stream.keyed(self.made, command)?;
        self.made += 1;
        Ok(Request::new(command).at(at).briefly())
    }
}

impl Iterator for Growing<'_> {
    type Item = Outcome<Request>;

    fn next(&mut self) -> Option<Outcome<Request>> {
        // The first entry of the log is the programme.
        let entries = 1 + self.made - self.refused.get();
        (entries < self.entries).then(|| self.request())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_were_wanted_in_the_end() {
        let args = GrowArgs {
            members: 1_000,
            entries: 5_000,
            replay: false,
            stream: StreamArgs::with_keys(),
        };
        let (enrolled, refused) = (Cell::new(0), Cell::new(0));
        let requests = Growing::new(&args, &enrolled, &refused).unwrap();
        let made = requests.collect::<Outcome<Vec<_>>>().unwrap();
        assert_eq!((made.len(), enrolled.get()), (4_999, 1_000));
        assert!(made.is_sorted_by_key(|request| request.at));
    }
}
