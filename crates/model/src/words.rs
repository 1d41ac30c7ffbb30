//! Words for people that several crates make.

use std::fmt::Display;

/// A number of things: `1 exposure`, `2 exposures`.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The most characters of a [`headline`].
const HEADLINE: usize = 120;

/// What a text begins with, for where there is room for a line: its first sentence, without its last stop. A longer one is
/// cut between two words and says so by an ellipsis. A paragraph before it that is no sentence (a label) is passed over.
pub fn headline(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let mut paragraphs = lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty());
    let first = paragraphs.next().unwrap_or_default().join(" ");
    let is_sentence = |paragraph: &str| paragraph.contains(['.', '!', '?']);
    let sentence = paragraphs.map(|lines| lines.join(" ")).find(|paragraph| is_sentence(paragraph));
    let line = if is_sentence(&first) { first } else { sentence.unwrap_or(first) };
    let ends =
        |at: usize| line[at + 1..].starts_with(char::is_whitespace) && begins(line[at + 1..].trim_start());
    let end = line.match_indices(['.', '!', '?']).map(|(at, _)| at).find(|at| ends(*at));
    let sentence = line[..end.unwrap_or(line.len())].trim_end_matches(['.', ' ']);
    let Some((most, _)) = sentence.char_indices().nth(HEADLINE) else { return sentence.to_owned() };
    let words =
        sentence[..most].rsplit_once(char::is_whitespace).map_or(&sentence[..most], |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ';', ':', ' ']))
}

/// Whether a sentence begins here: "e.g. this" goes on.
fn begins(text: &str) -> bool {
    text.starts_with(|first: char| first.is_uppercase())
}

/// The candidate that `text` was probably meant to be: at most two letters away, and fewer than half of its own.
pub fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let text: Vec<char> = text.to_lowercase().chars().take(40).collect();
    let distance = |candidate: &str| {
        let mut row: Vec<usize> = (0..=text.len()).collect();
        for (i, c) in candidate.chars().enumerate() {
            let mut diagonal = std::mem::replace(&mut row[0], i + 1);
            for (j, t) in text.iter().enumerate() {
                let change = diagonal + usize::from(c != *t);
                diagonal = row[j + 1];
                row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
            }
        }
        row[text.len()]
    };
    let scored = candidates.map(|c| (distance(c), c)).filter(|(d, c)| *d <= 2 && *d * 2 < c.len().max(3));
    scored.min_by_key(|(d, _)| *d).map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_is_the_first_sentence() {
        for (text, expected) in [
            ("Block public access.", "Block public access"),
            ("Upgrade to 3.0.15 or later. Then restart.", "Upgrade to 3.0.15 or later"),
            ("Use a filter, e.g. this one. Or none.", "Use a filter, e.g. this one"),
            ("Phase: Design\n\nCheck what comes in. Always.", "Check what comes in"),
            (
                "Disable the service\n   and use another\n   instead.",
                "Disable the service and use another instead",
            ),
            ("Command Injection", "Command Injection"),
            ("Wirklich? Ja.", "Wirklich"),
            (" \n", ""),
        ] {
            assert_eq!(headline(text), expected, "{text}");
        }
        let long = headline(&"übermäßig, ".repeat(40));
        assert!(long.ends_with("übermäßig…") && long.chars().count() <= HEADLINE, "{long}");
        assert_eq!(headline(&"x".repeat(400)).chars().count(), HEADLINE + 1);
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2].map(|count: i64| counted(count, "file")), ["0 files", "1 file", "2 files"]);
        assert_eq!(counted(1usize, "asset"), "1 asset");
    }
}
