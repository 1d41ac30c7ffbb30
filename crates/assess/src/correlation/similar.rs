//! Exposures that are perhaps one: alike, without a key that they share. A person confirms or refuses.

use super::place::{Known, bucket_of_place};
use super::{Excerpts, Rule, Spot, cwe};
use bartizan_model::{ExposureId, Locus};
use std::collections::{BTreeMap, BTreeSet};

/// Two exposures that are perhaps one.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// One of them.
    pub one: ExposureId,
    /// The other.
    pub other: ExposureId,
    /// How alike they are, above 0 and up to 1; only to order them by.
    pub score: f64,
    /// Why, in words.
    pub reason: String,
}

/// Lines of code that are this near are perhaps about one statement.
const NEAR: u64 = 3;
/// From so much on, proposals are worth a person's look.
const WORTH_A_LOOK: f64 = 0.5;

/// The exposures whose excerpts [`proposals`] needs.
pub fn wants_excerpt(spots: &[Spot]) -> BTreeSet<ExposureId> {
    let in_files = spots.iter().filter(|spot| matches!(spot.locus, Locus::File { .. }));
    in_files.map(|spot| spot.id).collect()
}

/// The exposures of one asset that are alike, the most alike first: of different tools, at places that touch, in words or
/// CWEs that agree.
pub fn proposals(spots: &[Spot], excerpts: &Excerpts) -> Vec<Proposal> {
    let mut by_place: BTreeMap<String, Vec<Known<'_>>> = BTreeMap::new();
    for spot in spots {
        let known = Known::new(spot, excerpts.get(&spot.id));
        by_place.entry(bucket_of_place(&spot.locus)).or_default().push(known);
    }
    let mut found = Vec::new();
    for known in by_place.into_values() {
        let words: Vec<BTreeSet<String>> = known.iter().map(|known| words(&known.spot.rule.title)).collect();
        for (at, one) in known.iter().enumerate() {
            for (next, other) in known.iter().enumerate().skip(at + 1) {
                if one.spot.rule.may_be(&other.spot.rule) {
                    found.extend(compare(one, other, overlap(&words[at], &words[next])));
                }
            }
        }
    }
    found.sort_by(|one: &Proposal, other| {
        other.score.total_cmp(&one.score).then((one.one, one.other).cmp(&(other.one, other.other)))
    });
    found
}

fn compare(one: &Known<'_>, other: &Known<'_>, wording: f64) -> Option<Proposal> {
    let (place, where_) = nearness(one, other)?;
    let kind = shared_cwe(&one.spot.rule, &other.spot.rule);
    let by_cwe = match kind {
        Some(number) if cwe::is_specific(number) => 0.5,
        Some(_) => 0.25,
        None => 0.0,
    };
    let score = place * (by_cwe + 0.75 * wording).min(1.0);
    // Place alone says nothing: a line, a port or a route may have many weaknesses.
    if score < WORTH_A_LOOK {
        return None;
    }
    let mut reasons = vec![where_];
    reasons.extend(kind.map(|number| format!("both name CWE-{number}")));
    if wording > 0.0 {
        reasons.push(format!("{:.0} % of the words of their titles agree", wording * 100.0));
    }
    Some(Proposal {
        one: one.spot.id.min(other.spot.id),
        other: one.spot.id.max(other.spot.id),
        score,
        reason: reasons.join("; "),
    })
}

/// How near two places are, from 0 to 1, and in words.
fn nearness(one: &Known<'_>, other: &Known<'_>) -> Option<(f64, String)> {
    match (&one.spot.locus, &other.spot.locus) {
        (Locus::File { .. }, Locus::File { .. }) => {
            if !one.is_in_file_of(other) {
                return None;
            }
            if one.is_same_code_as(other) {
                return Some((1.0, "the same code".to_owned()));
            }
            let (a, b) = (one.line?, other.line?);
            match a.abs_diff(b) {
                0 => Some((1.0, format!("the same line ({a})"))),
                apart if apart <= NEAR => Some((0.8, format!("lines {a} and {b} of one file"))),
                _ => None,
            }
        }
        (Locus::Route { parameter: a, .. }, Locus::Route { parameter: b, .. }) => {
            if a == b {
                Some((1.0, "the same route and parameter".to_owned()))
            } else if a.is_empty() || b.is_empty() {
                Some((0.9, "the same route, of which one names the parameter".to_owned()))
            } else {
                None
            }
        }
        (Locus::Whole, Locus::Whole) => Some((0.7, "the same asset".to_owned())),
        (locus, its) if locus == its => Some((0.9, format!("both at {locus}"))),
        _ => None,
    }
}

/// The most specific CWE that both name.
fn shared_cwe(one: &Rule, other: &Rule) -> Option<u32> {
    let shared = one.cwe.iter().copied().filter(|number| *number > 0 && other.cwe.contains(number));
    shared.min_by_key(|number| (!cwe::is_specific(*number), *number))
}

/// Words that say nothing about what is wrong.
const EMPTY: &[&str] = &[
    "a",
    "an",
    "and",
    "are",
    "as",
    "at",
    "be",
    "by",
    "can",
    "could",
    "detected",
    "detection",
    "for",
    "found",
    "from",
    "has",
    "in",
    "is",
    "issue",
    "it",
    "may",
    "might",
    "not",
    "of",
    "on",
    "or",
    "possible",
    "potential",
    "potentially",
    "should",
    "that",
    "the",
    "this",
    "to",
    "use",
    "used",
    "using",
    "via",
    "vulnerability",
    "was",
    "when",
    "which",
    "with",
    "you",
    "your",
];

/// The words of a title that say something, in one form.
fn words(title: &str) -> BTreeSet<String> {
    let parts = title.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let parts = parts.filter(|word| word.len() > 1 && !EMPTY.contains(&word.as_str()));
    // Enough of stemming for English plurals.
    parts
        .map(|word| word.strip_suffix('s').filter(|stem| stem.len() > 3).map(str::to_owned).unwrap_or(word))
        .collect()
}

/// The share of words that two titles have in common, of the shorter and of both: between Jaccard's and Szymkiewicz and
/// Simpson's measure, since tools differ in how much they write.
fn overlap(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let shared = one.intersection(other).count();
    let (least, all) = (one.len().min(other.len()), one.union(other).count());
    // One word in common is chance.
    if shared < 2 {
        return if shared == 1 && all == 1 { 1.0 } else { 0.0 };
    }
    (shared as f64 / least as f64 + shared as f64 / all as f64) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_agree_by_what_they_say() {
        let alike = |one: &str, other: &str| overlap(&words(one), &words(other));
        assert!(alike("Cross-site scripting (reflected)", "Reflected Cross Site Scripting") > 0.99);
        assert!(alike("Possible SQL injection vector", "SQL Injections via string concatenation") > 0.4);
        assert!(alike("SQL injection", "Command injection") < f64::EPSILON);
        assert!(alike("The use of it", "The use of that") < f64::EPSILON);
    }
}
