//! A set of row ids as text such as `1-500,733`: ids that one run makes are neighbours, so it stays short.

use std::fmt;
use std::str::FromStr;

/// A sorted set of ids, kept as inclusive ranges.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranges(Vec<(i64, i64)>);

impl Ranges {
    /// How many ids are in it.
    pub fn count(&self) -> i64 {
        self.0.iter().map(|(low, high)| high - low + 1).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All ids, ascending.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().flat_map(|(low, high)| *low..=*high)
    }

    /// The ranges themselves.
    pub fn ranges(&self) -> &[(i64, i64)] {
        &self.0
    }
}

impl FromIterator<i64> for Ranges {
    fn from_iter<I: IntoIterator<Item = i64>>(ids: I) -> Self {
        let mut ids: Vec<_> = ids.into_iter().collect();
        ids.sort_unstable();
        let mut ranges: Vec<(i64, i64)> = Vec::new();
        for id in ids {
            match ranges.last_mut() {
                Some((_, high)) if id == *high => {}
                Some((_, high)) if id == *high + 1 => *high = id,
                _ => ranges.push((id, id)),
            }
        }
        Self(ranges)
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (low, high)) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            if low == high { write!(f, "{comma}{low}")? } else { write!(f, "{comma}{low}-{high}")? }
        }
        Ok(())
    }
}

impl FromStr for Ranges {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut ranges = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (low, high) = part.split_once('-').unwrap_or((part, part));
            ranges.push((low.parse()?, high.parse()?));
        }
        Ok(Self(ranges))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_set_of_ids_reads_back(ids in prop::collection::btree_set(1i64..2000, 0..200)) {
            let ranges: Ranges = ids.iter().copied().collect();
            prop_assert_eq!(ranges.iter().collect::<Vec<_>>(), ids.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(ranges.to_string().parse::<Ranges>(), Ok(ranges.clone()));
            prop_assert_eq!(ranges.count(), ids.len() as i64);
        }
    }
}
