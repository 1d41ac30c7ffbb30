//! XML as a tree. Entities of a DTD are never expanded, so that a small file stays small.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// Nesting beyond it is no manifest.
const DEPTH: usize = 256;
/// A bill of materials of 100,000 components has some 1,500,000 elements, with their attributes.
const ELEMENTS: usize = 3_000_000;
/// Attributes of one element beyond it are not looked at.
const ATTRIBUTES: usize = 256;

/// An element with all that is in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Local name, without the prefix of its namespace.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    /// All text directly in it.
    pub(crate) text: String,
    /// Elements directly in it.
    pub(crate) children: Vec<Self>,
}

impl Element {
    /// An attribute by its local name, empty where absent.
    pub(crate) fn attr(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub(crate) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of this name, empty where absent.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }

    /// Children of a child: `<dependencies><dependency/></dependencies>`.
    pub(crate) fn within<'a>(&'a self, outer: &'a str, inner: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children(outer).flat_map(move |child| child.children(inner))
    }

    /// All elements of this name in it, at any depth.
    pub(crate) fn descendants<'a>(&'a self, name: &'a str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        let mut stack: Vec<&Self> = self.children.iter().rev().collect();
        while let Some(element) = stack.pop() {
            if element.name == name {
                found.push(element);
            }
            stack.extend(element.children.iter().rev());
        }
        found
    }
}

/// Reads a document, which has one root.
///
/// # Errors
/// Where it is not well-formed, too deep, or has too many elements.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, String> {
    let text = decode(bytes)?;
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    let mut stack: Vec<Element> = Vec::new();
    let mut root = None;
    let mut elements = 0;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("no well-formed XML at byte {}: {error}", reader.error_position()))?;
        match event {
            Event::Start(start) => {
                elements += 1;
                if elements > ELEMENTS || stack.len() >= DEPTH {
                    return Err(format!("more than {ELEMENTS} elements, or deeper than {DEPTH}"));
                }
                if !is_name(&start.name().as_ref().replace(':', "")) {
                    return Err(format!(
                        "no well-formed XML at byte {}: a tag has no name",
                        reader.buffer_position()
                    ));
                }
                let element = element(&start);
                elements += element.attributes.len();
                stack.push(element);
            }
            Event::End(_) => match (stack.pop(), stack.last_mut()) {
                (Some(done), Some(parent)) => parent.children.push(done),
                (Some(done), None) => root = root.or(Some(done)),
                (None, _) => return Err("an element ends that never began".to_owned()),
            },
            Event::Text(text) => {
                if let Some(into) = stack.last_mut() {
                    into.text.push_str(&text);
                }
            }
            Event::CData(text) => {
                if let Some(into) = stack.last_mut() {
                    into.text.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some(into) = stack.last_mut() {
                    match reference.resolve_char_ref() {
                        Ok(Some(c)) => into.text.push(c),
                        _ => push_entity(&mut into.text, &reference),
                    }
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match root {
        Some(root) if stack.is_empty() => Ok(root),
        Some(_) | None => Err(match stack.last() {
            Some(open) => format!("it ends where </{}> is still expected", open.name),
            None => "no XML: it has no element".to_owned(),
        }),
    }
}

fn is_name(name: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || "._-\u{b7}".contains(c) || !c.is_ascii();
    !name.starts_with(|c: char| c.is_ascii_digit() || ".-".contains(c))
        && !name.is_empty()
        && name.chars().all(inner)
}

fn element(start: &BytesStart<'_>) -> Element {
    let mut attributes = Vec::new();
    for attribute in start.attributes().with_checks(false).flatten().take(ATTRIBUTES) {
        let value = match quick_xml::escape::unescape(&attribute.value) {
            Ok(text) => text.into_owned(),
            Err(_) => attribute.value.to_string(),
        };
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    Element { name: start.local_name().as_ref().to_owned(), attributes, ..Element::default() }
}

/// The five entities of XML itself; any other stays as it is written.
fn push_entity(text: &mut String, name: &str) {
    match quick_xml::escape::resolve_predefined_entity(name) {
        Some(known) => text.push_str(known),
        None => {
            text.push('&');
            text.push_str(name);
            text.push(';');
        }
    }
}

/// UTF-8, UTF-16 by its byte order mark, or a declared Latin-1.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    let wide = |bytes: &[u8], of: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return Ok(Cow::Owned(wide(rest, u16::from_le_bytes)));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return Ok(Cow::Owned(wide(rest, u16::from_be_bytes)));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_ascii_lowercase();
            if head.contains("8859-1") || head.contains("latin1") || head.contains("windows-125") {
                // Names and versions are ASCII, so that a neighbouring code page changes nothing that is read.
                return Ok(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()));
            }
            Err(format!("not UTF-8 at byte {}", error.valid_up_to()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tree() {
        let root = parse(
            b"\xef\xbb\xbf<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'x'>]><p:a x='1&amp;&#x41;'>t &lt;&e;<![CDATA[<raw>]]><b/><c>u</c><c n='2'><d>v</d></c></p:a>",
        )
        .unwrap();
        assert_eq!((root.name.as_str(), root.attr("x"), root.text.as_str()), ("a", "1&A", "t <&e;<raw>"));
        assert_eq!(root.text_of("c"), "u");
        assert_eq!(root.children("c").count(), 2);
        assert_eq!(root.descendants("d")[0].text, "v");
        let latin = parse(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>").unwrap();
        assert_eq!(latin.text, "\u{e9}");
        let wide: Vec<u8> = "\u{feff}<a>x</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(parse(&wide).unwrap().text, "x");
    }

    #[test]
    fn what_is_no_xml() {
        for text in ["", "text", "<a>", "<a></b>", "<${x}.y></${x}.y>", "<a><b></a>", &"<a>".repeat(300)] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(parse(b"<a>\xff</a>").is_err());
    }

    proptest! {
        #[test]
        fn never_a_panic(bytes in prop::collection::vec(prop::sample::select(b"<>/a b='\"&;![]-?\xff".to_vec()), 0..60)) {
            let _ = parse(&bytes);
        }
    }
}
