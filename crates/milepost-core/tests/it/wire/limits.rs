//! Lengths and values at their limits, and the digest of keys.

use milepost_core::command::{Advance, BirthDate, Command, Debit, Enrol};
use milepost_core::decimal::Decimal;
use milepost_core::event::{Event, Fact, LotNo, Part};
use milepost_core::names::Key;
use milepost_core::programme::UnitIx;
use milepost_core::time::Instant;
use milepost_core::wire::{self, Genesis, MAX_BODY, Recorded, SCHEMA, WireError};

use super::{at, encoded, member, name, recorded_at, text};

fn debit(amount: Decimal) -> Recorded {
    let unit = name("points");
    let debit = Debit { member: member("a"), unit, amount, reason: text("why") };
    Recorded::Command(debit.into())
}

/// Appends to something that is there already, which a failure must leave as it was.
fn encode(recorded: &Recorded) -> (Result<(), WireError>, Vec<u8>) {
    let mut out = vec![7];
    (wire::encode(recorded, &[], recorded_at(), &mut out), out)
}

#[test]
fn decimals_have_at_most_30_digits() {
    let most = 10_i128.pow(30) - 1;
    for (digits, scale) in [(most, 0), (-most, 30), (0, 30)] {
        assert_eq!(encode(&debit(Decimal::from_steps(digits, scale))).0, Ok(()));
    }
    for (digits, scale) in [(most + 1, 0), (i128::MIN, 0), (1, 31), (1, 255)] {
        let (result, out) = encode(&debit(Decimal::from_steps(digits, scale)));
        assert_eq!((result, out), (Err(WireError::Value("decimal of 30 digits")), vec![7]));
    }
}

#[test]
fn what_is_no_date_of_birth_is_not_written() {
    for (year, month, day) in
        [(0, 1, 1), (10_000, 1, 1), (2000, 0, 1), (2000, 13, 1), (2000, 1, 32)]
    {
        let birth_date = Some(BirthDate { year, month, day });
        let enrol = Enrol { birth_date, ..Enrol::new(member("a")) };
        let (result, out) = encode(&Recorded::Command(enrol.into()));
        assert_eq!((result, out), (Err(WireError::Value("date of birth")), vec![7]));
    }
}

#[test]
fn long_programmes_come_back() {
    for len in [0, 243, 244, 253, 254, 300, 65_535, 65_536, 1 << 20] {
        let programme: Box<str> = "x".repeat(len).into();
        let effective_at = at("2026-01-01T00:00:00Z");
        let genesis = Recorded::Genesis(Genesis { programme, effective_at });
        let body = wire::decode(1, SCHEMA, recorded_at(), &encoded(&genesis, &[])).unwrap();
        assert_eq!(body.command, genesis);
    }
}

#[test]
fn a_body_beyond_the_limit_is_neither_written_nor_read() {
    // Zeros that nobody has written to take no memory.
    let programme = String::from_utf8(vec![0; MAX_BODY]).unwrap().into_boxed_str();
    let genesis = Genesis { programme, effective_at: at("2026-01-01T00:00:00Z") };
    let (result, out) = encode(&Recorded::Genesis(genesis));
    assert_eq!((result, out), (Err(WireError::TooLong), vec![7]));
    let body = wire::decode(1, SCHEMA, recorded_at(), &vec![0; MAX_BODY + 1]);
    assert_eq!(body, Err(WireError::TooLong));
}

#[test]
fn a_length_that_is_longer_than_the_rest_allocates_nothing() {
    let advance = encoded(&Recorded::Command(Command::from(Advance { to: recorded_at() })), &[]);
    let command = &advance[..advance.len() - 1];
    let claims_events = [command, &[255, 255, 255, 255, 255]].concat();
    // One `lapsed` whose parts are said to be 4,294,967,295.
    let claims_parts = [command, &[1, 11, 0, 1, 0, 255, 255, 255, 255, 255]].concat();
    for bytes in [claims_events, claims_parts, vec![255, 255, 255, 255, 255]] {
        assert_eq!(wire::decode(16, SCHEMA, recorded_at(), &bytes), Err(WireError::Short));
    }
}

#[test]
fn a_number_has_one_spelling() {
    let long = [&[254, 9, 0][..], &[0], &recorded_at().micros().to_le_bytes(), &[0]].concat();
    let body = wire::decode(16, 1, recorded_at(), &long);
    assert_eq!(body, Err(WireError::Value("short number")));
}

