//! Values put aside because what they refer to comes later in the report.

use super::aside::{Aside, Pages};
use super::json::{Json, MISPLACED, Value};
use crate::error::ParseError;
use crate::sink::Place;
use std::io::{self, BufRead};

/// A value that was put aside.
pub(crate) struct Deferred {
    pages: Pages,
    at: Place,
    depth: usize,
}

impl Deferred {
    pub(super) fn new(aside: Aside, at: Place, depth: usize) -> Result<Self, ParseError> {
        let pages = aside.finish().map_err(|source| ParseError::Io { at: at.clone(), source })?;
        Ok(Self { pages, at, depth })
    }

    /// Reads the value as if it stood where `json` is now; places stay those of the report.
    pub(crate) fn replay(
        &self,
        json: &mut Json<'_>,
        each: &mut dyn FnMut(&mut Json<'_>) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        let mut pages = self.pages.read();
        let mut replay = Json::new(&mut pages, &json.limits);
        (replay.base, replay.line, replay.depth) = (self.at.offset, self.at.line, self.depth);
        replay.held = json.held.share();
        let result = each(&mut replay);
        if let Some((offset, count)) = replay.damaged {
            json.damaged.get_or_insert((offset, 0)).1 += count;
        }
        json.misplaced.append(&mut replay.misplaced);
        json.misplaced.truncate(MISPLACED);
        result
    }
}

/// The records of a list that were put aside, each with where it stood: they are not looked through again to find their ends.
pub(crate) struct Records {
    pages: Pages,
    at: Place,
}

/// What stands before a record: its offset, line and length, and whether it fits in memory.
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
            let pushed = aside.push(&[&head, text.as_bytes()]);
            pushed.map_err(|source| ParseError::Io { at, source })?;
            json.bound_held()
        })?;
        let pages = aside.finish().map_err(|source| ParseError::Io { at: at.clone(), source })?;
        Ok(Records { pages, at })
    }
}

impl Records {
    /// Hands each record over.
    pub(crate) fn each(
        &self,
        each: &mut dyn FnMut(&Value<'_>) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        let mut pages = self.pages.read();
        loop {
            let page = pages.fill_buf().map_err(|source| self.broken(source))?;
            if page.is_empty() {
                return Ok(());
            }
            let length = page.len();
            let mut rest = page;
            while !rest.is_empty() {
                let (value, after) =
                    record(rest).ok_or_else(|| self.broken(io::ErrorKind::InvalidData.into()))?;
                each(&value)?;
                rest = after;
            }
            pages.consume(length);
        }
    }

    fn broken(&self, source: io::Error) -> ParseError {
        ParseError::Io { at: self.at.clone(), source }
    }
}

/// The record at the beginning of these bytes, and what follows it.
fn record(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
    let ([offset, line, length], [fits]) = head.as_chunks() else { return None };
    let [offset, line, length] = [offset, line, length].map(|number| u64::from_le_bytes(*number));
    let (text, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let at = Place { offset, line, ..Place::default() };
    Some((Value { text: std::str::from_utf8(text).ok()?.into(), at, fits: *fits == 1 }, after))
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
            assert_eq!(deferred.pages.is_packed(), length > 50_000);
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

    #[test]
    fn records_come_back_with_their_places() {
        // Beyond what is held as it is, and with one that is longer than a page.
        let records: Vec<_> = (0..4_000).map(|n| format!("{{\"n\":{n}}}")).collect();
        let text = format!("[{},\n[\"{}\",1]]", records.join(",\n"), "x".repeat(9_000));
        let limits = Limits { deferred: 100_000, ..Limits::default() };
        let mut input = text.as_bytes();
        let mut json = Json::new(&mut input, &limits);
        let deferred = json.defer_records().unwrap();
        json.end().unwrap();
        assert!(deferred.pages.is_packed() && json.held.bytes() < text.len());
        let mut seen = Vec::new();
        deferred
            .each(&mut |value| {
                let from = usize::try_from(value.at.offset).unwrap();
                assert_eq!(text[from..from + value.text.len()], *value.text);
                seen.push((value.at.line, value.text.len(), value.fits));
                Ok(())
            })
            .unwrap();
        let expected = records.iter().map(String::len).chain([9_006]);
        let expected: Vec<_> = expected.zip(1..).map(|(length, line)| (line, length, true)).collect();
        assert_eq!(seen, expected);
    }
}
