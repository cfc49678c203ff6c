//! The context of an activity, on the wire and in the state: the activity itself stands only once in
//! an entry, in its command.

use super::codec::{Dec, Enc, Put, Short, Take, at_end, reader, writer};
use super::field::{Field, Place};
use super::optional::{PutOptional, TakeOptional, take_flags};
use super::{Schema, WireError};
use crate::command::Activity;
use crate::context::{Context, LineLeft, Turned};
use crate::programme::RuleIx;

/// The activity is that of the command; or it follows.
const AS_IN_COMMAND: u8 = 0;
const OTHER: u8 = 1;

/// The schema of contexts in the encoding of members, which is not that of the log.
const IN_STATE: Schema = Schema::One;

const HAS_TIER: u8 = 1;
const HAS_BIRTH_MONTH: u8 = 1 << 1;
const HAS_ATTRIBUTES: u8 = 1 << 2;
const HAS_TURNS: u8 = 1 << 3;
const HAS_ROOMS: u8 = 1 << 4;
const HAS_BALANCES: u8 = 1 << 5;

impl Field for Box<Context> {
    const BITS: u32 = 1;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        put_beside(self, out)?;
        if place.shared.activity().as_deref() == Some(&self.activity) {
            return Ok(AS_IN_COMMAND);
        }
        self.activity.put(out).map(|()| OTHER)
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        let with = take_beside(from)?;
        let activity = if bits == OTHER {
            Activity::take(from)?
        } else {
            let found = place.shared.activity();
            found.ok_or(WireError::Choice { what: "activity", found: bits })?.into_owned()
        };
        Ok(Box::new(with(activity)))
    }
}

/// The context as the state keeps it.
pub(crate) fn context_bytes(context: &Context) -> Vec<u8> {
    let mut bytes = Vec::new();
    let out = &mut writer(&mut bytes, super::MAX_BODY, IN_STATE);
    let put = put_beside(context, out).and_then(|()| context.activity.put(out));
    // What came out of a command of that size fits it.
    if put.is_err() {
        bytes.clear();
    }
    bytes
}

/// The context that the state keeps.
///
/// # Errors
/// [`WireError`] if the bytes are not one.
pub(crate) fn context_of_bytes(bytes: &[u8]) -> Result<Context, WireError> {
    let from = &mut reader(bytes, IN_STATE);
    let with = take_beside(from)?;
    let context = with(Activity::take(from)?);
    at_end(from)?;
    Ok(context)
}

fn put_beside(context: &Context, out: &mut Enc<'_>) -> Result<(), WireError> {
    let Context {
        activity: _,
        programme_version,
        tier,
        birth_month,
        attributes,
        turns,
        rooms,
        balances,
    } = context;
    let flag = |there: bool, flag: u8| if there { flag } else { 0 };
    let flags = flag(tier.is_some(), HAS_TIER)
        | flag(birth_month.is_some(), HAS_BIRTH_MONTH)
        | flag(attributes.is_there(), HAS_ATTRIBUTES)
        | flag(turns.is_there(), HAS_TURNS)
        | flag(rooms.is_there(), HAS_ROOMS)
        | flag(balances.is_there(), HAS_BALANCES);
    flags.put(out)?;
    Short(u32::from(*programme_version)).put(out)?;
    tier.put_there(out)?;
    birth_month.put_there(out)?;
    attributes.put_there(out)?;
    turns.put_there(out)?;
    rooms.put_there(out)?;
    balances.put_there(out)
}

/// Reads what stands beside the activity, and says how it goes together with it.
fn take_beside(from: &mut Dec<'_>) -> Result<impl FnOnce(Activity) -> Context + use<>, WireError> {
    const KNOWN: u8 =
        HAS_TIER | HAS_BIRTH_MONTH | HAS_ATTRIBUTES | HAS_TURNS | HAS_ROOMS | HAS_BALANCES;
    let flags = take_flags(from, KNOWN)?;
    let version = u16::try_from(Short::take(from)?.0);
    let programme_version = version.map_err(|_| WireError::Value("programme version"))?;
    let tier = TakeOptional::take_by(flags & HAS_TIER, from)?;
    let birth_month = TakeOptional::take_by(flags & HAS_BIRTH_MONTH, from)?;
    let attributes = TakeOptional::take_by(flags & HAS_ATTRIBUTES, from)?;
    let turns = TakeOptional::take_by(flags & HAS_TURNS, from)?;
    let rooms = TakeOptional::take_by(flags & HAS_ROOMS, from)?;
    let balances = TakeOptional::take_by(flags & HAS_BALANCES, from)?;
    Ok(move |activity| Context {
        activity,
        programme_version,
        tier,
        birth_month,
        attributes,
        turns,
        rooms,
        balances,
    })
}

impl Put for Turned {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        match self {
            Turned::Rule(rule) => 0_u8.put(out).and_then(|()| rule.put(out)),
            Turned::Multiplier(at) => 1_u8.put(out).and_then(|()| Short(u32::from(*at)).put(out)),
        }
    }
}

impl Take<'_> for Turned {
    const MIN: usize = 2;

    fn take(from: &mut Dec<'_>) -> Result<Turned, WireError> {
        match u8::take(from)? {
            0 => RuleIx::take(from).map(Turned::Rule),
            1 => {
                let at = u16::try_from(Short::take(from)?.0);
                at.map(Turned::Multiplier).map_err(|_| WireError::Value("place of a multiplier"))
            }
            found => Err(WireError::Choice { what: "turn", found }),
        }
    }
}

impl Put for LineLeft {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let LineLeft { amount, quantity } = self;
        amount.put(out)?;
        quantity.put(out)
    }
}

impl Take<'_> for LineLeft {
    const MIN: usize = 6;

    fn take(from: &mut Dec<'_>) -> Result<LineLeft, WireError> {
        let (amount, quantity) = Take::take(from)?;
        Ok(LineLeft { amount, quantity })
    }
}
