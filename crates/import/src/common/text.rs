//! Text from reports is hostile: it ends in terminals, logs, spreadsheets and pages. Here it is made harmless and short.

use std::borrow::Cow;

/// The longest title.
pub(crate) const TITLE: usize = 300;
/// The longest name, id or path.
pub(crate) const NAME: usize = 1024;
/// The longest description, fix or piece of evidence.
pub(crate) const BODY: usize = 16 * 1024;

/// Removes control characters (line breaks and tabs stay), terminal escapes and what turns text round, and cuts what
/// is longer than `limit` bytes with a marker that says so.
pub(crate) fn clean(text: &str, limit: usize) -> Cow<'_, str> {
    let text = text.trim();
    if text.len() <= limit && is_plain(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let cut = text.len() > limit;
    let head = if cut { &text[..floor(text, limit)] } else { text };
    if !cut && !head.chars().any(is_bad) && !head.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(head.len() + 48);
    let mut chars = head.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            // An escape sequence goes with its parameters: ESC [ ... letter.
            '\u{1b}' | '\u{9b}' => {
                if c == '\u{9b}' || chars.next_if_eq(&'[').is_some() {
                    while chars.next_if(|c| matches!(c, '\u{20}'..='\u{3f}')).is_some() {}
                    chars.next_if(|c| matches!(c, '\u{40}'..='\u{7e}'));
                }
            }
            c if is_bad(c) => {}
            c => out.push(c),
        }
    }
    if cut {
        out.push_str(&format!(" [... {} of {} bytes left out]", text.len() - head.len(), text.len()));
    }
    Cow::Owned(out)
}

/// Like [`clean`], on one line.
pub(crate) fn line(text: &str, limit: usize) -> Cow<'_, str> {
    let cleaned = clean(text, limit);
    if is_one_line(cleaned.as_bytes()) {
        return cleaned;
    }
    Cow::Owned(cleaned.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A title: one line, not empty.
pub(crate) fn title(text: &str, otherwise: &str) -> String {
    let title = line(text, TITLE);
    if title.is_empty() { line(otherwise, TITLE).into_owned() } else { title.into_owned() }
}

/// A name, id or path: one line.
pub(crate) fn name(text: &str) -> String {
    line(text, NAME).into_owned()
}

/// Tags, `name:value`; those without a value are left out.
pub(crate) fn tags<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let pairs = pairs.into_iter().filter(|(_, value)| !value.trim().is_empty());
    pairs.map(|(tag, value)| name(&format!("{tag}:{}", value.trim()))).collect()
}

/// A tool's word for why a finding is set aside, with the reason that people gave it: `ignored: not used`.
pub(crate) fn because(word: &str, reason: &str) -> String {
    let reason = name(reason);
    if reason.is_empty() { word.to_owned() } else { format!("{word}: {reason}") }
}

/// A description, fix or evidence.
pub(crate) fn body(text: &str) -> String {
    clean(text, BODY).into_owned()
}

/// A text that was put together, as [`body`] makes it.
pub(crate) fn whole(text: String) -> String {
    let cleaned = clean(&text, BODY);
    let other =
        (cleaned.len() != text.len() || matches!(cleaned, Cow::Owned(_))).then(|| cleaned.into_owned());
    other.unwrap_or(text)
}

/// A name where there is one.
pub(crate) fn some(text: &str) -> Option<String> {
    Some(name(text)).filter(|name| !name.is_empty())
}

/// Several texts as paragraphs of one, each once; what is empty or says that there is nothing (`n/a`) is left out.
pub(crate) fn paragraphs<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for part in parts.into_iter().map(str::trim) {
        let nothing = ["", "-", "n/a", "none", "null"].iter().any(|none| part.eq_ignore_ascii_case(none));
        if !nothing && !kept.contains(&part) {
            kept.push(part);
        }
    }
    whole(kept.join("\n\n"))
}

/// Texts with their names, one a line; what is empty is left out.
pub(crate) fn labelled<'a>(parts: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let filled =
        parts.into_iter().map(|(label, text)| (label, text.trim())).filter(|(_, text)| !text.is_empty());
    let mut lines = String::new();
    for (label, text) in filled {
        let divider = if lines.is_empty() { "" } else { "\n" };
        // One long part must not push the others out.
        lines.extend([divider, label, ": ", &clean(text, BODY / 4)]);
    }
    whole(lines)
}

