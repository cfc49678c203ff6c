//! What a command's line expects of its answer.

use milepost::Code;
use serde_json::{Value, json};

use super::contain::{Difference, difference};

/// What is expected of the answer to a command.
#[derive(Debug)]
pub(super) struct Expect(Value);

impl Expect {
    /// Reads `expect`: a status, the code of a refusal, or an object that the answer must contain.
    /// Left out, the command is to be accepted.
    pub(super) fn read(expect: Option<Value>) -> Result<Expect, String> {
        match expect {
            None => Ok(Expect(json!({ "status": "accepted" }))),
            Some(object @ Value::Object(_)) => Ok(Expect(object)),
            Some(Value::String(word)) => of_word(&word),
            Some(_) => Err("expect: expected a word or an object".into()),
        }
    }

    /// Where the answer is not what was expected.
    pub(super) fn differs(&self, answer: &Value) -> Option<Difference> {
        difference(&self.0, answer)
    }

    /// Whether a refusal is what is expected.
    pub(super) fn is_refusal(&self) -> bool {
        self.0.get("status").is_some_and(|status| status == "refused")
    }
}

fn of_word(word: &str) -> Result<Expect, String> {
    match word {
        "accepted" | "duplicate" | "refused" => Ok(Expect(json!({ "status": word }))),
        code if Code::ALL.iter().any(|known| known.as_str() == code) => {
            Ok(Expect(json!({ "status": "refused", "error": { "code": code } })))
        }
        _ => Err(format!("expect: {word} is neither a status nor a code")),
    }
}
