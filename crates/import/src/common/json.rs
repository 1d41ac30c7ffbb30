//! A pull reader for JSON that holds one record at a time. Structure is walked here; records go to serde, borrowed.

use super::aside::{Aside, Held};
use super::deferred::Deferred;
use super::out::Out;
use super::scan::{Fault, Flaws, Scan, repair};
use crate::error::ParseError;
use crate::format::Limits;
use crate::sink::Place;
use serde::Deserialize;
use std::borrow::Cow;
use std::io::{self, BufRead};

type Result<T> = std::result::Result<T, ParseError>;
const CHUNK: usize = 64 * 1024;

/// One JSON value as it stands in the report.
pub(crate) struct Value<'a> {
    /// Where it begins; the record number is the caller's.
    pub(crate) at: Place,
    /// Its text, repaired where it was not readable.
    pub(crate) text: Cow<'a, str>,
    /// Whether it can be read in bounded memory.
    pub(crate) fits: bool,
}

impl Value<'_> {
    /// Reads it as a typed record that may borrow from it.
    pub(crate) fn read<'a, T: Deserialize<'a>>(&'a self) -> std::result::Result<T, String> {
        if !self.fits {
            return Err("it has so many members that it would not fit in memory".to_owned());
        }
        serde_json::from_str(&self.text).map_err(|error| explain(&error))
    }

    /// Whether it is a JSON object.
    pub(crate) fn is_object(&self) -> bool {
        self.text.starts_with('{')
    }
}

/// Serde's message without its own idea of the position, which counts from the record's beginning.
fn explain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

/// The reader. Its window holds what was read and not yet used.
pub(crate) struct Json<'r> {
    input: &'r mut dyn BufRead,
    pub(super) limits: Limits,
    pub(super) buf: Vec<u8>,
    pub(super) start: usize,
    pub(super) base: u64,
    pub(super) line: u64,
    eof: bool,
    pub(super) depth: usize,
    key: String,
    /// The bytes put aside.
    pub(super) held: Held,
    /// Whether a comma before the end of an array is let pass.
    pub(crate) trailing_commas: bool,
    /// Records that were not valid UTF-8 (and the offset of the first), and records that needed repair.
    pub(crate) damaged: Option<(u64, u64)>,
    /// Where something else stood than the object or list that was walked, and which of the two.
    pub(super) misplaced: Vec<(Place, &'static str)>,
}

/// So many places of what is misplaced are kept: each is one that nobody looked into, and one is enough to say so.
pub(super) const MISPLACED: usize = 100;

impl<'r> Json<'r> {
    pub(crate) fn new(input: &'r mut dyn BufRead, limits: &Limits) -> Self {
        Self {
            input,
            limits: limits.clone(),
            buf: Vec::with_capacity(CHUNK),
            start: 0,
            base: 0,
            line: 1,
            eof: false,
            depth: 0,
            key: String::new(),
            held: Held::default(),
            trailing_commas: false,
            damaged: None,
            misplaced: Vec::new(),
        }
    }

    /// Where the next byte is.
    pub(crate) fn place(&self) -> Place {
        Place { record: 0, line: self.line, offset: self.base + self.start as u64, path: Cow::Borrowed("") }
    }

    pub(crate) fn syntax(&self, why: impl Into<String>) -> ParseError {
        ParseError::Syntax { at: self.place(), why: why.into() }
    }

    pub(super) fn truncated(&self, what: &str) -> ParseError {
        let end = Place { offset: self.base + self.buf.len() as u64, ..self.place() };
        ParseError::Truncated { at: end, what: what.to_owned() }
    }

