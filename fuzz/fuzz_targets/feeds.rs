//! Feed files of every feed: as what they are recognised as, and as every other feed too. No input may panic or hang.
#![no_main]

use bartizan_advisory::feed::{Record, Sink};
use bartizan_advisory::feeds::{FEEDS, detect};
use libfuzzer_sys::fuzz_target;
use std::ops::ControlFlow;

struct Checks;

impl Sink for Checks {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        match record {
            Record::Epss(score) => assert!((0.0..=1.0).contains(&score.score)),
            Record::Advisory(advisory) => assert!(!advisory.id.is_empty()),
            Record::Entry(entry) => assert!(!entry.id.is_empty()),
            Record::Cve(_) | Record::Kev(_) => {}
        }
        ControlFlow::Continue(())
    }

    fn reject(&mut self, _at: String, reason: String) {
        assert!(!reason.is_empty());
    }
}

fuzz_target!(|data: &[u8]| {
    let _ = detect(data);
    for feed in FEEDS {
        let _ = (feed.read)(&mut &*data, &mut Checks);
    }
});
