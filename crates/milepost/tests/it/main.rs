//! The engine as a host meets it: one binary, a module for each promise.

// The attribute lets the helpers of the tests unwrap as the tests themselves may.
#[cfg(test)]
mod batches;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod durability;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod history;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod many;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod ops;
#[cfg(test)]
mod pools;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod rich;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod stream;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod support;
#[cfg(test)]
mod view;
#[cfg(test)]
mod what_if;
