//! Scripts of one-line cases.
//!
//! | line | meaning |
//! |---|---|
//! | `@2026-01-02` | sets the clock; `@2026-01-02T10:00:00Z` too |
//! | `grant a unit=points amount=5 reason=x` | a command: its name, its members, its fields |
//! | `… -> granted(amount=5) debt_repaid` | its events, all of them, with some of their fields |
//! | `… -> nothing`, `… -> ?` | no events; events or a refusal, whichever |
//! | `… -> !insufficient_balance(available=5)` | its refusal, with some of its details |
//! | `balance a points available=5 spent=0` | some of the figures of a unit, now |
//! | `lots a points 2:30@2026-05-01 1:70` | the living lots in order of use, with their expiry |
//! | `holds a H-1:40` | the open holds |
//! | `tier a silver reason=assigned` | the tier, with some of the answer's fields |
//! | `member a closed=true` | some of the answer's fields |

use milepost_core::answer::{self, Names};
use milepost_core::command::Command;
use milepost_core::event::Event;
use milepost_core::line::read_command;
use milepost_core::names::MemberKey;
use milepost_core::state::Member;
use milepost_core::time::Instant;
use milepost_core::views;
use serde_json::{Map, Value};

use super::Ledger;

/// Runs a script under a programme; panics at the first line that does not hold.
pub(crate) fn check(programme: &str, script: &str) {
    run(programme, script);
}

/// Runs a script and hands over the ledger that it leaves.
pub(crate) fn run(programme: &str, script: &str) -> Ledger {
    let mut ledger = Ledger::new(programme);
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        step(&mut ledger, line);
    }
    ledger
}

/// Carries out one line.
pub(crate) fn step(ledger: &mut Ledger, line: &str) {
    if let Some(at) = line.strip_prefix('@') {
        ledger.now = instant(at);
        return;
    }
    let (asked, expected) = line.split_once("->").unwrap_or((line, ""));
    let words: Vec<&str> = asked.split_whitespace().collect();
    let found = match words[0] {
        "balance" => return balance(ledger, &words, line),
        "lots" => lots(ledger, &words),
        "holds" => holds(ledger, words[1]),
        "tier" => return tier(ledger, &words, line),
        "member" => return member(ledger, &words, line),
        _ => return command(ledger, &words, expected.trim(), line),
    };
    let wanted = if words[0] == "lots" { &words[3..] } else { &words[2..] };
    assert_eq!(found, wanted.join(" "), "{line}");
}

fn command(ledger: &mut Ledger, words: &[&str], expected: &str, line: &str) {
    let asked = read(words, line);
    // Asked before it is done: whom a merge names is redirected afterwards.
    let redirected = ledger.redirected(&asked);
    let keys = ledger.cast(redirected.as_ref().unwrap_or(&asked));
    let (found, fields) = match ledger.submit(&asked) {
        Ok(events) => told(ledger, &keys, &events),
        Err(refusal) => {
            let answer = answer::refusal(None, &refusal);
            (vec![format!("!{}", refusal.code)], vec![answer["error"].clone()])
        }
    };
    match expected {
        "?" => return,
        "" => {
            let refused = found.iter().any(|name| name.starts_with('!'));
            return assert!(!refused, "{line}\nfound: {fields:#?}");
        }
        _ => {}
    }
    let tokens = expected.split_whitespace().filter(|token| *token != "nothing");
    let wanted: Vec<(&str, &str)> = tokens.map(name_and_fields).collect();
    let names: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, names, "{line}\n{fields:#?}");
    for ((_, wanted), found) in wanted.iter().zip(&fields) {
        contains(found, wanted.split(',').filter(|pair| !pair.is_empty()), line);
    }
}

fn read(words: &[&str], line: &str) -> Command {
    let read = read_command(&json(words).to_string());
    read.unwrap_or_else(|error| panic!("{line}: {error}")).command
}

