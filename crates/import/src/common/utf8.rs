//! A reader for XML and CSV that always gives valid UTF-8, counts lines, and bounds the length of one piece.

use crate::sink::Place;
use std::borrow::Cow;
use std::io::{self, BufRead, Read};

/// Wraps a reader: bytes that are no UTF-8 are read as Windows-1252 where the document declares a Latin encoding, else
/// they become U+FFFD and are counted.
pub(crate) struct Utf8<'r> {
    inner: &'r mut dyn BufRead,
    out: Vec<u8>,
    pos: usize,
    started: bool,
    latin: bool,
    /// Up to where what is counted below was counted.
    counted: usize,
    offset: u64,
    line: u64,
    quotes: u64,
    last: u8,
    /// The offset of the first replaced byte, and how many there were.
    pub(crate) damaged: Option<(u64, u64)>,
    /// Bytes that may still come before [`Utf8::mark`] is called again.
    budget: usize,
    limit: usize,
}

/// The message of the error when one piece is too long.
pub(crate) const TOO_LONG: &str = "one piece of the report is longer than allowed";

impl<'r> Utf8<'r> {
    pub(crate) fn new(inner: &'r mut dyn BufRead, limit: usize) -> Self {
        Self {
            inner,
            out: Vec::new(),
            pos: 0,
            started: false,
            latin: false,
            counted: 0,
            offset: 0,
            line: 1,
            quotes: 0,
            last: 0,
            damaged: None,
            budget: limit,
            limit,
        }
    }

    /// A new piece begins here.
    pub(crate) fn mark(&mut self) {
        self.budget = self.limit;
        self.count();
    }

    /// Where the next byte is; the record number is the caller's.
    pub(crate) fn place(&mut self) -> Place {
        self.count();
        Place { record: 0, line: self.line, offset: self.offset, path: Cow::Borrowed("") }
    }

    /// How many quotes were handed out, and the last byte.
    pub(crate) fn quotes(&mut self) -> (u64, u8) {
        self.count();
        (self.quotes, self.last)
    }

    /// Counts what was handed out since it was counted last. Readers take a few bytes at a time; many at once are counted faster.
    fn count(&mut self) {
        let passed = &self.out[self.counted..self.pos];
        self.offset += passed.len() as u64;
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.quotes += memchr::memchr_iter(b'"', passed).count() as u64;
        self.last = passed.last().copied().unwrap_or(self.last);
        self.counted = self.pos;
    }

    fn refill(&mut self) -> io::Result<()> {
        self.count();
        self.out.clear();
        (self.pos, self.counted) = (0, 0);
        let chunk = loop {
            match self.inner.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        if !self.started {
            self.started = true;
            self.latin = declares_latin(chunk);
        }
        let (latin, offset) = (self.latin, self.offset);
        let mut readable = Readable { latin, offset, out: &mut self.out, damaged: &mut self.damaged };
        let cut = readable.add(chunk);
        let (used, mut character) = (chunk.len(), cut.to_vec());
        self.inner.consume(used);
        if character.is_empty() {
            return Ok(());
        }
        // Complete the character byte by byte; a character has at most four.
        while std::str::from_utf8(&character).is_err_and(|e| e.error_len().is_none()) {
            let mut next = [0];
            if self.inner.read(&mut next)? == 0 {
                break;
            }
            character.push(next[0]);
        }
        readable.add_last(&character);
        Ok(())
    }
}

/// Whether a document says in its XML declaration that it is in an encoding of one byte a character.
fn declares_latin(document: &[u8]) -> bool {
    const LATIN: [&str; 5] = ["iso-8859-1", "windows-1252", "latin1", "cp1252", "us-ascii"];
    let head = String::from_utf8_lossy(&document[..document.len().min(200)]).to_ascii_lowercase();
    let declared = head.split_once("encoding=").filter(|_| head.trim_start().starts_with("<?xml"));
    declared.is_some_and(|(_, rest)| {
        let name = rest.trim_start_matches(['"', '\'']);
        LATIN.iter().any(|latin| name.starts_with(latin))
    })
}

/// Valid UTF-8 out of bytes that may be none.
struct Readable<'o> {
    /// Whether what is no UTF-8 is Windows-1252.
    latin: bool,
    /// Where the first byte of `out` stands.
    offset: u64,
    out: &'o mut Vec<u8>,
    damaged: &'o mut Option<(u64, u64)>,
}

