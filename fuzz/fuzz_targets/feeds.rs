//! Feed files: CVE records, KEV and EPSS. No input may panic or hang.
#![no_main]

use bartizan_advisory::{cve, detect, epss, kev};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = detect::detect(data);
    let _ = cve::parse_record(data);
    let _ = kev::parse(data);
    cve::records(data).for_each(drop);
    if let Ok(scores) = epss::EpssReader::new(data) {
        for score in scores.flatten() {
            assert!((0.0..=1.0).contains(&score.score));
        }
    }
});
