//! What was appended is read back, by number and in order.

use milepost_log::{Check, EntryHead, EntryList, Group, GroupError, LogError, MemDisk, Touch};

use super::support::{append, assert_entry, assert_holds, create, group, head, open, push};

/// A log is written by one thread at a time, and read by many.
#[test]
fn what_is_shared_may_be_shared() {
    fn assert_send<T: Send>() {}
    fn assert_sync<T: Sync + Clone>() {}
    assert_send::<milepost_log::Log>();
    assert_send::<milepost_log::KeyIndex>();
    assert_send::<milepost_log::Scan>();
    assert_send::<milepost_log::Reader>();
    assert_sync::<milepost_log::Reader>();
    assert_send::<Group>();
}

#[test]
fn entries_come_back_as_they_were_appended() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1 << 20);
    for count in [1, 3, 50, 2] {
        append(&mut log, count).unwrap();
    }
    assert_holds(&log.reader(), 56);
    assert_eq!(log.last_recorded_at(), Some(1_055));
}

#[test]
fn a_scan_may_begin_anywhere_and_goes_on_when_the_log_has_grown() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 2048);
    for _ in 0..20 {
        append(&mut log, 5).unwrap();
    }
    for from in 0..=100 {
        let mut scan = log.reader().scan(from);
        for seq in from..100 {
            assert_entry(&scan.next_entry().unwrap().unwrap(), seq);
        }
        assert!(scan.next_entry().unwrap().is_none());
    }
    let mut scan = log.reader().scan(100);
    assert!(scan.next_entry().unwrap().is_none());
    for round in 0..30 {
        append(&mut log, 3).unwrap();
        for seq in 0..3 {
            assert_entry(&scan.next_entry().unwrap().unwrap(), 100 + round * 3 + seq);
        }
        assert!(scan.next_entry().unwrap().is_none());
    }
}

#[test]
fn groups_come_back_as_groups() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1 << 20);
    for count in [2, 4, 6] {
        append(&mut log, count).unwrap();
    }
    let mut scan = log.reader().scan_with(3, Check::Checksums);
    let mut found = Vec::new();
    while let Some(group) = scan.next_group().unwrap() {
        let entries = group.entries().map(|entry| entry.unwrap().seq());
        found.push(entries.collect::<Vec<_>>());
    }
    assert_eq!(found, [vec![3, 4, 5], vec![6, 7, 8, 9, 10, 11]]);
}

#[test]
fn large_groups_are_indexed_inside() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1 << 20);
    append(&mut log, 2_000).unwrap();
    append(&mut log, 1).unwrap();
    assert_holds(&log.reader(), 2_001);
    drop(log);
    let (log, _) = open(&disk).unwrap();
    assert_holds(&log.reader(), 2_001);
}

#[test]
fn an_entry_may_touch_thousands_of_members_or_none() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1 << 20);
    let touch = |n: u32| {
        let mut member = [1; 16];
        member[..4].copy_from_slice(&n.to_le_bytes());
        Touch { member, version: n, previous: n.is_multiple_of(2).then_some(u64::from(n)) }
    };
    let touches: Vec<Touch> = (0..70_000).map(touch).collect();
    let mut group = Group::new();
    group.push(&head(0), &touches, |out| out.extend_from_slice(b"many")).unwrap();
    group.push(&head(1), &[], |_| {}).unwrap();
    log.append(&mut group).unwrap();
    let many = log.reader().entry(0).unwrap().unwrap();
    assert_eq!(many.view().touches().collect::<Vec<_>>(), touches);
    assert_eq!(many.view().body(), b"many");
    assert_eq!(log.reader().entry(1).unwrap().unwrap().view().touches().count(), 0);
}

#[test]
fn a_group_refuses_what_does_not_fit_and_stays_as_it_was() {
    let mut group = group(4, 2);
    let before: Vec<Vec<u8>> = group.entries().map(|e| e.stored_bytes().to_vec()).collect();
    let refused = group.push(&head(7), &[], |_| {});
    assert_eq!(refused, Err(GroupError::OutOfOrder { expected: 6, found: 7 }));
    let nil = Touch { member: [0; 16], version: 1, previous: None };
    assert_eq!(group.push(&head(6), &[nil], |_| {}), Err(GroupError::NilMember));
    let after: Vec<Vec<u8>> = group.entries().map(|e| e.stored_bytes().to_vec()).collect();
    assert_eq!(before, after);
    push(&mut group, 6);
    assert_eq!(group.count(), 3);
}

#[test]
fn an_append_out_of_order_changes_nothing() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 4096);
    append(&mut log, 2).unwrap();
    let error = log.append(&mut group(5, 1)).unwrap_err();
    assert!(matches!(error, LogError::OutOfOrder { expected: 2, found: 5, .. }));
    assert!(matches!(log.append(&mut Group::new()), Err(LogError::EmptyGroup { .. })));
    append(&mut log, 1).unwrap();
    assert_holds(&log.reader(), 3);
}

#[test]
fn time_never_goes_back() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 4096);
    for (seq, recorded_at) in [(0, 50), (1, 20)] {
        let head = EntryHead { seq, recorded_at, kind: 0, schema: 0, key: None };
        let mut group = Group::new();
        group.push(&head, &[], |_| {}).unwrap();
        log.append(&mut group).unwrap();
    }
    assert_eq!(log.last_recorded_at(), Some(50));
    drop(log);
    assert_eq!(open(&disk).unwrap().0.last_recorded_at(), Some(50));
}

#[test]
fn entries_set_aside_come_back_in_the_order_in_which_they_were_added() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1 << 20);
    append(&mut log, 60).unwrap();
    let reader = log.reader();
    let mut list = EntryList::with_room(100);
    for round in 0..2 {
        let wanted: Vec<u64> = (0..60).rev().filter(|seq| seq % 3 == round).collect();
        for seq in &wanted {
            list.push(&reader.entry(*seq).unwrap().unwrap().view());
        }
        assert!(list.iter().map(|entry| entry.seq()).eq(wanted));
        list.iter().for_each(|entry| assert_entry(&entry, entry.seq()));
        list.clear();
        assert_eq!(list.iter().count(), 0);
    }
}

#[test]
fn a_scan_returns_to_an_entry_of_the_group_that_it_gave() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1 << 20);
    for _ in 0..4 {
        append(&mut log, 10).unwrap();
    }
    let mut scan = log.reader().scan(0);
    let (mut next, mut groups) = (0, 0);
    while let Some(group) = scan.next_group().unwrap() {
        for entry in group.entries().take(3) {
            assert_entry(&entry.unwrap(), next);
            next += 1;
        }
        groups += 1;
        // What was not given yet is not returned to.
        scan.return_to(next + 100);
        scan.return_to(next);
    }
    assert_eq!((next, groups), (40, 16));
}
