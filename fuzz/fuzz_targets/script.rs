#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| modswap::fuzzing::read_script(bytes));
