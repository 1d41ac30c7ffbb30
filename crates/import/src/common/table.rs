//! Tables: rows of comma-, semicolon-, tab- or bar-separated text by the names of their columns, one at a time.

use super::out::{Out, Stop};
use super::utf8::{TOO_LONG, Utf8};
use crate::error::ParseError;
use crate::format::{Format, Limits, Options, Summary};
use crate::sink::{Place, Sink};
use std::borrow::Cow;
use std::io::BufRead;

type Result<T> = std::result::Result<T, ParseError>;

/// How many lines of its own a tool may write above the header.
const PREAMBLE: usize = 50;
const DIVIDERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A table of which the header was read.
pub(crate) struct Table<'r> {
    reader: csv::Reader<Utf8<'r>>,
    columns: Vec<String>,
    limit: usize,
}

/// One row under the columns of its table.
pub(crate) struct Row<'a> {
    columns: &'a [String],
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    /// The field under this name (case does not matter), trimmed; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let at = self.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        at.and_then(|at| self.record.get(at)).map_or("", str::trim)
    }

    /// The first of these fields that is not empty.
    pub(crate) fn first(&self, names: &[&str]) -> &str {
        names.iter().map(|name| self.get(name)).find(|field| !field.is_empty()).unwrap_or_default()
    }

    /// Every field in order, as it is written.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.record.iter().take(self.columns.len())
    }

    /// The columns and what stands under them, as text to keep beside what was made of it.
    pub(crate) fn raw(&self) -> String {
        let filled = self.columns.iter().zip(self.record).filter(|(_, field)| !field.trim().is_empty());
        filled.map(|(name, field)| format!("{name}: {}\n", field.trim())).collect()
    }
}

/// Reads a format's table that has these columns to its end.
pub(crate) fn parse(
    format: &'static Format,
    columns: &[&str],
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
    mut each: impl FnMut(&Row<'_>, &Place, &mut Out<'_>) -> std::result::Result<(), Stop>,
) -> Result<Summary> {
    let table = Table::open(input, &options.limits, format.id, columns)?;
    let mut out = Out::new(sink);
    out.source(format.tool, "");
    table.rows(&mut out, &mut each)?;
    out.finish(format.id)
}

impl<'r> Table<'r> {
    /// Reads up to the header: the first line that has all `needed` columns, or the first line where none is needed.
    pub(crate) fn open(
        input: &'r mut dyn BufRead,
        limits: &Limits,
        format: &'static str,
        needed: &[&str],
    ) -> Result<Self> {
        let head = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
        let divider = header_line(head, needed).map_or(b',', |(_, divider)| divider);
        let reader = reader(input, limits, divider);
        let mut table = Self { reader, columns: Vec::new(), limit: row(limits) };
        let mut record = csv::StringRecord::new();
        let mut seen = false;
        for _ in 0..PREAMBLE {
            if table.next(&mut record)?.is_none() {
                break;
            }
            let columns: Vec<_> = record.iter().map(|name| plain(name).to_owned()).collect();
            seen |= columns.iter().any(|name| !name.is_empty());
            if has_all(&columns, needed) {
                table.columns = columns;
                return Ok(table);
            }
        }
        if !seen {
            return Err(ParseError::Empty { format });
        }
        let why = format!("none of its first lines has the columns {}", needed.join(", "));
        Err(ParseError::WrongFormat { format, why })
    }

    /// A comma-separated table without a header, whose columns are known.
    pub(crate) fn headless(input: &'r mut dyn BufRead, limits: &Limits, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        Self { reader: reader(input, limits, b','), columns, limit: row(limits) }
    }

    /// The names of the columns, trimmed.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Hands every row over that has as many fields as there are columns (some tools leave out an empty last one); empty rows
    /// are passed over, others are rejected.
    pub(crate) fn rows(
        mut self,
        out: &mut Out<'_>,
        each: &mut dyn FnMut(&Row<'_>, &Place, &mut Out<'_>) -> std::result::Result<(), Stop>,
    ) -> Result<()> {
        let mut record = csv::StringRecord::new();
        // Where there is no row, a quote in the header may have swallowed them.
        let mut last = (Place::default(), true);
        while let Some(at) = self.next(&mut record)? {
            if record.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            let at = out.record(at, "");
            let (fields, columns) = (record.len(), self.columns.len());
            last =
                (at.clone(), fields < columns || record.iter().next_back().is_some_and(|f| f.contains('\n')));
            let surplus = record.iter().skip(columns).any(|field| !field.trim().is_empty());
            if fields + 1 < columns || fields == 1 && columns > 1 || surplus {
                out.reject(at, format!("{fields} fields under {columns} columns; is a quote missing?"));
                continue;
            }
            let row = Row { columns: &self.columns, record: &record };
            let result = each(&row, &at, out);
            out.settle(&at, result)?;
        }
        // The reader takes the end of the file for the end of a quoted field.
        let (at, odd) = last;
        let (quotes, last) = self.reader.get_mut().quotes();
        if quotes % 2 == 1 && (odd || last != b'\n') {
            return Err(ParseError::Truncated { at, what: "a quote of this row is never closed".to_owned() });
        }
        out.damaged(self.reader.get_ref().damaged);
        Ok(())
    }

