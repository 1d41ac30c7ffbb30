//! Files that name packages: whatever stands in one, and in the files it includes, is an answer, a problem or an error.
#![no_main]

use bartizan_discover::software::{EXTRACTORS, File};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8], &[u8])| {
    let (which, bytes, beside) = input;
    let extractor = &EXTRACTORS[usize::from(which) % EXTRACTORS.len()];
    let other = |_: &str| Some(beside.to_vec());
    let _ = (extractor.extract)(&File { path: "a/b", bytes, other: &other, problem: &|_| {} });
});
