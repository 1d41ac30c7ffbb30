//! Queries of people and scripts: the normal form of what parses means the same.
#![no_main]

use bartizan_model::query::{MAX_LENGTH, Query};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(query) = Query::parse(text) {
        let normal = query.to_string();
        // It may be longer than what a person may write.
        if normal.len() <= MAX_LENGTH {
            assert_eq!(Query::parse(&normal).as_ref(), Ok(&query));
        }
    }
});
