//! Python's order: `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]` with all its spellings (PEP 440, appendix B).
//!
//! Zeros at the end of the release do not count. Development releases of a release come before its pre-releases, those
//! before the release, that before its post-releases. Local versions come after their public one: numbers after words.
//!
//! PyPI holds older versions that PEP 440 does not know. They come before all others, in the order that setuptools had
//! (`pkg_resources.parse_version`, "legacy versions").

use super::NoVersion;
use super::key::{Key, digits, take};

const LEGACY: u8 = 0;
const STANDARD: u8 = 1;
/// The end of the numbers of a release.
const END: u8 = 1;
/// The end of local or legacy parts. No version ends with it and is public.
const LIST_END: u8 = 0;
/// Before numbers.
const TEXT: u8 = 2;

const DEV_ONLY: u8 = 1;
const ALPHA: u8 = 2;
const BETA: u8 = 3;
const CANDIDATE: u8 = 4;
const NO_PRE: u8 = 5;

const NO_POST: u8 = 1;
const POST: u8 = 2;

const DEV: u8 = 1;
const NO_DEV: u8 = 2;

/// The last byte of a version without a local part, and what stands there with one.
pub(super) const PUBLIC: u8 = 1;
const LOCAL: u8 = 2;

const PRE_NAMES: [(&str, u8); 8] = [
    ("alpha", ALPHA),
    ("a", ALPHA),
    ("beta", BETA),
    ("b", BETA),
    ("preview", CANDIDATE),
    ("pre", CANDIDATE),
    ("rc", CANDIDATE),
    ("c", CANDIDATE),
];
const POST_NAMES: [(&str, u8); 3] = [("post", POST), ("rev", POST), ("r", POST)];
const DEV_NAMES: [(&str, u8); 1] = [("dev", DEV)];

pub(super) fn write(text: &str, key: &mut Key) -> Result<(), NoVersion> {
    let lower;
    let text = if text.bytes().any(|b| b.is_ascii_uppercase()) {
        lower = text.to_ascii_lowercase();
        &lower
    } else {
        text
    };
    if standard(text, key).is_none() {
        if !text.bytes().any(|b| b.is_ascii_alphanumeric()) {
            return Err(NoVersion::Meaningless("it has neither letters nor digits"));
        }
        key.truncate(0);
        legacy(text, key);
    }
    Ok(())
}

fn standard(text: &str, key: &mut Key) -> Option<()> {
    key.push(STANDARD);
    let text = text.strip_prefix('v').unwrap_or(text);
    let (epoch, text) = text.split_once('!').unwrap_or(("0", text));
    if epoch.is_empty() || !epoch.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    key.number(epoch);
    let rest = release(text, key)?;
    let (pre, rest) = part(rest, &PRE_NAMES);
    let (post, rest) = post(rest);
    let (dev, rest) = part(rest, &DEV_NAMES);
    match pre {
        Some((tag, number)) => {
            key.push(tag);
            key.number(number);
        }
        None => key.push(if post.is_none() && dev.is_some() { DEV_ONLY } else { NO_PRE }),
    }
    match post {
        Some(number) => {
            key.push(POST);
            key.number(number);
        }
        None => key.push(NO_POST),
    }
    match dev {
        Some((tag, number)) => {
            key.push(tag);
            key.number(number);
        }
        None => key.push(NO_DEV),
    }
    local(rest, key)
}

/// The numbers of the release, without zeros at the end. Answers what is left.
fn release<'a>(text: &'a str, key: &mut Key) -> Option<&'a str> {
    let (first, mut rest) = digits(text);
    if first.is_empty() {
        return None;
    }
    key.number(first);
    let mut significant = key.len();
    while let Some((number, after)) = rest.strip_prefix('.').map(digits).filter(|(n, _)| !n.is_empty()) {
        key.number(number);
        if number.bytes().any(|b| b != b'0') {
            significant = key.len();
        }
        rest = after;
    }
    key.truncate(significant);
    key.push(END);
    Some(rest)
}

