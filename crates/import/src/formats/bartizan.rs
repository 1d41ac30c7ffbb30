//! Bartizan's own simple formats: CSV, JSON and JSON lines, for spreadsheets, scripts and tools without a parser.
//!
//! **Columns** (CSV header or JSON key; case, spaces, `-` and `_` do not matter; synonyms in [`columns`]):
//!
//! | Column | Means |
//! |---|---|
//! | `title` | one line; a row with a title, rule or CVE is a finding |
//! | `severity` | critical, high, medium, low, info; a CVSS score; 0 to 4 |
//! | `cve`, `cwe` | ids, divided by commas or spaces |
//! | `asset`, `asset_kind` | a name, address, URL or image, and what it is (default host; of a URL, web-application) |
//! | `ip`, `hostname`, `mac` | further identifiers of a host |
//! | `port`, `protocol` | the locus of a network finding; without title a service |
//! | `component`, `version`, `fixed_version` | a package URL or name; without title a component |
//! | `rule` | the check's own id |
//! | `path`, `parameter`, `line` | a file, or a route of a web application |
//! | `description`, `fix`, `evidence`, `references`, `cvss`, `id` | further words |
//! | `seen_at` | when, in any usual style |
//! | `suppressed` | why the source sets it aside |
//!
//! A row with an asset and nothing else says that the asset is there. JSON lines in the exact form that `bartizan parse`
//! prints are taken as they are. A JSON record `{"kind":"source","name":...,"version":...}` names the tool, and
//! `{"kind":"coverage","covered":[...],"gaps":[...]}` says what was looked at; it counts once the document ended well.

use crate::common::out::Out;
use crate::common::{head, json::Json, utf8::TOO_LONG, utf8::Utf8};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::coverage::Coverage;
use columns::{Column, Row};
use std::borrow::Cow;
use std::io::BufRead;

mod columns;
mod exact;
mod rows;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "bartizan",
    name: "Bartizan",
    summary: "simple CSV, JSON or JSON lines with documented columns, and what `bartizan parse` prints",
    extensions: &["csv", "json", "jsonl"],
    docs: "https://github.com/bartizan-security/bartizan/blob/main/crates/import/src/formats/bartizan.rs",
    tool: "bartizan",
    sniff,
    parse,
};

fn sniff(head: &[u8]) -> Sniff {
    if let Some(keys) = head::Keys::of(head) {
        if keys.text("kind").is_some_and(|kind| exact::KINDS.contains(&kind)) {
            let exact = keys.has_any(&["weakness", "asset", "covered", "gaps", "relation", "collected_at"]);
            return if exact || keys.text("kind") == Some("source") { Sniff::Yes } else { Sniff::No };
        }
        let names: Vec<_> = keys.names().collect();
        return canonical(&names);
    }
    match head::trim(head) {
        b"[]" => Sniff::Maybe,
        [b'{' | b'[' | b'<' | b'"', ..] => Sniff::No,
        head => {
            let end = head.iter().position(|b| *b == b'\n').unwrap_or(head.len());
            let header = String::from_utf8_lossy(&head[..end]);
            let divider = divider(header.as_bytes());
            let names: Vec<_> =
                header.split(char::from(divider)).map(|name| name.trim().trim_matches('"')).collect();
            canonical(&names)
        }
    }
}

