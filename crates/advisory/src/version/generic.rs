//! An order for versions of which nobody says how they are ordered: the `custom` ones of CVE records and NVD.
//!
//! A version is words and numbers, and everything else separates. Missing numbers are 0. Words that name a pre-release
//! are older than the end, other words newer (OpenSSL's `1.1.1w`, `SP1`, `p9`), numbers newer than words. `a` and `b`
//! name a pre-release only alone after a hyphen. Upper and lower case are the same, and a leading `v` does not count.

use super::NoVersion;
use super::key::{Key, digits, take};
use super::padded::Padded;

/// Words that name a pre-release, oldest first. Those that mean the same share a place.
const PRE_RELEASE: [&[&str]; 6] = [
    &["dev", "snapshot", "nightly", "canary"],
    &["alpha"],
    &["beta", "ea"],
    &["m", "milestone", "preview"],
    &["pre", "prerelease"],
    &["rc", "cr"],
];
/// What is written where nothing is known.
const NOTHING: [&str; 8] = ["n/a", "unspecified", "unknown", "all", "any", "none", "tbd", "various"];

pub(super) fn write(text: &str, key: &mut Key) -> Result<(), NoVersion> {
    if !text.bytes().any(|b| b.is_ascii_alphanumeric())
        || NOTHING.iter().any(|n| text.eq_ignore_ascii_case(n))
    {
        return Err(NoVersion::Meaningless("it names no version"));
    }
    if text.contains(['<', '>', '=', '*', ',', ';', '|', '!']) {
        return Err(NoVersion::Meaningless("it is a range, no version"));
    }
    let mut rest = match text.strip_prefix(['v', 'V']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => text,
    };
    let mut padded = Padded::default();
    let mut hyphen = false;
    while let Some(first) = rest.bytes().next() {
        if first.is_ascii_digit() {
            let (number, after) = digits(rest);
            padded.number(number, key);
            rest = after;
        } else if first.is_ascii_alphabetic() {
            let (word, after) = take(rest, |b| b.is_ascii_alphabetic());
            match pre_release(word, hyphen, after) {
                Some(rank) => {
                    padded.older(key);
                    key.push(rank);
                }
                None => {
                    padded.newer(key);
                    key.caseless(word);
                }
            }
            rest = after;
        } else {
            hyphen = first == b'-';
            rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        }
    }
    padded.end(key);
    Ok(())
}

fn pre_release(word: &str, hyphen: bool, after: &str) -> Option<u8> {
    let word = match word {
        "a" | "A" if hyphen && after.is_empty() => "alpha",
        "b" | "B" if hyphen && after.is_empty() => "beta",
        _ => word,
    };
    let same = |(_, words): &(u8, &[&str])| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    (1_u8..).zip(PRE_RELEASE).find(same).map(|(rank, _)| rank)
}
