//! Events on the wire: a number, a flags byte, and the fields of each fact in their order.
//!
//! A field that is added to a fact does not compile here until somebody has said in which schema it
//! stands.

use super::WireError;
use super::codec::{Dec, Enc, Put, Short, Take, fill, hole, take_list};
use super::field::{Field, Flags, Place};
use super::shared::Shared;
use crate::event::{Event, Fact, MovedLot, NewLot};
use crate::time::Instant;

/// How an event says when it took effect.
const RECORDED_AT: u8 = 0;
const COMMAND_TIME: u8 = 1;
const AS_BEFORE: u8 = 2;
const OTHER_TIME: u8 = 3;

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
    let mut before = shared.recorded_at;
    // No room is made for what is only claimed: the list grows with what was read.
    for _ in 0..Short::take(from)?.0 {
        let event = take_event(before, shared, from)?;
        before = event.effective_at;
        events.push(event);
    }
    Ok(())
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

fn take_event(
    before: Instant,
    shared: &Shared<'_>,
    from: &mut Dec<'_>,
) -> Result<Event, WireError> {
    let number = u8::take(from)?;
    let mut flags = Flags::new(u8::take(from)?);
    let who = if flags.pop(1) == 0 { 0 } else { Short::take(from)?.0 };
    let effective_at = match flags.pop(2) {
        RECORDED_AT => shared.recorded_at,
        COMMAND_TIME => shared.time,
        AS_BEFORE => before,
        _ => Instant::take(from)?,
    };
    let fact = take_fact(number, &mut flags, &Place { shared, effective_at }, from)?;
    flags.at_end()?;
    Ok(Event { who, effective_at, fact })
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
