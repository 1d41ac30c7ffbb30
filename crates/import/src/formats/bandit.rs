//! Bandit JSON and CSV (`bandit -f json`): security issues in Python code.
//!
//! An issue is known by its test, its file and its code, without the line numbers that Bandit writes into the code. Files that
//! it could not read are gaps. Its metrics name every file it looked at, but not the tests that it ran: no coverage.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{dates, head, ids, table, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::borrow::Cow;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "bandit",
    name: "Bandit",
    summary: "JSON and CSV: security issues in Python code",
    extensions: &["json", "csv"],
    docs: "https://bandit.readthedocs.io/en/latest/formatters/json.html",
    tool: "bandit",
    sniff,
    parse,
};

/// Columns of the CSV, which has no code.
const COLUMNS: &[&str] = &["filename", "test_id", "issue_severity", "issue_confidence", "issue_text"];

static LAYOUT: Layout =
    Layout { heads: &["generated_at"], lists: &["results", "errors"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let measured = keys.holds("metrics", "CONFIDENCE.HIGH");
    let found = keys.holds_all("results", &["\"issue_text\"", "\"test_id\""]);
    Sniff::when(measured || found || head.csv(COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if head::begins_json(input)? {
        return LAYOUT.parse(input, options, sink, record);
    }
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        let finding = issue(|names| row.first(names).into(), options)?;
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "errors" => {
            out.gap(text::name(&record.text("filename")), text::name(&record.text("reason")));
            Ok(())
        }
        _ => {
            let finding = issue(|names| record.first(names), options)?;
            let seen_at = dates::date(&record.head("generated_at").text(""));
            record.tell(Finding { seen_at, ..finding }, out)
        }
    }
}

fn issue<'a>(get: impl Fn(&[&str]) -> Cow<'a, str>, options: &Options) -> Result<Finding, &'static str> {
    let (rule, path) = (get(&["test_id", "test_name"]), get(&["filename"]));
    if rule.is_empty() || path.is_empty() {
        return Err("no test_id or no filename");
    }
    let (code, words, link) = (get(&["code"]), get(&["issue_text"]), get(&["issue_cwe/link", "issue_cwe"]));
    let matched = get(&["line_number"]).parse().ok();
    let line = matched.and_then(|number| numbered(&code, number)).unwrap_or_else(|| code.trim().to_owned());
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity: ids::severity(&get(&["issue_severity"])),
        cwe: &get(&["issue_cwe/id", "issue_cwe/link", "issue_cwe"]),
        path: &path,
        line: matched,
        anchor: "",
        snippet: &line,
    };
    let finding = hit.finding(options.asset_or(AssetKind::Repository));
    Ok(Finding {
        evidence: text::body(&code),
        confidence: get(&["issue_confidence"]).to_lowercase(),
        raw_id: Some(text::name(&format!("{}:{rule}", get(&["test_name"])))),
        references: text::links([&*get(&["more_info"]), &*link]),
        ..finding
    })
}

/// The line with this number, of code with the number before each line.
fn numbered(code: &str, number: u64) -> Option<String> {
    let number = number.to_string();
    code.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(&number)?;
        rest.starts_with([' ', '\t']).then(|| rest.trim().to_owned())
    })
}
