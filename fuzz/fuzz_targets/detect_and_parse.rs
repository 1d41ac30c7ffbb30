//! Every report parser: no input may panic, hang or cover anything when it fails.
#![no_main]

use bartizan_import::{Collected, FORMATS, Limits, Options, detect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { record: 1 << 20, deferred: 4 << 20, ..Limits::default() };
    let options = Options { fallback: "fuzz".to_owned(), limits, ..Options::default() };
    let _ = detect(data);
    for format in FORMATS {
        let mut seen = Collected::default();
        let result = (format.parse)(&mut &data[..], &options, &mut seen);
        assert!(result.is_ok() || seen.covered.is_empty());
    }
});
