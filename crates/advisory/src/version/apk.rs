//! The order of apk-tools: `number{.number}{letter}{_suffix{number}}{~hash}{-r#}` (`apk-package(5)`, and apk-tools'
//! `version.c`), and Gentoo's, from which it comes (Package Manager Specification 3.3).
//!
//! Versions are compared token by token. Where the kinds of token differ, apk has a ranking: a pre-release suffix is
//! older than the end, any other continuation is newer, and what cannot be read is older than the end. The tags of the
//! key are that ranking, oldest first. What cannot be read ends a version: nothing after it counts.
//!
//! Numbers after the first with a leading zero compare as texts, and before those without one. Gentoo ignores the zeros
//! at their end, and holds `-r0` for no revision and `_p0` for `_p`.

use super::NoVersion;
use super::key::{Key, digits, take};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Apk,
    Portage,
}

/// The token before decides what may follow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Number,
    Letter,
    Suffix,
    SuffixNumber,
    Hash,
    Revision,
}

/// The suffixes of pre-releases take the tags from here.
const PRE: u8 = 1;
const UNREADABLE: u8 = 5;
const NO_NUMBER: u8 = 6;
const END: u8 = 7;
const REVISION: u8 = 8;
const HASH: u8 = 9;
const SUFFIX_NUMBER: u8 = 10;
/// The suffixes of later releases take the tags from here.
const POST: u8 = 11;
const LETTER: u8 = 16;
const LEADING_ZERO: u8 = 17;
const NUMBER: u8 = 18;

/// The suffixes with their tags.
const SUFFIXES: [(&str, u8); 9] = [
    ("alpha", PRE),
    ("beta", PRE + 1),
    ("pre", PRE + 2),
    ("rc", PRE + 3),
    ("cvs", POST),
    ("svn", POST + 1),
    ("git", POST + 2),
    ("hg", POST + 3),
    ("p", POST + 4),
];

pub(super) fn write(text: &str, flavour: Flavour, key: &mut Key) -> Result<(), NoVersion> {
    const MEANINGLESS: NoVersion = NoVersion::Meaningless("it begins with no number and is no single letter");
    if !text.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_lowercase()) {
        return Err(MEANINGLESS);
    }
    let (first, mut rest) = digits(text);
    if first.is_empty() {
        key.push(NO_NUMBER);
    } else {
        key.push(NUMBER);
        key.number(first);
    }
    let mut state = State::Number;
    while !rest.is_empty() {
        match token(state, rest, flavour, key) {
            Some(next) => (state, rest) = next,
            None => {
                if !text.bytes().any(|b| b.is_ascii_digit()) {
                    return Err(MEANINGLESS);
                }
                key.push(UNREADABLE);
                return Ok(());
            }
        }
    }
    key.push(END);
    Ok(())
}

/// Writes one token. `None` where it cannot be read.
fn token<'a>(state: State, text: &'a str, flavour: Flavour, key: &mut Key) -> Option<(State, &'a str)> {
    let rest = text.get(1..)?;
    match text.bytes().next()? {
        b'a'..=b'z' if state == State::Number => {
            key.push(LETTER);
            key.push(text.bytes().next()?);
            Some((State::Letter, rest))
        }
        b'.' if state == State::Number => Some((State::Number, component(rest, flavour, key))),
        b'0'..=b'9' if state == State::Letter => Some((State::Number, component(text, flavour, key))),
        b'0'..=b'9' if state == State::Suffix => {
            let (number, rest) = digits(text);
            if flavour == Flavour::Apk || number.bytes().any(|b| b != b'0') {
                key.push(SUFFIX_NUMBER);
                key.number(number);
            }
            Some((State::SuffixNumber, rest))
        }
        b'_' if state <= State::SuffixNumber => {
            let (name, rest) = take(rest, |b| b.is_ascii_lowercase());
            let (_, tag) = SUFFIXES.iter().find(|(suffix, _)| *suffix == name)?;
            key.push(*tag);
            Some((State::Suffix, rest))
        }
        b'~' if state < State::Hash => {
            let (hash, rest) = take(rest, |b| b.is_ascii_hexdigit());
            key.push(HASH);
            key.text(hash);
            Some((State::Hash, rest))
        }
        b'-' if state < State::Revision => {
            let (number, rest) = digits(rest.strip_prefix('r')?);
            if number.is_empty() && !rest.is_empty() && !rest.starts_with('-') {
                return None;
            }
            if flavour == Flavour::Apk || number.bytes().any(|b| b != b'0') {
                key.push(REVISION);
                key.number(number);
            }
            Some((State::Revision, rest))
        }
        _ => None,
    }
}

/// A number that is not the first one. Answers what is left.
fn component<'a>(text: &'a str, flavour: Flavour, key: &mut Key) -> &'a str {
    let (number, rest) = digits(text);
    if number.is_empty() {
        key.push(NO_NUMBER);
    } else if number.starts_with('0') {
        key.push(LEADING_ZERO);
        key.text(if flavour == Flavour::Portage { number.trim_end_matches('0') } else { number });
    } else {
        key.push(NUMBER);
        key.number(number);
    }
    rest
}
