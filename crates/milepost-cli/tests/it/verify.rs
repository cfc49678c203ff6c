//! `verify`: what it prints, and what it finds.

use std::fs;

use crate::support::{Home, run};

#[test]
fn a_sound_ledger_verifies_and_has_a_digest() {
    let home = Home::with_members();
    let ran = run(&["verify", &home.ledger()]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let field = |name: &str| {
        let line = ran.out.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {}", ran.out)).trim().to_owned()
    };
    assert_eq!((field("entries"), field("members")), ("3".into(), "2".into()));
    assert_eq!(field("snapshot"), "2 members compared");
    let digest = field("digest");
    assert!(digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{digest}");
    fs::remove_dir_all(home.path("ledger/snap")).unwrap();
    let folded = run(&["verify", &home.ledger()]);
    assert!(folded.out.contains(&digest), "{}", folded.out);
}

#[test]
fn a_flipped_bit_does_not_verify() {
    let home = Home::with_members();
    let segment = home.path("ledger/log/00000000000000000000.seg");
    let mut bytes = fs::read(&segment).unwrap();
    // In the genesis, behind which whole groups follow: so it is no torn tail.
    bytes[400] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let ran = run(&["verify", &home.ledger()]);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    assert!(ran.out.starts_with("does not verify: ") && ran.out.contains("damaged"), "{}", ran.out);
}

#[test]
fn what_is_no_ledger_cannot_be_read() {
    let home = Home::empty();
    let ran = run(&["verify", &home.ledger()]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("is not a ledger"), "{}", ran.err);
}

#[test]
fn a_damaged_snapshot_is_set_aside_with_a_warning() {
    let home = Home::with_members();
    let database = home.path("ledger/snap/db");
    let size = fs::metadata(&database).unwrap().len();
    fs::write(&database, vec![0x5a; usize::try_from(size).unwrap()]).unwrap();
    let ran = run(&["balance", &home.ledger(), "a", "--json"]);
    assert_eq!((ran.status, &ran.lines()[0]["points"]["available"]), (0, &100.into()));
    assert!(ran.err.starts_with("milepost: the snapshot is set aside"), "{}", ran.err);
}
