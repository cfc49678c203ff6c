//! Events on the wire: a number, a flags byte, and the fields of each fact in their order.
//!
//! A field that is added to a fact does not compile here until somebody has said in which schema it
//! stands.

use super::WireError;
use std::borrow::Cow;

use super::breakdown::pass_breakdown;
use super::codec::{Dec, Enc, Put, Short, Take, fill, hole, take_list};
use super::field::{Field, Flags, Place};
use super::said::{take_kind_and_time, take_reference};
use super::shared::Shared;
use crate::event::{
    Event, EventRef, Fact, FactRef, MovedLot, NewLot, Part, Spend, WholeFact, Worth,
};
use crate::names::Reference;
use crate::ratio::Rounding;
use crate::time::Instant;

/// How an event says when it took effect.
const RECORDED_AT: u8 = 0;
const COMMAND_TIME: u8 = 1;
const AS_BEFORE: u8 = 2;
const OTHER_TIME: u8 = 3;

/// The numbers of the facts that are read in two ways.
const RECORDED: u8 = 2;
const EARNED: u8 = 3;
const EXPIRED: u8 = 7;
const REDEEMED: u8 = 12;

/// Writes the events of an entry behind their number.
pub(super) fn put_events(
    events: &[Event],
    shared: &Shared<'_>,
    out: &mut Enc<'_>,
) -> Result<(), WireError> {
    Short::len(events.len())?.put(out)?;
    let mut before = shared.recorded_at;
    for event in events {
        put_event(event, before, shared, out)?;
        before = event.effective_at;
    }
    Ok(())
}

/// Reads the events of an entry to the end of `events`.
pub(super) fn take_events(
    shared: &Shared<'_>,
    from: &mut Dec<'_>,
    events: &mut Vec<Event>,
) -> Result<(), WireError> {
    // No room is made for what is only claimed: the list grows with what was read.
    let mut before = shared.recorded_at;
    for _ in 0..Short::take(from)?.0 {
        let (mut head, number) = Head::take(before, shared, from)?;
        let place = Place { shared, effective_at: head.effective_at };
        let fact = take_fact(number, &mut head.flags, &place, from)?;
        head.flags.at_end()?;
        let Head { who, effective_at, .. } = head;
        events.push(Event { who, effective_at, fact });
        before = effective_at;
    }
    Ok(())
}

/// Reads the events of an entry as folds need them.
pub(super) fn take_event_refs<'a, E: From<WireError>>(
    shared: &Shared<'a>,
    from: &mut Dec<'a>,
    mut see: impl FnMut(EventRef<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let mut before = shared.recorded_at;
    for _ in 0..Short::take(from)?.0 {
        let (head, number) = Head::take(before, shared, from)?;
        before = head.effective_at;
        take_event_ref(number, head, shared, from, &mut see)?;
    }
    Ok(())
}

/// What stands before the fields of a fact.
#[derive(Clone, Copy)]
struct Head {
    who: u32,
    effective_at: Instant,
    flags: Flags,
}

impl Head {
    /// Reads it, and the number of the fact.
    #[inline]
    fn take(
        before: Instant,
        shared: &Shared<'_>,
        from: &mut Dec<'_>,
    ) -> Result<(Head, u8), WireError> {
        let number = u8::take(from)?;
        let mut flags = Flags::new(u8::take(from)?);
        let who = if flags.pop(1) == 0 { 0 } else { Short::take(from)?.0 };
        let effective_at = match flags.pop(2) {
            RECORDED_AT => shared.recorded_at,
            COMMAND_TIME => shared.time,
            AS_BEFORE => before,
            _ => Instant::take(from)?,
        };
        Ok((Head { who, effective_at, flags }, number))
    }
}

fn whole<'a>(fact: Fact) -> FactRef<'a> {
    FactRef::Whole(WholeFact::Owned(Box::new(fact)))
}

