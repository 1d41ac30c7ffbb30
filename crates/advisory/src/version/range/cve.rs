//! Ranges of CVE records (format 5, `affected.versions`) and of NVD (`cpeMatch`).

use super::{Bound, Interval, NoRange, Ranges};
use crate::version::{Key, Scheme};

/// The bounds of one range, as NVD names them. CVE records write the same: `version` is [`Self::start_including`],
/// `lessThan` is [`Self::end_excluding`], `lessThanOrEqual` is [`Self::end_including`].
///
/// A bound `*` is none. As a start, `0` and `-` are none too; as an end, `-` is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds<'a> {
    /// The first version.
    pub start_including: Option<&'a str>,
    /// The version after which it begins.
    pub start_excluding: Option<&'a str>,
    /// The last version.
    pub end_including: Option<&'a str>,
    /// The version before which it ends.
    pub end_excluding: Option<&'a str>,
}

/// A change of status inside a range of a CVE record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// The first version with the new status.
    pub at: &'a str,
    /// Whether it is affected from there on.
    pub affected: bool,
}

impl Ranges {
    /// The single version `version`, and what its order holds for equal.
    ///
    /// # Errors
    ///
    /// It is no version.
    pub fn of_version(scheme: Scheme, version: &str) -> Result<Self, NoRange> {
        let Bound { key, after } = Bound::read(scheme, version)?;
        Ok(Self(vec![Interval { from: key, until: Some(after) }]))
    }

    /// The versions between the bounds.
    ///
    /// # Errors
    ///
    /// A bound cannot be read, there are two of one side, or the end comes before the start.
    pub fn of_bounds(scheme: Scheme, bounds: &Bounds<'_>) -> Result<Self, NoRange> {
        let from = match (given(bounds.start_including, true), given(bounds.start_excluding, true)) {
            (None, None) => Key::with_capacity(0),
            (Some(text), None) => Bound::read(scheme, text)?.key,
            (None, Some(text)) => Bound::read(scheme, text)?.after,
            (Some(_), Some(_)) => return Err(NoRange::Contradiction("it has two starts")),
        };
        let until = match (given(bounds.end_including, false), given(bounds.end_excluding, false)) {
            (None, None) => None,
            (Some(text), None) => Some(Bound::read(scheme, text)?.after),
            (None, Some(text)) => Some(Bound::read(scheme, text)?.key),
            (Some(_), Some(_)) => return Err(NoRange::Contradiction("it has two ends")),
        };
        let interval = Interval { from, until };
        if interval.is_empty() {
            return Err(NoRange::Contradiction("it ends before it starts"));
        }
        Ok(Self(vec![interval]))
    }

    /// The affected versions of a range of a CVE record whose status changes inside it. `affected` is the status at its
    /// start.
    ///
    /// # Errors
    ///
    /// As [`Self::of_bounds`]; and a change lies outside the range, or two statuses begin at one version.
    pub fn of_changes(
        scheme: Scheme,
        bounds: &Bounds<'_>,
        affected: bool,
        changes: &[Change<'_>],
    ) -> Result<Self, NoRange> {
        let whole = Self::of_bounds(scheme, bounds)?;
        let mut turns = Vec::with_capacity(changes.len());
        for change in changes {
            let at = Bound::read(scheme, change.at)?.key;
            // A fix at the very version that the range excludes is how many records say it twice.
            let end = whole.0.iter().any(|i| i.until.as_ref() == Some(&at));
            if !whole.contains(&at) && !end {
                return Err(NoRange::Contradiction("a change of status lies outside the range"));
            }
            turns.push((at, change.affected));
        }
        turns.sort();
        turns.dedup();
        if turns.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(NoRange::Contradiction("two statuses begin at one version"));
        }
        let mut intervals = Vec::new();
        let mut open = affected.then(|| Key::with_capacity(0));
        for (at, affected) in turns {
            match (affected, open.take()) {
                (true, from) => open = Some(from.unwrap_or(at)),
                (false, Some(from)) => intervals.push(Interval { from, until: Some(at) }),
                (false, None) => {}
            }
        }
        if let Some(from) = open {
            intervals.push(Interval { from, until: None });
        }
        Ok(whole.and(&Self::union(intervals)))
    }
}

fn given(bound: Option<&str>, start: bool) -> Option<&str> {
    let none = |text: &str| matches!(text, "*" | "-") || (start && text == "0");
    bound.map(str::trim).filter(|text| !none(text))
}
