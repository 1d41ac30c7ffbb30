//! Lines of a text report, one at a time.

use super::utf8::{TOO_LONG, Utf8};
use crate::error::ParseError;
use crate::format::Limits;
use crate::sink::Place;
use std::io::BufRead;

/// The lines of a report, each at most a record long.
pub(crate) struct Lines<'r> {
    reader: Utf8<'r>,
    line: String,
    limit: usize,
}

impl<'r> Lines<'r> {
    pub(crate) fn new(input: &'r mut dyn BufRead, limits: &Limits) -> Self {
        Self { reader: Utf8::new(input, limits.record), line: String::new(), limit: limits.record }
    }

    /// Where the next line is.
    pub(crate) fn place(&mut self) -> Place {
        self.reader.place()
    }

    /// The next line without its end and without a byte order mark.
    pub(crate) fn next(&mut self) -> Result<Option<(Place, &str)>, ParseError> {
        self.line.clear();
        self.reader.mark();
        let at = self.place();
        match self.reader.read_line(&mut self.line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some((at, self.line.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}')))),
            Err(error) if error.to_string() == TOO_LONG => {
                Err(ParseError::TooLarge { at, what: "one line", limit: self.limit })
            }
            Err(source) => Err(ParseError::Io { at, source }),
        }
    }

    /// Places where bytes were replaced.
    pub(crate) fn damaged(&self) -> Option<(u64, u64)> {
        self.reader.damaged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_places() {
        let mut input = &b"\xef\xbb\xbfone\r\n\ntwo\xff"[..];
        let mut lines = Lines::new(&mut input, &Limits::default());
        let mut seen = Vec::new();
        while let Some((at, line)) = lines.next().unwrap() {
            seen.push(format!("{} {line}", at.line));
        }
        assert_eq!(seen, ["1 one", "2 ", "3 two\u{fffd}"]);
        assert!(lines.damaged().is_some());
    }
}
