//! Looking at the beginning of a report: the keys of a JSON object, the root of an XML document, a CSV header.

use crate::error::ParseError;
use crate::sink::Place;
use memchr::memmem;
use quick_xml::events::Event;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::BufRead;
use std::ops::Deref;

/// The beginning of a report, for all formats to look at. What it looks like is found out when the first one asks.
pub struct Head<'a> {
    bytes: &'a [u8],
    keys: OnceCell<Option<Keys<'a>>>,
    root: OnceCell<Option<(String, String)>>,
}

impl<'a> Head<'a> {
    /// Of these bytes.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, keys: OnceCell::new(), root: OnceCell::new() }
    }

    /// Of what is at hand of a report, without taking any of it.
    pub(crate) fn peek(input: &'a mut dyn BufRead) -> Result<Self, ParseError> {
        let bytes = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
        Ok(Self::of(bytes))
    }

    /// Those of the first JSON object, see [`Keys::of`]; none where it is no JSON.
    pub(crate) fn keys(&self) -> &Keys<'a> {
        self.keys.get_or_init(|| Keys::of(self.bytes)).as_ref().unwrap_or(NO_KEYS)
    }

    /// The same where that object is not the element of an array.
    pub(crate) fn object(&self) -> &Keys<'a> {
        Some(self.keys()).filter(|keys| !keys.in_array).unwrap_or(NO_KEYS)
    }

    /// The same where that object is the first of an array.
    pub(crate) fn listed(&self) -> &Keys<'a> {
        Some(self.keys()).filter(|keys| keys.in_array).unwrap_or(NO_KEYS)
    }

    /// Without white space around it.
    pub(crate) fn trimmed(&self) -> &'a [u8] {
        trim(self.bytes)
    }

    /// Whether it begins as JSON does.
    pub(crate) fn is_json(&self) -> bool {
        is_json(self.bytes)
    }

    /// Whether it is a table with these columns, see [`csv`].
    pub(crate) fn csv(&self, columns: &[&str]) -> bool {
        csv(self.bytes, columns)
    }

    /// See [`xml_root`].
    pub(crate) fn root(&self) -> Option<(&str, &str)> {
        let root = self.root.get_or_init(|| xml_root(self.bytes)).as_ref();
        root.map(|(name, namespace)| (name.as_str(), namespace.as_str()))
    }

    /// Whether it is an XML document with this root element.
    pub(crate) fn is_root(&self, name: &str) -> bool {
        self.root().is_some_and(|(root, _)| root == name)
    }

    /// Whether it is a page (HTML) with one of these marks in it.
    pub(crate) fn is_page(&self, marks: &[&str]) -> bool {
        let bytes = self.trimmed();
        let begins = |word: &[u8]| bytes.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
        (begins(b"<html") || begins(b"<!doctype")) && self.has_any(marks)
    }

    /// Whether a text stands anywhere in it.
    pub(crate) fn has(&self, text: &str) -> bool {
        has(self.bytes, text)
    }

    /// Whether one of these texts stands in it.
    pub(crate) fn has_any(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.has(text))
    }

    /// Whether all of these texts stand in it.
    pub(crate) fn has_all(&self, texts: &[&str]) -> bool {
        texts.iter().all(|text| self.has(text))
    }

    /// As text, as far as it is text.
    pub(crate) fn text(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes)
    }
}

impl Deref for Head<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes
    }
}

/// Without white space before it.
pub(crate) fn trim(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii()
}

/// The first byte of a report that is no white space, which is passed over.
pub(crate) fn first_byte(input: &mut dyn BufRead) -> Result<Option<u8>, ParseError> {
    loop {
        let buffer = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
        let spaces = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        match buffer.get(spaces) {
            Some(byte) => return Ok(Some(*byte)),
            None if buffer.is_empty() => return Ok(None),
            None => input.consume(spaces),
        }
    }
}

/// Whether a text stands anywhere in it.
pub(crate) fn has(head: &[u8], text: &str) -> bool {
    memmem::find(head, text.as_bytes()).is_some()
}

/// Whether an empty list begins here.
pub(crate) fn is_empty_list(value: &[u8]) -> bool {
    value.strip_prefix(b"[").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"]"))
}

/// Whether a report begins as JSON does; white space before it is passed over.
pub(crate) fn begins_json(input: &mut dyn BufRead) -> Result<bool, ParseError> {
    Ok(matches!(first_byte(input)?, Some(b'{' | b'[')))
}

/// Whether it begins as JSON does.
pub(crate) fn is_json(head: &[u8]) -> bool {
    matches!(trim(head).first(), Some(b'{' | b'['))
}

/// The first JSON object: the document, the first element of an array, or the first line.
pub(crate) struct Keys<'a> {
    /// Whether it is the element of an array.
    pub(crate) in_array: bool,
    /// The keys in order, with the raw text that follows each (from the value on, to the end of what is known).
    keys: Vec<(&'a str, &'a [u8])>,
}

const NO_KEYS: &Keys<'static> = &Keys { in_array: false, keys: Vec::new() };

