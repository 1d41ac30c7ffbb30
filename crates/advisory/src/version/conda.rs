//! conda's order (`conda.models.version.VersionOrder`): `[epoch!]version[+local]`.
//!
//! Components are separated by `.`, `_` or `-`; each is numbers and words, and one that begins with a word has a 0
//! before it. Missing components and missing parts of them are 0. Words are older than numbers, `dev` is older than other
//! words, `post` is newer than every number. Upper and lower case are the same.

use super::NoVersion;
use super::key::{Key, digits};
use super::padded::Padded;

/// After every number.
const POST: u8 = 0xff;

pub(super) fn write(text: &str, key: &mut Key) -> Result<(), NoVersion> {
    let (epoch, rest) = text.split_once('!').unwrap_or(("0", text));
    if epoch.is_empty() || !epoch.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NoVersion::Meaningless("its epoch (before the `!`) is no number"));
    }
    let (version, local) = rest.split_once('+').unwrap_or((rest, ""));
    if !version.bytes().any(|b| b.is_ascii_alphanumeric()) {
        return Err(NoVersion::Meaningless("it has neither letters nor digits"));
    }
    key.number(epoch);
    components(version, key);
    components(local, key);
    Ok(())
}

fn components(text: &str, key: &mut Key) {
    let mut padded = Padded::default();
    for component in text.split(['.', '_', '-']) {
        match component.trim_start_matches('0').bytes().next() {
            None => {
                padded.zero();
                continue;
            }
            Some(first) if first.is_ascii_digit() || is_post(component.trim_start_matches('0')) => {
                padded.above(key);
            }
            Some(_) => padded.older(key),
        }
        parts(component, key);
    }
    padded.end(key);
}

fn parts(component: &str, key: &mut Key) {
    let mut padded = Padded::default();
    let mut rest = component;
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        padded.zero();
    }
    while !rest.is_empty() {
        if is_post(rest) {
            padded.above(key);
            key.push(POST);
            rest = &rest["post".len()..];
            continue;
        }
        let (number, after) = digits(rest);
        if !number.is_empty() {
            padded.number(number, key);
            rest = after;
            continue;
        }
        let end = rest.bytes().position(|b| b.is_ascii_digit()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        padded.older(key);
        if word.eq_ignore_ascii_case("dev") {
            key.text("DEV");
        } else {
            key.caseless(word);
        }
        rest = after;
    }
    padded.end(key);
}

/// Whether the word that begins here is `post`.
fn is_post(text: &str) -> bool {
    let end = text.bytes().position(|b| b.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).is_some_and(|word| word.eq_ignore_ascii_case("post"))
}
