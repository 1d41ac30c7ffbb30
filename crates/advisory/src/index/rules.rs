//! From what an advisory says of a package to intervals of version keys.

use crate::Problem;
use crate::record::{Affected, Event, Range};
use crate::version::range::{self, Interval, NoRange, Ranges};
use crate::version::{Key, Scheme};

/// Versions from a key until before another one, and how to say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// Empty where there is no lower bound.
    pub(super) from: Vec<u8>,
    /// None where there is no upper bound.
    pub(super) until: Option<Vec<u8>>,
    /// `>= 1.0, < 1.2.3`; `all versions`.
    pub(super) words: String,
    /// The first version that is not affected any more, where the advisory names one.
    pub(super) fixed: String,
}

/// The affected versions as spans. A range that cannot be read is a problem and leaves the others standing.
pub(super) fn spans(affected: &Affected, at: &str, problems: &mut Vec<Problem>) -> Vec<Span> {
    let scheme = Scheme::of_ecosystem(affected.ecosystem.family()).unwrap_or(Scheme::Generic);
    let mut problem =
        |error: NoRange| problems.push(Problem::new(at, format!("{}: {error}", affected.package)));
    let mut spans = Vec::new();
    if !affected.verdict.is_affected() && affected.ranges.is_empty() && affected.versions.is_empty() {
        spans.extend(Ranges::all().intervals().iter().map(|interval| span(interval, &[], scheme)));
    }
    for range in &affected.ranges {
        match read(range, scheme) {
            Ok(ranges) => {
                let named = named(range);
                spans.extend(ranges.intervals().iter().map(|interval| span(interval, &named, scheme)));
            }
            Err(error) => problem(error),
        }
    }
    for version in &affected.versions {
        match Ranges::of_version(scheme, version) {
            Ok(ranges) => {
                let fresh =
                    ranges.intervals().iter().filter(|one| !spans.iter().any(|span| span.holds(&one.from)));
                let fresh: Vec<_> = fresh
                    .map(|one| Span { words: format!("= {version}"), ..span(one, &[], scheme) })
                    .collect();
                spans.extend(fresh);
            }
            Err(error) => problem(error),
        }
    }
    spans
}

/// The versions that a range names.
pub(crate) fn read(range: &Range, scheme: Scheme) -> Result<Ranges, NoRange> {
    match range {
        Range::Events(events) => {
            let events: Vec<_> = events
                .iter()
                .map(|event| match event {
                    Event::Introduced(version) => range::Event::Introduced(version),
                    Event::Fixed(version) => range::Event::Fixed(version),
                    Event::LastAffected(version) => range::Event::LastAffected(version),
                })
                .collect();
            Ranges::of_events(scheme, &events)
        }
        Range::Bounds(bounds) => Ranges::of_bounds(
            scheme,
            &range::Bounds {
                start_including: bounds.start_including.as_deref(),
                start_excluding: bounds.start_excluding.as_deref(),
                end_including: bounds.end_including.as_deref(),
                end_excluding: bounds.end_excluding.as_deref(),
            },
        ),
        Range::Constraint(text) => Ranges::parse(scheme, text),
        Range::Except(text) => Ranges::parse(scheme, text).map(|safe| safe.complement()),
    }
}

/// The versions that a range is written with.
fn named(range: &Range) -> Vec<&str> {
    match range {
        Range::Events(events) => events.iter().map(Event::version).collect(),
        Range::Bounds(b) => {
            let all = [&b.start_including, &b.start_excluding, &b.end_including, &b.end_excluding];
            all.into_iter().flatten().map(String::as_str).collect()
        }
        Range::Constraint(text) | Range::Except(text) => {
            let words = text.split(|c: char| c.is_whitespace() || ",|<>=!~^[]()".contains(c));
            words.filter(|word| !word.is_empty()).collect()
        }
    }
}

/// An interval, with its bounds in the words that the advisory uses for them.
fn span(interval: &Interval, named: &[&str], scheme: Scheme) -> Span {
    // A version that a bound is written with is either the bound or the last one before it.
    let word = |bound: &Key, at: &str, after: &str| {
        let read =
            |text: &&&str| Ranges::of_version(scheme, text).ok().and_then(|r| r.intervals().first().cloned());
        let exact = named.iter().find(|text| read(text).is_some_and(|one| one.from == *bound));
        let before =
            || named.iter().find(|text| read(text).is_some_and(|one| one.until.as_ref() == Some(bound)));
        exact
            .map(|text| (format!("{at} {text}"), *text))
            .or_else(|| before().map(|text| (format!("{after} {text}"), "")))
    };
    let from = interval.from.as_bytes().to_vec();
    let low = if from.is_empty() { None } else { word(&interval.from, ">=", ">") };
    let high = interval.until.as_ref().and_then(|until| word(until, "<", "<="));
    let (low, (high, fixed)) = (low.map(|(words, _)| words), high.unzip());
    let words: Vec<String> = low.into_iter().chain(high).collect();
    Span {
        from,
        until: interval.until.as_ref().map(|until| until.as_bytes().to_vec()),
        words: if words.is_empty() { "all versions".to_owned() } else { words.join(", ") },
        fixed: fixed.unwrap_or_default().to_owned(),
    }
}

impl Span {
    fn holds(&self, key: &Key) -> bool {
        holds(&self.from, self.until.as_deref(), key.as_bytes())
    }
}

/// Whether a key lies in an interval.
pub(super) fn holds(from: &[u8], until: Option<&[u8]>, key: &[u8]) -> bool {
    from <= key && until.is_none_or(|until| key < until)
}
