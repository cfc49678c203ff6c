//! See [`milepost_fuzz::line`].
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| milepost_fuzz::line(bytes));
