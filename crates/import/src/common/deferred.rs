//! Values put aside because what they refer to comes later in the report.

use super::json::{Json, Value};
use crate::error::ParseError;
use crate::sink::Place;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::rc::Rc;

type Packer = zstd::stream::write::Encoder<'static, Pieces>;

/// Bytes in pieces, so that they never have to move as they become more.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Vec<u8>>,
    length: usize,
}

const PIECE: usize = 256 * 1024;

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.pieces.last_mut().filter(|last| last.len() + bytes.len() <= PIECE) {
            Some(last) => last.extend_from_slice(bytes),
            None => self.pieces.push(bytes.to_vec()),
        }
        self.length += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads pieces, one after another.
struct Through<'p> {
    now: &'p [u8],
    next: std::slice::Iter<'p, Vec<u8>>,
}

impl Read for Through<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.now.is_empty() {
            let Some(next) = self.next.next() else { return Ok(0) };
            self.now = next;
        }
        self.now.read(buffer)
    }
}

impl Pieces {
    fn read(&self) -> Through<'_> {
        Through { now: &[], next: self.pieces.iter() }
    }
}

/// How many bytes are put aside of all of a report. What is dropped is no longer.
#[derive(Default)]
pub(super) struct Held(Rc<Cell<usize>>);

impl Held {
    pub(super) fn bytes(&self) -> usize {
        self.0.get()
    }

    /// Counted with others of the report.
    fn share(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

/// A value that is being put aside: as it is while little is held, then compressed.
pub(super) struct Aside {
    plain: Pieces,
    rest: Option<Packer>,
    part: Part,
    /// So much may be held as it is.
    plainly: usize,
}

/// What one value takes of all that is held.
struct Part {
    of: Held,
    bytes: usize,
}

impl Part {
    fn set(&mut self, bytes: usize) {
        self.of.0.set((self.of.0.get() + bytes).saturating_sub(self.bytes));
        self.bytes = bytes;
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.set(0);
    }
}

impl Aside {
    pub(super) fn new(held: &Held, limit: usize) -> Self {
        let part = Part { of: held.share(), bytes: 0 };
        Self { plain: Pieces::default(), rest: None, part, plainly: limit / 4 }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.rest {
            Some(packer) => packer.write_all(bytes)?,
            None if self.part.of.bytes() + bytes.len() <= self.plainly => self.plain.write_all(bytes)?,
            None => self.rest.insert(Packer::new(Pieces::default(), 1)?).write_all(bytes)?,
        }
        let packed = self.rest.as_ref().map_or(0, |packer| packer.get_ref().length);
        self.part.set(self.plain.length + packed);
        Ok(())
    }

    pub(super) fn finish(mut self, at: Place, depth: usize) -> Result<Deferred, ParseError> {
        let rest = self.rest.map(Packer::finish).transpose();
        let rest = rest.map_err(|source| ParseError::Io { at: at.clone(), source })?;
        self.part.set(self.plain.length + rest.as_ref().map_or(0, |rest| rest.length));
        Ok(Deferred { plain: self.plain, rest, _part: self.part, at, depth })
    }
}

/// A value that was put aside.
pub(crate) struct Deferred {
    plain: Pieces,
    rest: Option<Pieces>,
    _part: Part,
    at: Place,
    depth: usize,
}

impl Deferred {
    /// Reads the value as if it stood where `json` is now; places stay those of the report.
    pub(crate) fn replay(
        &self,
        json: &mut Json<'_>,
        each: &mut dyn FnMut(&mut Json<'_>) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        self.read(&mut |reader| {
            let mut replay = Json::new(reader, &json.limits);
            (replay.base, replay.line, replay.depth) = (self.at.offset, self.at.line, self.depth);
            replay.held = json.held.share();
            let result = each(&mut replay);
            if let Some((offset, count)) = replay.damaged {
                json.damaged.get_or_insert((offset, 0)).1 += count;
            }
            result
        })
    }

    fn read(
        &self,
        each: &mut dyn FnMut(&mut dyn BufRead) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        let mut plain = BufReader::new(self.plain.read());
        let Some(rest) = &self.rest else { return each(&mut plain) };
        let rest = zstd::stream::read::Decoder::new(rest.read()).map_err(|source| self.broken(source))?;
        each(&mut plain.chain(BufReader::new(rest)))
    }

    fn broken(&self, source: io::Error) -> ParseError {
        ParseError::Io { at: self.at.clone(), source }
    }
}

/// The records of a list that were put aside, each with where it stood: they are not looked through again to find their ends.
pub(crate) struct Records(Deferred);

/// Offset, line, length, and whether it fits in memory.
const HEAD: usize = 8 + 8 + 8 + 1;

impl Json<'_> {
    /// Puts the records of a list aside, as [`Json::defer`] does a whole value.
    pub(crate) fn defer_records(&mut self) -> Result<Records, ParseError> {
        self.peek()?;
        let at = self.place();
        let mut aside = Aside::new(&self.held, self.limits.deferred);
        self.array(&mut |json| {
            let Value { at, text, fits } = json.value()?;
            let mut head = [u8::from(fits); HEAD];
            let numbers = [at.offset, at.line, text.len() as u64];
            for (bytes, number) in head.as_chunks_mut().0.iter_mut().zip(numbers) {
                *bytes = number.to_le_bytes();
            }
            let pushed = aside.push(&head).and_then(|()| aside.push(text.as_bytes()));
            pushed.map_err(|source| ParseError::Io { at, source })?;
            json.bound_held()
        })?;
        Ok(Records(aside.finish(at, self.depth)?))
    }
}

