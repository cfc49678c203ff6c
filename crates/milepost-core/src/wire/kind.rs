//! What an entry is, by number.

use super::WireError;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $number:literal,)*) => {
        /// What an entry is, by the number that stands in its frame. Later ones are appended; a
        /// number is never given again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $kind = $number,)*
        }

        impl Kind {
            /// All kinds in the order of their numbers.
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// The number.
            pub const fn number(self) -> u8 {
                match self { $(Kind::$kind => $number,)* }
            }
        }

        impl TryFrom<u8> for Kind {
            type Error = WireError;

            fn try_from(number: u8) -> Result<Kind, WireError> {
                match number {
                    $($number => Ok(Kind::$kind),)*
                    unknown => Err(WireError::Kind(unknown)),
                }
            }
        }
    };
}

kinds! {
    /// The programme with which a ledger begins.
    Genesis = 1,
    /// `enrol`.
    Enrol = 2,
    /// `record`.
    Record = 3,
    /// `confirm`.
    Confirm = 4,
    /// `grant`.
    Grant = 5,
    /// `debit`.
    Debit = 6,
    /// `hold`.
    Hold = 7,
    /// `capture`.
    Capture = 8,
    /// `release`.
    Release = 9,
    /// `redeem`.
    Redeem = 10,
    /// `refund`.
    Refund = 11,
    /// `reverse`.
    Reverse = 12,
    /// `transfer`.
    Transfer = 13,
    /// `assign_tier`.
    AssignTier = 14,
    /// `extend`.
    Extend = 15,
    /// `advance`.
    Advance = 16,
    /// `compensate`.
    Compensate = 30,
    /// `reverse` of a case.
    ReverseCase = 31,
    /// `attributes`.
    Attributes = 35,
    /// `consent`.
    Consent = 36,
    /// `close`.
    Close = 37,
    /// `merge`.
    Merge = 38,
    /// `revise`.
    Revise = 39,
}
