//! CodeChecker JSON (`CodeChecker parse -e json`): reports of Clang Static Analyzer, Clang-Tidy, Cppcheck and other analyzers;
//! also the list that its server gives (`CodeChecker cmd results -o json`).
//!
//! The report hash is CodeChecker's own name of a place across versions and is the anchor. Reports that were reviewed as false
//! positive or intentional carry that word.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{dates, head, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "codechecker",
    name: "CodeChecker",
    summary: "JSON: reports of C and C++ analyzers",
    extensions: &["json"],
    docs: "https://codechecker.readthedocs.io/en/latest/analyzer/user_guide/",
    tool: "codechecker",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["[]", "reports"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let served = keys.in_array && keys.has_all(&["checkerId", "bugHash"]);
    let parsed = keys.value("reports").filter(|_| !keys.in_array).is_some_and(|it| {
        head::has(it, "\"checker_name\"") && head::has(it, "\"report_hash\"")
            || keys.names().eq(["version", "reports"]) && head::is_empty_list(it)
    });
    Sniff::when(served || parsed)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.first(&["checker_name", "checkerId"]);
    let hash = record.first(&["report_hash", "bugHash"]);
    if rule.is_empty() {
        return Err("no checker_name".into());
    }
    let severity = match &*record.text("severity").to_uppercase() {
        "STYLE" => Severity::Info,
        // The server's numbers.
        "10" => Severity::Info,
        "20" => Severity::Low,
        "30" => Severity::Medium,
        "40" => Severity::High,
        "50" => Severity::Critical,
        word => ids::severity(word),
    };
    let words = record.first(&["message", "checkerMsg"]);
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity,
        path: &record.first(&["file/original_path", "file/path", "file", "checkedFile"]),
        line: record.count("line"),
        anchor: &hash,
        ..Hit::default()
    };
    let steps = record.items("bug_path_events").iter().map(|step| {
        format!("{}:{} {}", step.first(&["file/path", "file"]), step.text("line"), step.text("message"))
    });
    let steps: Vec<_> = steps.take(200).collect();
    let review = match &*record.first(&["review_status", "reviewData/status"]) {
        "2" => "false positive".to_owned(),
        "3" => "intentional".to_owned(),
        word => word.to_lowercase(),
    };
    let settled = ["false_positive", "intentional", "suppress", "false positive"].contains(&review.as_str());
    let finding = Finding {
        evidence: text::body(&steps.join("\n")),
        raw_id: text::some(&hash),
        tags: text::some(&record.first(&["analyzer_name", "analyzerName"])).into_iter().collect(),
        found_at: dates::date(&record.text("detectedAt")),
        suppressed: settled.then_some(review),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