/// Other tools also write tables with a title and a severity; ours has the exact names, and only those.
fn canonical(names: &[&str]) -> Sniff {
    let known: Vec<_> = names.iter().filter_map(|name| Column::canonical(name)).collect();
    let subject = known.contains(&Column::Asset) || known.contains(&Column::Ip);
    let what = known
        .iter()
        .any(|c| matches!(c, Column::Title | Column::Component | Column::Port | Column::AssetKind));
    if known.len() >= 2 && known.len() == names.len() && subject && what { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let head = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
    match head.trim_ascii_start().first() {
        None => Err(ParseError::Empty { format: "bartizan" }),
        Some(b'{' | b'[') => json(input, options, &mut out).map(|()| out.summary),
        Some(_) => csv(input, options, &mut out).map(|()| out.summary),
    }
}

fn json(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut coverage = Coverage::default();
    let mut named = false;
    json.records(&mut |record| {
        let (value, at) = match record {
            Ok(value) => (Some(value.at.clone()).zip(Some(value)), None),
            Err((at, why)) => (None, Some((at, why))),
        };
        if let Some((at, why)) = at {
            let at = out.record(at, "");
            {
                out.reject(at, why);
                return Ok(());
            }
        }
        let Some((at, value)) = value else { return Ok(()) };
        let kind = exact::kind(&value.text);
        if !named && kind != Some("source") {
            named = true;
            out.source(FORMAT.tool, "");
        }
        let at = out.record(at, "");
        match kind {
            Some("source") => {
                named = true;
                exact::source(&value, at, out);
            }
            Some("coverage") => exact::coverage(&value, at, &mut coverage, out),
            Some(_) => return exact::observation(&value, &at, out),
            None => {
                return match Row::of_json(&value) {
                    Ok(row) => rows::observe(&row, &at, options, Some(value.text.as_bytes()), out),
                    Err(why) => {
                        out.reject(at, why);
                        Ok(())
                    }
                };
            }
        }
        Ok(())
    })?;
    all_rejected(out)?;
    coverage.covered.into_iter().for_each(|covered| out.cover(covered));
    coverage.gaps.into_iter().for_each(|gap| out.gap(gap.what, gap.why));
    out.damaged(json.damaged);
    Ok(())
}

fn csv(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    out.source(FORMAT.tool, "");
    let divider = {
        let head = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
        divider(head.split(|b| *b == b'\n').next().unwrap_or_default())
    };
    let mut utf8 = Utf8::new(input, options.limits.record);
    let last = {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(divider)
            .flexible(true)
            .has_headers(false)
            .from_reader(&mut utf8);
        let mut record = csv::StringRecord::new();
        let mut columns: Option<Vec<Option<Column>>> = None;
        let mut last = (Place::default(), false);
        loop {
            reader.get_mut().mark();
            let at = reader.position();
            let at = Place { record: 0, line: at.line(), offset: at.byte(), path: Cow::Borrowed("") };
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => return Err(broken(error, at, options.limits.record)),
            }
            let Some(columns) = &columns else {
                columns = Some(header(&record, out)?);
                continue;
            };
            if record.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            let at = out.record(at, "");
            let odd = record.len() < columns.len()
                || record.get(record.len() - 1).is_some_and(|f| f.contains('\n'));
            last = (at.clone(), odd);
            if record.len() > columns.len() {
                out.reject(
                    at,
                    format!("{} fields under {} columns; is a quote missing?", record.len(), columns.len()),
                );
                continue;
            }
            let mut row = Row::default();
            for (column, field) in columns.iter().zip(&record) {
                if let Some(column) = column {
                    row.set(*column, Cow::Borrowed(field));
                }
            }
            rows::observe(&row, &at, options, None, out)?;
        }
        last
    };
    // The reader takes the end of the file for the end of a quoted field.
    let (at, odd) = last;
    if utf8.quotes % 2 == 1 && (odd || utf8.last != b'\n') {
        return Err(ParseError::Truncated { at, what: "a quote of this row is never closed".to_owned() });
    }
    all_rejected(out)?;
    out.damaged(utf8.damaged);
    Ok(())
}

fn all_rejected(out: &Out<'_>) -> Result<(), ParseError> {
    if out.summary.records > 0 && out.summary.records == out.summary.rejected {
        let why = "no record in it could be used".to_owned();
        return Err(ParseError::WrongFormat { format: "bartizan", why });
    }
    Ok(())
}

/// Spreadsheets of some countries divide by semicolons.
fn divider(header: &[u8]) -> u8 {
    let count = |divider: u8| header.iter().filter(|b| **b == divider).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|divider| count(*divider)).unwrap_or(b',')
}

fn header(record: &csv::StringRecord, out: &mut Out<'_>) -> Result<Vec<Option<Column>>, ParseError> {
    let columns: Vec<_> = record.iter().map(Column::of).collect();
    if columns.iter().flatten().count() == 0 {
        let why = "no column of its first line is known".to_owned();
        return Err(ParseError::WrongFormat { format: "bartizan", why });
    }
    for (name, _) in record.iter().zip(&columns).filter(|(_, column)| column.is_none()) {
        out.gap(
            format!("column {}", crate::common::text::name(name)),
            "no known column; its content is not imported",
        );
    }
    Ok(columns)
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
