//! The keys of the programme language that this version does not carry out yet, one list per table
//! of the file.
//!
//! Such a key is a fault of its own kind, so that nobody takes a known key for a misspelt one. To
//! carry one out, take it off its list and ask for it in the function that reads its table.

/// A known key that is not carried out yet.
#[derive(Clone, Copy)]
pub(super) struct Later {
    pub(super) key: &'static str,
}

const fn later(key: &'static str) -> Later {
    Later { key }
}

/// No key of the table is left for later.
pub(super) const NONE: &[Later] = &[];

/// The top of the file.
pub(super) const TOP: &[Later] = &[later("rfm"), later("segments")];