/// Links: cleaned, only of schemes that are links, each once, at most 50.
pub(crate) fn links<'a>(links: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for link in links.into_iter().flat_map(|l| l.split_whitespace()) {
        let known = ["https://", "http://", "ftp://"]
            .iter()
            .any(|s| link.get(..s.len()).is_some_and(|l| l.eq_ignore_ascii_case(s)));
        if known && link.len() <= 2048 && out.len() < 50 {
            let link = clean(link, 2048);
            if !out.iter().any(|l| *l == link) {
                out.push(link.into_owned());
            }
        }
    }
    out
}

/// Covers the secret parts of a line: every token of six or more characters but for its first two, unless it is
/// followed by `=` or `:` (then it is the name of the setting).
pub(crate) fn mask(text: &str) -> String {
    let text = line(text, NAME);
    let mut out = String::with_capacity(text.len());
    let mut token = String::new();
    let token_char = |c: char| c.is_alphanumeric() || "+/_-.$!%^&@~#".contains(c);
    let mut chars = text.chars().peekable();
    loop {
        match chars.next() {
            Some(c) if token_char(c) => token.push(c),
            next => {
                let word = token.chars().all(|c| c.is_alphabetic() || "_-.".contains(c)) && token.len() < 40;
                let names =
                    word && matches!(next, Some('=' | ':')) && !matches!(chars.peek(), None | Some('='));
                if token.chars().count() < 6 || names {
                    out.push_str(&token);
                } else {
                    out.extend(token.chars().take(2));
                    out.push_str("****");
                }
                token.clear();
                match next {
                    Some(c) => out.push(c),
                    None => return out,
                }
            }
        }
    }
}

/// A JSON text that means the same and has only ASCII characters: nothing in it can turn text round or end in a terminal.
pub(crate) fn ascii_json(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                ascii.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    ascii
}

/// Whether it is ASCII without control characters but for line breaks and tabs. Without an early exit, so that the compiler looks
/// at many bytes at once; so is what follows.
fn is_plain(bytes: &[u8]) -> bool {
    // As a signed number a byte above ASCII lies below zero.
    let plain = |b: u8| (b.cast_signed() >= 0x20) & (b != 0x7f) | (b == b'\n') | (b == b'\t');
    bytes.iter().fold(true, |all, &b| all & plain(b))
}

/// Whether there is neither a line break, a tab nor two spaces in a row.
fn is_one_line(bytes: &[u8]) -> bool {
    let breaks = bytes.iter().fold(false, |any, &b| any | (b == b'\n') | (b == b'\t'));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    !breaks && !pairs.fold(false, |any, (&one, &next)| any | (one == b' ') & (next == b' '))
}

fn is_bad(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn floor(text: &str, limit: usize) -> usize {
    (0..=limit.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_becomes_harmless() {
        assert_eq!(
            clean("\u{1b}[31mred\u{1b}[0m\u{7}\u{0} \u{202e}txt\r\nnext\rlast", 100),
            "red txt\nnext\nlast"
        );
        assert_eq!(line(" a\n\tb  c ", 100), "a b c");
        assert!(matches!(clean("plain ünïcode", 100), Cow::Borrowed(_)));
        let long = clean("ééééé", 3);
        assert_eq!(long, "é [... 8 of 10 bytes left out]");
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        assert_eq!(paragraphs(["a ", "N/A", "", "b", "a"]), "a\n\nb");
        assert_eq!(labelled([("URL", "x"), ("none", " "), ("Port", "80")]), "URL: x\nPort: 80");
        assert_eq!((some(" a "), some(" ")), (Some("a".to_owned()), None));
    }

    #[test]
    fn only_links_are_links() {
        assert_eq!(
            links(["https://a.example https://b.example", "javascript:alert(1)", "https://a.example"]).len(),
            2
        );
    }

    #[test]
    fn secrets_are_covered() {
        assert_eq!(mask("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG"), "aw**** = wJ****");
        assert_eq!(mask("password: \"correct-horse\""), "password: \"co****\"");
        assert_eq!(mask("-----BEGIN RSA PRIVATE KEY-----"), "--**** RSA PR**** KE****");
        assert_eq!(mask("AKIAIOSFODNN7EXAMPLE="), "AK****=");
        assert_eq!(mask("token=c2VjcmV0c2VjcmV0=="), "token=c2****==");
    }
}
