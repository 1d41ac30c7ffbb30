//! Bandit JSON (`bandit -f json`): security issues in Python code.
//!
//! An issue is known by its test, its file and its code, without the line numbers that Bandit writes into the code. Files that
//! it could not read are gaps. Its metrics name every file it looked at, but not the tests that it ran: no coverage.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{dates, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "bandit",
    name: "Bandit",
    summary: "JSON: security issues in Python code",
    extensions: &["json"],
    docs: "https://bandit.readthedocs.io/en/latest/formatters/json.html",
    tool: "bandit",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout =
    Layout { heads: &["generated_at"], lists: &["results", "errors"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let measured = keys.holds("metrics", "CONFIDENCE.HIGH");
    let found = keys.holds_all("results", &["\"issue_text\"", "\"test_id\""]);
    Sniff::when(measured || found)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "errors" => {
            out.gap(text::name(&record.text("filename")), text::name(&record.text("reason")));
            Ok(())
        }
        _ => issue(record, options, out),
    }
}

fn issue(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path) = (record.first(&["test_id", "test_name"]), record.text("filename"));
    if rule.is_empty() || path.is_empty() {
        return Err("no test_id or no filename".into());
    }
    let (code, words) = (record.text("code"), record.text("issue_text"));
    let matched = record.count("line_number");
    let line = matched.and_then(|number| numbered(&code, number)).unwrap_or_else(|| code.trim().to_owned());
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity: ids::severity(&record.text("issue_severity")),
        cwe: &record.first(&["issue_cwe/id", "issue_cwe/link"]),
        path: &path,
        line: matched,
        anchor: "",
        snippet: &line,
    };
    let finding = hit.finding(options.asset_or(AssetKind::Repository));
    let finding = Finding {
        evidence: text::body(&code),
        confidence: record.text("issue_confidence").to_lowercase(),
        seen_at: dates::date(&record.head("generated_at").text("")),
        raw_id: Some(text::name(&format!("{}:{rule}", record.text("test_name")))),
        references: text::links([&*record.text("more_info"), &*record.text("issue_cwe/link")]),
        ..finding
    };
    record.tell(finding, out)
}

/// The line with this number, of code with the number before each line.
fn numbered(code: &str, number: u64) -> Option<String> {
    let number = number.to_string();
    code.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(&number)?;
        rest.starts_with([' ', '\t']).then(|| rest.trim().to_owned())
    })
}
