//! Queries of people and scripts: the normal form of what parses means the same.
#![no_main]

use bartizan_model::query::Query;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(query) = Query::parse(text) {
        assert_eq!(Query::parse(&query.to_string()).as_ref(), Ok(&query));
    }
});
