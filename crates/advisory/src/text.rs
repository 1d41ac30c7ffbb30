//! Small helpers that the feed readers share: problems, dates, excerpts of hostile text.
//!
//! Times are RFC 3339 texts and dates are ISO 8601 `YYYY-MM-DD`: they sort as text, and nobody here computes with them.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// One thing in a feed that could not be used, and why. The rest of the feed is still good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where: a line, an index or a field of the input.
    pub at: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Problem {
    pub(crate) fn new(at: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { at: at.into(), reason: reason.into() }
    }
}

/// A closed set of values, each with the lowercase word that people and JSON see.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// All values, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value that `word` names, in any case.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.as_str().eq_ignore_ascii_case(word))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(crate) use words;

/// The items of a JSON list. A list or an item of the wrong shape is a problem and costs only itself.
pub(crate) fn list<'a, T: Deserialize<'a>>(
    raw: Option<&'a RawValue>,
    at: &str,
    problems: &mut Vec<Problem>,
) -> Vec<T> {
    let Some(raw) = raw else { return Vec::new() };
    let items = match serde_json::from_str::<Option<Vec<&RawValue>>>(raw.get()) {
        Ok(items) => items.unwrap_or_default(),
        Err(_) => {
            problems.push(Problem::new(at, "not a list"));
            return Vec::new();
        }
    };
    let mut read = Vec::with_capacity(items.len());
    for (n, item) in items.into_iter().enumerate() {
        match serde_json::from_str(item.get()) {
            Ok(item) => read.push(item),
            Err(error) => problems.push(Problem::new(format!("{at}[{n}]"), error.to_string())),
        }
    }
    read
}

/// At most the first 40 characters of `text`, for messages: the input may be megabytes of anything.
pub(crate) fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Whether `text` is a date of the form `YYYY-MM-DD`.
pub(crate) fn is_date(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() == 10
        && b.iter().enumerate().all(|(i, c)| if i == 4 || i == 7 { *c == b'-' } else { c.is_ascii_digit() })
        && in_range(&b[5..7], 1, 12)
        && in_range(&b[8..10], 1, 31)
}

/// `text` as RFC 3339, or `None` if it is no time.
///
/// Feeds leave out the offset (the CVE schema says that this means UTC) or write it without a colon (EPSS did).
pub(crate) fn rfc3339(text: &str) -> Option<String> {
    let text = text.trim();
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let time = rest.strip_prefix(['T', 't', ' '])?;
    let b = time.as_bytes();
    let clock = b.len() >= 8
        && b[..8]
            .iter()
            .enumerate()
            .all(|(i, c)| if i == 2 || i == 5 { *c == b':' } else { c.is_ascii_digit() });
    if !is_date(date)
        || !clock
        || !in_range(&b[..2], 0, 23)
        || !in_range(&b[3..5], 0, 59)
        || !in_range(&b[6..8], 0, 60)
    {
        return None;
    }
    // All of the first eight bytes are ASCII, so the split is on a character boundary.
    let (seconds, tail) = time.split_at(8);
    let digits = match tail.strip_prefix('.') {
        Some(f) => f.bytes().take_while(u8::is_ascii_digit).count() + 1,
        None => 0,
    };
    if digits == 1 {
        return None;
    }
    let (fraction, offset) = tail.split_at(digits);
    Some(format!("{date}T{seconds}{fraction}{}", rfc3339_offset(offset)?))
}

fn rfc3339_offset(offset: &str) -> Option<String> {
    if matches!(offset, "" | "Z" | "z") {
        return Some("Z".to_owned());
    }
    let (sign, digits) = (offset.get(..1)?, offset.get(1..)?);
    let (hours, minutes) = match digits.len() {
        4 => (digits.get(..2)?, digits.get(2..)?),
        5 if digits.get(2..3) == Some(":") => (digits.get(..2)?, digits.get(3..)?),
        _ => return None,
    };
    let fits =
        matches!(sign, "+" | "-") && in_range(hours.as_bytes(), 0, 23) && in_range(minutes.as_bytes(), 0, 59);
    fits.then(|| format!("{sign}{hours}:{minutes}"))
}

/// Whether two ASCII digits are a number between `low` and `high`.
fn in_range(digits: &[u8], low: u8, high: u8) -> bool {
    match digits {
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => {
            (low..=high).contains(&((a - b'0') * 10 + (b - b'0')))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert!(is_date("2025-08-25"));
        for bad in ["", "2025-8-25", "2025-13-01", "2025-00-10", "2025-01-32", "2025-01-3é", "20250101"] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn times_become_rfc3339() {
        for (given, want) in [
            ("2024-08-01T18:53:34.621Z", "2024-08-01T18:53:34.621Z"),
            ("1999-09-29T04:00:00", "1999-09-29T04:00:00Z"),
            ("2024-03-17T00:00:00+0000", "2024-03-17T00:00:00+00:00"),
            ("2024-03-17 00:00:00.123456-05:30", "2024-03-17T00:00:00.123456-05:30"),
        ] {
            assert_eq!(rfc3339(given).as_deref(), Some(want));
        }
        for bad in [
            "",
            "2024-03-17",
            "2024-03-17T25:00:00",
            "2024-03-17T00:00:00.",
            "2024-03-17T00:00:00+é",
            "é",
            "n/a",
        ] {
            assert_eq!(rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn excerpts_are_short() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt(&"é".repeat(1000)).chars().count(), 41);
    }
}
