//! What can be wrong with an entry's body.

use bincode::error::{DecodeError, EncodeError};

use super::MAX_BODY;

/// The bytes are not a body, or the values cannot become one. Nothing was changed: what was
/// appended or pushed before the error was found is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The number of the command is not in the table: a newer program wrote the entry. Read it with
    /// that one.
    #[error("unknown kind of entry {0}")]
    Kind(u8),
    /// The schema is not in the table: a newer program wrote the entry. Read it with that one.
    #[error("unknown schema {0} of an entry's body")]
    Schema(u8),
    /// The number of an event is not in the table. If the entry's checksum is right, a newer program
    /// wrote it; read it with that one.
    #[error("unknown kind of event {0}")]
    Event(u8),
    /// A flag or a choice has a value that the format does not give it. Stop: the bytes are damaged,
    /// or no writer of this format wrote them.
    #[error("unknown choice {found} for {what}")]
    Choice {
        /// What is chosen.
        what: &'static str,
        /// The byte, or the bits of it, that were found.
        found: u8,
    },
    /// The bytes end inside a value, or a length is longer than what is left. Stop, as above.
    #[error("the body ends too early")]
    Short,
    /// Bytes are left after the last value. Stop, as above.
    #[error("the body goes on after its end")]
    Trailing,
    /// The body is longer than [`MAX_BODY`]. When encoding: nothing was appended; make the command
    /// smaller.
    #[error("the body is longer than {MAX_BODY} bytes")]
    TooLong,
    /// A text is not UTF-8. Stop, as above.
    #[error("a text is not utf-8")]
    NotUtf8,
    /// A value is outside of what its type allows. When encoding: nothing was appended; refuse the
    /// command as malformed. When decoding: stop, as above.
    #[error("a value is no {0}")]
    Value(&'static str),
    /// The codec failed in a way that it never should. Stop and report it.
    #[error("the codec failed")]
    Codec,
}

impl From<EncodeError> for WireError {
    #[inline]
    fn from(error: EncodeError) -> WireError {
        let full = matches!(error, EncodeError::UnexpectedEnd);
        if full { WireError::TooLong } else { WireError::Codec }
    }
}

impl From<DecodeError> for WireError {
    #[inline]
    fn from(error: DecodeError) -> WireError {
        // No integer of fixed width and no slice can fail otherwise than by its end.
        let short = matches!(error, DecodeError::UnexpectedEnd { .. });
        if short { WireError::Short } else { WireError::Codec }
    }
}
