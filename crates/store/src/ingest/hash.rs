//! Hashing of row ids. The keys are numbers that the store itself made, so nobody can choose them to collide.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map keyed by row ids.
pub(super) type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;
/// A set of row ids.
pub(super) type FastSet<K> = HashSet<K, BuildHasherDefault<IdHasher>>;

/// Multiplies and folds, as the finalizers of common hash functions do.
#[derive(Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write_u64(&mut self, value: u64) {
        let mixed = u128::from(self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        self.0 = (mixed >> 64) as u64 ^ mixed as u64;
    }

    fn write_i64(&mut self, value: i64) {
        self.write_u64(value as u64);
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