impl Records {
    /// Hands each record over.
    pub(crate) fn each(
        &self,
        each: &mut dyn FnMut(&Value<'_>) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        let Self(list) = self;
        list.read(&mut |reader| {
            let mut text = Vec::new();
            while !reader.fill_buf().map_err(|source| list.broken(source))?.is_empty() {
                let mut head = [0; HEAD];
                reader.read_exact(&mut head).map_err(|source| list.broken(source))?;
                let mut numbers = [0; 3];
                for (number, bytes) in numbers.iter_mut().zip(head.as_chunks().0) {
                    *number = u64::from_le_bytes(*bytes);
                }
                let [offset, line, length] = numbers;
                text.clear();
                reader.take(length).read_to_end(&mut text).map_err(|source| list.broken(source))?;
                let at = Place { offset, line, ..Place::default() };
                each(&Value { text: String::from_utf8_lossy(&text), at, fits: head[HEAD - 1] == 1 })?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Limits;

    fn document(length: usize) -> String {
        let text: String = (0..length / 8).map(|n| format!("{n:07x},")).collect();
        format!("[\"{text}\",\n{{}}]")
    }

    #[test]
    fn short_and_long_values_come_back() {
        for length in [10, 100_000] {
            let text = document(length);
            let limits = Limits { deferred: 200_000, ..Limits::default() };
            let mut input = text.as_bytes();
            let mut json = Json::new(&mut input, &limits);
            let deferred = json.defer().unwrap();
            assert_eq!(deferred.rest.is_some(), length > 50_000);
            let mut places = Vec::new();
            deferred
                .replay(&mut json, &mut |json| {
                    json.array(&mut |json| {
                        places.push((json.place().offset, json.place().line));
                        json.skip()
                    })
                })
                .unwrap();
            assert_eq!(places, [(1, 1), (text.len() as u64 - 3, 2)]);
            assert!(json.held.bytes() > 0);
            drop(deferred);
            assert_eq!(json.held.bytes(), 0);
        }
    }

    #[test]
    fn all_that_is_put_aside_is_bounded() {
        let limits = Limits { deferred: 1_000, ..Limits::default() };
        let text = format!("[{}]", vec![document(160); 40].join(","));
        let mut input = text.as_bytes();
        let mut json = Json::new(&mut input, &limits);
        let mut kept = Vec::new();
        let read = json.array(&mut |json| {
            kept.push(json.defer()?);
            Ok(())
        });
        assert!(matches!(read, Err(ParseError::TooLarge { limit: 1_000, .. })));
        assert!(kept.len() > 2);
    }
}
