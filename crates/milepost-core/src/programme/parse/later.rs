//! The keys of the programme language that this version does not carry out yet, one list per table
//! of the file.
//!
//! Such a key is a fault of its own kind, so that nobody takes a known key for a misspelt one. To
//! carry one out, take it off its list and ask for it in the function that reads its table. A key
//! whose default is documented may be written with just that value.

use toml::de::DeValue;

/// A known key that is not carried out yet.
#[derive(Clone, Copy)]
pub(super) struct Later {
    pub(super) key: &'static str,
    default: Option<Plain>,
}

/// A default as the file writes it.
#[derive(Clone, Copy)]
enum Plain {
    Text(&'static str),
    Whole(&'static str),
}

const fn later(key: &'static str) -> Later {
    Later { key, default: None }
}

const fn text(key: &'static str, default: &'static str) -> Later {
    Later { key, default: Some(Plain::Text(default)) }
}

const fn whole(key: &'static str, default: &'static str) -> Later {
    Later { key, default: Some(Plain::Whole(default)) }
}

impl Later {
    /// Whether the value says what holds anyway.
    pub(super) fn is_default(self, value: &DeValue<'_>) -> bool {
        match self.default {
            Some(Plain::Text(text)) => value.as_str() == Some(text),
            Some(Plain::Whole(digits)) => value.as_integer().is_some_and(|n| n.as_str() == digits),
            None => false,
        }
    }
}

/// No key of the table is left for later.
pub(super) const NONE: &[Later] = &[];

/// The top of the file.
pub(super) const TOP: &[Later] = &[later("milestone"), later("rfm"), later("segments")];

/// `[[earn]]`
pub(super) const EARN: &[Later] = &[later("qualifies")];

/// `[[tiers]]`
pub(super) const TIER: &[Later] =
    &[later("qualify"), later("requalify"), later("benefits"), later("lifetime"), later("expiry")];

/// `[tier_policy]`
pub(super) const TIER_POLICY: &[Later] = &[
    text("window", "calendar-year"),
    text("valid", "end-of-next-year"),
    whole("best_of", "1"),
    text("upgrade", "at-once"),
    text("downgrade", "to-qualified"),
    text("grace", "0 days"),
    text("on_upgrade", "keep"),
    text("on_reversal", "review"),
    later("carry"),
];

/// An item of a list of grants.
pub(super) const GRANT: &[Later] = &[later("qualifies")];
