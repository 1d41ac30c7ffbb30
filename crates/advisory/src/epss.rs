//! EPSS scores (FIRST, Exploit Prediction Scoring System), streamed from its daily CSV file.
//!
//! Line 1 is `#model_version:v2025.03.14,score_date:2025-09-03T12:55:00Z` (older files write the offset as `+0000`, those from
//! before February 2022 have no such line), line 2 `cve,epss,percentile`. Columns are found by name, so tables that quote
//! EPSS among other columns (`CVE,CVSS3,EPSS,EPSS Percentile,...`) are read too.

use std::io::{self, BufRead, Cursor, Read};

use csv::ByteRecord;
use serde::Serialize;

use crate::text::{excerpt, rfc3339};
use crate::{CveId, Problem};

/// So many problems are kept in full; beyond, they are only counted.
const MAX_PROBLEMS: usize = 1_000;
/// The first line is short; more than this of it is not looked at.
const MAX_FIRST_LINE: u64 = 64 << 10;

/// The score of one CVE.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct EpssScore {
    /// The CVE.
    pub cve: CveId,
    /// The probability of exploitation within the next 30 days, 0 to 1.
    pub score: f64,
    /// The share of CVEs with the same or a lower score, 0 to 1.
    pub percentile: Option<f64>,
}

/// What the file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EpssHeader {
    /// The model, such as `v2025.03.14`. Scores of different models do not compare.
    pub model_version: Option<String>,
    /// When the scores were computed (RFC 3339).
    pub score_date: Option<String>,
}

/// Why reading cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum EpssError {
    /// No columns `cve` and `epss` in the header line.
    #[error("no columns `cve` and `epss` in `{0}`")]
    Columns(String),
    /// There is a column of dates: several days in one file are no table of scores.
    #[error("a column `date`: this is a history, not one day's scores")]
    History,
    /// The input could not be read on: what came before it may be a part only.
    #[error("cannot read on: {0}")]
    Io(#[from] io::Error),
}

impl From<csv::Error> for EpssError {
    fn from(error: csv::Error) -> Self {
        Self::Io(error.into())
    }
}

/// Passes bytes through and remembers the last one: a file whose last line is not ended was cut short.
#[derive(Debug)]
struct LastByte<R> {
    inner: R,
    last: Option<u8>,
}

impl<R: Read> Read for LastByte<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if let Some(last) = n.checked_sub(1).and_then(|i| buffer.get(i)) {
            self.last = Some(*last);
        }
        Ok(n)
    }
}

#[derive(Clone, Copy, Debug)]
struct Columns {
    count: usize,
    cve: usize,
    epss: usize,
    percentile: Option<usize>,
}

/// Yields the scores of a file in its order. A row that cannot be used goes to [`EpssReader::problems`]; an error ends the
/// iteration.
#[derive(Debug)]
pub struct EpssReader<R> {
    rows: csv::Reader<LastByte<io::Chain<Cursor<Vec<u8>>, R>>>,
    header: EpssHeader,
    columns: Columns,
    record: ByteRecord,
    /// Lines before the table, which the CSV reader did not see.
    skipped_lines: u64,
    good: u64,
    rejected: u64,
    problems: Vec<Problem>,
    ended: Option<bool>,
}

impl<R: BufRead> EpssReader<R> {
    /// Reads the header lines of a decompressed file.
    ///
    /// # Errors
    /// [`EpssError`] if there is no header line with the columns `cve` and `epss`.
    pub fn new(mut reader: R) -> Result<Self, EpssError> {
        let mut first = Vec::new();
        reader.by_ref().take(MAX_FIRST_LINE).read_until(b'\n', &mut first)?;
        if first.starts_with(b"\xef\xbb\xbf") {
            first.drain(..3);
        }
        let (mut header, mut skipped_lines) = (EpssHeader::default(), 0);
        let mut problems = Vec::new();
        if first.starts_with(b"#") {
            header = about(&String::from_utf8_lossy(&first), &mut problems);
            first.clear();
            skipped_lines = 1;
        }
        let input = LastByte { inner: Cursor::new(first).chain(reader), last: None };
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(input);
        let mut record = ByteRecord::new();
        rows.read_byte_record(&mut record)?;
        let columns = columns(&record)?;
        Ok(Self { rows, header, columns, record, skipped_lines, good: 0, rejected: 0, problems, ended: None })
    }

