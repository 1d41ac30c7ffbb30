//! rpm's order: `[epoch:]version[-release]`, each compared by `rpmvercmp` (rpm's documentation of version comparison).
//!
//! A text is segments of letters or of digits; everything else only separates. At each place `~` comes before the end,
//! the end before `^`, that before letters (by bytes), those before numbers (by value). These are the key's tags.
//!
//! An epoch that is missing is 0. A release that is missing comes before any, as `1.0` is older than `1.0-1`. An epoch
//! may hold letters: what repositories publish is taken as it is, and compared as the other parts are.

use super::key::{Key, digits, take};

const TILDE: u8 = 1;
const END: u8 = 2;
const CARET: u8 = 3;
const LETTERS: u8 = 4;

pub(super) fn write(text: &str, key: &mut Key) {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    let (version, release) = rest.rsplit_once('-').map_or((rest, None), |(v, r)| (v, Some(r)));
    segments(epoch, key);
    segments(version, key);
    match release {
        None => key.push(0),
        Some(release) => {
            key.push(1);
            segments(release, key);
        }
    }
}

/// What `rpmvercmp` compares.
fn segments(mut text: &str, key: &mut Key) {
    while let Some(first) = text.bytes().next() {
        text = match first {
            b'~' | b'^' => {
                key.push(if first == b'~' { TILDE } else { CARET });
                &text[1..]
            }
            b'0'..=b'9' => {
                let (number, rest) = digits(text);
                key.number(number);
                rest
            }
            b'a'..=b'z' | b'A'..=b'Z' => {
                let (letters, rest) = take(text, |b| b.is_ascii_alphabetic());
                key.push(LETTERS);
                key.text(letters);
                rest
            }
            _ => text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '~' && c != '^'),
        };
    }
    key.push(END);
}
