//! Packagist's order: PHP's `version_compare`, as OSV has it.
//!
//! A version is numbers and words; `.`, `-`, `_`, `+` and changes between digits and letters separate. Where they differ:
//! unknown words (branches) < dev < alpha < beta < RC < the end < a number < patch level. Words are known by their
//! beginning, in lower case but for `RC`, and unknown ones are all the same. `1.0` is older than `1.0.0-beta`; Composer,
//! for which it is the same as `1.0.0.0`, is followed in the upper bounds of ranges ([`filled`]).
//!
//! PHP's `#` equals the end and any number at once; no order can. Here it equals the end.

use super::NoVersion;
use super::key::{Key, digits};

/// The beginnings of known words, with their tags. What is not among them comes before.
const WORDS: [(&str, u8); 7] =
    [("dev", 2), ("a", 3), ("b", 4), ("RC", 5), ("rc", 5), ("pl", PATCH), ("p", PATCH)];
const UNKNOWN: u8 = 1;
/// After the pre-releases, before numbers.
const END: u8 = 6;
/// After numbers.
const PATCH: u8 = 0xf0;
/// How many numbers Composer writes.
const NUMBERS: usize = 4;

pub(super) fn write(text: &str, key: &mut Key) -> Result<(), NoVersion> {
    let mut rest = text.trim_start_matches(['v', 'V']);
    if !rest.bytes().any(|b| b.is_ascii_alphanumeric()) {
        return Err(NoVersion::Meaningless("it has neither letters nor digits"));
    }
    while let Some(first) = rest.chars().next() {
        let separator = |c: char| matches!(c, '.' | '-' | '_' | '+' | '#');
        if separator(first) {
            rest = &rest[1..];
        } else if first.is_ascii_digit() {
            let (number, after) = digits(rest);
            key.number(number);
            rest = after;
        } else {
            let end = rest.find(|c: char| separator(c) || c.is_ascii_digit()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let known = WORDS.iter().find(|(beginning, _)| word.starts_with(beginning));
            key.push(known.map_or(UNKNOWN, |(_, tag)| *tag));
            rest = after;
        }
    }
    key.push(END);
    Ok(())
}

/// The key of `1.5`, of which `written` is one, as that of `1.5.0.0`: the last one of what Composer holds for the same.
pub(super) fn filled(written: &str, mut key: Key) -> Key {
    let numbers = written.trim().trim_start_matches(['v', 'V']);
    if numbers.bytes().all(|b| b == b'.' || b.is_ascii_digit()) {
        key.truncate(key.len() - 1);
        for _ in numbers.split('.').count()..NUMBERS {
            key.number("0");
        }
        key.push(END);
    }
    key
}
