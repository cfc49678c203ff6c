//! Strict JSON: no `null`, no floats, numbers exactly as they are written.
//!
//! Values are kept as the text they were given in until somebody asks for them as something, so
//! that an amount of 36 digits loses none, and nothing is read that no field asks for. Nesting
//! costs no stack: only what the fields ask for is entered.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::Fields;

/// The most characters of a foreign name that an error repeats.
const MAX_SHOWN: usize = 64;

/// What is wrong with a value, and where: the names from the outermost field inwards.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) path: String,
    pub(super) reason: String,
}

impl From<serde_json::Error> for Fault {
    /// The fault of a part of the line: its syntax was seen with the line, so what is left is a
    /// text that is none, such as a lone surrogate. The position would count from the part's
    /// beginning and is left out.
    fn from(error: serde_json::Error) -> Fault {
        Fault::new(message(&error))
    }
}

impl Fault {
    /// A fault of the value that is being read.
    pub(super) fn new(reason: impl fmt::Display) -> Fault {
        Fault { path: String::new(), reason: reason.to_string() }
    }

    /// The same fault, seen from the object or list that has the value under this name.
    pub(super) fn under(mut self, name: impl AsRef<str>) -> Fault {
        let name = shown(name.as_ref());
        self.path = if self.path.is_empty() { name } else { format!("{name}.{}", self.path) };
        self
    }
}

/// A foreign text, shortened so that an error stays a line.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What can be read from one JSON value.
pub(super) trait Read: Sized {
    /// Reads it, or says what is wrong with it.
    fn read(raw: Raw<'_>) -> Result<Self, Fault>;
}

/// One JSON value as it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a>(&'a str);

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    List,
    Text,
    Bool,
    Null,
    Number,
}

impl<'a> Raw<'a> {
    /// A value as serde found it in the text.
    pub(super) fn new(value: &'a RawValue) -> Raw<'a> {
        Raw(value.get())
    }

    /// The value as it was written.
    pub(super) fn as_written(self) -> &'a str {
        self.0
    }

    fn kind(self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// Whether it is an object.
    pub(super) fn is_object(self) -> bool {
        self.kind() == Kind::Object
    }

    /// The fault of having found something else.
    pub(super) fn wrong(self, expected: &str) -> Fault {
        let found = match self.kind() {
            Kind::Object => "an object",
            Kind::List => "a list",
            Kind::Text => "a text",
            Kind::Bool => self.0,
            Kind::Null => "null, leave the field out",
            Kind::Number => {
                return Fault::new(format!("expected {expected}, found {}", shown(self.0)));
            }
        };
        Fault::new(format!("expected {expected}, found {found}"))
    }

    /// The text, if it is one.
    pub(super) fn text(self) -> Result<Cow<'a, str>, Fault> {
        if self.kind() != Kind::Text {
            return Err(self.wrong("a text"));
        }
        Ok(serde_json::from_str::<Text<'a>>(self.0)?.0)
    }

    /// The digits of a whole number, if it is one.
    pub(super) fn whole_number(self) -> Option<&'a str> {
        let whole = self.kind() == Kind::Number && !self.0.contains(['.', 'e', 'E']);
        whole.then_some(self.0)
    }

    /// The digits of a whole number or the text.
    pub(super) fn number_or_text(self, expected: &str) -> Result<Cow<'a, str>, Fault> {
        match self.whole_number() {
            Some(digits) => Ok(Cow::Borrowed(digits)),
            None if self.kind() == Kind::Text => self.text(),
            None => Err(self.wrong(expected)),
        }
    }

    /// The values of a list.
    pub(super) fn items(self) -> Result<Vec<Raw<'a>>, Fault> {
        if self.kind() != Kind::List {
            return Err(self.wrong("a list"));
        }
        let items: Vec<&'a RawValue> = serde_json::from_str(self.0)?;
        Ok(items.into_iter().map(Raw::new).collect())
    }

    /// The fields of an object, sorted by name.
    pub(super) fn fields(self) -> Result<Fields<'a>, Fault> {
        if self.kind() != Kind::Object {
            return Err(self.wrong("an object"));
        }
        let fields = Fields::parse(self.0)?;
        fields.check()?;
        Ok(fields)
    }

    /// What `read` makes of the fields of an object; fields that it leaves are unknown.
    pub(super) fn object<T>(
        self,
        read: impl FnOnce(&mut Fields<'a>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut fields = self.fields()?;
        let value = read(&mut fields)?;
        fields.finish()?;
        Ok(value)
    }
}

/// A text that is borrowed where it has no escapes.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// The error's message without its position.
pub(super) fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}