    /// What the file says about itself.
    pub fn header(&self) -> &EpssHeader {
        &self.header
    }

    /// What was wrong so far, with line numbers; at most the first thousand.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many rows could not be used so far.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Whether the file was read to its end, the end was that of a line, and every row was good.
    pub fn complete(&self) -> bool {
        self.ended == Some(true) && self.rejected == 0 && self.good > 0
    }

    fn problem(&mut self, line: u64, reason: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem::new(format!("line {line}"), reason));
        }
    }
}

impl<R: BufRead> Iterator for EpssReader<R> {
    type Item = Result<EpssScore, EpssError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ended.is_none() {
            match self.rows.read_byte_record(&mut self.record) {
                Err(error) => {
                    self.ended = Some(false);
                    return Some(Err(error.into()));
                }
                Ok(false) => {
                    let whole = self.rows.get_ref().last == Some(b'\n');
                    self.ended = Some(whole);
                    if !whole {
                        let line = self.rows.position().line() + self.skipped_lines;
                        self.problem(line, "truncated: the last line is not ended".to_owned());
                    }
                }
                Ok(true) => match row(&self.record, self.columns) {
                    Ok(score) => {
                        self.good += 1;
                        return Some(Ok(score));
                    }
                    Err(reason) => {
                        self.rejected += 1;
                        let line = self.record.position().map_or(0, csv::Position::line);
                        self.problem(line + self.skipped_lines, reason);
                    }
                },
            }
        }
        None
    }
}

/// `#model_version:v2025.03.14,score_date:2025-09-03T12:55:00Z`
fn about(line: &str, problems: &mut Vec<Problem>) -> EpssHeader {
    let mut header = EpssHeader::default();
    for (name, value) in line.trim_start_matches('#').split(',').filter_map(|f| f.split_once(':')) {
        let value = value.trim();
        match name.trim() {
            "model_version" => header.model_version = Some(excerpt(value)),
            "score_date" => {
                header.score_date = rfc3339(value);
                if header.score_date.is_none() {
                    let reason = format!("score_date `{}` is not a time", excerpt(value));
                    problems.push(Problem::new("line 1", reason));
                }
            }
            _ => {}
        }
    }
    header
}

fn columns(names: &ByteRecord) -> Result<Columns, EpssError> {
    let find = |wanted: &[&str]| {
        names.iter().position(|name| wanted.iter().any(|w| name.eq_ignore_ascii_case(w.as_bytes())))
    };
    let (Some(cve), Some(epss)) = (find(&["cve"]), find(&["epss"])) else {
        return Err(EpssError::Columns(excerpt(&String::from_utf8_lossy(names.as_slice()))));
    };
    if find(&["date"]).is_some() {
        return Err(EpssError::History);
    }
    Ok(Columns { count: names.len(), cve, epss, percentile: find(&["percentile", "epss percentile"]) })
}

