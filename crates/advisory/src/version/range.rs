//! Ranges of versions: which versions of a package something is true of.
//!
//! Whatever a source writes (OSV's events, the bounds of CVE records and NVD, the constraints of package managers)
//! becomes [`Ranges`]: intervals of keys, sorted, none touching another. What cannot be read is an error, never a range
//! that matches too much or too little.

mod constraint;
mod cve;
mod events;

use super::key::Key;
use super::{NoVersion, Scheme};

pub use cve::{Bounds, Change};
pub use events::Event;

/// The keys from `from` (including it) until before `until`.
///
/// Bounds of both kinds fit in: the byte text right after a key is the key with a 0 behind it, so a range that begins
/// after a version begins with that, and one that ends with a version ends before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least key; empty where there is no lower bound.
    pub from: Key,
    /// The least key after it; none where there is no upper bound.
    pub until: Option<Key>,
}

impl Interval {
    fn holds(&self, key: &[u8]) -> bool {
        self.from.as_bytes() <= key && self.until.as_ref().is_none_or(|until| key < until.as_bytes())
    }

    fn is_empty(&self) -> bool {
        self.until.as_ref().is_some_and(|until| *until <= self.from)
    }
}

/// A set of versions of one order: intervals that are sorted and touch nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges(Vec<Interval>);

/// Why something is no range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRange {
    /// A bound is no version.
    #[error("the bound `{version}` is no version: {reason}")]
    Version {
        /// The bound as it is written, cut.
        version: String,
        /// What is wrong with it.
        reason: NoVersion,
    },
    /// The text does not follow the grammar.
    #[error("`{text}` cannot be read as a range: {reason}")]
    Text {
        /// What is written, cut.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The bounds contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
}

impl NoRange {
    fn text(text: &str, reason: &'static str) -> Self {
        Self::Text { text: crate::text::excerpt(text), reason }
    }
}

impl Ranges {
    /// No version.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Every version.
    pub fn all() -> Self {
        Self(vec![Interval { from: Key::with_capacity(0), until: None }])
    }

    /// The intervals, in order.
    pub fn intervals(&self) -> &[Interval] {
        &self.0
    }

    /// Whether a version, given as its key of the same order, is among them.
    pub fn contains(&self, key: &[u8]) -> bool {
        let after = self.0.partition_point(|interval| interval.from.as_bytes() <= key);
        after.checked_sub(1).is_some_and(|at| self.0[at].holds(key))
    }

    /// All other versions.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut others = Vec::with_capacity(self.0.len() + 1);
        let mut from = Some(Key::with_capacity(0));
        for interval in &self.0 {
            if let Some(from) = from {
                others.push(Interval { from, until: Some(interval.from.clone()) });
            }
            from = interval.until.clone();
        }
        others.extend(from.map(|from| Interval { from, until: None }));
        Self::union(others)
    }

    /// Those of any of the intervals.
    fn union(mut intervals: Vec<Interval>) -> Self {
        intervals.retain(|interval| !interval.is_empty());
        intervals.sort_by(|a, b| a.from.cmp(&b.from));
        let mut joined: Vec<Interval> = Vec::with_capacity(intervals.len());
        for interval in intervals {
            match joined.last_mut() {
                Some(last) if last.until.as_ref().is_none_or(|until| interval.from <= *until) => {
                    // No upper bound is the greatest one.
                    if let Some(until) = &last.until
                        && interval.until.as_ref().is_none_or(|other| other > until)
                    {
                        last.until = interval.until;
                    }
                }
                _ => joined.push(interval),
            }
        }
        Self(joined)
    }

    /// Those of both.
    fn and(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let from = a.from.clone().max(b.from.clone());
            let a_ends_first = match (&a.until, &b.until) {
                (Some(a), Some(b)) => a <= b,
                (a, _) => a.is_some(),
            };
            let until = if a_ends_first { a.until.clone() } else { b.until.clone() };
            both.push(Interval { from, until });
            if a_ends_first {
                left.next();
            } else {
                right.next();
            }
        }
        Self::union(both)
    }
}

/// A bound's key, and where everything equal to it ends.
#[derive(Clone)]
struct Bound {
    key: Key,
    after: Key,
}

impl Bound {
    fn read(scheme: Scheme, text: &str) -> Result<Self, NoRange> {
        let no_version = |reason| NoRange::Version { version: crate::text::excerpt(text.trim()), reason };
        let key = scheme.key(text).map_err(no_version)?;
        let mut after = key.clone();
        match scheme {
            // Specifiers of Python without a local part mean the version with all its local parts (PEP 440).
            Scheme::Pep440 if after.last() == Some(&super::pep440::PUBLIC) => {
                after.pop();
                after.push(super::pep440::PUBLIC + 2);
            }
            Scheme::Composer => after = super::composer::filled(text, after).successor(),
            _ => after = after.successor(),
        }
        Ok(Self { key, after })
    }
}

#[cfg(test)]
mod tests;
