//! Arch Linux' order: `[epoch:]version[-pkgrel]` (`vercmp(8)` and libalpm, which began as `rpmvercmp`).
//!
//! After a segment come, in this order: letters at once (`1.0a` is older than `1.0`), the end, a number at once, then
//! separators: fewer before more, letters before numbers after as many. There is no `~` and no `^`: both separate.
//!
//! libalpm takes a version without pkgrel as equal to every pkgrel of it; then 1-1 = 1 = 1-2 though 1-1 < 1-2. Here it
//! comes before all of them. And it contradicts itself on separators at the end (`1..`): here they do not count.

use super::NoVersion;
use super::key::{Key, digits, take};

const LETTERS_AT_ONCE: u8 = 1;
const END: u8 = 2;
const NUMBER_AT_ONCE: u8 = 3;
const SEPARATED: u8 = 4;
/// After separators: letters come before numbers, whose tags are greater.
const LETTERS: u8 = 1;

pub(super) fn write(text: &str, key: &mut Key) -> Result<(), NoVersion> {
    if !text.bytes().any(|b| b.is_ascii_alphanumeric()) {
        return Err(NoVersion::Meaningless("it has neither letters nor digits"));
    }
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|b| b.is_ascii_digit()) => {
            (epoch, rest)
        }
        Some(_) => return Err(NoVersion::Meaningless("its epoch (before the `:`) is no number")),
        None => ("0", text),
    };
    let (version, release) = rest.rsplit_once('-').map_or((rest, None), |(v, r)| (v, Some(r)));
    key.number(epoch);
    segments(version, key);
    match release {
        None => key.push(0),
        Some(release) => {
            key.push(1);
            segments(release, key);
        }
    }
    Ok(())
}

fn segments(mut text: &str, key: &mut Key) {
    loop {
        let rest = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let separators = text.len() - rest.len();
        let Some(first) = rest.bytes().next() else { break };
        match (separators, first.is_ascii_digit()) {
            (0, true) => key.push(NUMBER_AT_ONCE),
            (0, false) => key.push(LETTERS_AT_ONCE),
            _ => {
                key.push(SEPARATED);
                key.count(separators);
            }
        }
        text = if first.is_ascii_digit() {
            let (number, rest) = digits(rest);
            key.number(number);
            rest
        } else {
            let (letters, rest) = take(rest, |b| b.is_ascii_alphabetic());
            key.push(LETTERS);
            key.text(letters);
            rest
        };
    }
    key.push(END);
}
