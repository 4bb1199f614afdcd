#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| chailou_fuzz::checkpoint(data));