impl<'a> Keys<'a> {
    /// `None` when the text is no JSON object, nor an array of them. A cut text gives what is there.
    pub(crate) fn of(head: &'a [u8]) -> Option<Self> {
        let mut rest = trim(head);
        let in_array = rest.first() == Some(&b'[');
        if in_array {
            rest = rest[1..].trim_ascii_start();
        }
        rest.first().filter(|b| **b == b'{')?;
        let (mut depth, mut i, mut keys) = (0_usize, 0, Vec::new());
        while i < rest.len() {
            match rest[i] {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'"' => {
                    let from = i + 1;
                    i += 1;
                    while i < rest.len() && rest[i] != b'"' {
                        i += if rest[i] == b'\\' { 2 } else { 1 };
                    }
                    let text = rest.get(from..i.min(rest.len()));
                    let after = rest.get(i + 1..).unwrap_or_default().trim_ascii_start();
                    if depth == 1
                        && let (Some(text), Some((b':', value))) = (text, after.split_first())
                        && let Ok(key) = std::str::from_utf8(text)
                    {
                        keys.push((key, value.trim_ascii_start()));
                    }
                }
                _ => {}
            }
            i += 1;
        }
        Some(Self { in_array, keys })
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|(k, _)| *k == key)
    }

    pub(crate) fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.has(key))
    }

    pub(crate) fn has_all(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.has(key))
    }

    /// Whether a text stands in the value of a key, or behind it.
    pub(crate) fn holds(&self, key: &str, text: &str) -> bool {
        self.value(key).is_some_and(|value| has(value, text))
    }

    pub(crate) fn holds_any(&self, key: &str, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.holds(key, text))
    }

    pub(crate) fn holds_all(&self, key: &str, texts: &[&str]) -> bool {
        texts.iter().all(|text| self.holds(key, text))
    }

    /// Whether the value of a key is an empty list.
    pub(crate) fn is_empty_list(&self, key: &str) -> bool {
        self.value(key).is_some_and(is_empty_list)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.keys.iter().map(|(key, _)| *key)
    }

    /// The text value of a key.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        let value = self.value(key)?.strip_prefix(b"\"")?;
        let end = value.iter().position(|b| *b == b'"')?;
        std::str::from_utf8(&value[..end]).ok()
    }

    /// What follows a key: its value and whatever comes after it.
    pub(crate) fn value(&self, key: &str) -> Option<&'a [u8]> {
        self.keys.iter().find(|(k, _)| *k == key).map(|(_, value)| *value)
    }
}

/// The name of an XML document's root element without its prefix, and the value of its default or own namespace.
pub(crate) fn xml_root(head: &[u8]) -> Option<(String, String)> {
    let text = String::from_utf8_lossy(trim(head));
    if !text.starts_with('<') {
        return None;
    }
    let mut reader = quick_xml::Reader::from_str(&text);
    // The declaration may name an encoding that is already undone.
    for _ in 0..100 {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                let prefix = element
                    .name()
                    .prefix()
                    .map(|p| format!("xmlns:{}", p.as_ref()))
                    .unwrap_or("xmlns".into());
                let namespace =
                    element.attributes().with_checks(false).flatten().find(|a| a.key.as_ref() == prefix);
                let namespace = namespace.map(|a| a.value.to_string()).unwrap_or_default();
                return Some((element.local_name().as_ref().to_owned(), namespace));
            }
            Event::Eof => return None,
            _ => {}
        }
    }
    None
}

/// Whether a table begins here: one of the first lines has all these columns (case does not matter).
pub(crate) fn csv(head: &[u8], needed: &[&str]) -> bool {
    let head = trim(head);
    !matches!(head.first(), None | Some(b'{' | b'[' | b'<')) && super::table::header(head, needed).is_some()
}

/// What a report looks like, for the message that no format knows it.
pub(crate) fn looks_like(head: &[u8]) -> String {
    if let Some((root, _)) = xml_root(head) {
        return format!("XML with the root element {}", super::text::name(&root));
    }
    if let Some(keys) = Keys::of(head) {
        let names: Vec<_> = keys.names().take(6).map(super::text::name).collect();
        let what = if keys.in_array { "a JSON array of objects" } else { "JSON" };
        return format!("{what} with the keys {}", names.join(", "));
    }
    let head = trim(head);
    match head.first() {
        Some(b'<') => "a page or broken XML".to_owned(),
        Some(b'{' | b'[' | b'"') => "JSON of an unusual shape".to_owned(),
        _ if head.iter().take(512).any(|b| *b < 9) => "binary data".to_owned(),
        _ => {
            let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
            let line = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
            format!("text that begins with `{}`", super::text::name(&line))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_keys_of_cut_documents() {
        let keys = Keys::of(b" [ {\"a\":\"x\\\"y\",\"b\":{\"c\":1},\"d\":\"v\",\"e").unwrap();
        assert_eq!(keys.names().collect::<Vec<_>>(), ["a", "b", "d"]);
        assert_eq!((keys.in_array, keys.text("d")), (true, Some("v")));
        assert!(Keys::of(b"null").is_none());
        assert!(Keys::of(b"{").is_some());
    }

    #[test]
    fn sees_a_header() {
        assert!(csv(b"\xef\xbb\xbfA report\n\n\"CVSS, v3\";Host;x\n1;2;3", &["host", "cvss, v3"]));
        assert!(!csv(b"Host,x\n", &["host", "name"]));
        assert!(!csv(b"{\"host\",x\n", &["x"]));
    }

    #[test]
    fn sees_the_root() {
        let root = xml_root(
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]><!-- c --><n:bom xmlns:n='http://x'>",
        );
        assert_eq!(root, Some(("bom".into(), "http://x".into())));
        assert_eq!(xml_root(b"{}"), None);
    }
}
