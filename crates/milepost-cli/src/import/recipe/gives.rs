//! Commands by which points come.

use milepost::command::{Activity, Command, Grant, Record, Transfer};
use milepost::{Decimal, MemberId, Name, Reference, Text};

use super::Time;
use super::money::{MoneyShape, money};
use crate::import::row::{Cursor, Fault, Field, Shape};
use crate::import::sheet::{MappingFault, Sheet};

#[derive(Debug)]
struct RecordShape {
    member: Field<MemberId>,
    kind: Field<Name>,
    reference: Field<Reference>,
    occurred_at: Time,
    spend: Option<MoneyShape>,
    quantities: Vec<(Name, Field<Decimal>)>,
    attributes: Vec<(Name, Field<Text>)>,
}

pub(super) fn record(sheet: &mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault> {
    let member = sheet.required("member")?;
    let activity = sheet.group("activity")?;
    let mut activity = activity.ok_or_else(|| sheet.fault("activity", "missing key"))?;
    let shape = RecordShape {
        member,
        kind: activity.required("kind")?,
        reference: activity.required("ref")?,
        occurred_at: activity.optional("occurred_at")?,
        spend: money(&mut activity, "spend")?,
        quantities: activity.named("quantities")?,
        attributes: activity.named("attributes")?,
    };
    activity.finish()?;
    Ok(Box::new(shape))
}

impl Shape for RecordShape {
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault> {
        let member = cursor.read(&self.member)?;
        let (kind, reference) = (cursor.read(&self.kind)?, cursor.read(&self.reference)?);
        let spend = self.spend.as_ref().map(|spend| spend.maybe(cursor)).transpose()?;
        let activity = Activity {
            occurred_at: cursor.maybe(self.occurred_at.as_ref())?,
            spend: spend.flatten(),
            quantities: cursor.named(&self.quantities)?,
            attributes: cursor.named(&self.attributes)?,
            ..Activity::new(kind, reference)
        };
        Ok(Record::new(member, activity).into())
    }
}

#[derive(Debug)]
struct GrantShape {
    member: Field<MemberId>,
    unit: Field<Name>,
    amount: Field<Decimal>,
    reason: Field<Text>,
    occurred_at: Time,
    expires_at: Time,
    available_at: Time,
}

pub(super) fn grant(sheet: &mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault> {
    Ok(Box::new(GrantShape {
        member: sheet.required("member")?,
        unit: sheet.required("unit")?,
        amount: sheet.required("amount")?,
        reason: sheet.required("reason")?,
        occurred_at: sheet.optional("occurred_at")?,
        expires_at: sheet.optional("expires_at")?,
        available_at: sheet.optional("available_at")?,
    }))
}

impl Shape for GrantShape {
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault> {
        let (member, unit) = (cursor.read(&self.member)?, cursor.read(&self.unit)?);
        let (amount, reason) = (cursor.read(&self.amount)?, cursor.read(&self.reason)?);
        Ok(Grant {
            occurred_at: cursor.maybe(self.occurred_at.as_ref())?,
            expires_at: cursor.maybe(self.expires_at.as_ref())?,
            available_at: cursor.maybe(self.available_at.as_ref())?,
            ..Grant::new(member, unit, amount, reason)
        }
        .into())
    }
}

#[derive(Debug)]
struct TransferShape {
    from: Field<MemberId>,
    to: Field<MemberId>,
    unit: Field<Name>,
    amount: Field<Decimal>,
    reference: Field<Reference>,
}

pub(super) fn transfer(sheet: &mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault> {
    Ok(Box::new(TransferShape {
        from: sheet.required("from")?,
        to: sheet.required("to")?,
        unit: sheet.required("unit")?,
        amount: sheet.required("amount")?,
        reference: sheet.required("ref")?,
    }))
}

impl Shape for TransferShape {
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault> {
        Ok(Transfer {
            from: cursor.read(&self.from)?,
            to: cursor.read(&self.to)?,
            unit: cursor.read(&self.unit)?,
            amount: cursor.read(&self.amount)?,
            reference: cursor.read(&self.reference)?,
        }
        .into())
    }
}
