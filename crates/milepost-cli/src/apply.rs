//! `milepost apply`: command lines in, one answer line out for each, in order.
//!
//! Lines are read and handed in on the main thread while another waits for the answers and writes
//! them, so that reading, deciding and syncing overlap. The answers are flushed whenever the input
//! pauses, so that somebody can talk to the program through a pipe.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use clap::Args;
use milepost::line::LineError;
use milepost::{Error, Ledger};

use crate::args::{ClockChoice, LedgerArgs};
use crate::batch::{Batch, Collector, Reader};
use crate::exit::{Failure, Outcome, say};
use crate::hand_in::Pending;
use crate::input::{Block, Input};
use crate::open;
use crate::programme_file::Opener;

/// So many batches may wait for their answers before no more lines are read.
const IN_FLIGHT: usize = 64;

const EXAMPLE: &str = r#"Example:
  echo '{"cmd":"enrol","member":"guest-1","at":"2026-01-05T10:00:00Z"}' | milepost apply ./ledger

Exit status: 0 if every line was accepted or a duplicate, 1 if some were refused (the others
stand), 2 if it could not go on, for example at a line that is not JSON: all that was answered
stands."#;

/// Apply commands: one JSON object a line in, one answer a line out.
///
/// An answer is written when its entry is durable. A malformed or refused line is answered with a
/// refusal, and the lines after it go on; a line that is not JSON ends it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The file of command lines; none, or `-`: the standard input.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Where the ledger's time comes from.
    #[arg(long, value_enum, default_value_t)]
    clock: ClockChoice,
}

/// What travels to the thread that writes the answers.
enum Message {
    Pending(Pending),
    /// The input pauses: whoever waits for an answer shall have it.
    Flush,
}

/// How many answers of which kind were written.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    answered: u64,
    refused: u64,
}

pub(crate) fn run(args: &ApplyArgs) -> Result<Outcome, Failure> {
    let input = Input::open(args.file.as_deref())?;
    let ledger = open::to_write(&args.ledger.dir, args.clock)?;
    let reader = Reader::new(args.clock, Opener::beside(args.file.as_deref()));
    let applied = apply(&ledger, reader, input);
    let tally = open::close(ledger, applied)?;
    if tally.refused == 0 {
        return Ok(Outcome::Done);
    }
    say(&format!("milepost: {} of {} lines were refused", tally.refused, tally.answered));
    Ok(Outcome::Refused)
}

fn apply(ledger: &Ledger, reader: Reader, mut input: Input) -> Result<Tally, Failure> {
    let (sender, receiver) = sync_channel(IN_FLIGHT);
    thread::scope(|scope| {
        let answers = scope.spawn(move || write_answers(ledger, &receiver));
        let mut feed = Feed { ledger, reader, sender, line: 0 };
        let fed = feed.all(&mut input);
        let line = feed.line;
        drop(feed);
        let Ok(written) = answers.join() else { return Err(Error::Closed.into()) };
        match (written, fed) {
            (Err(Failure::NobodyReads), _) => {
                Err(Failure::StoppedAfter { file: input.name().to_owned(), line })
            }
            (Err(failure), _) | (Ok(_), Err(failure)) => Err(failure),
            (Ok(tally), Ok(())) => Ok(tally),
        }
    })
}

/// The side that reads and hands in.
struct Feed<'a> {
    ledger: &'a Ledger,
    reader: Reader,
    sender: SyncSender<Message>,
    /// The last line that was read.
    line: u64,
}

/// Why no more is handed in.
enum End {
    /// A line is not JSON.
    Fault(LineError),
    /// The other side has stopped, and says why.
    Stopped,
    /// The ledger does not take it.
    Failed(Error),
}

impl Feed<'_> {
    /// Reads to the end, or to the first line that is not JSON.
    fn all(&mut self, input: &mut Input) -> Result<(), Failure> {
        let mut collector = Collector::default();
        while let Some(block) = input.block()? {
            match self.block(&block, &mut collector) {
                Ok(()) => {}
                Err(End::Stopped) => return Ok(()),
                Err(End::Failed(error)) => return Err(error.into()),
                Err(End::Fault(error)) => {
                    return Err(input.fault(self.line, &reason(&error, &collector)));
                }
            }
        }
        match self.hand_in(collector.take()) {
            Err(End::Failed(error)) => Err(error.into()),
            Ok(()) | Err(End::Stopped | End::Fault(_)) => Ok(()),
        }
    }

    fn block(&mut self, block: &Block<'_>, collector: &mut Collector) -> Result<(), End> {
        let mut read = Ok(());
        for (number, bytes) in block.lines() {
            self.line = number;
            match self.reader.read(bytes) {
                Ok(item) => self.hand_in(collector.add(item))?,
                Err(error) => {
                    read = Err(End::Fault(error));
                    break;
                }
            }
        }
        self.hand_in(collector.pause())?;
        self.sender.send(Message::Flush).map_err(|_| End::Stopped)?;
        read
    }

    fn hand_in(&mut self, batch: Option<Batch>) -> Result<(), End> {
        let Some(batch) = batch else { return Ok(()) };
        for pending in batch.submit(self.ledger).map_err(End::Failed)? {
            self.sender.send(Message::Pending(pending)).map_err(|_| End::Stopped)?;
        }
        Ok(())
    }
}

/// What is said of a line that is not JSON. It may have been one of the batch before it: a batch
/// that may lack a command is not applied.
fn reason(error: &LineError, collector: &Collector) -> String {
    match collector.atomic() {
        None => error.to_string(),
        Some(name) => format!("{error}; the atomic batch {name} before it was not applied"),
    }
}

/// The side that waits and writes.
fn write_answers(ledger: &Ledger, messages: &Receiver<Message>) -> Result<Tally, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut tally = Tally::default();
    for message in messages {
        match message {
            Message::Flush => out.flush()?,
            Message::Pending(pending) => {
                for told in pending.wait(ledger)? {
                    tally.answered += 1;
                    tally.refused += u64::from(told.refused);
                    serde_json::to_writer(&mut out, &told.json).map_err(io::Error::from)?;
                    out.write_all(b"\n")?;
                }
            }
        }
    }
    out.flush()?;
    Ok(tally)
}