/// Submits a command, and hands over its events and the members that they are about.
pub(crate) fn submit(ledger: &mut Ledger, line: &str) -> (Vec<Event>, Vec<MemberKey>) {
    let asked = read(&line.split_whitespace().collect::<Vec<_>>(), line);
    let members = ledger.cast(&asked);
    let events = ledger.submit(&asked).unwrap_or_else(|refusal| panic!("{line}: {refusal}"));
    (events, members)
}

/// What only announces what follows.
const ANNOUNCEMENTS: [&str; 5] =
    ["recorded", "activity_reversed", "case_reversed", "context_recorded", "lines_left"];

/// The names of events, and their answers, without the announcements.
fn told(ledger: &Ledger, keys: &[MemberKey], events: &[Event]) -> (Vec<String>, Vec<Value>) {
    let members: Vec<&Member> = keys.iter().map(|key| &ledger.members[key]).collect();
    let names = Names { rules: &ledger.rules, members: &members };
    let announces = |event: &&Event| !ANNOUNCEMENTS.contains(&event.fact.name());
    let shown = events.iter().filter(announces);
    shown.map(|event| (event.fact.name().to_owned(), answer::event(names, event))).unzip()
}

fn name_and_fields(token: &str) -> (&str, &str) {
    match token.split_once('(') {
        Some((name, fields)) => (name, fields.strip_suffix(')').unwrap()),
        None => (token, ""),
    }
}

/// Whether an answer has the fields, each written as `name=value`.
fn contains<'a>(found: &Value, pairs: impl Iterator<Item = &'a str>, line: &str) {
    for pair in pairs {
        let (name, wanted) = pair.split_once('=').unwrap();
        let value = name.split('.').fold(found, |inside, name| &inside[name]);
        assert_eq!(shown(value), spelled_out(wanted), "{name} in {line}\n{found:#}");
    }
}

