//! Commands by which points go, or come back. An amount that the mapping names has to be there in
//! each row: nothing in its place would mean all of it.

use milepost::command::{Command, Debit, Extent, Redeem, RedeemPrice, Refund, Reverse};
use milepost::{Decimal, MemberId, Name, Reference, Text};

use super::money::{MoneyShape, money};
use crate::import::row::{Cursor, Fault, Field, Shape};
use crate::import::sheet::{MappingFault, Sheet};

#[derive(Debug)]
struct DebitShape {
    member: Field<MemberId>,
    unit: Field<Name>,
    amount: Field<Decimal>,
    reason: Field<Text>,
}

pub(super) fn debit(sheet: &mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault> {
    Ok(Box::new(DebitShape {
        member: sheet.required("member")?,
        unit: sheet.required("unit")?,
        amount: sheet.required("amount")?,
        reason: sheet.required("reason")?,
    }))
}

impl Shape for DebitShape {
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault> {
        Ok(Debit {
            member: cursor.read(&self.member)?,
            unit: cursor.read(&self.unit)?,
            amount: cursor.read(&self.amount)?,
            reason: cursor.read(&self.reason)?,
        }
        .into())
    }
}

#[derive(Debug)]
struct RedeemShape {
    member: Field<MemberId>,
    reference: Field<Reference>,
    price: PriceShape,
}

#[derive(Debug)]
enum PriceShape {
    Unit { unit: Field<Name>, amount: Field<Decimal> },
    Reward { reward: Field<Name>, amount: Option<Field<Decimal>>, order: Option<MoneyShape> },
}

pub(super) fn redeem(sheet: &mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault> {
    let (member, reference) = (sheet.required("member")?, sheet.required("ref")?);
    let price = match sheet.optional("reward")? {
        Some(reward) => {
            let (amount, order) = (sheet.optional("amount")?, money(sheet, "order")?);
            PriceShape::Reward { reward, amount, order }
        }
        None => {
            PriceShape::Unit { unit: sheet.required("unit")?, amount: sheet.required("amount")? }
        }
    };
    Ok(Box::new(RedeemShape { member, reference, price }))
}

impl Shape for RedeemShape {
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault> {
        let (member, reference) = (cursor.read(&self.member)?, cursor.read(&self.reference)?);
        let price = match &self.price {
            PriceShape::Unit { unit, amount } => {
                RedeemPrice::Unit { unit: cursor.read(unit)?, amount: cursor.read(amount)? }
            }
            PriceShape::Reward { reward, amount, order } => RedeemPrice::Reward {
                reward: cursor.read(reward)?,
                quantity: None,
                amount: amount.as_ref().map(|amount| cursor.read(amount)).transpose()?,
                order: order.as_ref().map(|order| order.read(cursor)).transpose()?,
            },
        };
        Ok(Redeem { member, reference, price }.into())
    }
}

#[derive(Debug)]
struct RefundShape {
    member: Field<MemberId>,
    redemption: Field<Reference>,
    reference: Option<Field<Reference>>,
    amount: Option<Field<Decimal>>,
}

pub(super) fn refund(sheet: &mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault> {
    Ok(Box::new(RefundShape {
        member: sheet.required("member")?,
        redemption: sheet.required("redemption")?,
        reference: sheet.optional("ref")?,
        amount: sheet.optional("amount")?,
    }))
}

impl Shape for RefundShape {
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault> {
        let (member, redemption) = (cursor.read(&self.member)?, cursor.read(&self.redemption)?);
        Ok(Refund {
            reference: cursor.maybe(self.reference.as_ref())?,
            amount: self.amount.as_ref().map(|amount| cursor.read(amount)).transpose()?,
            ..Refund::new(member, redemption)
        }
        .into())
    }
}

#[derive(Debug)]
struct ReverseShape {
    member: Field<MemberId>,
    activity: Field<Reference>,
    reference: Option<Field<Reference>>,
    amount: Option<MoneyShape>,
}

pub(super) fn reverse(sheet: &mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault> {
    Ok(Box::new(ReverseShape {
        member: sheet.required("member")?,
        activity: sheet.required("activity")?,
        reference: sheet.optional("ref")?,
        amount: money(sheet, "amount")?,
    }))
}

impl Shape for ReverseShape {
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault> {
        let (member, activity) = (cursor.read(&self.member)?, cursor.read(&self.activity)?);
        let amount = self.amount.as_ref().map(|amount| amount.read(cursor)).transpose()?;
        Ok(Reverse {
            reference: cursor.maybe(self.reference.as_ref())?,
            extent: amount.map_or(Extent::Full, Extent::Money),
            ..Reverse::new(member, activity)
        }
        .into())
    }
}
