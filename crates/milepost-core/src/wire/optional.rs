//! What may be left out: a bit of a flags byte says whether it is there.

use super::WireError;
use super::codec::{Dec, Enc, Put, Take};

/// A value that may be left out, to be written.
pub(super) trait PutOptional {
    fn is_there(&self) -> bool;

    /// Writes it if it is there, else nothing.
    fn put_there(&self, out: &mut Enc<'_>) -> Result<(), WireError>;
}

/// A value that may be left out, to be read.
pub(super) trait TakeOptional<'a>: Default {
    fn take_there(from: &mut Dec<'a>) -> Result<Self, WireError>;

    /// The value if its flag is set, else none.
    fn take_by(flag: u8, from: &mut Dec<'a>) -> Result<Self, WireError> {
        if flag == 0 { Ok(Self::default()) } else { Self::take_there(from) }
    }
}

impl<T: Put> PutOptional for Option<T> {
    fn is_there(&self) -> bool {
        self.is_some()
    }

    fn put_there(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        self.iter().try_for_each(|value| value.put(out))
    }
}

impl<'a, T: Take<'a>> TakeOptional<'a> for Option<T> {
    fn take_there(from: &mut Dec<'a>) -> Result<Option<T>, WireError> {
        T::take(from).map(Some)
    }
}

/// A list is left out if it is empty.
impl<T: Put> PutOptional for Vec<T> {
    fn is_there(&self) -> bool {
        !self.is_empty()
    }

    fn put_there(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        if self.is_empty() { Ok(()) } else { self.as_slice().put(out) }
    }
}

impl<'a, T: Take<'a>> TakeOptional<'a> for Vec<T> {
    fn take_there(from: &mut Dec<'a>) -> Result<Vec<T>, WireError> {
        let list = Vec::take(from)?;
        // One value has one spelling.
        if list.is_empty() { Err(WireError::Value("list of at least one")) } else { Ok(list) }
    }
}

/// Reads a byte of which only the bits of `known` may be set.
pub(super) fn take_flags(from: &mut Dec<'_>, known: u8) -> Result<u8, WireError> {
    match u8::take(from)? {
        flags if flags & !known == 0 => Ok(flags),
        found => Err(WireError::Choice { what: "flags", found }),
    }
}
