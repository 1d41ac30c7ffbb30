//! RubyGems' order (`Gem::Version`).
//!
//! Segments are numbers or letters; a hyphen stands for `.pre.`. Missing segments are 0, letters are older than any
//! number, and zeros before the first letters or the end do not count.
//!
//! A platform at the end (`1.16.0-x86_64-linux`), as lockfiles write it after the version, does not count either.

use super::NoVersion;
use super::key::{Key, digits, take};
use super::padded::Padded;

/// What a platform begins with (`Gem::Platform`).
const PLATFORMS: [&str; 20] = [
    "aarch64",
    "arm",
    "arm64",
    "armv5",
    "armv6",
    "armv7",
    "darwin",
    "i386",
    "i586",
    "i686",
    "java",
    "jruby",
    "linux",
    "mingw32",
    "mswin32",
    "powerpc",
    "universal",
    "x64",
    "x86",
    "x86_64",
];

pub(super) fn write(text: &str, key: &mut Key) -> Result<(), NoVersion> {
    let mut rest = without_platform(text);
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(NoVersion::Meaningless("it does not begin with a number"));
    }
    let mut padded = Padded::default();
    let mut released = true;
    while let Some(first) = rest.bytes().next() {
        let mut letters = None;
        if first.is_ascii_digit() {
            let (number, after) = digits(rest);
            padded.number(number, key);
            rest = after;
        } else if first.is_ascii_alphabetic() {
            let (word, after) = take(rest, |b| b.is_ascii_alphabetic());
            letters = Some(word);
            rest = after;
        } else if first == b'-' {
            letters = Some("pre");
            rest = &rest[1..];
        } else {
            rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        }
        if let Some(letters) = letters {
            if released {
                padded.forget_zeros();
            }
            released = false;
            padded.older(key);
            key.text(letters);
        }
    }
    padded.end(key);
    Ok(())
}

fn without_platform(text: &str) -> &str {
    text.match_indices('-')
        .find(|(at, _)| {
            let rest = &text[at + 1..];
            PLATFORMS.contains(&rest.split_once('-').map_or(rest, |(first, _)| first))
        })
        .map_or(text, |(at, _)| &text[..at])
}
