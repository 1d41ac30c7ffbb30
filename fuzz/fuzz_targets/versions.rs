//! Versions and ranges from advisories and reports: keys are whole, ranges are in order, a version is in its own range.
#![no_main]

use bartizan_advisory::version::Scheme;
use bartizan_advisory::version::range::{Event, Ranges};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str, &str)| {
    let (scheme, left, right) = input;
    let scheme = Scheme::ALL[usize::from(scheme) % Scheme::ALL.len()];
    let keys = (scheme.key(left), scheme.key(right));
    if let (Ok(a), Ok(b)) = &keys {
        assert!(a == b || !a.starts_with(b) && !b.starts_with(a));
        assert!(Ranges::of_version(scheme, left).is_ok_and(|range| range.contains(a)));
        let events = [Event::Introduced(left), Event::Fixed(right)];
        if let Ok(range) = Ranges::of_events(scheme, &events) {
            assert!(!range.contains(b));
        }
    }
    for text in [left, right] {
        if let Ok(ranges) = Ranges::parse(scheme, text) {
            assert!(ranges.intervals().iter().all(|i| i.until.as_ref().is_none_or(|until| i.from < *until)));
            assert!(ranges.intervals().windows(2).all(|pair| pair[0].until.as_ref() < Some(&pair[1].from)));
        }
    }
});
