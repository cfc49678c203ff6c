//! The pure core of milepost: what every number means, as code.
//!
//! Here are the units, the time rules, the programme, the commands, what is decided about them, the
//! events that a decision makes, and the folds of events into state and answers. There is no clock,
//! no file, no thread, no environment, no randomness and no hash-map order in it, and no floating
//! point: the same log gives the same bytes of state on every machine (R-TIME-2).

pub mod answer;
pub mod breakdown;
pub mod command;
pub mod context;
pub mod decide;
pub mod decimal;
mod due;
pub mod event;
pub mod line;
pub mod money;
pub mod names;
pub mod pools;
pub mod programme;
pub mod ratio;
pub mod refusal;
pub mod rules;
pub mod state;
mod tiers;
pub mod time;
pub mod views;
pub mod wire;
