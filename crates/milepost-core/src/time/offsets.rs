//! The offsets of a zone from UTC, as a table: what chrono-tz says, asked once and kept.
//!
//! A decision asks for the local date of many instants, and chrono-tz looks through all changes of
//! clocks since the 19th century for each. The table answers for the years in which bookings lie;
//! for every other, and for the days around a change of clocks, chrono-tz is asked itself.

use std::sync::OnceLock;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

/// A block is so many seconds long, a power of two: about 388 days.
const BLOCK: u32 = 25;
/// From 1970 on, to the year 2106.
const BLOCKS: usize = 128;
const DAY: i64 = 24 * 3600;
/// Two changes so near to each other are chrono-tz's matter.
const NEAR: i64 = 3 * DAY;

/// One table for each zone of the world, made when it is first asked for.
static ZONES: [OnceLock<Box<[OnceLock<Block>]>>; TZ_VARIANTS.len()] =
    [const { OnceLock::new() }; TZ_VARIANTS.len()];

/// A part of a table.
#[derive(Debug)]
enum Block {
    /// Nobody has looked closer, because changes lie near to each other.
    Asked,
    /// The offset at its beginning, and those from some instants on, the first first.
    Known { first: i32, changes: Box<[(i64, i32)]> },
}

/// Seconds east of UTC at an instant, which is in seconds since 1970; `None` where there is no
/// table.
pub(super) fn known(zone: Tz, at: i64) -> Option<i32> {
    match block(zone, at)? {
        Block::Asked => None,
        Block::Known { first, changes } => {
            let last = changes.iter().rev().find(|(from, _)| *from <= at);
            Some(last.map_or(*first, |(_, offset)| *offset))
        }
    }
}

/// Seconds east of UTC of a local time, in seconds of a local 1970; `None` where there is no table,
/// and near a change of clocks.
pub(super) fn of_local(zone: Tz, local: i64) -> Option<i32> {
    // No offset is as large as a day.
    let offset = known(zone, local.checked_sub(DAY)?)?;
    (known(zone, local.checked_add(DAY)?)? == offset).then_some(offset)
}

fn block(zone: Tz, at: i64) -> Option<&'static Block> {
    let number = usize::try_from(at >> BLOCK).ok()?;
    let blocks = ZONES.get(zone as usize)?.get_or_init(|| {
        let empty = || OnceLock::new();
        std::iter::repeat_with(empty).take(BLOCKS).collect()
    });
    Some(blocks.get(number)?.get_or_init(|| Block::new(zone, at >> BLOCK << BLOCK)))
}

impl Block {
    fn new(zone: Tz, begin: i64) -> Block {
        let end = begin + (1 << BLOCK);
        let mut changes = Vec::new();
        let (mut from, mut offset) = (begin - NEAR, asked(zone, begin - NEAR));
        while from < end + NEAR {
            let to = from + DAY;
            let next = asked(zone, to);
            if next != offset {
                changes.push((first_with(zone, next, from, to), next));
            }
            (from, offset) = (to, next);
        }
        let near = changes.windows(2).any(|two| matches!(two, [(a, _), (b, _)] if b - a < NEAR));
        if near {
            return Block::Asked;
        }
        changes.retain(|(from, _)| (begin..end).contains(from));
        Block::Known { first: asked(zone, begin), changes: changes.into_boxed_slice() }
    }
}

/// The first second of an offset that has begun in a span of time.
fn first_with(zone: Tz, offset: i32, mut before: i64, mut with: i64) -> i64 {
    while with - before > 1 {
        let middle = before + (with - before) / 2;
        if asked(zone, middle) == offset { with = middle } else { before = middle }
    }
    with
}

/// What chrono-tz says.
pub(super) fn asked(zone: Tz, at: i64) -> i32 {
    let utc = DateTime::from_timestamp(at, 0).unwrap_or_default().naive_utc();
    zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;
    use proptest::prelude::*;

    use super::*;

    /// chrono-tz's way back from a local time.
    fn asked_of_local(zone: Tz, local: i64) -> Option<i32> {
        let local: NaiveDateTime = DateTime::from_timestamp(local, 0)?.naive_utc();
        zone.from_local_datetime(&local)
            .earliest()
            .map(|time| time.offset().fix().local_minus_utc())
    }

    fn agrees(zone: Tz, at: i64) {
        if let Some(offset) = known(zone, at) {
            assert_eq!(offset, asked(zone, at), "{zone} at {at}");
        }
        if let Some(offset) = of_local(zone, at) {
            assert_eq!(Some(offset), asked_of_local(zone, at), "{zone} at local {at}");
        }
    }

    /// Every change of clocks of every zone is met from both sides.
    #[test]
    fn the_table_says_what_chrono_tz_says_around_every_change() {
        let blocks = i64::try_from(BLOCKS).unwrap();
        for zone in TZ_VARIANTS {
            for number in 0..blocks {
                let Some(Block::Known { changes, .. }) = block(zone, number << BLOCK) else {
                    continue;
                };
                let begin = (number << BLOCK, 0);
                for (from, _) in changes.iter().chain([&begin]) {
                    for near in [-2 * DAY, -DAY, -7200, -3600, -1, 0, 1, 3600, 7200, DAY, 2 * DAY] {
                        agrees(zone, from + near);
                    }
                }
            }
        }
    }

    #[test]
    fn beyond_the_table_nothing_is_known() {
        for at in [-1, i64::MIN, i64::MAX, (1 << BLOCK) * 128] {
            assert_eq!((known(Tz::UTC, at), of_local(Tz::UTC, at)), (None, None));
        }
        assert_eq!(known(Tz::Europe__Lisbon, 1_720_000_000), Some(3600));
    }

    proptest! {
        #[test]
        fn the_table_says_what_chrono_tz_says(
            zone in (0..TZ_VARIANTS.len()).prop_map(|at| TZ_VARIANTS[at]),
            at in -DAY..(1_i64 << 32) + DAY,
        ) {
            agrees(zone, at);
        }
    }
}
