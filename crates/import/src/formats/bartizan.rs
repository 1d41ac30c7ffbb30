//! Bartizan's own simple formats: CSV, JSON and JSON lines, for spreadsheets, scripts and tools without a parser.
//!
//! **Columns** (CSV header or JSON key; case, spaces, `-` and `_` do not matter; synonyms in `common/fields.rs`):
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
//! | `os`, `owner`, `criticality`, `tags` | what an inventory knows of an asset; `criticality` low to critical, or 4 to 1 |
//!
//! A row with an asset and nothing else says that the asset is there. JSON lines in the exact form that `bartizan parse`
//! prints are taken as they are. A JSON record `{"kind":"source","name":...,"version":...}` names the tool, and
//! `{"kind":"coverage","covered":[...],"gaps":[...]}` says what was looked at; it counts once the document ended well.
//! What `bartizan export exposures` writes as CSV and JSON reads back as what it was.

use crate::columns::ColumnMap;
use crate::common::fields::{Column, Row};
use crate::common::out::Out;
use crate::common::table::{self, Table};
use crate::common::{json::Json, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::coverage::Coverage;
use std::borrow::Cow;
use std::io::BufRead;

mod exact;
mod exported;
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

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    if keys.text("kind").is_some_and(|kind| exact::KINDS.contains(&kind)) {
        let exact = keys.has_any(&["weakness", "asset", "covered", "gaps", "relation", "collected_at"]);
        return Sniff::when(exact || keys.text("kind") == Some("source"));
    }
    match head.trimmed() {
        b"[]" => Sniff::Maybe,
        [b'{' | b'[', ..] => named(&keys.names().collect::<Vec<_>>()),
        [b'<', ..] => Sniff::No,
        head => {
            let names = table::header(head, &[]).unwrap_or_default();
            named(&names.iter().map(String::as_str).collect::<Vec<_>>())
        }
    }
}

/// By the names of its columns or keys.
fn named(names: &[&str]) -> Sniff {
    if exported::is(names) { Sniff::Yes } else { canonical(names) }
}

/// Other tools also write tables with a title and a severity; ours has the exact names, and only those.
fn canonical(names: &[&str]) -> Sniff {
    let known: Vec<_> = names.iter().filter_map(|name| Column::canonical(name)).collect();
    let subject = known.contains(&Column::Asset) || known.contains(&Column::Ip);
    let what = known
        .iter()
        .any(|c| matches!(c, Column::Title | Column::Component | Column::Port | Column::AssetKind));
    Sniff::when(known.len() >= 2 && known.len() == names.len() && subject && what)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let head = Head::peek(input)?;
    let is_exported = exported::is(&head.keys().names().collect::<Vec<_>>());
    match head.trim_ascii_start().first() {
        None => return Err(ParseError::Empty { format: FORMAT.id }),
        Some(b'{' | b'[') if is_exported => exported_json(input, options, &mut out)?,
        Some(b'{' | b'[') => json(input, options, &mut out)?,
        Some(_) => csv(input, options, &mut out)?,
    }
    out.finish(FORMAT.id)
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
                // What was covered before was by another tool.
                std::mem::take(&mut coverage.covered).into_iter().for_each(|covered| out.cover(covered));
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
    out.some_used(FORMAT.id)?;
    coverage.covered.into_iter().for_each(|covered| out.cover(covered));
    coverage.gaps.into_iter().for_each(|gap| out.gap(gap.what, gap.why));
    json.tell_flaws(out);
    Ok(())
}

fn exported_json(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut by_tool = exported::ByTool::default();
    json.records(&mut |record| {
        let (row, at) = match record {
            Ok(value) => (exported::Row::of_json(&value), value.at.clone()),
            Err((at, why)) => (Err(why), at),
        };
        let at = out.record(at, "");
        by_tool.row(row, &at, out)
    })?;
    by_tool.finish(out)?;
    json.tell_flaws(out);
    Ok(())
}

fn csv(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let table = Table::open(input, &options.limits, FORMAT.id, &[])?;
    if exported::is(&table.columns().iter().map(String::as_str).collect::<Vec<_>>()) {
        let columns = table.columns().to_vec();
        let mut by_tool = exported::ByTool::default();
        table.rows(out, &mut |fields, at, out| {
            let row = exported::Row::of_table(&columns, fields.fields());
            Ok(by_tool.row(Ok(row), at, out)?)
        })?;
        return by_tool.finish(out);
    }
    let columns = match &options.columns {
        Some(map) => {
            out.source(map.source(), "");
            mapped(table.columns(), map)?
        }
        None => {
            out.source(FORMAT.tool, "");
            header(table.columns(), out)?
        }
    };
    table.rows(out, &mut |fields, at, out| {
        let mut row = Row::default();
        for (column, field) in columns.iter().zip(fields.fields()) {
            if let Some(column) = column {
                row.set(*column, Cow::Borrowed(field));
            }
        }
        Ok(rows::observe(&row, at, options, Some(fields.raw().as_bytes()), out)?)
    })
}

/// The columns as a person said what they are. That others are left out is what was said, too.
fn mapped(names: &[String], map: &ColumnMap) -> Result<Vec<Option<Column>>, ParseError> {
    // By the names that were shown.
    let names: Vec<_> = names.iter().map(|name| text::name(name)).collect();
    if let Some(missing) = map.columns().keys().find(|column| !names.contains(column)) {
        let why = format!("it has no column `{}`, of which it was said what it means", text::name(missing));
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    Ok(names.iter().map(|name| map.get(name)).collect())
}

fn header(names: &[String], out: &mut Out<'_>) -> Result<Vec<Option<Column>>, ParseError> {
    let columns: Vec<_> = names.iter().map(|name| Column::canonical(name).or(Column::of(name))).collect();
    if columns.iter().flatten().count() == 0 {
        let why = "no column of its first line is known".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    for (name, _) in names.iter().zip(&columns).filter(|(_, column)| column.is_none()) {
        out.note(format!("column {}", text::name(name)), "no known column; its content is not imported");
    }
    Ok(columns)
}
