//! Files that name packages: whatever stands in one, and in the files it includes, is an answer, a problem or an error.
#![no_main]

use bartizan_discover::software::{EXTRACTORS, File};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // What a file includes is the rest of the input, or the file again.
    let parts = data.split(|byte| *byte == 0x1e).collect::<Vec<_>>();
    let (bytes, beside) = if let [bytes, beside] = parts[..] { (bytes, beside) } else { (data, data) };
    for extractor in EXTRACTORS.iter().filter(|extractor| extractor.begins(bytes)) {
        let other = |_: &str| Some(beside.to_vec());
        let problem = |why: String| assert!(!why.is_empty(), "{}", extractor.id);
        let read = (extractor.extract)(&File { path: "a/b", bytes, other: &other, problem: &problem });
        assert!(read.is_ok() || read.is_err_and(|why| !why.is_empty()), "{}", extractor.id);
    }
});
