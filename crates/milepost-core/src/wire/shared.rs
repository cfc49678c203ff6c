//! What an entry's events say again of its command: it stands only once, in the command.

use std::borrow::Cow;

use super::codec::{Dec, Short, Take, reader, take_bytes};
use super::kind::Kind;
use super::numbers::WireMoney;
use super::optional::TakeOptional;
use super::values::WireMember;
use super::{RecordedRef, Schema, WireError};
use crate::command::{Activity, Body, Extent, Record};
use crate::decimal::Decimal;
use crate::names::{Name, Reference, Text};
use crate::time::Instant;

/// What events may refer to instead of repeating it.
#[derive(Clone, Debug)]
pub(super) struct Shared<'a> {
    /// When the entry was recorded; the frame has it.
    pub(super) recorded_at: Instant,
    /// The time that the command names, else `recorded_at`.
    pub(super) time: Instant,
    /// The reference or the reason that the command gives to what it makes.
    pub(super) text: Option<&'a str>,
    /// The member that `enrol` opens.
    pub(super) member: Option<WireMember<'a>>,
    /// The tags of `enrol`, or those that `attributes` sets.
    pub(super) attributes: Cow<'a, [(Name, Text)]>,
    /// The kind of the activity that `record` records.
    pub(super) kind: Option<&'a str>,
    /// What `record` says was paid.
    pub(super) money: Option<WireMoney<'a>>,
    /// The command `record`, if it is one.
    record: Source<'a>,
}

