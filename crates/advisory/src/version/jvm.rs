//! Java runtimes: `1.8.0_131-b11`, `8u131`, `8.0.131+11`, `21.0.2` (JEP 223, and "J2SE SDK/JRE Version String Naming
//! Convention" before it).
//!
//! The old `1.8` is 8, its update is the third number. Builds do not count. Early access is older than its release.

use super::NoVersion;
use super::key::{Key, digits, take};

const END: u8 = 1;
const EARLY_ACCESS: u8 = 1;
const RELEASE: u8 = 2;

pub(super) fn write(text: &str, key: &mut Key) -> Result<(), NoVersion> {
    let (text, _build) = text.split_once('+').unwrap_or((text, ""));
    let text =
        text.strip_prefix("1.").filter(|t| t.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text);
    let (first, mut rest) = digits(text);
    if first.is_empty() {
        return Err(NoVersion::Meaningless("it does not begin with a number"));
    }
    key.number(first);
    let mut significant = key.len();
    let mut early = false;
    let mut numbers = 1;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let (word, after) = take(after, |b| b.is_ascii_alphabetic());
        let (number, after) = digits(after);
        rest = after;
        match (first, word) {
            // `8u131` has no number between the two.
            ('u', "") if numbers == 1 => key.number("0"),
            ('.' | '_', "") | ('-', "update") => {}
            ('-', "ea") => {
                early = true;
                continue;
            }
            ('-', _) => continue,
            _ => return Err(NoVersion::Meaningless("it is more than numbers and a build")),
        }
        numbers += 1;
        key.number(number);
        if number.bytes().any(|b| b != b'0') {
            significant = key.len();
        }
    }
    key.truncate(significant);
    key.push(END);
    key.push(if early { EARLY_ACCESS } else { RELEASE });
    Ok(())
}
