//! Brakeman JSON (`brakeman -f json`): security warnings for Ruby on Rails.
//!
//! Brakeman's fingerprint of a warning survives moved lines: it is the anchor. Ignored warnings are handed over with that word;
//! what Brakeman could not parse is a gap.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{dates, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "brakeman",
    name: "Brakeman",
    summary: "JSON: security warnings for Ruby on Rails, also ignored ones",
    extensions: &["json"],
    docs: "https://brakemanscanner.org/docs/",
    tool: "brakeman",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    version: ("scan_info", "brakeman_version"),
    heads: &["scan_info"],
    lists: &["warnings", "ignored_warnings", "errors"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let info = keys.holds("scan_info", "brakeman");
    let found = keys.holds("warnings", "\"warning_code\"");
    Sniff::when(info || found)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "errors" => {
            out.gap(text::name(&record.text("location")), text::name(&record.text("error")));
            Ok(())
        }
        _ => warning(record, options, out),
    }
}

fn warning(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let kind = record.text("warning_type");
    let rule = record.first(&["check_name", "warning_type"]);
    if rule.is_empty() {
        return Err("neither check_name nor warning_type".into());
    }
    let (words, code, print) = (record.text("message"), record.text("code"), record.text("fingerprint"));
    let symbol = record.first(&["location/method", "location/class", "location/template"]);
    let confidence = record.text("confidence");
    // A warning has no severity of its own; how sure Brakeman is stands for it, as in its own reports.
    let severity = match confidence.to_lowercase().as_str() {
        "high" => Severity::High,
        "medium" => Severity::Medium,
        "weak" | "low" => Severity::Low,
        _ => Severity::Unknown,
    };
    let cwe = record.texts("cwe_id").join(",");
    let hit = Hit {
        rule: &rule,
        title: &format!("{kind}: {words}"),
        severity,
        cwe: &cwe,
        path: &record.text("file"),
        line: record.count("line"),
        anchor: if print.is_empty() { &symbol } else { &print },
        snippet: &code,
    };
    let mut finding = hit.finding(options.asset_or(AssetKind::Repository));
    finding.weakness.ids = ids::ids_in(&words);
    let ignored = (record.list == "ignored_warnings").then(|| match &*record.text("note") {
        "" => "ignored".to_owned(),
        note => text::name(&format!("ignored: {note}")),
    });
    let finding = Finding {
        description: paragraphs([
            words.into_owned(),
            text::labelled([("User input", &*record.text("user_input"))]),
            text::labelled([("In", &*symbol)]),
        ]),
        confidence: confidence.to_lowercase(),
        raw_id: text::some(&print),
        seen_at: dates::date(&record.head("scan_info").text("end_time")),
        references: text::links([&*record.text("link")]),
        suppressed: ignored,
        ..finding
    };
    record.tell(finding, out)
}
