//! Tests of the built program, as its users run it.

// The attribute lets the helpers of the tests unwrap as the tests themselves may.
#[cfg(test)]
mod apply;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod import;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod people;
#[cfg(test)]
mod programme;
#[cfg(test)]
mod query;
#[cfg(test)]
mod rfm;
#[cfg(test)]
mod scenario;
#[cfg(test)]
mod support;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod what_if;
