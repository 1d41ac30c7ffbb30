//! Ranges of OSV (`affected.ranges.events`, <https://ossf.github.io/osv-schema/>).

use super::{Bound, Interval, NoRange, Ranges};
use crate::version::{Key, Scheme};

/// An event: from here on, or until here, versions are affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The first affected version; `0` comes before every version.
    Introduced(&'a str),
    /// The first version that is not affected any more.
    Fixed(&'a str),
    /// The last affected version.
    LastAffected(&'a str),
    /// No version from here on is meant by this range; `*` is none.
    Limit(&'a str),
}

/// What a place in the order means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Off,
    On,
}

impl Ranges {
    /// The versions that the events of one range name, in whatever order they are written.
    ///
    /// They are evaluated as OSV does: sorted by version, each turns affected on or off, and one that changes nothing
    /// (introduced again, fixed again on another branch) is none. Where the same version ends one stretch and begins
    /// the next, nothing lies between; where it begins one and ends it, nothing is in it.
    ///
    /// # Errors
    ///
    /// A version cannot be read, or the events make no sense: there is no `introduced`, or an end before the first one.
    pub fn of_events(scheme: Scheme, events: &[Event<'_>]) -> Result<Self, NoRange> {
        let mut turns: Vec<(Key, Turn)> = Vec::with_capacity(events.len());
        let mut limits: Vec<Key> = Vec::new();
        let mut unlimited = false;
        for event in events {
            match event {
                Event::Introduced(text) if text.trim() == "0" => {
                    turns.push((Key::with_capacity(0), Turn::On));
                }
                Event::Introduced(text) => turns.push((Bound::read(scheme, text)?.key, Turn::On)),
                Event::Fixed(text) => turns.push((Bound::read(scheme, text)?.key, Turn::Off)),
                Event::LastAffected(text) => turns.push((Bound::read(scheme, text)?.after, Turn::Off)),
                Event::Limit(text) if text.trim() == "*" => unlimited = true,
                Event::Limit(text) => limits.push(Bound::read(scheme, text)?.key),
            }
        }
        turns.sort();
        turns.dedup();
        let mut intervals: Vec<Interval> = Vec::new();
        let mut open: Option<Key> = None;
        let mut turns = turns.into_iter().peekable();
        while let Some((key, turn)) = turns.next() {
            open = match (turn, open.take()) {
                (Turn::On, from) => Some(from.unwrap_or(key)),
                (Turn::Off, Some(from)) => {
                    intervals.push(Interval { from, until: Some(key) });
                    None
                }
                // Introduced and fixed at one version is a stretch without versions, which databases do publish.
                (Turn::Off, None) => {
                    if turns.next_if_eq(&(key, Turn::On)).is_none() && intervals.is_empty() {
                        return Err(NoRange::Contradiction(
                            "an end (fixed, last_affected) comes before anything is introduced",
                        ));
                    }
                    None
                }
            };
        }
        if let Some(from) = open {
            intervals.push(Interval { from, until: None });
        }
        if intervals.is_empty() {
            return Err(NoRange::Contradiction("it holds no version"));
        }
        let ranges = Self::union(intervals);
        // OSV: a version is before the limits if it is before any one of them.
        match limits.into_iter().max().filter(|_| !unlimited) {
            None => Ok(ranges),
            Some(limit) => {
                Ok(ranges.and(&Self(vec![Interval { from: Key::with_capacity(0), until: Some(limit) }])))
            }
        }
    }
}
