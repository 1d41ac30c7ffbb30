//! How reports change from one execution to the next: by what befalls reports, and now and then by what befalls any bytes.

#[path = "../crates/import/tests/hostile/damage.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod damage;

use damage::{Dice, damaged};
use libfuzzer_sys::fuzzer_mutate;

/// Changes the first `size` bytes, and says how many there are then: at most `max_size`.
pub(crate) fn mishap(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    // What nobody thought of is libFuzzer's to find.
    if seed.is_multiple_of(4) {
        return fuzzer_mutate(data, size, max_size);
    }
    let report = damaged(&data[..size], &mut Dice(seed.into()));
    let size = report.len().min(max_size);
    data[..size].copy_from_slice(&report[..size]);
    size
}
