//! Running one scenario.

use std::mem;

use milepost::line::LineError;
use milepost::programme::Faults;
use milepost::{Instant, SubmitError};
use serde_json::Value;

use super::contain::{Difference, difference};
use super::expect::Expect;
use super::script::{Action, Scenario, Step, Verdict};
use super::stage::Stage;
use crate::args::ClockChoice;
use crate::batch::{Batch, Collector, Item, Reader};
use crate::exit::{Failure, with_causes};
use crate::hand_in::Told;
use crate::programme_file::Opener;
use crate::question::Question;

/// How the reasons end that name something of the specification that this version does not carry
/// out yet. A refusal for such a reason proves nothing, even where a refusal is expected.
const NOT_YET: &str = "not supported by this version of milepost yet";

/// What does not hold.
#[derive(Debug)]
pub(super) struct Fault {
    /// The line, from 1.
    pub(super) line: u64,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Differs(Difference),
    Other(String),
}

impl Fault {
    fn other(line: u64, message: &(impl ToString + ?Sized)) -> Fault {
        Fault { line, kind: Kind::Other(message.to_string()) }
    }

    /// What a report says of it.
    pub(super) fn told(&self) -> String {
        match &self.kind {
            Kind::Other(message) => message.clone(),
            Kind::Differs(Difference { field, expected, found }) => {
                let field = if field.is_empty() { "the answer" } else { field };
                format!("{field}: expected {expected}, found {found}")
            }
        }
    }
}

/// Runs a scenario to its end, or to the first line that this version cannot carry out. What does
/// not hold comes in the order of the lines; nothing, if all holds.
///
/// # Errors
/// If a ledger cannot be made, closed or opened.
pub(super) fn run(scenario: &Scenario) -> Result<Vec<Fault>, Failure> {
    let stage = match (Stage::new(&scenario.programme)?, scenario.verdict) {
        (Ok(stage), Verdict::Valid) => stage,
        (Ok(_), Verdict::Invalid) => {
            let message = "the programme: expected programme_invalid, found no fault";
            return Ok(vec![Fault::other(scenario.line, message)]);
        }
        (Err(faults), verdict) => return Ok(programme_faults(scenario.line, &faults, verdict)),
    };
    let run = Run {
        stage: Some(stage),
        reader: Reader::new(ClockChoice::Commands, Opener::default()),
        collector: Collector::default(),
        expected: Vec::new(),
        faults: Vec::new(),
    };
    match run.all(&scenario.steps) {
        Err(Failure::Ledger(error)) => Ok(vec![Fault::other(
            scenario.line,
            &format!("the ledger failed: {}", with_causes(&error)),
        )]),
        ended => ended,
    }
}

/// A programme that is refused only for what is not carried out yet is not refused for its fault.
fn programme_faults(line: u64, faults: &Faults, verdict: Verdict) -> Vec<Fault> {
    let mut own = faults.as_slice().iter().filter(|fault| !fault.reason.ends_with(NOT_YET));
    if verdict == Verdict::Invalid && own.next().is_some() {
        return Vec::new();
    }
    let told = |fault| Fault::other(line, &format!("programme:{fault}"));
    faults.as_slice().iter().map(told).collect()
}

/// A scenario that is being run.
struct Run<'a> {
    /// `None` only while the ledger is opened again.
    stage: Option<Stage>,
    reader: Reader,
    /// Commands that are handed in together as soon as somebody looks.
    collector: Collector,
    /// What is expected of the commands handed in and collected, in order.
    expected: Vec<(u64, &'a Expect)>,
    faults: Vec<Fault>,
}

/// Whether a scenario can go on.
#[derive(PartialEq, Eq)]
enum Course {
    GoesOn,
    /// The rest of it would only show what follows from a line that cannot be carried out.
    Ends,
}

impl<'a> Run<'a> {
    fn all(mut self, steps: &'a [Step]) -> Result<Vec<Fault>, Failure> {
        for step in steps {
            if self.step(step)? == Course::Ends {
                return Ok(self.faults);
            }
        }
        self.settle()?;
        Ok(self.faults)
    }

    fn step(&mut self, step: &'a Step) -> Result<Course, Failure> {
        let line = step.line;
        match &step.action {
            Action::At(at) => self.reader.set_time(*at),
            Action::Command { read, text, expect } => {
                return self.command(line, read, text, expect);
            }
            Action::Check { read, expect } => match &**read {
                Err(error) => return Ok(self.unreadable(line, error)),
                Ok(question) => {
                    self.settle()?;
                    self.check(line, question, expect)?;
                }
            },
            Action::Upheaval(upheaval) => {
                self.settle()?;
                if let Some(stage) = self.stage.take() {
                    self.stage = Some(stage.go_through(*upheaval)?);
                }
            }
        }
        Ok(Course::GoesOn)
    }

    fn unreadable(&mut self, line: u64, error: &LineError) -> Course {
        self.faults.push(Fault::other(line, error));
        if error.to_string().ends_with(NOT_YET) { Course::Ends } else { Course::GoesOn }
    }

    fn command(
        &mut self,
        line: u64,
        read: &Result<milepost::line::Line, LineError>,
        text: &str,
        expect: &'a Expect,
    ) -> Result<Course, Failure> {
        let item = match read {
            Ok(line) => self.reader.item(line.clone()),
            Err(error) if error.to_string().ends_with(NOT_YET) => {
                self.settle()?;
                return Ok(self.unreadable(line, error));
            }
            Err(error) => Item::malformed(text.as_bytes(), error.clone()),
        };
        let before = self.collector.add(item);
        self.hand_in(before)?;
        self.expected.push((line, expect));
        Ok(Course::GoesOn)
    }

    /// Has everything collected done.
    fn settle(&mut self) -> Result<(), Failure> {
        let rest = self.collector.take();
        self.hand_in(rest)
    }

    fn hand_in(&mut self, batch: Option<Batch>) -> Result<(), Failure> {
        let (Some(batch), Some(stage)) = (batch, &self.stage) else { return Ok(()) };
        let mut expected = mem::take(&mut self.expected).into_iter();
        for pending in batch.submit(stage.ledger())? {
            for (told, (line, expect)) in pending.wait(stage.ledger())?.iter().zip(&mut expected) {
                self.faults.extend(judge(line, expect, told));
            }
        }
        Ok(())
    }

    fn check(&mut self, line: u64, question: &Question, expect: &Value) -> Result<(), Failure> {
        let Some(stage) = &self.stage else { return Ok(()) };
        let mut question = question.clone();
        let last = stage.ledger().last_recorded_at();
        let now = self.reader.time().map_or(last, |time: Instant| time.max(last));
        question.when.as_of.get_or_insert(now);
        match question.answer(stage.ledger()) {
            Err(SubmitError::Failed(error)) => return Err(error.into()),
            Err(SubmitError::Refused(refusal)) => self.faults.push(Fault::other(line, &refusal)),
            Ok(answer) => {
                let differs = difference(expect, &answer);
                self.faults.extend(differs.map(|d| Fault { line, kind: Kind::Differs(d) }));
            }
        }
        Ok(())
    }
}

/// What is wrong with an answer. A refusal that nobody expected is told with its reason.
fn judge(line: u64, expect: &Expect, told: &Told) -> Option<Fault> {
    let difference = expect.differs(&told.json)?;
    if told.refused && !expect.is_refusal() {
        let error = told.json.get("error").unwrap_or(&Value::Null);
        return Some(Fault::other(line, &format!("status: expected acceptance, found {error}")));
    }
    Some(Fault { line, kind: Kind::Differs(difference) })
}
