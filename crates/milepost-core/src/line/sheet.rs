//! Single values of a line, written.

use serde_json::{Map, Value};

use crate::command::{self, Activity, Actor, BirthDate, Qualifies, Rest};
use crate::decimal::Decimal;
use crate::money::Money;
use crate::names::{Key, MemberId, Name, Reference, Text};
use crate::ratio::Ratio;
use crate::time::Instant;

/// What a value is written for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// To be read back as it was given.
    AsWritten,
    /// To be compared (R-CMD-2): a number has one form, and a default is left out.
    Content,
}

/// What can be written as a JSON value.
pub(super) trait Write {
    /// The value; `None` if it is to be left out.
    fn write(&self, form: Form) -> Option<Value>;
}

/// An object that is being filled.
pub(super) struct Sheet {
    fields: Map<String, Value>,
    form: Form,
}

impl Sheet {
    /// An object without fields.
    pub(super) fn new(form: Form) -> Sheet {
        Sheet { fields: Map::new(), form }
    }

    /// Adds a field, unless it is to be left out.
    pub(super) fn put(mut self, name: &str, value: &impl Write) -> Sheet {
        if let Some(value) = value.write(self.form) {
            self.fields.insert(name.to_owned(), value);
        }
        self
    }

    /// Adds a text.
    pub(super) fn put_text(mut self, name: &str, text: &str) -> Sheet {
        self.fields.insert(name.to_owned(), Value::from(text));
        self
    }

    /// Adds a count whose default is 1: as content, 1 is as if left out.
    pub(super) fn put_unless_one(self, name: &str, count: &impl Write) -> Sheet {
        let one = count.write(Form::Content) == Some(Value::from(1));
        if one && self.form == Form::Content { self } else { self.put(name, count) }
    }

    /// The object.
    pub(super) fn into_value(self) -> Value {
        Value::Object(self.fields)
    }
}

macro_rules! texts {
    ($($name:ident)*) => {
        $(impl Write for $name {
            fn write(&self, _: Form) -> Option<Value> {
                Some(Value::from(self.as_str()))
            }
        })*
    };
}

texts! { Key MemberId Name Reference Text }

impl Write for Instant {
    fn write(&self, _: Form) -> Option<Value> {
        Some(Value::from(self.to_string()))
    }
}

impl Write for u32 {
    fn write(&self, _: Form) -> Option<Value> {
        Some(Value::from(*self))
    }
}

impl Write for bool {
    fn write(&self, _: Form) -> Option<Value> {
        Some(Value::from(*self))
    }
}

impl Write for Decimal {
    /// A whole number of up to 64 bits is a JSON integer; a longer one would lose digits in the
    /// hands of most readers.
    fn write(&self, form: Form) -> Option<Value> {
        let number = match form {
            Form::AsWritten => *self,
            Form::Content => self.normalized(),
        };
        let whole = i64::try_from(number.digits()).ok().filter(|_| number.scale() == 0);
        Some(whole.map_or_else(|| Value::from(number.to_string()), Value::from))
    }
}

impl Write for BirthDate {
    fn write(&self, _: Form) -> Option<Value> {
        Some(Value::from(format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)))
    }
}

impl Write for Rest {
    fn write(&self, _: Form) -> Option<Value> {
        match self {
            Rest::Release => None,
            Rest::Keep => Some(Value::from(true)),
        }
    }
}

impl Write for Qualifies {
    fn write(&self, form: Form) -> Option<Value> {
        match self {
            Qualifies::UnitName => Some(Value::from(true)),
            Qualifies::Name(name) => name.write(form),
        }
    }
}

impl Write for Ratio {
    /// A decimal where that is exact and no longer than one may be, else a fraction.
    fn write(&self, _: Form) -> Option<Value> {
        let decimal = self.decimal(0, u8::MAX).map(|decimal| decimal.to_string());
        let read_back = decimal.filter(|text| text.parse::<Decimal>().is_ok());
        Some(Value::from(read_back.unwrap_or_else(|| self.to_string())))
    }
}

impl Write for Money {
    /// An object only where the amount alone does not say it.
    fn write(&self, form: Form) -> Option<Value> {
        if self.currency.is_none() && self.rate.is_none() {
            return self.amount.write(form);
        }
        let sheet = Sheet::new(form).put("amount", &self.amount);
        let sheet = match &self.currency {
            Some(currency) => sheet.put_text("currency", currency),
            None => sheet,
        };
        Some(sheet.put("rate", &self.rate).into_value())
    }
}

impl Write for Actor {
    fn write(&self, form: Form) -> Option<Value> {
        Some(Sheet::new(form).put("id", &self.id).put("role", &self.role).into_value())
    }
}

impl Write for Activity {
    fn write(&self, form: Form) -> Option<Value> {
        let sheet = Sheet::new(form)
            .put("kind", &self.kind)
            .put("ref", &self.reference)
            .put("occurred_at", &self.occurred_at)
            .put("spend", &self.spend)
            .put("quantities", &self.quantities);
        let lines = Some(&self.lines).filter(|lines| !lines.is_empty());
        let sheet = sheet.put("lines", &lines).put("attributes", &self.attributes);
        Some(sheet.put("times", &self.times).into_value())
    }
}

impl Write for command::Line {
    fn write(&self, form: Form) -> Option<Value> {
        let sheet = Sheet::new(form)
            .put("sku", &self.sku)
            .put("amount", &self.amount)
            .put_unless_one("quantity", &self.quantity)
            .put("attributes", &self.attributes);
        Some(sheet.into_value())
    }
}

impl<T: Write> Write for &T {
    fn write(&self, form: Form) -> Option<Value> {
        T::write(self, form)
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, form: Form) -> Option<Value> {
        self.as_ref().and_then(|value| value.write(form))
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, form: Form) -> Option<Value> {
        Some(self.iter().filter_map(|value| value.write(form)).collect())
    }
}

impl<T: Write> Write for Vec<(Name, T)> {
    /// An object; no names are as if it were left out.
    fn write(&self, form: Form) -> Option<Value> {
        let put = |sheet: Sheet, (name, value): &(Name, T)| sheet.put(name.as_str(), value);
        let sheet = self.iter().fold(Sheet::new(form), put);
        (!self.is_empty()).then(|| sheet.into_value())
    }
}
