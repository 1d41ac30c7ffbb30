//! A set of row numbers, one bit a row.

/// A set of numbers below a fixed length.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitset {
    words: Vec<u64>,
    len: usize,
}

impl Bitset {
    /// The empty set of numbers below `len`.
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// The numbers below `len` for which `test` holds.
    pub fn build(len: usize, mut test: impl FnMut(usize) -> bool) -> Self {
        let mut set = Self::new(len);
        for (index, word) in set.words.iter_mut().enumerate() {
            let base = index * 64;
            for bit in 0..64.min(len - base) {
                *word |= u64::from(test(base + bit)) << bit;
            }
        }
        set
    }

    /// The places of `column` for whose value `test` holds. The tight loop of every query.
    pub fn of<T: Copy>(column: &[T], test: impl Fn(T) -> bool) -> Self {
        let words = column
            .chunks(64)
            .map(|chunk| chunk.iter().rev().fold(0, |word, value| (word << 1) | u64::from(test(*value))))
            .collect();
        Self { words, len: column.len() }
    }

    /// One more than the largest number it could hold.
    pub fn capacity(&self) -> usize {
        self.len
    }

    /// Whether it holds `index`.
    pub fn contains(&self, index: usize) -> bool {
        self.words.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Puts `index` in or takes it out, growing where needed.
    pub fn set(&mut self, index: usize, value: bool) {
        if index >= self.len {
            self.len = index + 1;
            self.words.resize(self.len.div_ceil(64), 0);
        }
        let bit = 1 << (index % 64);
        if value {
            self.words[index / 64] |= bit;
        } else {
            self.words[index / 64] &= !bit;
        }
    }

    /// How many it holds.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Keeps what is in both.
    pub fn and(&mut self, other: &Self) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a &= b;
        }
    }

    /// Takes in what is in the other.
    pub fn or(&mut self, other: &Self) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a |= b;
        }
    }

    /// Holds what it did not, and the reverse.
    pub fn invert(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        let rest = self.len % 64;
        if let Some(last) = self.words.last_mut().filter(|_| rest != 0) {
            *last &= (1 << rest) - 1;
        }
    }

    /// Calls `each` with every number in it, in order.
    pub fn for_each(&self, mut each: impl FnMut(usize)) {
        for (index, &word) in self.words.iter().enumerate() {
            if word == u64::MAX {
                (index * 64..index * 64 + 64).for_each(&mut each);
                continue;
            }
            let mut rest = word;
            while rest != 0 {
                each(index * 64 + rest.trailing_zeros() as usize);
                rest &= rest - 1;
            }
        }
    }

    /// Bytes on the heap.
    pub fn bytes(&self) -> usize {
        self.words.capacity() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_a_list(bits in prop::collection::vec(any::<bool>(), 0..300)) {
            let set = Bitset::of(&bits, |b| b);
            prop_assert_eq!(&set, &Bitset::build(bits.len(), |i| bits[i]));
            let mut by_one = Bitset::new(0);
            bits.iter().enumerate().for_each(|(i, b)| by_one.set(i, *b));
            prop_assert_eq!(&set, &by_one);
            let mut listed = Vec::new();
            set.for_each(|i| listed.push(i));
            let expected: Vec<_> = (0..bits.len()).filter(|i| bits[*i]).collect();
            prop_assert_eq!(&listed, &expected);
            let mut inverse = set.clone();
            inverse.invert();
            prop_assert_eq!(inverse.count(), bits.len() - set.count());
            let mut both = set.clone();
            both.and(&inverse);
            prop_assert_eq!(both.count(), 0);
            both.or(&inverse);
            both.or(&set);
            prop_assert_eq!(both.count(), bits.len());
        }
    }
}