    pub(super) fn fill(&mut self) -> Result<bool> {
        if self.eof {
            return Ok(false);
        }
        if self.start > 0 && self.buf.len() + CHUNK > self.buf.capacity() {
            self.base += self.start as u64;
            self.buf.drain(..self.start);
            self.start = 0;
        }
        let room = CHUNK.max(self.buf.len() / 2);
        let read = loop {
            match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let n = match read {
            Ok(bytes) => {
                let n = bytes.len().min(room);
                self.buf.extend_from_slice(&bytes[..n]);
                n
            }
            Err(source) => return Err(ParseError::Io { at: self.place(), source }),
        };
        self.input.consume(n);
        self.eof = n == 0;
        Ok(n > 0)
    }

    pub(super) fn advance(&mut self, n: usize) {
        let passed = &self.buf[self.start..self.start + n];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.start += n;
    }

    /// The next byte that is no white space; it is not consumed.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>> {
        loop {
            let rest = &self.buf[self.start..];
            let spaces = rest.iter().take_while(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')).count();
            let next = rest.get(spaces).copied();
            self.advance(spaces);
            if next.is_some() || !self.fill()? {
                return Ok(next);
            }
        }
    }

    fn expect_something(&mut self, what: &str) -> Result<u8> {
        self.peek()?.ok_or_else(|| self.truncated(what))
    }

    fn enter(&mut self) -> Result<()> {
        self.advance(1);
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(ParseError::TooDeep { at: self.place(), limit: self.limits.depth });
        }
        Ok(())
    }

    /// Passes over what is no object or no list where one was expected; [`Self::tell_flaws`] says so.
    fn misplaced(&mut self, expected: &'static str) -> Result<()> {
        if self.misplaced.len() < MISPLACED {
            self.misplaced.push((self.place(), expected));
        }
        self.skip()
    }

    /// Says which bytes were replaced, and rejects what was no object or no list where one was expected. To be called before
    /// anything is covered by silence.
    pub(crate) fn tell_flaws(&mut self, out: &mut Out<'_>) {
        // What was put aside may have been walked twice.
        self.misplaced.sort_by_key(|(at, _)| at.offset);
        self.misplaced.dedup();
        for (at, expected) in self.misplaced.drain(..) {
            out.reject(at, format!("{expected} was expected here"));
        }
        out.damaged(self.damaged);
    }

