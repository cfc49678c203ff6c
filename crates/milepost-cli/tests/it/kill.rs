//! A process killed at random moments while applying: every receipted line is there exactly once,
//! and none that was never sent (R-CMD-3).

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Home, milepost, run};

const ROUNDS: u64 = 50;
/// So many lines are written at once.
const BURST: u64 = 25;
const PAUSE: Duration = Duration::from_micros(500);
/// The commands go to so many members, so that none of them grows large.
const MEMBERS: u64 = 500;

const START: &str = "2026-01-05T10:00:00Z";
/// The first entry that is not the enrolment of a member.
const FIRST: u64 = MEMBERS + 1;

/// The pseudo-random numbers of Steele, Lea and Flood's `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

fn command(number: u64) -> String {
    let (member, name) = (number % MEMBERS, format!("n{number}"));
    let line = json!({"cmd": "grant", "member": format!("m{member}"), "unit": "points",
        "amount": 1, "reason": name, "key": name, "at": START});
    format!("{line}\n")
}

/// Sends commands until nobody takes them; gives the number after the last that may have arrived.
fn send(mut input: ChildStdin, first: u64) -> JoinHandle<u64> {
    thread::spawn(move || {
        let mut next = first;
        loop {
            let burst: Vec<String> = (next..next + BURST).map(command).collect();
            next += BURST;
            if input.write_all(burst.concat().as_bytes()).is_err() {
                return next;
            }
            // Pauses make groups of many sizes.
            thread::sleep(PAUSE);
        }
    })
}

/// Reads receipts until the process is gone: which sequence number each command got.
fn receive(child: &mut Child) -> (JoinHandle<BTreeMap<u64, u64>>, Receiver<()>) {
    let answers = BufReader::new(child.stdout.take().unwrap());
    let (first, began) = channel();
    let receipts = thread::spawn(move || {
        let mut receipts = BTreeMap::new();
        for line in answers.lines() {
            // The last line may be cut off by the kill.
            let Ok(answer) = serde_json::from_str::<Value>(&line.unwrap()) else { break };
            assert_ne!(answer["status"], "refused", "{answer}");
            receipts.insert(number(&answer["key"]), answer["seq"].as_u64().unwrap());
            let _ = first.send(());
        }
        receipts
    });
    (receipts, began)
}

fn number(name: &Value) -> u64 {
    name.as_str().and_then(|name| name.strip_prefix('n')).unwrap().parse().unwrap()
}

/// Which commands the log has from an entry on, with their sequence numbers.
fn logged(home: &Home, from: u64) -> Vec<(u64, u64)> {
    let ran = run(&["log", &home.ledger(), "--json", "--from", &from.to_string()]);
    // A process that is killed while it writes can leave a part of a write, which is cut off and told.
    let told =
        ["milepost: cut a torn tail; ", "milepost: the log ended in a write that was interrupted"];
    let is_told = |line: &str| told.iter().any(|start| line.starts_with(start));
    assert!(ran.status == 0 && ran.err.lines().all(is_told), "{}: {}", ran.status, ran.err);
    let entry = |line: &Value| (number(&line["command"]["reason"]), line["seq"].as_u64().unwrap());
    ran.lines().iter().map(entry).collect()
}

#[test]
fn every_receipted_line_is_there_once_and_none_that_was_never_sent() {
    let seed = 0x5eed;
    println!("seed {seed}");
    let mut random = Random(seed);
    let home = Home::new();
    let enrol = |number| {
        format!("{}\n", json!({"cmd": "enrol", "member": format!("m{number}"), "at": START}))
    };
    assert_eq!(home.apply(&(0..MEMBERS).map(enrol).collect::<Vec<_>>().concat()).status, 0);
    let mut all: BTreeMap<u64, u64> = BTreeMap::new();
    let mut sent = 0;
    for round in 0..ROUNDS {
        // What was sent last and may not have been receipted is sent again, under its key.
        let first = all.last_key_value().map_or(0, |(last, _)| last.saturating_sub(BURST));
        let mut child =
            milepost(&["apply", &home.ledger(), "-"]).stdin(Stdio::piped()).spawn().unwrap();
        let sender = send(child.stdin.take().unwrap(), first);
        let (receipts, began) = receive(&mut child);
        began.recv().unwrap();
        thread::sleep(Duration::from_micros(1000 + random.next() % 59_000));
        assert_eq!(child.try_wait().unwrap(), None, "it is still applying");
        child.kill().unwrap();
        child.wait().unwrap();
        sent = sent.max(sender.join().unwrap());
        let receipts = receipts.join().unwrap();

        let next = FIRST + u64::try_from(all.len()).unwrap();
        for (number, seq) in logged(&home, next) {
            assert!(number < sent, "round {round}: {number} was never sent");
            let before = all.insert(number, seq);
            assert_eq!(before, None, "round {round}: {number} is there twice");
        }
        for (number, seq) in receipts {
            assert_eq!(all.get(&number), Some(&seq), "round {round}: {number} was receipted");
        }
        let verified = run(&["verify", &home.ledger()]);
        assert_eq!((verified.status, verified.err.as_str()), (0, ""), "{}", verified.out);
    }
    let in_order: Vec<(u64, u64)> = all.into_iter().collect();
    assert_eq!(logged(&home, FIRST), in_order, "numbers and entries are in one order");
    println!("{} commands in the log after {ROUNDS} kills", in_order.len());
}
