//! Decompression, encodings and archives: no input may panic or go past its limits.
#![no_main]

use bartizan_import::{Limits, entries, open};
use libfuzzer_sys::fuzz_target;
use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;

const SIZE: u64 = 4 << 20;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { size: SIZE, entries: 100, ..Limits::default() };
    if let Ok(mut reader) = open(data, &limits) {
        let _ = io::copy(&mut reader, &mut io::sink());
    }
    let mut total = 0;
    let _ = entries(Cursor::new(data), &limits, &mut |entry| {
        total += io::copy(&mut entry.reader.take(SIZE + 1), &mut io::sink()).unwrap_or(0);
        ControlFlow::Continue(())
    });
    assert!(total <= SIZE);
});