/// Where the activity of a `record` is, for the few events that need all of it.
#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    None,
    Said(&'a Activity),
    /// The bytes of the command, and their schema.
    Bytes(&'a [u8], Schema),
}

impl<'a> Shared<'a> {
    /// The activity that the command records.
    pub(super) fn activity(&self) -> Option<Cow<'a, Activity>> {
        match self.record {
            Source::None => None,
            Source::Said(activity) => Some(Cow::Borrowed(activity)),
            Source::Bytes(bytes, schema) => {
                let from = &mut reader(bytes, schema);
                // The command's own flags say nothing of what stands first.
                u8::take(from).ok()?;
                Record::take(from).ok().map(|record| Cow::Owned(record.activity))
            }
        }
    }

    /// What an entry says without its command.
    pub(super) const fn nothing(recorded_at: Instant) -> Shared<'a> {
        Shared {
            recorded_at,
            time: recorded_at,
            text: None,
            member: None,
            attributes: Cow::Borrowed(&[]),
            kind: None,
            money: None,
            record: Source::None,
        }
    }

    fn of_activity(&mut self, activity: &'a Activity) {
        self.text = Some(activity.reference.as_str());
        self.kind = Some(activity.kind.as_str());
        self.name_time(activity.occurred_at);
        self.money = activity.spend.as_ref().map(WireMoney::of);
    }

    fn name_time(&mut self, time: Option<Instant>) {
        self.time = time.unwrap_or(self.recorded_at);
    }

    /// What the events of a command can refer to.
    pub(super) fn of(recorded: RecordedRef<'a>, recorded_at: Instant) -> Shared<'a> {
        let mut shared = Shared::nothing(recorded_at);
        match recorded {
            RecordedRef::Genesis(_) => {}
            RecordedRef::Command(command) => shared.of_body(&command.body),
        }
        shared
    }

    fn of_body(&mut self, body: &'a Body) {
        match body {
            Body::Enrol(enrol) => {
                self.member = Some(WireMember::of(&enrol.member));
                self.attributes = Cow::Borrowed(enrol.attributes.as_slice());
            }
            Body::Record(record) => {
                self.record = Source::Said(&record.activity);
                self.of_activity(&record.activity);
            }
            Body::Grant(grant) => {
                self.text = Some(grant.reason.as_str());
                self.name_time(grant.occurred_at);
            }
            Body::Debit(debit) => self.text = Some(debit.reason.as_str()),
            Body::Compensate(compensate) => self.text = Some(compensate.case.as_str()),
            Body::ReverseCase(reverse) => self.text = Some(reverse.case.as_str()),
            Body::Hold(hold) => {
                self.text = Some(hold.reference.as_str());
                self.name_time(hold.until);
            }
            Body::Capture(capture) => self.text = Some(capture.reference.as_str()),
            Body::Redeem(redeem) => self.text = Some(redeem.reference.as_str()),
            Body::Refund(refund) => self.text = refund.reference.as_ref().map(Reference::as_str),
            Body::Reverse(reverse) => self.text = reverse.reference.as_ref().map(Reference::as_str),
            Body::Transfer(transfer) => self.text = Some(transfer.reference.as_str()),
            Body::AssignTier(assign) => {
                self.text = Some(assign.reason.as_str());
                self.name_time(assign.until);
            }
            Body::Attributes(attributes) => {
                self.attributes = Cow::Borrowed(attributes.set.as_slice());
            }
            Body::Revise(revise) => self.name_time(revise.effective_at),
            Body::Extend(extend) => self.time = extend.to,
            Body::Advance(advance) => self.time = advance.to,
            Body::Confirm(_)
            | Body::Release(_)
            | Body::Consent(_)
            | Body::Close(_)
            | Body::Merge(_) => {}
        }
    }

    /// Reads the same from a command's bytes, of which no more is read than is needed for it.
    pub(super) fn read(
        &mut self,
        kind: Kind,
        (schema, command): (Schema, &'a [u8]),
    ) -> Result<(), WireError> {
        let from = &mut reader(command, schema);
        if kind == Kind::Record {
            self.record = Source::Bytes(command, schema);
        }
        if kind != Kind::Genesis {
            // The command's own flags say nothing of what stands first.
            u8::take(from)?;
            self.read_body(kind, from)?;
        }
        Ok(())
    }

    fn read_body(&mut self, kind: Kind, from: &mut Dec<'a>) -> Result<(), WireError> {
        match kind {
            Kind::Genesis
            | Kind::Confirm
            | Kind::Release
            | Kind::Consent
            | Kind::Close
            | Kind::Merge => Ok(()),
            Kind::Attributes => self.read_attributes(from),
            Kind::Revise => {
                let flags = u8::take(from)?;
                skip_text(from)?;
                self.name_time(Option::take_by(flags & 1, from)?);
                Ok(())
            }
            Kind::Enrol => self.read_enrol(from),
            Kind::Record => self.read_record(from),
            Kind::Grant | Kind::Hold => {
                let flags = u8::take(from)?;
                skip_member_unit_amount(from)?;
                self.read_text_and_time(flags, from)
            }
            Kind::Debit => {
                skip_member_unit_amount(from)?;
                self.read_text(from)
            }
            Kind::Capture | Kind::Compensate => {
                u8::take(from)?;
                skip_member_and_text(from)?;
                self.read_text(from)
            }
            Kind::ReverseCase => {
                u8::take(from)?;
                skip_member(from)?;
                self.read_text(from)
            }
            Kind::Redeem => {
                skip_member(from)?;
                self.read_text(from)
            }
            Kind::Refund => {
                let flags = u8::take(from)?;
                skip_member_and_text(from)?;
                self.read_text_by(flags, from)
            }
            Kind::Reverse => {
                let flags = u8::take(from)?;
                skip_member_and_text(from)?;
                Extent::take(from)?;
                self.read_text_by(flags, from)
            }
            Kind::Transfer => {
                skip_member(from)?;
                skip_member_unit_amount(from)?;
                self.read_text(from)
            }
            Kind::AssignTier => {
                let flags = u8::take(from)?;
                skip_member_and_text(from)?;
                self.read_text_and_time(flags, from)
            }
            Kind::Extend => {
                u8::take(from)?;
                skip_text(from)?;
                Instant::take(from)?;
                self.read_time(from)
            }
            Kind::Advance => self.read_time(from),
        }
    }

    fn read_enrol(&mut self, from: &mut Dec<'a>) -> Result<(), WireError> {
        let flags = u8::take(from)?;
        self.member = Some(WireMember::take(from)?);
        self.attributes = Cow::Owned(Vec::take_by(flags & 1, from)?);
        Ok(())
    }

    fn read_attributes(&mut self, from: &mut Dec<'a>) -> Result<(), WireError> {
        let flags = u8::take(from)?;
        skip_member(from)?;
        self.attributes = Cow::Owned(Vec::take_by(flags & 1, from)?);
        Ok(())
    }

    fn read_record(&mut self, from: &mut Dec<'a>) -> Result<(), WireError> {
        skip_member(from)?;
        let flags = u8::take(from)?;
        self.kind = Some(<&str>::take(from)?);
        self.read_text_and_time(flags, from)?;
        self.money = Option::take_by(flags & 1 << 1, from)?;
        Ok(())
    }

    fn read_text(&mut self, from: &mut Dec<'a>) -> Result<(), WireError> {
        self.text = Some(<&str>::take(from)?);
        Ok(())
    }

    fn read_text_by(&mut self, flags: u8, from: &mut Dec<'a>) -> Result<(), WireError> {
        self.text = Option::take_by(flags & 1, from)?;
        Ok(())
    }

    fn read_text_and_time(&mut self, flags: u8, from: &mut Dec<'a>) -> Result<(), WireError> {
        self.read_text(from)?;
        self.name_time(Option::take_by(flags & 1, from)?);
        Ok(())
    }

    fn read_time(&mut self, from: &mut Dec<'a>) -> Result<(), WireError> {
        self.time = Instant::take(from)?;
        Ok(())
    }
}

/// Passes a text over without looking at it.
fn skip_text(from: &mut Dec<'_>) -> Result<(), WireError> {
    let len = Short::take(from)?;
    take_bytes(from, len.index()).map(|_| ())
}

fn skip_member(from: &mut Dec<'_>) -> Result<(), WireError> {
    // A length of zero stands before the 16 bytes of a UUID.
    let len = match Short::take(from)?.index() {
        0 => 16,
        len => len,
    };
    take_bytes(from, len).map(|_| ())
}

fn skip_member_and_text(from: &mut Dec<'_>) -> Result<(), WireError> {
    skip_member(from)?;
    skip_text(from)
}

fn skip_member_unit_amount(from: &mut Dec<'_>) -> Result<(), WireError> {
    skip_member_and_text(from)?;
    Decimal::take(from).map(|_| ())
}
