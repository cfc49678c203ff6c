//! Which lines of a bill a reversal takes back.

use crate::decimal::Decimal;
use crate::names::Name;

/// A line of an activity that is reversed, as a whole or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedLine {
    /// Which line.
    pub line: WhichLine,
    /// How much of it.
    pub part: LinePart,
}

/// How a line is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichLine {
    /// By its place in the bill, from 0.
    Position(u32),
    /// By what was sold: the first of these lines with something left.
    Sku(Name),
}

/// How much of a line is reversed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePart {
    /// All that is left.
    Whole,
    /// So much of its money, in the activity's currency.
    Amount(Decimal),
    /// So many of it.
    Quantity(Decimal),
}