/// Reads an event as folds need it. The fields stand as in the table of facts. What is read is shown
/// where it was made: to move it would cost more than to make it.
fn take_event_ref<'a, E: From<WireError>>(
    number: u8,
    head: Head,
    shared: &Shared<'a>,
    from: &mut Dec<'a>,
    see: &mut impl FnMut(EventRef<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let Head { who, effective_at, mut flags } = head;
    let (flags, place) = (&mut flags, &Place { shared, effective_at });
    match number {
        RECORDED => {
            let activity = take_reference(flags, place, from)?;
            let spend: Option<Spend> = flags.take(place, from)?;
            let rate = spend.and_then(|spend| spend.rate).map(Box::new);
            let spend = spend.map(|spend| (spend.minor, spend.currency));
            let (kind, at) = take_kind_and_time(flags, place, from)?;
            flags.at_end()?;
            let fact = FactRef::Recorded { activity, kind, at, spend, rate };
            see(EventRef { who, effective_at, fact })
        }
        EARNED => {
            let (activity, rule) = (flags.take(place, from)?, flags.take(place, from)?);
            let rounding: Rounding = flags.take(place, from)?;
            pass_breakdown(flags, from)?;
            let lot = flags.take(place, from)?;
            flags.at_end()?;
            let fact = FactRef::Earned { lot, activity, rule, rounding };
            see(EventRef { who, effective_at, fact })
        }
        EXPIRED => {
            let (unit, pool) = (flags.take(place, from)?, flags.take(place, from)?);
            let part = flags.take(place, from)?;
            flags.at_end()?;
            let fact = FactRef::Expired { unit, pool, part };
            see(EventRef { who, effective_at, fact })
        }
        REDEEMED => {
            let unit = flags.take(place, from)?;
            let reference = take_reference(flags, place, from)?;
            let worth: Option<Worth> = flags.take(place, from)?;
            let parts: Vec<Part> = flags.take(place, from)?;
            flags.at_end()?;
            let fact = if worth.is_none() {
                FactRef::Redeemed { reference, unit, parts: Cow::Owned(parts) }
            } else {
                let reference = Reference::new(reference).map_err(|_| WireError::Value("name"))?;
                whole(Fact::Redeemed { reference, unit, parts, worth })
            };
            see(EventRef { who, effective_at, fact })
        }
        other => {
            let fact = whole(take_fact(other, flags, place, from)?);
            flags.at_end()?;
            see(EventRef { who, effective_at, fact })
        }
    }
}

fn put_event(
    event: &Event,
    before: Instant,
    shared: &Shared<'_>,
    out: &mut Enc<'_>,
) -> Result<(), WireError> {
    let &Event { who, effective_at, ref fact } = event;
    number(fact).put(out)?;
    let (at, mut flags) = (hole(out)?, Flags::new(0));
    flags.push(u8::from(who != 0), 1);
    if who != 0 {
        Short(who).put(out)?;
    }
    flags.push(put_effective_at(effective_at, before, shared, out)?, 2);
    put_fact(fact, &mut flags, &Place { shared, effective_at }, out)?;
    fill(out, at, flags.bits());
    Ok(())
}

fn put_effective_at(
    time: Instant,
    before: Instant,
    shared: &Shared<'_>,
    out: &mut Enc<'_>,
) -> Result<u8, WireError> {
    match time {
        time if time == shared.recorded_at => Ok(RECORDED_AT),
        time if time == shared.time => Ok(COMMAND_TIME),
        time if time == before => Ok(AS_BEFORE),
        time => time.put(out).map(|()| OTHER_TIME),
    }
}

/// The table of facts: their numbers, and their fields in the order in which they stand.
macro_rules! facts {
    ($($number:literal $fact:ident { $($field:ident),* })*) => {
        const fn number(fact: &Fact) -> u8 {
            match fact {
                $(Fact::$fact { .. } => $number,)*
            }
        }

        fn put_fact(
            fact: &Fact,
            flags: &mut Flags,
            place: &Place<'_, '_>,
            out: &mut Enc<'_>,
        ) -> Result<(), WireError> {
            match fact {
                $(Fact::$fact { $($field),* } => {
                    $(flags.put($field, place, out)?;)*
                })*
            }
            Ok(())
        }

        fn take_fact(
            number: u8,
            flags: &mut Flags,
            place: &Place<'_, '_>,
            from: &mut Dec<'_>,
        ) -> Result<Fact, WireError> {
            match number {
                $($number => {
                    $(let $field = flags.take(place, from)?;)*
                    Ok(Fact::$fact { $($field),* })
                })*
                unknown => Err(WireError::Event(unknown)),
            }
        }
    };
}

