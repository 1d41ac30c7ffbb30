//! TFLint JSON (`tflint --format json`): issues of Terraform code. Errors of the run are gaps.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{ids, loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "tflint",
    name: "TFLint",
    summary: "JSON: issues of Terraform code",
    extensions: &["json"],
    docs: "https://github.com/terraform-linters/tflint",
    tool: "tflint",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout { lists: &["issues", "errors"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let marks = ["\"rule\"", "\"range\"", "\"filename\""];
    let issues = keys.holds_all("issues", &marks);
    match (keys.has("errors") && issues, keys.names().eq(["issues", "errors"])) {
        (true, _) => Sniff::Yes,
        (false, true) => Sniff::Maybe,
        (false, false) => Sniff::No,
    }
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "errors" => {
            let what = loci::path(&record.text("range/filename"));
            let what = if what.is_empty() { "the run" } else { &what };
            out.gap(what, text::line(&record.first(&["message", "summary"]), text::TITLE));
            Ok(())
        }
        _ => issue(record, options, out),
    }
}

fn issue(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, words) = (record.text("rule/name"), record.text("message"));
    if rule.is_empty() {
        return Err("no rule".into());
    }
    let severity = match &*record.text("rule/severity").to_lowercase() {
        "error" => Severity::Medium,
        "warning" => Severity::Low,
        "notice" => Severity::Info,
        word => ids::severity(word),
    };
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity,
        path: &record.text("range/filename"),
        line: record.count("range/start/line"),
        anchor: &loci::snippet(&words),
        ..Hit::default()
    };
    let finding = Finding {
        references: text::links([&*record.text("rule/link")]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
