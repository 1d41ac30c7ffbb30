//! Randomness that is the same on every machine: SplitMix64, one stream per thing, so that any part of the hospital can
//! be made again without the parts before it.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream of one thing: `topic` is what is asked about it.
    pub(super) fn of(seed: u64, topic: u64, thing: usize) -> Self {
        let mut random = Self(seed ^ mix(topic.wrapping_mul(0xD6E8_FEB8_6659_FD93)) ^ mix(thing as u64));
        random.next();
        random
    }

    /// The next number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `n`; 0 where `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        // The high half of the product: no bias worth speaking of, and no division.
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// A number below `n`, small ones far likelier than large ones, as the most common weaknesses are.
    pub(super) fn skewed(&mut self, n: usize) -> usize {
        let unit = self.unit();
        ((unit * unit * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// A number from 0 to below 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something with this chance in a hundred happens.
    pub(super) fn percent(&mut self, chance: u64) -> bool {
        (self.below(100) as u64) < chance
    }

    /// One of some things; they must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
