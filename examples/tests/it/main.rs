//! Tests of the examples, as their readers run them.

// The attribute lets the helpers of the tests unwrap as the tests themselves may.
#[cfg(test)]
mod output;
