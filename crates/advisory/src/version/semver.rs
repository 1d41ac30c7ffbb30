//! Semantic Versioning 2.0.0 (semver.org, item 11), read as leniently as its users write it.
//!
//! Numbers of the core are compared one by one, and those that are missing are 0. A pre-release is older than its
//! release; its identifiers compare as numbers or texts, numbers first, fewer before more. Build metadata does not count
//! but with [`Flavour::OrderedBuild`].
//!
//! Lenient: a leading `v` or `=`; more or fewer than three numbers; a pre-release without its hyphen (`1.21rc2`,
//! `1.0.0.beta.1`), as Go's toolchain and Ruby's habits write it.

use super::NoVersion;
use super::key::{Key, digits};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Plain,
    /// Build metadata decides where the rest is equal: none first, then as a pre-release (Pub, Julia).
    OrderedBuild,
    /// A number alone after the hyphen is a packager's revision and does not count (Bitnami).
    Revision,
}

const END: u8 = 1;
/// After numbers, whose tags are smaller.
const TEXT: u8 = 0xf0;
const RELEASE: u8 = 0xff;

pub(super) fn write(text: &str, flavour: Flavour, key: &mut Key) -> Result<(), NoVersion> {
    let text = text.trim_start_matches('=').trim_start_matches(['v', 'V']);
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let mut rest = core(text, key)?;
    rest = match rest.bytes().next() {
        Some(b'-' | b'.') => &rest[1..],
        None | Some(b'a'..=b'z' | b'A'..=b'Z' | b'~') => rest,
        Some(_) => return Err(NoVersion::Meaningless("its numbers are followed by no pre-release")),
    };
    if flavour == Flavour::Revision && rest.bytes().all(|b| b.is_ascii_digit()) {
        rest = "";
    }
    if rest.is_empty() {
        key.push(RELEASE);
    } else {
        identifiers(rest, key);
    }
    if flavour == Flavour::OrderedBuild {
        match build {
            None => key.push(0),
            Some(build) => {
                key.push(1);
                identifiers(build, key);
            }
        }
    }
    Ok(())
}

/// The numbers, without zeros at the end. Answers what is left.
fn core<'a>(text: &'a str, key: &mut Key) -> Result<&'a str, NoVersion> {
    let (first, mut rest) = digits(text);
    if first.is_empty() {
        return Err(NoVersion::Meaningless("it does not begin with a number"));
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
    Ok(rest)
}

fn identifiers(text: &str, key: &mut Key) {
    for identifier in text.split('.') {
        if !identifier.is_empty() && identifier.bytes().all(|b| b.is_ascii_digit()) {
            key.number(identifier);
        } else {
            key.push(TEXT);
            key.text(identifier);
        }
    }
    key.push(END);
}
