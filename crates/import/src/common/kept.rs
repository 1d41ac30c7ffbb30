//! Records kept back until what they refer to was read: some reports tell first where and at their end what.

use crate::error::ParseError;
use crate::sink::Place;

/// Records in their order, bounded by the bytes they say they take.
pub(crate) struct Kept<T> {
    items: Vec<T>,
    bytes: usize,
    limit: usize,
}

impl<T> Kept<T> {
    /// Keeps at most `limit` bytes ([`Limits::deferred`](crate::Limits)).
    pub(crate) fn new(limit: usize) -> Self {
        Self { items: Vec::new(), bytes: 0, limit }
    }

    /// Keeps an item whose texts take this many bytes.
    pub(crate) fn push(&mut self, at: &Place, item: T, texts: usize) -> Result<(), ParseError> {
        self.bytes += size_of::<T>() + texts;
        if self.bytes > self.limit {
            let what = "what comes before the part it refers to";
            return Err(ParseError::TooLarge { at: at.clone(), what, limit: self.limit });
        }
        self.items.push(item);
        Ok(())
    }
}

impl<T> IntoIterator for Kept<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_bounded() {
        let mut kept = Kept::new(1000);
        kept.push(&Place::default(), "a", 500).unwrap();
        let error = kept.push(&Place::default(), "b", 600).unwrap_err();
        assert!(matches!(error, ParseError::TooLarge { limit: 1000, .. }));
        assert_eq!(kept.into_iter().collect::<Vec<_>>(), ["a"]);
    }
}
