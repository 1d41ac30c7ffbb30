//! JSON documents one after another: a single one, one a line, just concatenated, or the items of one array.
//!
//! A broken document costs itself: reading goes on at the next line that begins one.

mod members;

pub use members::{Member, Members, members};

use std::io::{self, BufRead};

/// A document longer than this is none that a feed has.
const LONGEST: usize = 64 << 20;

/// The documents of a file.
pub struct Documents<R> {
    reader: R,
    document: Vec<u8>,
    line: usize,
    /// The line on which the document at hand begins.
    began: usize,
    in_array: bool,
    done: bool,
}

/// Why a document could not be cut out.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The file ends within it.
    #[error("the file ends within a record")]
    Cut,
    /// It is longer than any that a feed has.
    #[error("a record is longer than {} MiB", LONGEST >> 20)]
    TooLong,
    /// It was cut off, and another one follows.
    #[error("a record is broken: another one begins within it")]
    Within,
    /// Something else stands where a document should begin.
    #[error("not JSON")]
    NotJson,
    /// The input cannot be read on.
    #[error("cannot read on: {0}")]
    Io(#[from] io::Error),
}

/// The documents of a file, one after another.
pub fn documents<R: BufRead>(reader: R) -> Documents<R> {
    Documents { reader, document: Vec::new(), line: 0, began: 0, in_array: false, done: false }
}

impl<R: BufRead> Documents<R> {
    /// The next document and the line it begins on; `None` at the end.
    #[allow(clippy::should_implement_trait, reason = "it lends out its buffer, which an iterator cannot")]
    pub fn next(&mut self) -> Option<(usize, Result<&[u8], Broken>)> {
        if self.done {
            return None;
        }
        match self.advance() {
            Ok(false) => {
                self.done = true;
                None
            }
            Ok(true) => Some((self.began, Ok(&self.document))),
            Err(error) => {
                self.done = matches!(error, Broken::Cut | Broken::Io(_));
                Some((self.began.max(1), Err(error)))
            }
        }
    }

    /// Cuts the next document out; false at the end.
    fn advance(&mut self) -> Result<bool, Broken> {
        self.document.clear();
        let mut scan = Scan::default();
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if chunk.is_empty() {
                return if scan.depth == 0 { Ok(false) } else { Err(Broken::Cut) };
            }
            let end = chunk.iter().position(|b| *b == b'\n').map_or(chunk.len(), |at| at + 1);
            let (mut used, mut from) = (0, 0);
            while used < end {
                let byte = chunk[used];
                if byte == b'{' && scan.is_cut() {
                    self.reader.consume(used);
                    return Err(Broken::Within);
                }
                used += 1;
                if scan.depth == 0 {
                    match byte {
                        b'{' => {
                            self.began = self.line + 1;
                            from = used - 1;
                            scan.depth = 1;
                        }
                        b'[' if !self.in_array => self.in_array = true,
                        b']' | b',' if self.in_array => {}
                        b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf | 0x1e => {}
                        _ => {
                            self.line += 1;
                            self.began = self.line;
                            self.reader.consume(used);
                            if byte != b'\n' {
                                skip_line(&mut self.reader)?;
                            }
                            return Err(Broken::NotJson);
                        }
                    }
                } else if scan.take(byte) {
                    self.document.extend_from_slice(&chunk[from..used]);
                    self.reader.consume(used);
                    return Ok(true);
                }
                scan.pass(byte);
            }
            if scan.depth > 0 {
                self.document.extend_from_slice(&chunk[from..used]);
            }
            self.line += usize::from(chunk[..used].ends_with(b"\n"));
            self.reader.consume(used);
            if self.document.len() > LONGEST {
                skip_line(&mut self.reader)?;
                self.line += 1;
                return Err(Broken::TooLong);
            }
        }
    }
}

/// Where in a document the reading is.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The byte before is a line end.
    at_line_start: bool,
    /// The last byte that is no white space, or a line end where that cut a string.
    last: u8,
}

impl Scan {
    /// Whether an object that begins here cannot be part of the document: it begins a line, and what stands before asks
    /// for no value. So the document was cut off, and this is the next one.
    fn is_cut(&self) -> bool {
        self.depth > 0 && self.at_line_start && !self.in_string && !matches!(self.last, b',' | b'[' | b':')
    }

    /// Notes a byte that was passed.
    fn pass(&mut self, byte: u8) {
        self.at_line_start = byte == b'\n';
        if !byte.is_ascii_whitespace() {
            self.last = byte;
        }
    }

    /// Takes a byte of the document; whether it is its last.
    fn take(&mut self, byte: u8) -> bool {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                // A string cannot span lines, so one that is open here was cut off.
                b'\n' => (self.in_string, self.last) = (false, byte),
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        self.depth == 0
    }
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let chunk = reader.fill_buf()?;
        let end = chunk.iter().position(|b| *b == b'\n');
        let (used, found) = (end.map_or(chunk.len(), |e| e + 1), end.is_some());
        reader.consume(used);
        if found || used == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn read(text: &str, buffer: usize) -> Vec<String> {
        let mut documents = documents(BufReader::with_capacity(buffer, text.as_bytes()));
        let mut found = Vec::new();
        while let Some((line, document)) = documents.next() {
            found.push(match document {
                Ok(bytes) => format!("{line} {}", String::from_utf8_lossy(bytes)),
                Err(error) => format!("{line} ! {error}"),
            });
        }
        found
    }

    #[test]
    fn every_arrangement() {
        for (text, expected) in [
            ("{\"a\":1}\n{\"b\":\"}\\\"{\"}\n", &["1 {\"a\":1}", "2 {\"b\":\"}\\\"{\"}"][..]),
            ("{\"a\":1}{\"b\":2}", &["1 {\"a\":1}", "1 {\"b\":2}"]),
            ("[{\"a\":1},\n {\"b\":[{}]}]", &["1 {\"a\":1}", "2 {\"b\":[{}]}"]),
            ("\u{feff}{\n \"a\": {}\n}\n", &["1 {\n \"a\": {}\n}"]),
            ("", &[]),
            ("[]", &[]),
            ("{\"a\":1}\n{\"b\":", &["1 {\"a\":1}", "2 ! the file ends within a record"]),
            ("{\"a\":[\n{\"b\":1},\n{}]}", &["1 {\"a\":[\n{\"b\":1},\n{}]}"]),
            ("{\"a\":1\n{\"b\":2}", &["1 ! a record is broken: another one begins within it", "2 {\"b\":2}"]),
            (
                "{\"a\":\"cut\n{\"b\":2}\n",
                &["1 ! a record is broken: another one begins within it", "2 {\"b\":2}"],
            ),
            ("<html>\n{\"b\":2}\n", &["1 ! not JSON", "2 {\"b\":2}"]),
        ] {
            for buffer in [1, 2, 3, 7, 64] {
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
