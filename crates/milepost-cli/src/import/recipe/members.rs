//! Commands that say who a member is.

use milepost::command::{AssignTier, Command, Enrol};
use milepost::{MemberId, Name, Text};

use super::Time;
use crate::import::row::{Cursor, Fault, Field, Shape};
use crate::import::sheet::{MappingFault, Sheet};

#[derive(Debug)]
struct EnrolShape {
    member: Field<MemberId>,
    tier: Option<Field<Name>>,
    attributes: Vec<(Name, Field<Text>)>,
}

pub(super) fn enrol(sheet: &mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault> {
    Ok(Box::new(EnrolShape {
        member: sheet.required("member")?,
        tier: sheet.optional("tier")?,
        attributes: sheet.named("attributes")?,
    }))
}

impl Shape for EnrolShape {
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault> {
        let member = cursor.read(&self.member)?;
        let tier = cursor.maybe(self.tier.as_ref())?;
        let attributes = cursor.named(&self.attributes)?;
        Ok(Enrol { tier, attributes, ..Enrol::new(member) }.into())
    }
}

#[derive(Debug)]
struct AssignTierShape {
    member: Field<MemberId>,
    tier: Field<Name>,
    until: Time,
    reason: Field<Text>,
}

pub(super) fn assign_tier(sheet: &mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault> {
    Ok(Box::new(AssignTierShape {
        member: sheet.required("member")?,
        tier: sheet.required("tier")?,
        until: sheet.optional("until")?,
        reason: sheet.required("reason")?,
    }))
}

impl Shape for AssignTierShape {
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault> {
        Ok(AssignTier {
            member: cursor.read(&self.member)?,
            tier: cursor.read(&self.tier)?,
            until: cursor.maybe(self.until.as_ref())?,
            reason: cursor.read(&self.reason)?,
        }
        .into())
    }
}