/// A name and its number, each with or without a separator before it.
fn part<'a>(text: &'a str, names: &[(&str, u8)]) -> (Option<(u8, &'a str)>, &'a str) {
    let named = text.strip_prefix(['.', '-', '_']).unwrap_or(text);
    let (word, rest) = take(named, |b| b.is_ascii_lowercase());
    let Some((_, tag)) = names.iter().find(|(name, _)| *name == word) else { return (None, text) };
    match digits(rest.strip_prefix(['.', '-', '_']).unwrap_or(rest)) {
        ("", _) => (Some((*tag, "0")), rest),
        (number, rest) => (Some((*tag, number)), rest),
    }
}

fn post(text: &str) -> (Option<&str>, &str) {
    if let Some((number, rest)) = text.strip_prefix('-').map(digits).filter(|(n, _)| !n.is_empty()) {
        return (Some(number), rest);
    }
    let (post, rest) = part(text, &POST_NAMES);
    (post.map(|(_, number)| number), rest)
}

fn local(text: &str, key: &mut Key) -> Option<()> {
    if text.is_empty() {
        key.push(PUBLIC);
        return Some(());
    }
    key.push(LOCAL);
    for segment in text.strip_prefix('+')?.split(['.', '-', '_']) {
        if segment.is_empty() || !segment.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        if segment.bytes().all(|b| b.is_ascii_digit()) {
            key.number(segment);
        } else {
            key.push(TEXT);
            key.text(segment);
        }
    }
    key.push(LIST_END);
    Some(())
}

#[derive(Clone, Copy, PartialEq)]
enum Legacy<'a> {
    Text(&'a str),
    Number(&'a str),
}

/// Words that come before `final` take away what means nothing before them: hyphens (`final-`) and zeros.
fn legacy(text: &str, key: &mut Key) {
    let mut parts: Vec<Legacy<'_>> = Vec::new();
    let mut rest = text;
    let mut ended = false;
    while !ended {
        ended = rest.is_empty();
        let part;
        (part, rest) = legacy_part(rest);
        match part {
            Legacy::Text(".") => continue,
            Legacy::Text(word) => {
                while word < "final" && parts.last() == Some(&Legacy::Text("final-")) {
                    parts.pop();
                }
                while matches!(parts.last(), Some(Legacy::Number(n)) if n.bytes().all(|b| b == b'0')) {
                    parts.pop();
                }
            }
            Legacy::Number(_) => {}
        }
        parts.push(part);
    }
    key.push(LEGACY);
    for part in parts {
        match part {
            Legacy::Text(word) => {
                key.push(TEXT);
                key.text(word);
            }
            Legacy::Number(number) => key.number(number),
        }
    }
    key.push(LIST_END);
}

/// The next part; after the last one, `final`.
fn legacy_part(text: &str) -> (Legacy<'_>, &str) {
    let Some(first) = text.bytes().next() else { return (Legacy::Text("final"), "") };
    match first {
        b'0'..=b'9' => {
            let (number, rest) = digits(text);
            (Legacy::Number(number), rest)
        }
        b'a'..=b'z' => {
            let (word, rest) = take(text, |b| b.is_ascii_lowercase());
            let word = match word {
                "pre" | "preview" | "rc" => "c",
                "dev" => "@",
                _ => word,
            };
            (Legacy::Text(word), rest)
        }
        b'.' => (Legacy::Text("."), &text[1..]),
        b'-' => (Legacy::Text("final-"), &text[1..]),
        _ => {
            let other = |b: u8| !b.is_ascii_alphanumeric() && b != b'.' && b != b'-';
            let (word, rest) = text.split_at(text.bytes().position(|b| !other(b)).unwrap_or(text.len()));
            (Legacy::Text(word), rest)
        }
    }
}