    /// Walks an object. `each` gets every key and must use up its value. `null` is an empty object, anything else is misplaced.
    pub(crate) fn object(&mut self, each: &mut dyn FnMut(&mut Self, &str) -> Result<()>) -> Result<()> {
        match self.expect_something("a value")? {
            b'{' => {}
            b'n' => return self.skip(),
            _ => return self.misplaced("an object"),
        }
        self.enter()?;
        let mut first = true;
        loop {
            let mut next = self.expect_something("the rest of an object")?;
            if next == b',' && !first {
                self.advance(1);
                next = self.expect_something("the rest of an object")?;
            } else if next != b'}' && !first {
                return Err(self.syntax("`,` or `}` was expected in an object"));
            }
            match next {
                b'}' => break,
                b'"' => {}
                _ => return Err(self.syntax("a key in double quotes was expected")),
            }
            first = false;
            let mut key = std::mem::take(&mut self.key);
            let value = self.value()?;
            key.clear();
            let at = value.at.clone();
            match value.read::<Cow<'_, str>>() {
                Ok(text) => key.push_str(&text),
                Err(why) => return Err(ParseError::Syntax { at, why }),
            }
            if self.expect_something("the value of a key")? != b':' {
                return Err(self.syntax("`:` was expected after a key"));
            }
            self.advance(1);
            each(self, &key)?;
            self.key = key;
        }
        self.advance(1);
        self.depth -= 1;
        Ok(())
    }

    /// Walks an array. `each` must use up one element a call. `null` is an empty array, an object is misplaced.
    pub(crate) fn array(&mut self, each: &mut dyn FnMut(&mut Self) -> Result<()>) -> Result<()> {
        match self.expect_something("a value")? {
            b'[' => {}
            b'n' => return self.skip(),
            b'{' => return self.misplaced("a list"),
            _ => return Err(self.syntax("a list was expected")),
        }
        self.enter()?;
        let mut first = true;
        loop {
            match self.expect_something("the rest of an array")? {
                b']' => break,
                b',' if !first => {
                    self.advance(1);
                    if self.expect_something("the rest of an array")? == b']' {
                        if self.trailing_commas {
                            break;
                        }
                        return Err(self.syntax("a value was expected after `,`"));
                    }
                }
                _ if !first => return Err(self.syntax("`,` or `]` was expected in an array")),
                _ => {}
            }
            first = false;
            each(self)?;
        }
        self.advance(1);
        self.depth -= 1;
        Ok(())
    }

    /// The documents of a file: one after the other, or the elements of one list. `each` must use up one a call.
    pub(crate) fn documents(&mut self, each: &mut dyn FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if self.peek()? == Some(b'[') {
            self.array(each)?;
            return self.end();
        }
        while !matches!(self.peek()?, None | Some(0)) {
            each(self)?;
        }
        Ok(())
    }

    /// Passes over one value without keeping it.
    pub(crate) fn skip(&mut self) -> Result<()> {
        self.scan(false, None).map(|_| ())
    }

    /// The next value, whole.
    pub(crate) fn value(&mut self) -> Result<Value<'_>> {
        let (length, flaws, weight) = self.scan(true, None)?;
        let at = self.place();
        self.advance(length);
        let bytes = &self.buf[self.start - length..self.start];
        let text = readable(bytes, flaws, &at, &mut self.damaged);
        Ok(Value { text, at, fits: self.limits.holds(weight) })
    }

    /// Finds the end of the next value. Kept, the value stays in the window and is not consumed; else it is passed over
    /// and copied where the caller wants.
    fn scan(&mut self, keep: bool, mut copy: Option<&mut Aside>) -> Result<(usize, Flaws, usize)> {
        let first = self.expect_something("a value")?;
        if !matches!(first, b'{' | b'[' | b'"') {
            return self.scalar(keep, copy);
        }
        let mut scan = Scan::default();
        let mut done = 0;
        let levels = self.limits.depth.saturating_sub(self.depth);
        loop {
            let (used, end) = scan
                .run(&self.buf[self.start + done..], levels, self.eof)
                .map_err(|fault| self.fault(&fault))?;
            done += used;
            if !keep {
                self.hand_on(done, copy.as_deref_mut())?;
                done = 0;
            }
            if end {
                return Ok((done, scan.flaws, scan.weight));
            }
            if done > self.limits.record {
                return Err(self.too_large("one record", self.limits.record));
            }
            let had = self.buf.len() - self.start;
            if !self.fill()? && had == done {
                return Err(self.truncated("the rest of a value"));
            }
        }
    }

    fn fault(&self, fault: &Fault) -> ParseError {
        match fault {
            Fault::TooDeep => ParseError::TooDeep { at: self.place(), limit: self.limits.depth },
            Fault::Mismatch => self.syntax("brackets do not match in the value that begins here"),
        }
    }

    pub(super) fn too_large(&self, what: &'static str, limit: usize) -> ParseError {
        ParseError::TooLarge { at: self.place(), what, limit }
    }

    fn scalar(&mut self, keep: bool, copy: Option<&mut Aside>) -> Result<(usize, Flaws, usize)> {
        let delimiter = |b: &u8| {
            matches!(b, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t' | b':' | b'"' | b'{' | b'[')
        };
        let length = loop {
            let rest = &self.buf[self.start..];
            match rest.iter().take(4096).position(delimiter) {
                Some(n) => break n,
                None if rest.len() >= 4096 => return Err(self.syntax("this is no JSON value")),
                None => {}
            }
            let length = rest.len();
            if !self.fill()? {
                break length;
            }
        };
        let text = &self.buf[self.start..self.start + length];
        let literal = [&b"true"[..], b"false", b"null"].contains(&text);
        if !literal && !(text.first().is_some_and(|b| b.is_ascii_digit() || *b == b'-')) {
            let cut = self.eof && self.start + length == self.buf.len();
            let begins = length > 0 && [&b"true"[..], b"false", b"null"].iter().any(|l| l.starts_with(text));
            let why = format!("`{}` is no JSON value", String::from_utf8_lossy(&text[..length.min(40)]));
            return Err(if cut && begins { self.truncated("the rest of a value") } else { self.syntax(why) });
        }
        if !keep {
            self.hand_on(length, copy)?;
            return Ok((0, Flaws::default(), 0));
        }
        Ok((length, Flaws::default(), 0))
    }

    fn hand_on(&mut self, length: usize, copy: Option<&mut Aside>) -> Result<()> {
        if let Some(aside) = copy {
            let bytes = &self.buf[self.start..self.start + length];
            aside.push(&[bytes]).map_err(|source| ParseError::Io { at: self.place(), source })?;
            self.bound_held()?;
        }
        self.advance(length);
        Ok(())
    }

    /// That not too much is put aside.
    pub(super) fn bound_held(&self) -> Result<()> {
        match self.held.bytes() > self.limits.deferred {
            true => Err(self.too_large("what comes before the part it refers to", self.limits.deferred)),
            false => Ok(()),
        }
    }

    /// Puts the next value aside because what it refers to comes later. Read it with [`Deferred::replay`].
    pub(crate) fn defer(&mut self) -> Result<Deferred> {
        self.peek()?;
        let at = self.place();
        let mut aside = Aside::new(&self.held, self.limits.deferred);
        self.scan(false, Some(&mut aside))?;
        Deferred::new(aside, at, self.depth)
    }

    /// Makes sure that nothing follows the document.
    pub(crate) fn end(&mut self) -> Result<()> {
        match self.peek()? {
            // Some tools end a file with the zero bytes of a buffer.
            None | Some(0) => Ok(()),
            Some(_) => Err(self.syntax("something follows the end of the document")),
        }
    }
}

