//! YAML, as lockfiles have it: with limits, and scalars as they stand.
//!
//! Read into types with text in the fields where text is meant: then `1.10` stays `1.10`.

use serde::de::DeserializeOwned;
use serde_saphyr::Options;
use serde_saphyr::options::DuplicateKeyPolicy;

/// Nodes of one file: the largest monorepos' lockfiles have a million.
const NODES: usize = 4_000_000;

/// The only document of a text.
///
/// # Errors
/// Where the text is no YAML, has another form than is asked for, or is beyond the limits: one sentence with the line.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| one_line(&error))
}

/// All documents of a text.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_all<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, String> {
    serde_saphyr::from_multiple_with_options(text, options()).map_err(|error| one_line(&error))
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_nodes: NODES, max_events: 2 * NODES },
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        with_snippet: false,
    }
}

fn one_line(error: &serde_saphyr::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn scalars_stay_as_they_stand() {
        let read: BTreeMap<String, String> = read("a: 1.10\nb: 0x1\nc: '2'\nd: 1e3\n").unwrap();
        assert_eq!(read.into_values().collect::<Vec<_>>(), ["1.10", "0x1", "2", "1e3"]);
    }

    #[test]
    fn bombs_and_towers_are_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..12 {
            let aliases = vec![format!("*a{}", n - 1); 10].join(", ");
            bomb.push_str(&format!("a{n}: &a{n} [{aliases}]\n"));
        }
        read::<serde_json::Value>(&bomb).unwrap_err();
        read::<serde_json::Value>(&"[".repeat(100_000)).unwrap_err();
        read::<serde_json::Value>(&"- ".repeat(100_000)).unwrap_err();
    }
}
