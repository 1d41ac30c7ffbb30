//! Versions and ranges from advisories and reports: keys are whole, ranges are in order, a version is in its own range.
#![no_main]

use bartizan_advisory::version::Scheme;
use bartizan_advisory::version::range::{Event, Ranges};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (left, right) = text.split_once('\n').unwrap_or((text, text));
    Scheme::ALL.iter().for_each(|scheme| check(*scheme, left, right));
});

fn check(scheme: Scheme, left: &str, right: &str) {
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
}
