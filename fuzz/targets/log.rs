//! See [`milepost_fuzz::log`].
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| milepost_fuzz::log(bytes));