facts! {
    1 Enrolled { id, tier, birth_month, attributes }
    2 Recorded { activity, spend, occurrence }
    3 Earned { activity, rule, rounding, how, lot }
    4 Granted { reason, lot }
    5 Matured { unit, part }
    6 Confirmed { unit, part, expires_at }
    7 Expired { unit, pool, part }
    8 Held { hold, unit, reference, until, parts }
    9 Captured { hold, unit, reference, worth, parts }
    10 Released { hold, unit, parts }
    11 Lapsed { hold, unit, parts }
    12 Redeemed { unit, reference, worth, parts }
    13 Refunded { redemption, unit, reference, parts }
    14 ActivityReversed { activity, reference, reversed }
    15 Reversed { activity, unit, parts, awards, set_off, pending, debt, forgiven }
    16 Debited { unit, reason, parts, debt, forgiven }
    17 DebtRepaid { unit, part }
    18 TransferredOut { to, reference, unit, parts, day, year }
    19 TransferredIn { from, reference, lots }
    20 Renewed { form, last, lots }
    21 Extended { lot, expires_at, cause }
    22 TierAssigned { tier, until, reason }
    23 TierChanged { from, to, reason, valid_until, judged }
    30 Drawn { pool, amount }
    31 Cut { activity, rule, unit, programme_version, how }
    32 ContextRecorded { activity, context }
    33 LinesLeft { activity, lines }
    60 ProgrammeRevised { version }
    61 AttributesChanged { set, unset }
    62 ConsentChanged { purpose, given }
    63 Closed { on_close }
    64 MergedInto { into }
    65 MergedFrom { from, first_lot, state }
    50 Given { of, paid, lot }
    51 TakenBack { of, unit, parts, gifts, set_off, debt, forgiven }
    52 CaseReversed { case, reference }
    53 Referred { by }
    54 ReferralPaid { with, activity }
    55 ReferralFell { with }
    40 Qualified { count, amount, place }
    41 TierGrace { until }
    42 Benefit { tier, year, lot }
    43 MilestoneReached { milestone, step, place, lot }
    44 MilestoneTaken { lot, milestone, unit, parts, set_off, debt, forgiven }
}

/// A lot as a field: a flags byte of its own, then its fields in the order in which they stand.
macro_rules! lots {
    ($($type:ident { $($field:ident),* })*) => {$(
        impl Field for $type {
            const BITS: u32 = 0;

            fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
                let $type { $($field),* } = self;
                let (at, mut flags) = (hole(out)?, Flags::new(0));
                $(flags.put($field, place, out)?;)*
                fill(out, at, flags.bits());
                Ok(0)
            }

            fn take_field(
                _: u8,
                place: &Place<'_, '_>,
                from: &mut Dec<'_>,
            ) -> Result<$type, WireError> {
                let mut flags = Flags::new(u8::take(from)?);
                $(let $field = flags.take(place, from)?;)*
                flags.at_end()?;
                Ok($type { $($field),* })
            }
        }
    )*};
}

lots! {
    NewLot { lot, unit, amount, earned_at, available_at, expires_at, form, programme_version }
    MovedLot { lot, graced, rule, origin }
}

/// The fewest bytes of a lot that was moved: two flags bytes and four short numbers.
const MOVED_LOT_MIN: usize = 5;

impl Field for Vec<MovedLot> {
    const BITS: u32 = 0;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        Short::len(self.len())?.put(out)?;
        self.iter().try_for_each(|lot| lot.put_field(place, out).map(|_| ()))?;
        Ok(0)
    }

    fn take_field(_: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        take_list(from, MOVED_LOT_MIN, |from| MovedLot::take_field(0, place, from))
    }
}
