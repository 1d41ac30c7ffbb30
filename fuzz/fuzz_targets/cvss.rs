//! CVSS vectors from reports and records: what parses prints itself again and scores within 0 to 10.
#![no_main]

use bartizan_advisory::cvss::Vector;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(vector) = Vector::parse(text) {
        assert_eq!(Vector::parse(&vector.to_string()).as_ref(), Ok(&vector));
        assert!((0.0..=10.0).contains(&vector.score()));
    }
});
