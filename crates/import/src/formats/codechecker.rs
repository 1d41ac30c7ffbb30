//! CodeChecker JSON (`CodeChecker parse -e json`): reports of Clang Static Analyzer, Clang-Tidy, Cppcheck and other analyzers.
//!
//! The report hash is CodeChecker's own name of a place across versions and is the anchor. Reports that were reviewed as false
//! positive or intentional carry that word.

use crate::common::code::Hit;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "codechecker",
    name: "CodeChecker",
    summary: "JSON: reports of C and C++ analyzers",
    extensions: &["json"],
    docs: "https://codechecker.readthedocs.io/en/latest/analyzer/user_guide/",
    tool: "codechecker",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "codechecker", tool: "codechecker", version: ("", ""), heads: &[], lists: &["reports"] };

fn sniff(head: &[u8]) -> Sniff {
    match head::Keys::of(head).filter(|keys| !keys.in_array) {
        Some(keys)
            if keys
                .value("reports")
                .is_some_and(|it| head::has(it, "\"checker_name\"") && head::has(it, "\"report_hash\"")) =>
        {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, hash) = (record.text("checker_name"), record.text("report_hash"));
    if rule.is_empty() {
        return Err("no checker_name".into());
    }
    let severity = match &*record.text("severity").to_uppercase() {
        "STYLE" => Severity::Info,
        word => ids::severity(word),
    };
    let words = record.text("message");
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity,
        path: &record.first(&["file/original_path", "file/path", "file"]),
        line: record.count("line"),
        anchor: &hash,
        ..Hit::default()
    };
    let steps = record.items("bug_path_events").iter().map(|step| {
        format!("{}:{} {}", step.first(&["file/path", "file"]), step.text("line"), step.text("message"))
    });
    let steps: Vec<_> = steps.take(200).collect();
    let review = record.text("review_status").to_lowercase();
    let settled = ["false_positive", "intentional", "suppress", "false positive"].contains(&review.as_str());
    let finding = Finding {
        evidence: text::body(&steps.join("\n")),
        raw_id: text::some(&hash),
        tags: text::some(&record.text("analyzer_name")).into_iter().collect(),
        suppressed: settled.then_some(review),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
