//! An object too large to hold: its values one by one, and the items of its arrays one by one.

use super::{Broken, LONGEST};
use std::io::{self, BufRead};

/// Walks an object, or several one after another.
pub struct Members<R> {
    reader: R,
    key: Vec<u8>,
    value: Vec<u8>,
    place: Place,
    done: bool,
}

/// What an object holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Member<'a> {
    /// A value that is no array, with its key.
    Value(&'a str, &'a [u8]),
    /// An item of the array under a key.
    Item(&'a str, &'a [u8]),
    /// The end of an object.
    End,
}

#[derive(Clone, Copy)]
enum Place {
    Outside,
    Object,
    Array,
}

enum Found {
    Value,
    Item,
    End,
    Nothing,
}

/// The members of the objects of a file.
pub fn members<R: BufRead>(reader: R) -> Members<R> {
    Members { reader, key: Vec::new(), value: Vec::new(), place: Place::Outside, done: false }
}

impl<R: BufRead> Members<R> {
    /// The next member; `None` at the end. An error is the last thing that comes.
    #[allow(clippy::should_implement_trait, reason = "it lends out its buffers, which an iterator cannot")]
    pub fn next(&mut self) -> Option<Result<Member<'_>, Broken>> {
        if self.done {
            return None;
        }
        let found = self.advance();
        self.done = matches!(found, Err(_) | Ok(Found::Nothing));
        // A key that is no UTF-8 is none that any feed asks for.
        let key = std::str::from_utf8(&self.key).unwrap_or_default();
        match found {
            Ok(Found::Nothing) => None,
            Ok(Found::Value) => Some(Ok(Member::Value(key, &self.value))),
            Ok(Found::Item) => Some(Ok(Member::Item(key, &self.value))),
            Ok(Found::End) => Some(Ok(Member::End)),
            Err(error) => Some(Err(error)),
        }
    }

    fn advance(&mut self) -> Result<Found, Broken> {
        loop {
            let Some(byte) = self.past_blanks()? else {
                return if matches!(self.place, Place::Outside) {
                    Ok(Found::Nothing)
                } else {
                    Err(Broken::Cut)
                };
            };
            match (self.place, byte) {
                (Place::Outside, b'{') => {
                    self.reader.consume(1);
                    self.place = Place::Object;
                }
                (Place::Outside, b'[' | b']' | b',') | (_, b',') => self.reader.consume(1),
                (Place::Object, b'}') => {
                    self.reader.consume(1);
                    self.place = Place::Outside;
                    return Ok(Found::End);
                }
                (Place::Object, b'"') => {
                    if let Some(found) = self.member()? {
                        return Ok(found);
                    }
                }
                (Place::Array, b']') => {
                    self.reader.consume(1);
                    self.place = Place::Object;
                }
                (Place::Array, _) => {
                    capture(&mut self.reader, &mut self.value)?;
                    return Ok(Found::Item);
                }
                _ => return Err(Broken::NotJson),
            }
        }
    }

    /// Reads a key and its value; nothing where that is an array, which begins.
    fn member(&mut self) -> Result<Option<Found>, Broken> {
        capture(&mut self.reader, &mut self.key)?;
        self.key.pop();
        self.key.drain(..1);
        if self.past_blanks()? != Some(b':') {
            return Err(self.cut_or_broken()?);
        }
        self.reader.consume(1);
        match self.past_blanks()? {
            None => Err(Broken::Cut),
            Some(b'[') => {
                self.reader.consume(1);
                self.place = Place::Array;
                Ok(None)
            }
            Some(_) => {
                capture(&mut self.reader, &mut self.value)?;
                Ok(Some(Found::Value))
            }
        }
    }

    fn cut_or_broken(&mut self) -> Result<Broken, Broken> {
        Ok(if peek(&mut self.reader)?.is_none() { Broken::Cut } else { Broken::NotJson })
    }

    /// The next byte that is no white space (or byte order mark); it is not taken.
    fn past_blanks(&mut self) -> Result<Option<u8>, Broken> {
        loop {
            match peek(&mut self.reader)? {
                Some(b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf) => self.reader.consume(1),
                byte => return Ok(byte),
            }
        }
    }
}

fn peek(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        match reader.fill_buf() {
            Ok(chunk) => return Ok(chunk.first().copied()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Takes one value, whatever it is, by its brackets and quotes alone.
fn capture(reader: &mut impl BufRead, value: &mut Vec<u8>) -> Result<(), Broken> {
    value.clear();
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    loop {
        if peek(reader)?.is_none() {
            return Err(Broken::Cut);
        }
        let chunk = reader.fill_buf()?;
        let mut used = 0;
        let mut done = false;
        for byte in chunk {
            if in_string {
                used += 1;
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => in_string = false,
                    _ => {}
                }
                done = !in_string && depth == 0;
            } else {
                // Bare words and numbers end before what follows them.
                if depth == 0 && matches!(byte, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\r' | b'\n') {
                    done = true;
                    break;
                }
                used += 1;
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        done = depth == 0;
                    }
                    _ => {}
                }
            }
            if done {
                break;
            }
        }
        value.extend_from_slice(&chunk[..used]);
        reader.consume(used);
        if value.len() > LONGEST {
            return Err(Broken::TooLong);
        }
        if done {
            return if value.is_empty() { Err(Broken::NotJson) } else { Ok(()) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn read(text: &str, buffer: usize) -> Vec<String> {
        let mut members = members(BufReader::with_capacity(buffer, text.as_bytes()));
        let mut found = Vec::new();
        while let Some(member) = members.next() {
            found.push(match member {
                Ok(Member::Value(key, value)) => format!("{key}={}", String::from_utf8_lossy(value)),
                Ok(Member::Item(key, value)) => format!("{key}[]={}", String::from_utf8_lossy(value)),
                Ok(Member::End) => "end".to_owned(),
                Err(error) => format!("! {error}"),
            });
        }
        found
    }

    #[test]
    fn every_arrangement() {
        for (text, expected) in [
            (
                " {\"a\": 1, \"b\" : [ {\"c\":[\"]\"]} ,2, [3]], \"d\":{\"e\":\"}\\\"\"},\"f\":null}\n",
                &["a=1", "b[]={\"c\":[\"]\"]}", "b[]=2", "b[]=[3]", "d={\"e\":\"}\\\"\"}", "f=null", "end"][..],
            ),
            ("{}", &["end"]),
            ("{\"a\":[]}{\"b\":true}", &["end", "b=true", "end"]),
            ("[{\"a\":1}]", &["a=1", "end"]),
            ("{\"a\":[1", &["! the file ends within a record"]),
            ("{\"a\":[1,", &["a[]=1", "! the file ends within a record"]),
            ("{\"a\"", &["! the file ends within a record"]),
            ("{\"a\" 1}", &["! not JSON"]),
            ("<html>", &["! not JSON"]),
        ] {
            for buffer in [1, 2, 3, 64] {
                assert_eq!(read(text, buffer), expected, "{text} read {buffer} at a time");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end(text in "[{}\\[\\]\",:\\\\a\n]{0,40}", buffer in 1_usize..9) {
            let _ = read(&text, buffer);
        }
    }
}
