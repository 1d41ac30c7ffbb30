//! A pull reader for XML: small elements as trees, one at a time. Entities of a DTD are never expanded.

use super::names::{Name, Names};
use super::utf8::{TOO_LONG, Utf8};
use crate::error::ParseError;
use crate::format::Limits;
use crate::sink::Place;
use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::BufRead;

type Result<T> = std::result::Result<T, ParseError>;

/// An element: with its attributes when it begins, with everything in it when it was read whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Element {
    /// Local name.
    pub(crate) name: Name,
    attributes: Vec<(Name, String)>,
    /// All text directly in it.
    pub(crate) text: String,
    /// Elements directly in it.
    pub(crate) children: Vec<Self>,
    /// How much of the text of the element around it stands before it.
    before: usize,
}

impl Element {
    /// An attribute by its local name, empty when absent.
    pub(crate) fn attr(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| *key == *name).map_or("", |(_, value)| value.trim())
    }

    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub(crate) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of this name, empty when absent.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }

    /// All words in it and in everything within it, in their order; what stands apart on a page begins a line.
    pub(crate) fn words(&self) -> String {
        let mut out = String::new();
        self.gather(&mut out);
        let lines = out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn gather(&self, out: &mut String) {
        const APART: [&str; 14] = [
            "p",
            "br",
            "li",
            "ul",
            "ol",
            "div",
            "pre",
            "tr",
            "dt",
            "dd",
            "paragraph",
            "listitem",
            "title",
            "containerblockelement",
        ];
        let mut from = 0;
        for child in &self.children {
            out.push_str(&self.text.get(from..child.before).unwrap_or_default().replace(['\n', '\r'], " "));
            from = child.before;
            let apart = APART.contains(&child.name.to_ascii_lowercase().as_str());
            out.push(if apart { '\n' } else { ' ' });
            child.gather(out);
            out.push(if apart { '\n' } else { ' ' });
        }
        out.push_str(&self.text.get(from..).unwrap_or_default().replace(['\n', '\r'], " "));
    }

    /// About how many bytes all of it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        let attributes = self.attributes.iter().map(|(_, value)| value.len()).sum::<usize>();
        self.weight() + self.text.len() + attributes + self.children.iter().map(Self::bytes).sum::<usize>()
    }

    /// About how many bytes it takes in memory, beside its texts and what is in it.
    fn weight(&self) -> usize {
        size_of::<Self>() + self.attributes.len() * size_of::<(Name, String)>()
    }

    /// Children of a child: `<affects><target/><target/></affects>`.
    pub(crate) fn within<'a>(&'a self, outer: &'a str, inner: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children(outer).flat_map(move |child| child.children(inner))
    }
}

/// What comes next.
pub(crate) enum Node {
    /// An element begins; its content follows.
    Start(Element),
    /// An element ends.
    End,
    /// The document is complete.
    Eof,
}

/// The reader.
pub(crate) struct Xml<'r> {
    reader: Reader<Utf8<'r>>,
    buf: Vec<u8>,
    open: Vec<Name>,
    names: Names,
    limits: Limits,
    seen_root: bool,
    /// Whether what comes is only passed over.
    passing: bool,
}

