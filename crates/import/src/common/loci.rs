//! Where on an asset: loci that stay the same when a line moves.

use super::text;
use bartizan_model::Locus;
use std::borrow::Cow;

/// A file, and an anchor in it. Paths are put in one form: `/` as separator, no `./`, `file://` and its percent
/// escapes undone, `#` encoded (it divides path and anchor in a locus' text).
pub(crate) fn file(path: &str, anchor: &str) -> Locus {
    let path = self::path(path);
    if path.is_empty() {
        return if anchor.is_empty() { Locus::Whole } else { Locus::named("part", anchor) };
    }
    let path = if path.contains('#') { path.replace('#', "%23") } else { path };
    Locus::File { path, anchor: anchor.replace('#', "-") }
}

/// A path in one form.
pub(crate) fn path(path: &str) -> String {
    let mut path = text::name(path);
    if let Some(rest) = path.strip_prefix("file://") {
        let rest = rest.strip_prefix("localhost").unwrap_or(rest);
        path = percent_decode(rest).into_owned();
    }
    if path.contains('\\') {
        path = path.replace('\\', "/");
    }
    // `/C:/src/x` of a file URL.
    if matches!(path.as_bytes(), [b'/', drive, b':', ..] if drive.is_ascii_alphabetic()) {
        path.remove(0);
    }
    let mut short = path.as_str();
    while let Some(rest) = short.strip_prefix("./") {
        short = rest.trim_start_matches('/');
    }
    let dots = path.len() - short.len();
    path.drain(..dots);
    path
}

/// Undoes percent escapes; what is then no UTF-8 or a control character stays escaped.
pub(crate) fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex =
            text.get(i + 1..i + 3).filter(|_| bytes[i] == b'%').and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex {
            Some(byte) if byte >= 0x20 => {
                out.push(byte);
                i += 3;
            }
            _ => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The digest of a snippet: white space does not count, so that a reformatted line is still the same one.
pub(crate) fn snippet(text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut any = false;
    for word in text.split_whitespace() {
        hasher.update(word.as_bytes());
        hasher.update(b" ");
        any = true;
    }
    if !any {
        return String::new();
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// A port of a host; the whole host where there is none (tools write 0 or nothing), or what is said is no port.
pub(crate) fn port(protocol: &str, port: &str) -> Locus {
    let protocol = text::name(protocol).to_lowercase();
    let protocol =
        if matches!(protocol.as_str(), "udp" | "sctp" | "icmp") { protocol } else { "tcp".to_owned() };
    match port.trim().parse() {
        Ok(port) if port > 0 => Locus::port(&protocol, port),
        _ => Locus::Whole,
    }
}

/// A route of a web application; `parameter` may be empty.
pub(crate) fn route(path: &str, parameter: &str) -> Locus {
    // Only what is before the query: texts are cut where they are long.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    Locus::route(&text::name(path), &text::name(parameter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_form() {
        for (given, expected) in [
            ("./src//a.rs", "src//a.rs"),
            ("file:///src/a%20b.c", "/src/a b.c"),
            ("file:///C:/src/a.cs", "C:/src/a.cs"),
            ("src\\win\\a.cs", "src/win/a.cs"),
            (".//x", "x"),
        ] {
            assert_eq!(path(given), expected);
        }
        assert_eq!(file("a#b", "x#y").to_string(), "file:a%23b#x-y");
        assert_eq!(file("", ""), Locus::Whole);
    }

    #[test]
    fn a_snippet_survives_reformatting() {
        assert_eq!(snippet("  if (x) {\n\teval(y) "), snippet("if (x) { eval(y)"));
        assert_ne!(snippet("a"), snippet("b"));
        assert_eq!(snippet(" \n"), "");
    }
}
