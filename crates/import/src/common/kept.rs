//! Records kept back until what they refer to was read: some reports tell first where and at their end what.

use super::out::Out;
use crate::error::ParseError;
use crate::sink::Place;
use std::collections::{HashMap, HashSet};

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

/// What records refer to by an id, bounded by the bytes it takes. What does not fit is left out, and told.
pub(crate) struct Known<T> {
    items: HashMap<String, T>,
    bytes: usize,
    limit: usize,
    left_out: u64,
}

impl<T> Known<T> {
    /// Knows at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { items: HashMap::new(), bytes: 0, limit, left_out: 0 }
    }

    /// Takes an item that takes this many bytes.
    pub(crate) fn put(&mut self, id: String, item: T, bytes: usize) {
        self.bytes += bytes + size_of::<(String, T)>() + id.len();
        if self.bytes > self.limit {
            self.left_out += 1;
            return;
        }
        self.items.insert(id, item);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.items.get(id)
    }

    /// Says how many of these were left out.
    pub(crate) fn tell(&self, what: &str, out: &mut Out<'_>) {
        if self.left_out > 0 {
            let why =
                "the report has so many that they are left out: what refers to them is told without them";
            out.gap(format!("{} {what}", self.left_out), why);
        }
    }
}

/// Names of what is told once, bounded by the bytes they take. Beyond that a name is told each time it comes: nothing is lost.
pub(crate) struct Once {
    names: HashSet<String>,
    bytes: usize,
    limit: usize,
}

impl Once {
    /// Remembers at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { names: HashSet::new(), bytes: 0, limit }
    }

    /// Whether it is to be told.
    pub(crate) fn first(&mut self, name: &str) -> bool {
        if self.names.contains(name) {
            return false;
        }
        let bytes = self.bytes + size_of::<String>() + name.len();
        if bytes <= self.limit {
            self.bytes = bytes;
            self.names.insert(name.to_owned());
        }
        true
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
        let mut seen = crate::sink::Collected::default();
        let mut known = Known::new(1000);
        for (id, bytes) in [("a", 500), ("b", 600), ("c", 1)] {
            known.put(id.to_owned(), id, bytes);
        }
        known.tell("rules", &mut Out::new(&mut seen));
        assert_eq!((known.get("a"), known.get("b"), known.get("c")), (Some(&"a"), None, None));
        assert_eq!(seen.gaps[0].what, "2 rules");
    }

    #[test]
    fn what_is_not_remembered_is_told_again() {
        let mut once = Once::new(2 * size_of::<String>());
        let told =
            ["a", "a", "a long name that no longer fits beside the first", "b"].map(|name| once.first(name));
        assert_eq!(told, [true, false, true, true]);
        assert!(once.first("b"));
    }
}
