//! See [`milepost_fuzz::body`].
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| milepost_fuzz::body(bytes));