impl Readable<'_> {
    /// Adds bytes, in pieces, so that one damaged byte does not make a copy of everything slow. The beginning of a character
    /// that they end in is given back.
    fn add<'b>(&mut self, mut bytes: &'b [u8]) -> &'b [u8] {
        loop {
            let error = match std::str::from_utf8(bytes) {
                Ok(_) => {
                    self.out.extend_from_slice(bytes);
                    return &[];
                }
                Err(error) => error,
            };
            let (good, bad) = bytes.split_at(error.valid_up_to());
            self.out.extend_from_slice(good);
            let Some(length) = error.error_len() else { return bad };
            if self.latin {
                self.add_latin(&bad[..length]);
            } else {
                self.damage();
                self.out.extend_from_slice("\u{fffd}".as_bytes());
            }
            bytes = &bad[length..];
        }
    }

    /// Adds the character between two chunks, or what there is of it.
    fn add_last(&mut self, character: &[u8]) {
        match std::str::from_utf8(character) {
            Ok(text) => self.out.extend_from_slice(text.as_bytes()),
            Err(_) if self.latin => self.add_latin(character),
            Err(_) => {
                self.damage();
                self.out.extend_from_slice(String::from_utf8_lossy(character).as_bytes());
            }
        }
    }

    fn add_latin(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.out.extend_from_slice(windows_1252(*byte).encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn damage(&mut self) {
        let (_, count) = self.damaged.get_or_insert((self.offset + self.out.len() as u64, 0));
        *count += 1;
    }
}

impl Read for Utf8<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(buf.len());
        buf[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Utf8<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.budget == 0 {
            return Err(io::Error::other(TOO_LONG));
        }
        if self.pos == self.out.len() {
            self.refill()?;
        }
        Ok(&self.out[self.pos..])
    }

    fn consume(&mut self, amount: usize) {
        let end = (self.pos + amount).min(self.out.len());
        self.budget = self.budget.saturating_sub(end - self.pos);
        self.pos = end;
    }
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], buffer: usize) -> (String, Option<(u64, u64)>, u64) {
        let mut inner = io::BufReader::with_capacity(buffer, bytes);
        let mut reader = Utf8::new(&mut inner, 1 << 20);
        let mut out = Vec::new();
        reader.read_to_end(&mut out).unwrap();
        (String::from_utf8(out).unwrap(), reader.damaged, reader.place().line)
    }

    #[test]
    fn whatever_the_buffer_the_text_is_the_same() {
        for buffer in [1, 2, 3, 5, 4096] {
            assert_eq!(read("a😀é\nb".as_bytes(), buffer), ("a😀é\nb".into(), None, 2), "{buffer}");
            assert_eq!(read(b"a\xffb", buffer), ("a\u{fffd}b".into(), Some((1, 1)), 1), "{buffer}");
            assert_eq!(read(b"ab\xf0\x9f", buffer).0, "ab\u{fffd}", "{buffer}");
        }
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xe9 \x80</a>";
        assert!(read(latin, 4096).0.contains("café €"));
    }

    #[test]
    fn one_piece_is_bounded() {
        let mut inner: &[u8] = &[b'x'; 100];
        let mut reader = Utf8::new(&mut inner, 10);
        let mut sink = Vec::new();
        assert!(reader.read_to_end(&mut sink).unwrap_err().to_string().contains(TOO_LONG));
    }
}
