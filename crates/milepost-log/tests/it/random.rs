//! Random groups, random closes, crashes and reopenings.

use milepost_log::{KeyIndex, Log, LogError, MemDisk, Survival, Witness, verify};
use proptest::prelude::*;

use super::support::{append, assert_entry, assert_holds, create, home, open, options};

#[derive(Debug, Clone)]
enum Step {
    Append(u64),
    Close,
    Drop,
    Crash(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..30_u64).prop_map(Step::Append),
        1 => Just(Step::Close),
        1 => Just(Step::Drop),
        1 => any::<u64>().prop_map(Step::Crash),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_log_holds_what_was_acknowledged(
        segment_size in 1024..6000_u64,
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut disk = MemDisk::new();
        let mut log = create(&disk, segment_size);
        let mut next_seq = 0;
        for step in steps {
            match step {
                Step::Append(count) => {
                    append(&mut log, count).unwrap();
                    next_seq += count;
                    continue;
                }
                Step::Close => log.close().unwrap(),
                Step::Drop => drop(log),
                Step::Crash(seed) => {
                    drop(log);
                    disk = disk.crash(Survival::Mixed(seed));
                }
            }
            log = open(&disk).unwrap().0;
            assert_holds(&log.reader(), next_seq);
        }
        assert_holds(&log.reader(), next_seq);
        prop_assert_eq!(verify(&disk, home()).unwrap().entries, next_seq);
    }
    /// With a witness for the last entry nothing is ever lost in silence: either everything is
    /// read as it was, or the damage is named.
    #[test]
    fn damage_is_named_or_harmless(
        sealed in any::<bool>(),
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let disk = MemDisk::new();
        let mut log = create(&disk, 1024);
        (0..12).for_each(|_| { append(&mut log, 2).unwrap(); });
        let mut firsts: Vec<u64> =
            log.reader().sealed_segments().iter().map(|range| range.next).collect();
        firsts.insert(0, 0);
        if sealed { log.close().unwrap() } else { drop(log) }

        let path = super::support::segment_path(firsts[which.index(firsts.len())]);
        let mut content = disk.read(&path).unwrap();
        let at = place.index(content.len());
        for (to, from) in content[at..].iter_mut().zip(&bytes) {
            *to = *from;
        }
        disk.replace(&path, &content).unwrap();
        if let Err(error) = read_all(&disk) {
            let named = matches!(error, LogError::Corrupt { .. } | LogError::NewerFormat { .. });
            prop_assert!(named, "{}", error);
        }
    }
}

/// Reads 24 entries in every way, up to the first error.
fn read_all(disk: &MemDisk) -> Result<(), LogError> {
    let (log, _) = Log::open(disk, home(), options(1024), Witness::through(23))?;
    let reader = log.reader();
    KeyIndex::open(disk, home(), &reader, milepost_log::Background::Inline)?;
    for seq in 0..24 {
        assert_entry(&reader.entry(seq)?.expect("an entry").view(), seq);
    }
    let mut scan = reader.scan(0);
    for seq in 0..24 {
        assert_entry(&scan.next_entry()?.expect("an entry"), seq);
    }
    assert!(scan.next_entry()?.is_none());
    assert_eq!(verify(disk, home())?.entries, 24);
    Ok(())
}