fn row(record: &ByteRecord, columns: Columns) -> Result<EpssScore, String> {
    // A row with fewer columns was cut short, one with more is shifted: neither can be trusted.
    if record.len() != columns.count {
        return Err(format!("{} columns instead of {}", record.len(), columns.count));
    }
    let text = |column: usize| {
        let cell = record.get(column).unwrap_or_default();
        std::str::from_utf8(cell).map_err(|_| "not UTF-8".to_owned())
    };
    let share = |text: &str, what: &str| {
        let value = text.parse::<f64>().ok().filter(|v| (0.0..=1.0).contains(v));
        value.ok_or_else(|| format!("{what} `{}` is not between 0 and 1", excerpt(text)))
    };
    let cve = CveId::parse(text(columns.cve)?).map_err(|e| e.to_string())?;
    let score = share(text(columns.epss)?, "score")?;
    let percentile = match columns.percentile.map(text).transpose()? {
        None | Some("") => None,
        Some(given) => Some(share(given, "percentile")?),
    };
    Ok(EpssScore { cve, score, percentile })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> (Vec<EpssScore>, EpssReader<&[u8]>) {
        let mut reader = EpssReader::new(text.as_bytes()).unwrap();
        let scores = reader.by_ref().map(Result::unwrap).collect();
        (scores, reader)
    }

    #[test]
    fn the_official_layouts() {
        let table = "cve,epss,percentile\nCVE-1999-0001,0.0142,0.7991\nCVE-1999-0002,1e-05,0\n";
        for (first, date) in [
            ("#model_version:v2025.03.14,score_date:2025-09-03T12:55:00Z\n", Some("2025-09-03T12:55:00Z")),
            (
                "#model_version:v2023.03.01,score_date:2024-03-17T00:00:00+0000\r\n",
                Some("2024-03-17T00:00:00+00:00"),
            ),
            ("", None),
            ("\u{feff}", None),
        ] {
            let file = format!("{first}{table}");
            let (scores, reader) = read(&file);
            assert_eq!(reader.header().score_date.as_deref(), date);
            assert_eq!(reader.header().model_version.is_some(), date.is_some());
            assert_eq!((scores[0].score, scores[0].percentile), (0.0142, Some(0.7991)));
            assert_eq!((scores[1].score, scores[1].percentile), (0.00001, Some(0.0)));
            assert!(reader.complete() && reader.problems().is_empty());
        }
    }

    #[test]
    fn a_table_with_other_columns() {
        let (scores, reader) = read(
            "CVE,CVSS3,EPSS,EPSS Percentile,Description,Vendor,Product\n\
             CVE-2099-0001,,0.5,,\"Two\nlines, and a comma\",A,B\nCVE-2099-0002,9.8,0.25,0.75,x,A,B\n",
        );
        assert_eq!(scores.len(), 2);
        assert_eq!((scores[0].score, scores[0].percentile), (0.5, None));
        assert!(reader.complete());
    }

    #[test]
    fn bad_rows_are_kept_as_problems() {
        let (scores, reader) = read(
            "#model_version:v1,score_date:soon\ncve,epss,percentile\nCVE-2099-0001,0.5,0.5\nCVE-2099-0002,1.5,0.5\n\
             CVE-2099-0003,NaN,0.5\nnone,0.5,0.5\nCVE-2099-0004,0.5\nCVE-2099-0005,,0.1\nCVE-2099-0006,0.5,x\nCVE-2099-0007,0.1,0.2",
        );
        assert_eq!(scores.len(), 2);
        assert_eq!(reader.rejected(), 6);
        assert!(!reader.complete());
        let lines: Vec<_> = reader.problems().iter().map(|p| p.at.as_str()).collect();
        assert_eq!(lines, ["line 1", "line 4", "line 5", "line 6", "line 7", "line 8", "line 9", "line 10"]);
        assert!(reader.problems()[7].reason.starts_with("truncated"));
        assert_eq!(reader.problems()[1].reason, "score `1.5` is not between 0 and 1");
    }

    #[test]
    fn other_files_are_refused() {
        for text in ["", "a,b\n1,2\n", "{\"cve\":1}", "#model_version:v1\n"] {
            assert!(matches!(EpssReader::new(text.as_bytes()), Err(EpssError::Columns(_))), "{text}");
        }
        assert!(matches!(EpssReader::new("date,cve,epss\n".as_bytes()), Err(EpssError::History)));
        assert!(!read("cve,epss\n").1.complete(), "no scores are not a clean feed");
    }

    #[test]
    fn a_failing_reader_ends_it() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cut"))
            }
        }
        let input = io::BufReader::new("cve,epss\nCVE-2099-0001,0.5\n".as_bytes().chain(Fails));
        let mut reader = EpssReader::new(input).unwrap();
        let read: Vec<_> = reader.by_ref().map(|r| r.is_ok()).collect();
        assert_eq!(read.last(), Some(&false));
        assert!(!reader.complete());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut file = b"cve,epss,percentile\n".to_vec();
            file.extend(bytes);
            if let Ok(reader) = EpssReader::new(file.as_slice()) {
                prop_assert!(reader.count() < 200);
            }
        }
    }
}