/// A value in one word: texts without quotes, lots as `1:70+2:30`.
fn shown(value: &Value) -> String {
    if let Some(lots) = value.as_array() {
        let one = |lot: &Value| format!("{}:{}", lot["lot"], shown(&lot["amount"]));
        return lots.iter().map(one).collect::<Vec<_>>().join("+");
    }
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A date alone means its first instant.
fn spelled_out(word: &str) -> String {
    let date = word.len() == 10 && word.bytes().filter(|b| *b == b'-').count() == 2;
    if date { format!("{word}T00:00:00Z") } else { word.to_owned() }
}

fn instant(word: &str) -> Instant {
    spelled_out(word).parse().unwrap_or_else(|error| panic!("{word}: {error}"))
}

fn balance(ledger: &Ledger, words: &[&str], line: &str) {
    let member = ledger.settled(words[1], ledger.now);
    let balance = views::balance(&ledger.rules, ledger.now, &member);
    let answer = answer::balance(&ledger.rules, &balance);
    contains(&answer[words[2]], words[3..].iter().copied(), line);
}

fn tier(ledger: &Ledger, words: &[&str], line: &str) {
    let member = ledger.settled(words[1], ledger.now);
    let answer =
        answer::tier(&ledger.rules, &views::tier(&ledger.rules, ledger.now, &member).unwrap());
    assert_eq!(shown(&answer["tier"]), words[2], "{line}");
    contains(&answer, words[3..].iter().copied(), line);
}

fn member(ledger: &Ledger, words: &[&str], line: &str) {
    let member = ledger.settled(words[1], ledger.now);
    let answer = answer::member(&views::member(&ledger.rules, ledger.now, &member));
    contains(&answer, words[2..].iter().copied(), line);
}

/// The lots as the line writes them: with their expiry where it does.
fn lots(ledger: &Ledger, words: &[&str]) -> String {
    let member = ledger.settled(words[1], ledger.now);
    let unit = ledger.rules.symbols().clone().add_unit(words[2]);
    let lots = views::lots(&ledger.rules, ledger.now, &member, unit);
    let answer = answer::lots(&ledger.rules, &lots);
    let wanted = words[3..].iter().copied().chain(std::iter::repeat(""));
    let one = |(lot, wanted): (&Value, &str)| {
        let short = format!("{}:{}", lot["lot"], shown(&lot["amount"]));
        let expires_at = shown(&lot["expires_at"]);
        let date = expires_at.strip_suffix("T00:00:00Z").unwrap_or(&expires_at);
        if wanted.contains('@') { format!("{short}@{date}") } else { short }
    };
    answer["lots"].as_array().unwrap().iter().zip(wanted).map(one).collect::<Vec<_>>().join(" ")
}

fn holds(ledger: &Ledger, member: &str) -> String {
    let member = ledger.settled(member, ledger.now);
    let answer = answer::holds(&ledger.rules, &views::holds(&member));
    let one = |hold: &Value| format!("{}:{}", shown(&hold["ref"]), shown(&hold["amount"]));
    answer["holds"].as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The line of a command: its members stand after its name, dots lead into objects, and of a
/// `record` everything else is the activity's.
fn json(words: &[&str]) -> Value {
    let name = words[0];
    let members: &[&str] = match name {
        "transfer" => &["from", "to"],
        "merge" => &["from", "into"],
        "extend" | "advance" => &[],
        _ => &["member"],
    };
    let mut object = Map::from_iter([("cmd".to_owned(), name.into())]);
    for (field, word) in members.iter().zip(&words[1..]) {
        object.insert((*field).to_owned(), (*word).into());
    }
    for word in &words[1 + members.len()..] {
        // An actor in one word: `by=alice/agent`.
        if let Some((field, (id, role))) = word
            .split_once('=')
            .filter(|(field, _)| ["by", "approved_by"].contains(field))
            .and_then(|(field, actor)| Some((field, actor.split_once('/')?)))
        {
            let actor = Map::from_iter([("id".into(), id.into()), ("role".into(), role.into())]);
            object.insert(field.to_owned(), actor.into());
            continue;
        }
        let (path, text) = word.split_once('=').unwrap_or_else(|| panic!("no field: {word}"));
        let of_activity = name == "record" && path != "expected_version";
        let path = if of_activity { format!("activity.{path}") } else { path.to_owned() };
        put(&mut object, &path, value(&path, text));
    }
    object.into()
}

fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        Some((outer, inner)) => {
            let inside = object.entry(outer).or_insert_with(|| Map::new().into());
            put(inside.as_object_mut().unwrap(), inner, value);
        }
        None => drop(object.insert(path.to_owned(), value)),
    }
}

/// A line of a bill: `5.00`, `A:5.00`, `A:5.00*2`; or one that is taken back: `0`, `A`, `0:5.00`,
/// `A*2`. What stands alone is what `alone` says.
fn bill_line(text: &str, alone: &str) -> Value {
    let (rest, quantity) = text.split_once('*').map_or((text, None), |(r, q)| (r, Some(q)));
    let (name, amount) = match rest.split_once(':') {
        Some((name, amount)) => (Some(name), Some(amount)),
        None if alone == "amount" => (None, Some(rest)),
        None => (Some(rest), None),
    };
    let mut line = Map::new();
    match name.map(str::parse::<u32>) {
        Some(Ok(position)) => drop(line.insert("line".into(), position.into())),
        Some(Err(_)) => drop(line.insert("sku".into(), name.into())),
        None => {}
    }
    let numbers = [("amount", amount), ("quantity", quantity)];
    for (field, number) in numbers.into_iter().filter_map(|(f, n)| Some((f, n?))) {
        line.insert(field.to_owned(), number.into());
    }
    line.into()
}

fn value(path: &str, text: &str) -> Value {
    match path {
        "expected_version" | "quantity" => text.parse::<u32>().unwrap().into(),
        "birth_date" => text.into(),
        "activity.lines" => text.split(';').map(|line| bill_line(line, "amount")).collect(),
        "lines" => text.split(';').map(|line| bill_line(line, "line")).collect(),
        "members" | "unset" => text.split(';').map(Value::from).collect(),
        _ if text == "true" => true.into(),
        _ if text == "false" => false.into(),
        _ => spelled_out(text).into(),
    }
}