    fn next(&mut self, record: &mut csv::StringRecord) -> Result<Option<Place>> {
        self.reader.get_mut().mark();
        let at = self.reader.position();
        let at = Place { record: 0, line: at.line(), offset: at.byte(), path: Cow::Borrowed("") };
        match self.reader.read_record(record) {
            Ok(more) => Ok(more.then_some(at)),
            Err(error) => Err(broken(error, at, self.limit)),
        }
    }
}

/// The most bytes of a row: an empty field takes eight beside the comma that it is.
fn row(limits: &Limits) -> usize {
    limits.record / 4
}

fn reader<'r>(input: &'r mut dyn BufRead, limits: &Limits, divider: u8) -> csv::Reader<Utf8<'r>> {
    csv::ReaderBuilder::new()
        .delimiter(divider)
        .flexible(true)
        .has_headers(false)
        .from_reader(Utf8::new(input, row(limits)))
}

/// The columns of the header with all `needed` columns near the beginning of a text.
pub(crate) fn header(head: &[u8], needed: &[&str]) -> Option<Vec<String>> {
    header_line(head, needed).map(|(columns, _)| columns)
}

fn header_line(head: &[u8], needed: &[&str]) -> Option<(Vec<String>, u8)> {
    let first = needed.first().map_or(String::new(), |name| name.to_ascii_lowercase());
    for line in head.split(|b| *b == b'\n' || *b == b'\r').take(2 * PREAMBLE) {
        let line = String::from_utf8_lossy(line);
        if line.trim().is_empty() || !line.to_ascii_lowercase().contains(&first) {
            continue;
        }
        let count = |divider: u8| line.bytes().filter(|b| *b == divider).count();
        let divider = DIVIDERS.into_iter().rev().max_by_key(|divider| count(*divider)).unwrap_or(b',');
        let mut reader =
            csv::ReaderBuilder::new().delimiter(divider).has_headers(false).from_reader(line.as_bytes());
        let mut record = csv::StringRecord::new();
        if reader.read_record(&mut record).is_ok() {
            let columns: Vec<_> = record.iter().map(|name| plain(name).to_owned()).collect();
            if has_all(&columns, needed) {
                return Some((columns, divider));
            }
        }
    }
    None
}

/// The columns of the header, and the first rows as far as they are whole.
pub(crate) fn beginning(head: &[u8], rows: usize) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let (columns, divider) = header_line(head, &[])?;
    let whole = head.iter().rposition(|byte| *byte == b'\n').map_or(head, |end| &head[..end]);
    let text = String::from_utf8_lossy(whole);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(divider)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records().skip(1).take(rows).map_while(std::result::Result::ok);
    let rows = rows.map(|row| row.iter().map(|field| field.trim().to_owned()).collect());
    Some((columns, rows.collect()))
}

fn plain(name: &str) -> &str {
    name.trim_start_matches('\u{feff}').trim().trim_matches('"').trim()
}

fn has_all(columns: &[String], needed: &[&str]) -> bool {
    needed.iter().all(|name| columns.iter().any(|column| column.eq_ignore_ascii_case(name)))
        && columns.iter().any(|column| !column.is_empty())
}

fn broken(error: csv::Error, at: Place, limit: usize) -> ParseError {
    let why = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(source) if source.to_string() == TOO_LONG => {
            ParseError::TooLarge { at, what: "one row", limit }
        }
        csv::ErrorKind::Io(source) => ParseError::Io { at, source },
        _ => ParseError::Syntax { at, why },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Collected;

    fn read(mut text: &[u8]) -> (Vec<String>, Vec<String>, Option<String>) {
        let mut sink = Collected::default();
        let mut out = Out::new(&mut sink);
        let mut rows = Vec::new();
        let end =
            Table::open(&mut text, &Limits::default(), "test", &["Host", "Plugin ID"]).and_then(|table| {
                table.rows(&mut out, &mut |row, _, _| {
                    rows.push(format!("{}/{}", row.get("host"), row.first(&["none", "PLUGIN id"])));
                    Ok(())
                })
            });
        (
            rows,
            sink.rejected.iter().map(|(at, why)| format!("{at}: {why}")).collect(),
            end.err().map(|e| e.to_string()),
        )
    }

    #[test]
    fn finds_the_header_and_the_columns() {
        let (rows, rejected, end) =
            read(b"\xef\xbb\xbf\"Plugin ID\"; host ;x\n7;a;\"two\nlines\"\n\n8;b;;;\n9\n1;d\n");
        assert_eq!((rows, end), (vec!["a/7".to_owned(), "b/8".to_owned(), "d/1".to_owned()], None));
        assert_eq!(rejected, ["record 3 (line 6): 1 fields under 3 columns; is a quote missing?"]);
        let (rows, ..) = read(b"\"A report of, say, May\"\n\nHost,Plugin ID\na,1\n");
        assert_eq!(rows, ["a/1"]);
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(read(b" \n").2.unwrap().contains("the report is empty"));
        assert!(read(b"a,b\n1,2\n").2.unwrap().contains("the columns Host, Plugin ID"));
        assert!(read(b"Host,Plugin ID\n\"a,1\n").2.unwrap().contains("never closed"));
    }
}