/// An `advance` whose time is spelled so.
fn advance_to(time: &[u8]) -> Result<wire::Body, WireError> {
    let len = u8::try_from(time.len() + 1).unwrap();
    wire::decode(16, SCHEMA, recorded_at(), &[&[len, 0], time, &[0]].concat())
}

#[test]
fn a_time_has_one_spelling() {
    let second: i64 = 1_000_000;
    let long = |micros: i64| [&[255][..], &micros.to_le_bytes()].concat();
    for micros in [0, second, 40 * 365 * 86_400 * second] {
        assert_eq!(advance_to(&long(micros)), Err(WireError::Value("instant")), "{micros}");
    }
    for micros in [-second, -1, 1, second + 1] {
        assert!(advance_to(&long(micros)).is_ok(), "{micros}");
    }
    // The last second of the year 9999, and the one after.
    let last = 253_402_300_799_u64;
    for (seconds, is_one) in [(0, true), (1 << 32, true), (last, true), (last + 1, false)] {
        let bytes = seconds.to_le_bytes();
        let read = advance_to(&[&bytes[4..5], &bytes[..4]].concat());
        assert_eq!(read.is_ok(), is_one, "{seconds}");
    }
}

#[test]
fn every_time_comes_back() {
    let seconds = [i64::from(i32::MIN), -86_400, -1, 0, 1, 1 << 32, (1 << 32) - 1, 253_402_300_799];
    let parts = [0, 1, 999_999];
    for (second, part) in seconds.into_iter().flat_map(|second| parts.map(|part| (second, part))) {
        let to = Instant::from_micros(second * 1_000_000 + part).unwrap();
        let recorded = Recorded::Command(Command::from(Advance { to }));
        let body = wire::decode(16, SCHEMA, recorded_at(), &encoded(&recorded, &[])).unwrap();
        assert_eq!(body.command, recorded);
    }
}

#[test]
fn every_amount_comes_back_in_one_spelling() {
    // The bytes before and behind the amount of a debt repaid.
    let command = Recorded::Command(Command::from(Advance { to: recorded_at() }));
    let repaid = |amount| Event {
        who: 0,
        effective_at: recorded_at(),
        fact: Fact::DebtRepaid { unit: UnitIx(0), part: Part { lot: LotNo(1), amount } },
    };
    let bytes_of = |amount| encoded(&command, &[repaid(amount)]);
    let read = |bytes: &[u8]| wire::decode(16, SCHEMA, recorded_at(), bytes);
    let before = bytes_of(0).len() - 1;
    let lengths = [
        (0, 1),
        (250, 1),
        (251, 3),
        (0xffff, 3),
        (0x1_0000, 5),
        (0xffff_ffff, 5),
        (0x1_0000_0000, 9),
        (i64::MAX, 9),
        (-1, 9),
        (i64::MIN, 9),
    ];
    for (amount, length) in lengths {
        let bytes = bytes_of(amount);
        assert_eq!(bytes.len() - before, length, "{amount}");
        assert_eq!(read(&bytes).unwrap().events, [repaid(amount)]);
        let longer: [(u8, &[u8], usize); 3] = [
            (251, &amount.to_le_bytes()[..2], 3),
            (252, &amount.to_le_bytes()[..4], 5),
            (253, &amount.to_le_bytes(), 9),
        ];
        for (head, tail, _) in longer.into_iter().filter(|(.., longer)| *longer > length) {
            let spelled = [&bytes[..before], &[head], tail].concat();
            assert_eq!(read(&spelled), Err(WireError::Value("shortest amount")), "{amount}");
        }
    }
    let unknown = [&bytes_of(0)[..before], &[254]].concat();
    assert_eq!(read(&unknown), Err(WireError::Choice { what: "amount", found: 254 }));
}

#[test]
fn a_member_has_one_spelling() {
    let refused = |id: &[u8]| {
        let confirm = [&[0][..], id, &[1, b'a']].concat();
        let len = u8::try_from(confirm.len()).unwrap();
        let body = wire::decode(4, SCHEMA, recorded_at(), &[&[len][..], &confirm, &[0]].concat());
        body == Err(WireError::Value("member"))
    };
    let uuid = b"6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    assert!(refused(&[&[36][..], uuid].concat()));
    assert!(refused(&[0; 17]), "the nil uuid is nobody");
    assert!(!refused(&[&[0][..], &[9; 16]].concat()));
    assert!(refused(&[2, b'a', b'/']));
}

#[test]
fn r_cmd_2_the_digest_of_a_key() {
    let digest = "order-1".parse::<Key>().unwrap().digest();
    assert_eq!(u128::from_be_bytes(digest), 0x82c9_9803_734b_63fa_72ba_d1a2_3847_4eb8);
}
