//! Orders in which the shorter version is filled up with zeros: Maven, RubyGems, conda, the generic one.
//!
//! There the end of a version equals any number of zeros, some parts come before it (`beta`), and others after it. So a
//! key cannot write zeros before it knows what follows them. Each part is written with the count of zeros before it:
//! the more zeros before a part that is older than the end, the newer (1.beta < 1.0.beta < 1), and the more zeros before
//! a number, the older (1 < 1.0.1 < 1.1).

use super::key::Key;

const OLDER: u8 = 1;
const END: u8 = 2;
const NEWER: u8 = 3;
const DASH: u8 = 4;
const NEWER_AFTER_ZEROS: u8 = 5;
const NUMBER: u8 = 6;

/// Counts zeros, and writes the tag of each part that is more.
#[derive(Default)]
pub(super) struct Padded {
    zeros: usize,
}

impl Padded {
    /// A zero, or whatever else equals the end.
    pub(super) fn zero(&mut self) {
        self.zeros += 1;
    }

    /// The zeros before this place do not count.
    pub(super) fn forget_zeros(&mut self) {
        self.zeros = 0;
    }

    /// A part that is older than the end follows.
    pub(super) fn older(&mut self, key: &mut Key) {
        key.push(OLDER);
        key.count(std::mem::take(&mut self.zeros));
    }

    /// A part that is newer than the end, yet older than every number, follows.
    pub(super) fn newer(&mut self, key: &mut Key) {
        match std::mem::take(&mut self.zeros) {
            0 => key.push(NEWER),
            zeros => {
                key.push(NEWER_AFTER_ZEROS);
                key.count(zeros);
            }
        }
    }

    /// A number that is older than other numbers here, whatever its value.
    pub(super) fn dashed(&mut self, digits: &str, key: &mut Key) {
        self.zeros = 0;
        key.push(DASH);
        key.number(digits);
    }

    /// A number.
    pub(super) fn number(&mut self, digits: &str, key: &mut Key) {
        if digits.bytes().all(|b| b == b'0') {
            self.zero();
        } else {
            self.above(key);
            key.number(digits);
        }
    }

    /// A part that is above the end as numbers are follows.
    pub(super) fn above(&mut self, key: &mut Key) {
        key.push(NUMBER);
        key.count_down(std::mem::take(&mut self.zeros));
    }

    /// The end, which equals all zeros that are still to come.
    pub(super) fn end(self, key: &mut Key) {
        key.push(END);
    }
}
