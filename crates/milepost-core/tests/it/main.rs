//! Tests of the core through its public API.

// The attribute lets the helpers of the tests unwrap as the tests themselves may.
#[cfg(test)]
mod decide;
#[cfg(test)]
mod house;
#[cfg(test)]
mod line;
#[cfg(test)]
mod programme;
#[cfg(test)]
mod views;
#[cfg(test)]
mod wire;
