//! A sheet of a workbook (Office Open XML, ECMA-376 part 1, section 18) as a table of comma-separated text, row by row.
//!
//! A cell is what is stored of it: a date stays the number of days that Excel keeps.

use crate::common::xml::{Element, Node, Xml};
use crate::error::ParseError;
use crate::format::Limits;
use std::io::{self, BufRead, Read};

/// The most columns: more than any report has, so that a row of one far cell does not become a long one.
const COLUMNS: usize = 1_024;

/// The texts that cells refer to.
pub(super) fn shared(input: &mut dyn BufRead, limits: &Limits) -> Result<Vec<String>, ParseError> {
    let mut xml = Xml::new(input, limits);
    let (mut texts, mut bytes) = (Vec::new(), 0);
    loop {
        match xml.next()? {
            Node::Eof => return Ok(texts),
            Node::Start(element) if element.name == "si" => {
                let text = words(&xml.subtree(element)?);
                bytes += text.len() + size_of::<String>();
                if bytes > limits.deferred {
                    let (what, limit) = ("the texts of a workbook", limits.deferred);
                    return Err(ParseError::TooLarge { at: xml.place(), what, limit });
                }
                texts.push(text);
            }
            _ => {}
        }
    }
}

/// A text, in one piece or in several of different looks.
fn words(item: &Element) -> String {
    let pieces = item.children.iter().map(|piece| match piece.name.as_str() {
        "t" => piece.text.as_str(),
        "r" => piece.child("t").map_or("", |text| &text.text),
        _ => "",
    });
    pieces.collect()
}

/// Reads as CSV.
pub(super) struct Sheet<'r> {
    xml: Xml<'r>,
    shared: &'r [String],
    row: Vec<u8>,
    read: usize,
    /// The cells of the longest row so far: empty ones at the end of a row are not stored.
    width: usize,
}

impl<'r> Sheet<'r> {
    pub(super) fn new(input: &'r mut dyn BufRead, shared: &'r [String], limits: &Limits) -> Self {
        Self { xml: Xml::new(input, limits), shared, row: Vec::new(), read: 0, width: 0 }
    }

    /// Whether there is a row that was not read yet.
    pub(super) fn has_row(&mut self) -> Result<bool, ParseError> {
        while self.read == self.row.len() {
            match self.xml.next()? {
                Node::Eof => return Ok(false),
                Node::Start(element) if element.name == "row" => {
                    let row = self.xml.subtree(element)?;
                    self.take(&row)?;
                }
                _ => {}
            }
        }
        Ok(true)
    }

    fn take(&mut self, row: &Element) -> Result<(), ParseError> {
        self.row.clear();
        self.read = 0;
        let mut written = 0;
        for cell in row.children("c") {
            let at = column(cell.attr("r")).unwrap_or(written);
            if at >= COLUMNS {
                return Err(ParseError::TooLarge { at: self.xml.place(), what: "one row", limit: COLUMNS });
            }
            while written < at {
                self.row.push(b',');
                written += 1;
            }
            let value = cell.text_of("v");
            let text = match cell.attr("t") {
                "s" => {
                    value.parse().ok().and_then(|at: usize| self.shared.get(at)).map_or("", String::as_str)
                }
                "inlineStr" => &cell.child("is").map(words).unwrap_or_default(),
                "b" => {
                    if value == "1" {
                        "TRUE"
                    } else {
                        "FALSE"
                    }
                }
                _ => value,
            };
            self.row.push(b'"');
            self.row.extend(text.replace('"', "\"\"").bytes());
            self.row.extend(b"\",");
            written = at + 1;
        }
        if written > 0 {
            self.width = self.width.max(written);
            self.row.resize(self.row.len() + self.width - written, b',');
            self.row.pop();
            self.row.push(b'\n');
        }
        Ok(())
    }
}

impl Read for Sheet<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.has_row().map_err(|error| io::Error::other(error.to_string()))? {
            return Ok(0);
        }
        let n = (&self.row[self.read..]).read(buffer)?;
        self.read += n;
        Ok(n)
    }
}

/// The column of a cell, from 0: `C7` is 2.
fn column(cell: &str) -> Option<usize> {
    let letters = cell.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let number = letters.fold(0, |n, letter| n * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sheet: &str) -> Result<String, String> {
        let limits = Limits::default();
        let strings = "<sst><si><t>a \"b\"</t></si><si><r><t>one </t></r><r><t>two</t></r><rPh><t>x</t></rPh></si></sst>";
        let shared = shared(&mut strings.as_bytes(), &limits).map_err(|error| error.to_string())?;
        let mut input = sheet.as_bytes();
        let mut text = String::new();
        let mut sheet = Sheet::new(&mut input, &shared, &limits);
        sheet.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }

    #[test]
    fn rows_become_lines_and_gaps_stay_empty() {
        let rows = "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c></row><row r='2'/>
            <row><c t='n'><v>1</v></c></row><row><c><v>7.5</v></c><c t='inlineStr'><is><t>x, y</t></is></c><c t='b'><v>1</v></c><c t='s'><v>99</v></c></row>";
        let text = read(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"));
        assert_eq!(text.unwrap(), "\"a \"\"b\"\"\",,\"one two\"\n\"1\",,\n\"7.5\",\"x, y\",\"TRUE\",\"\"\n");
        assert_eq!(read("<worksheet><sheetData/></worksheet>").unwrap(), "");
    }

    #[test]
    fn hostile_sheets_are_refused() {
        let far = read("<worksheet><row><c r='XFD1'><v>1</v></c></row></worksheet>").unwrap_err();
        assert!(far.contains("one row"), "{far}");
        assert!(read("<worksheet><row><c>").unwrap_err().contains("ends in the middle"));
    }
}
