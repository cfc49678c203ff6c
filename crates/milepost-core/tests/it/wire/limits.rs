//! Lengths and values at their limits, and the digest of keys.

use milepost_core::command::{Advance, BirthDate, Command, Debit, Enrol};
use milepost_core::decimal::Decimal;
use milepost_core::wire::{self, Genesis, MAX_BODY, Recorded, WireError};

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
        let body = wire::decode(1, 1, recorded_at(), &encoded(&genesis, &[])).unwrap();
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
    let body = wire::decode(1, 1, recorded_at(), &vec![0; MAX_BODY + 1]);
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
        assert_eq!(wire::decode(16, 1, recorded_at(), &bytes), Err(WireError::Short));
    }
}

#[test]
fn a_number_has_one_spelling() {
    let long = [&[254, 9, 0][..], &[0], &recorded_at().micros().to_le_bytes(), &[0]].concat();
    let body = wire::decode(16, 1, recorded_at(), &long);
    assert_eq!(body, Err(WireError::Value("short number")));
}

#[test]
fn a_member_has_one_spelling() {
    let refused = |id: &[u8]| {
        let confirm = [&[0][..], id, &[1, b'a']].concat();
        let len = u8::try_from(confirm.len()).unwrap();
        let body = wire::decode(4, 1, recorded_at(), &[&[len][..], &confirm, &[0]].concat());
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
    let digest = wire::key_digest(&"order-1".parse().unwrap());
    assert_eq!(u128::from_be_bytes(digest), 0x82c9_9803_734b_63fa_72ba_d1a2_3847_4eb8);
}
