//! What is fuzzed: each function takes bytes from outside and must neither panic nor accept what it
//! could not write again. The same functions run over the corpus in the tests.

use std::path::Path;

use milepost_core::event::EventRef;
use milepost_core::line::{read_command_bytes, write_line};
use milepost_core::programme::{self, Symbols};
use milepost_core::state::Member;
use milepost_core::time::Instant;
use milepost_core::wire::WireError;
use milepost_core::{line, wire};
use milepost_log::{LedgerId, Log, LogOptions, MemDisk, Witness};

/// A programme file.
pub fn programme(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = programme::parse(text, &Symbols::default());
    }
}

/// A line of the line format: what is read can be written, and reads the same.
///
/// # Panics
/// If it does not: that is a defect.
pub fn line(bytes: &[u8]) {
    let Ok(read) = read_command_bytes(bytes) else { return };
    let written = write_line(&read).to_string();
    let again = line::read_command(&written).ok();
    assert_eq!(again.as_ref().map(|line| &line.command), Some(&read.command), "{written}");
}

/// The body of an entry; the first two bytes are its kind and schema. What is read can be written,
/// and gives the same bytes, or of an older schema the same body; folds are shown the same events.
///
/// # Panics
/// If it does not: that is a defect.
pub fn body(bytes: &[u8]) {
    let Some(([kind, schema], body)) = bytes.split_first_chunk::<2>() else { return };
    let at = Instant::MIN;
    let mut shown = Vec::new();
    let seen = wire::decode_event_refs(*kind, *schema, at, body, |event| {
        shown.push(event);
        Ok::<_, WireError>(())
    });
    let Ok(read) = wire::decode(*kind, *schema, at, body) else { return };
    let same = seen.is_ok() && shown.into_iter().eq(read.events.iter().map(EventRef::from));
    assert!(same, "folds are shown other events");
    let mut written = Vec::new();
    let encoded = wire::encode(&read.command, &read.events, at, &mut written);
    let is_same = if *schema == wire::SCHEMA {
        written == body
    } else {
        wire::decode(*kind, wire::SCHEMA, at, &written) == Ok(read)
    };
    assert!(encoded.is_ok() && is_same, "written again it is another body");
}

/// The canonical encoding of a member: what is read gives the same bytes.
///
/// # Panics
/// If it does not: that is a defect.
pub fn member(bytes: &[u8]) {
    let Ok((member, taken)) = Member::decode(bytes) else { return };
    let mut written = Vec::new();
    member.encode(&mut written);
    // A counter may be written with leading zeros that the canonical form does not have.
    let again = Member::decode(&written).ok().map(|(again, length)| {
        let mut bytes = Vec::new();
        again.encode(&mut bytes);
        (bytes == written, length)
    });
    assert_eq!(again, Some((true, written.len())), "of {taken} bytes");
}

/// The bytes of a log's first segment: opening recovers, or names what is wrong.
pub fn log(bytes: &[u8]) {
    let disk = MemDisk::new();
    let (folder, options) = (Path::new("/ledger"), LogOptions::default().with_segment_size(4096));
    let created = Log::create(&disk, folder, LedgerId::new([7; 16]), options);
    drop(created);
    let segment = folder.join("log").join(format!("{:020}.seg", 0));
    if disk.replace(&segment, bytes).is_err() {
        return;
    }
    if let Ok((log, _)) = Log::open(&disk, folder, options, Witness::none()) {
        let mut scan = log.reader().scan(0);
        while let Ok(Some(_)) = scan.next_entry() {}
    }
}