pub(super) fn readable<'a>(
    bytes: &'a [u8],
    flaws: Flaws,
    at: &Place,
    damaged: &mut Option<(u64, u64)>,
) -> Cow<'a, str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            let (_, count) = damaged.get_or_insert((at.offset + error.valid_up_to() as u64, 0));
            *count += 1;
            Cow::Owned(String::from_utf8_lossy(bytes).into_owned())
        }
    };
    if flaws.surrogate || flaws.control { Cow::Owned(repair(&text)) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(mut input: &[u8]) -> Result<Vec<String>> {
        let mut json = Json::new(&mut input, &Limits::default());
        let mut keys = Vec::new();
        json.object(&mut |json, key| {
            keys.push(key.to_owned());
            json.skip()
        })?;
        json.end()?;
        Ok(keys)
    }

    #[test]
    fn walks_and_complains() {
        assert_eq!(keys(br#" {"a":1, "b\u00e9":[{}],"c":"x"} "#).unwrap(), ["a", "bé", "c"]);
        for (text, part) in [
            (&br#"{"a":1"#[..], "ends in the middle"),
            (br#"{"a":tru"#, "ends in the middle"),
            (br#"{"a":[1,"#, "ends in the middle"),
            (br#"{"a":nope}"#, "`nope` is no JSON value"),
            (br#"{"a" 1}"#, "`:` was expected"),
            (br#"{"a":1 "b":2}"#, "`,` or `}`"),
            (br#"{"a":[}}"#, "brackets do not match"),
            (br#"{}x"#, "something follows"),
        ] {
            let error = keys(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        let deep = format!("{{\"a\":{}", "[".repeat(200));
        assert!(matches!(keys(deep.as_bytes()), Err(ParseError::TooDeep { .. })));
    }

    #[test]
    fn one_record_is_bounded() {
        let limits = Limits { record: 100_000, ..Limits::default() };
        let mut input =
            io::BufReader::new(io::Read::chain(&b"[\""[..], io::Read::take(io::repeat(b'x'), 10 << 20)));
        let mut json = Json::new(&mut input, &limits);
        assert!(matches!(json.array(&mut |json| json.value().map(|_| ())), Err(ParseError::TooLarge { .. })));
    }
}
