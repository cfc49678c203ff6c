//! Whether an answer contains what is expected.
//!
//! In objects the named fields are compared, lists whole and element by element; of `events` the
//! expected ones must appear in their order, others may stand between. Numbers are equal however
//! they are written, and so are instants.

use milepost::{Decimal, Instant};
use serde_json::Value;

/// The first field in which an answer is not what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The dotted path of the field; empty for the answer as a whole.
    pub(super) field: String,
    /// What was expected.
    pub(super) expected: String,
    /// What was found.
    pub(super) found: String,
}

/// The list of which only a part need be expected.
const EVENTS: &str = "events";

/// The first difference, if there is one.
pub(super) fn difference(expected: &Value, found: &Value) -> Option<Difference> {
    at("", expected, found)
}

fn at(path: &str, expected: &Value, found: &Value) -> Option<Difference> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            expected.iter().find_map(|(name, expected)| {
                let path = under(path, name);
                match found.get(name) {
                    Some(found) => at(&path, expected, found),
                    None => Some(differ(&path, expected, &"nothing")),
                }
            })
        }
        (Value::Array(expected), Value::Array(found)) if is_events(path) => {
            in_order(path, expected, found)
        }
        (Value::Array(wanted), Value::Array(items)) => {
            if wanted.len() != items.len() {
                return Some(differ(path, expected, found));
            }
            let mut pairs = (0..).zip(wanted.iter().zip(items));
            pairs.find_map(|(n, (wanted, item)): (usize, _)| at(&under(path, &n), wanted, item))
        }
        _ if same(expected, found) => None,
        _ => Some(differ(path, expected, found)),
    }
}

/// The expected events, in their order, with others between.
fn in_order(path: &str, expected: &[Value], found: &[Value]) -> Option<Difference> {
    let mut rest = found.iter();
    for (number, event) in (0_usize..).zip(expected) {
        if !rest.any(|found| difference(event, found).is_none()) {
            let found = Value::Array(found.to_vec());
            let found = format!("not, or not in order, in {found}");
            return Some(differ(&under(path, &number), event, &found));
        }
    }
    None
}

fn same(expected: &Value, found: &Value) -> bool {
    if expected == found {
        return true;
    }
    match (number(expected), number(found)) {
        (Some(expected), Some(found)) => return expected == found,
        (None, None) => {}
        _ => return false,
    }
    let instant = |value: &Value| value.as_str().and_then(|text| text.parse::<Instant>().ok());
    instant(expected).is_some_and(|expected| instant(found) == Some(expected))
}

/// A number, or a text that is one.
fn number(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    text.parse::<Decimal>().ok().map(Decimal::normalized)
}

fn is_events(path: &str) -> bool {
    path.rsplit('.').next() == Some(EVENTS)
}

fn under(path: &str, name: &impl ToString) -> String {
    match path {
        "" => name.to_string(),
        _ => format!("{path}.{}", name.to_string()),
    }
}

fn differ(path: &str, expected: &impl ToString, found: &impl ToString) -> Difference {
    Difference { field: path.to_owned(), expected: expected.to_string(), found: found.to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(expected: &Value, found: &Value) -> Option<String> {
        difference(expected, found).map(|difference| difference.field)
    }

    #[test]
    fn objects_by_the_named_fields() {
        let found = json!({"points": {"available": 70, "held": 0}, "nights": {}});
        assert_eq!(field(&json!({"points": {"available": 70}}), &found), None);
        assert_eq!(field(&json!({"points": {"held": 1}}), &found), Some("points.held".into()));
        assert_eq!(field(&json!({"gold": 1}), &found), Some("gold".into()));
    }

    #[test]
    fn numbers_and_instants_by_value() {
        for (one, other) in
            [(json!(70), json!("70.00")), (json!("7"), json!(7)), (json!(1.5), json!("1.50"))]
        {
            assert_eq!(field(&one, &other), None);
        }
        assert_eq!(
            field(&json!("2026-01-01T01:00:00+01:00"), &json!("2026-01-01T00:00:00Z")),
            None
        );
        for (one, other) in
            [(json!(70), json!("seventy")), (json!("a"), json!("b")), (json!(null), json!(0))]
        {
            assert_eq!(field(&one, &other), Some(String::new()));
        }
    }

    #[test]
    fn lists_whole_and_events_in_order() {
        let lots = json!({"lots": [{"lot": 1, "amount": 5}, {"lot": 2, "amount": 6}]});
        assert_eq!(field(&json!({"lots": [{"lot": 1}, {"amount": 6}]}), &lots), None);
        assert_eq!(field(&json!({"lots": [{"lot": 1}]}), &lots), Some("lots".into()));
        assert_eq!(field(&json!({"lots": [{}, {"lot": 1}]}), &lots), Some("lots.1.lot".into()));
        let events = json!({"events": [{"event": "a"}, {"event": "b"}, {"event": "c"}]});
        assert_eq!(field(&json!({"events": [{"event": "a"}, {"event": "c"}]}), &events), None);
        let swapped = json!({"events": [{"event": "c"}, {"event": "a"}]});
        assert_eq!(field(&swapped, &events), Some("events.1".into()));
    }
}