impl<'r> Xml<'r> {
    pub(crate) fn new(input: &'r mut dyn BufRead, limits: &Limits) -> Self {
        let mut reader = Reader::from_reader(Utf8::new(input, limits.record));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            buf: Vec::new(),
            open: Vec::new(),
            names: Names::new(),
            limits: limits.clone(),
            seen_root: false,
            passing: false,
        }
    }

    pub(crate) fn place(&mut self) -> Place {
        let path =
            self.open.last().map_or(Cow::Borrowed(""), |name| Cow::Owned(format!("<{}>", name.as_str())));
        Place { path, ..self.reader.get_mut().place() }
    }

    /// Places where bytes were replaced.
    pub(crate) fn damaged(&self) -> Option<(u64, u64)> {
        self.reader.get_ref().damaged
    }

    /// The next element that begins or ends; text between is passed over.
    pub(crate) fn next(&mut self) -> Result<Node> {
        loop {
            self.reader.get_mut().mark();
            if let Some(node) = self.step(None)? {
                return Ok(node);
            }
        }
    }

    /// Reads the rest of an element that began, whole.
    pub(crate) fn subtree(&mut self, start: Element) -> Result<Element> {
        self.reader.get_mut().mark();
        let mut stack = vec![start];
        let mut weight = 0;
        loop {
            match self.step(stack.last_mut())? {
                Some(Node::Start(mut element)) => {
                    weight += element.weight();
                    if !self.limits.holds(weight) {
                        let (what, limit) = ("what is in one element", self.limits.record);
                        return Err(ParseError::TooLarge { at: self.place(), what, limit });
                    }
                    element.before = stack.last().map_or(0, |around| around.text.len());
                    stack.push(element);
                }
                Some(Node::End) => {
                    let Some(done) = stack.pop() else {
                        return Err(self.syntax("an element ends that never began"));
                    };
                    match stack.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                Some(Node::Eof) => return Err(self.truncated()),
                None => {}
            }
        }
    }

    /// Passes over the rest of an element that began.
    pub(crate) fn skip(&mut self) -> Result<()> {
        let depth = self.open.len();
        self.passing = true;
        let mut passed = Ok(());
        while passed.is_ok() && self.open.len() >= depth {
            passed = match self.next() {
                Ok(Node::Eof) => Err(self.truncated()),
                other => other.map(drop),
            };
        }
        self.passing = false;
        passed
    }

    fn step(&mut self, into: Option<&mut Element>) -> Result<Option<Node>> {
        self.buf.clear();
        let mut buf = std::mem::take(&mut self.buf);
        let event = self.reader.read_event_into(&mut buf);
        let node = match event {
            Err(error) => Err(self.error(&error)),
            Ok(Event::Start(start)) => Ok(Some(Node::Start(element(&start, &mut self.names, self.passing)))),
            Ok(Event::End(_)) => Ok(Some(Node::End)),
            Ok(Event::Eof) => Ok(Some(Node::Eof)),
            Ok(event) => {
                if let Some(into) = into {
                    match event {
                        Event::Text(text) => into.text.push_str(&text),
                        Event::CData(text) => into.text.push_str(&text),
                        Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                            Ok(Some(c)) => into.text.push(c),
                            _ => push_entity(&mut into.text, &reference),
                        },
                        _ => {}
                    }
                }
                Ok(None)
            }
        };
        self.buf = buf;
        match &node {
            Ok(Some(Node::Start(element))) => {
                self.seen_root = true;
                self.open.push(element.name.clone());
                if self.open.len() > self.limits.depth {
                    return Err(ParseError::TooDeep { at: self.place(), limit: self.limits.depth });
                }
            }
            Ok(Some(Node::End)) => {
                self.open.pop();
            }
            Ok(Some(Node::Eof)) if !self.open.is_empty() => return Err(self.truncated()),
            _ => {}
        }
        node
    }

    /// Whether any element was there at all.
    pub(crate) fn seen_root(&self) -> bool {
        self.seen_root
    }

    fn truncated(&mut self) -> ParseError {
        let what = match self.open.last() {
            Some(name) => format!("</{}> was still expected", name.as_str()),
            None => "an element was still expected".to_owned(),
        };
        ParseError::Truncated { at: self.place(), what }
    }

    fn syntax(&mut self, why: impl Into<String>) -> ParseError {
        ParseError::Syntax { at: self.place(), why: why.into() }
    }

    fn error(&mut self, error: &Error) -> ParseError {
        match error {
            Error::Io(io) if io.to_string() == TOO_LONG => {
                ParseError::TooLarge { at: self.place(), what: "one element", limit: self.limits.record }
            }
            Error::Io(io) => {
                let source = std::io::Error::new(io.kind(), io.to_string());
                ParseError::Io { at: self.place(), source }
            }
            Error::Syntax(
                SyntaxError::UnclosedTag
                | SyntaxError::UnclosedCData
                | SyntaxError::UnclosedComment
                | SyntaxError::UnclosedDoctype
                | SyntaxError::UnclosedPI
                | SyntaxError::UnclosedXmlDecl
                | SyntaxError::UnclosedSingleQuotedAttributeValue
                | SyntaxError::UnclosedDoubleQuotedAttributeValue,
            )
            | Error::IllFormed(IllFormedError::MissingEndTag(_)) => self.truncated(),
            other => self.syntax(super::text::name(&other.to_string())),
        }
    }
}

/// The most attributes of an element that are read.
const ATTRIBUTES: usize = 256;

fn element(start: &BytesStart<'_>, names: &mut Names, bare: bool) -> Element {
    let mut attributes = Vec::new();
    let wanted = if bare { 0 } else { ATTRIBUTES };
    for attribute in start.attributes().with_checks(false).flatten().take(wanted) {
        let value = match quick_xml::escape::unescape(&attribute.value) {
            Ok(text) => text.into_owned(),
            Err(_) => attribute.value.to_string(),
        };
        attributes.push((names.get(attribute.key.local_name().as_ref()), value));
    }
    Element { name: names.get(start.local_name().as_ref()), attributes, ..Element::default() }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Result<Element> {
        let mut input = text.as_bytes();
        let mut xml = Xml::new(&mut input, &Limits::default());
        match xml.next()? {
            Node::Start(start) => xml.subtree(start),
            Node::End | Node::Eof => Ok(Element::default()),
        }
    }

    #[test]
    fn reads_small_trees() {
        let root = tree("<v:a x='1&amp;&#x41;'>t &lt;<![CDATA[<raw>]]><b/><c>u</c><c n='2'/></v:a>").unwrap();
        assert_eq!((root.name.as_str(), root.attr("x"), root.text.as_str()), ("a", "1&A", "t <<raw>"));
        assert_eq!(root.words(), "t <<raw> u");
        let page = tree("<a>Root <b>must</b> not\n log in.<p>It is <i/>watched.</p></a>").unwrap();
        assert_eq!(page.words(), "Root must not log in.\nIt is watched.");
        assert_eq!((root.text_of("c"), root.children("c").count(), root.text_of("none")), ("u", 2, ""));
    }

    #[test]
    fn never_expands_entities() {
        let bomb = "<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;'>]><a x='&m;'>&m;&xxe;</a>";
        let root = tree(bomb).unwrap();
        assert_eq!((root.attr("x"), root.text.as_str()), ("&m;", "&m;&xxe;"));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, part) in [
            ("<a><b>", "</b> was still expected"),
            ("<a><b", "ends in the middle"),
            ("<a></b>", "broken at"),
            ("<a x='1", "ends in the middle"),
        ] {
            let error = tree(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        let small = Limits { record: 1_000, ..Limits::default() };
        let mut input: &[u8] = &[&b"<a>"[..], &b"<b/>".repeat(100), b"</a>"].concat();
        let mut xml = Xml::new(&mut input, &small);
        let Node::Start(start) = xml.next().unwrap() else { panic!("no element") };
        assert!(matches!(xml.subtree(start), Err(ParseError::TooLarge { limit: 1_000, .. })));
        let deep = tree(&"<a>".repeat(500)).unwrap_err();
        assert!(matches!(deep, ParseError::TooDeep { limit: 128, .. }), "{deep}");
    }
}
