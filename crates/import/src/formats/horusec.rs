//! Horusec JSON (`horusec start -o json`): vulnerabilities that the tools it runs found in code and its history.
//!
//! Horusec's hash of a vulnerability is the anchor. Its leaks are secrets, of which the code is not kept.

use crate::common::code::{Hit, Leak};
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::Tree;
use crate::common::{dates, ids, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "horusec",
    name: "Horusec",
    summary: "JSON: weaknesses in code by the many tools that Horusec runs",
    extensions: &["json"],
    docs: "https://docs.horusec.io/",
    tool: "horusec",
    sniff: |head| Sniff::when(head.object().has("analysisVulnerabilities")),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version", "finishedAt"],
    lists: &["analysisVulnerabilities"],
    ..Layout::of(&FORMAT)
};

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let it = record.at("vulnerabilities");
    let words = it.text("details");
    // `(1/2) * Possible ...`: the first of two weaknesses at the place.
    let first = words.lines().next().unwrap_or_default();
    let title = first.split_once(") * ").filter(|_| first.starts_with('(')).map_or(first, |(_, title)| title);
    let tool = it.text("securityTool");
    let rule = it.first(&["rule_id", "ruleID"]);
    let rule = if rule.is_empty() { title.to_owned() } else { format!("{tool}:{rule}") };
    if rule.is_empty() {
        return Err("neither rule_id nor details".into());
    }
    let (path, hash, code) = (it.text("file"), it.text("vulnHash"), it.text("code"));
    let line = it.text("line").split('-').next().and_then(|line| line.trim().parse().ok());
    let severity = ids::severity(&it.text("severity"));
    let secret = it.text("language") == "Leaks" || tool.contains("Leaks") || tool == "GitLeaks";
    let asset = options.asset_or(AssetKind::Repository);
    let finding = if secret {
        Leak { rule: &rule, title, severity, path: &path, line, secret: &code }.finding(asset)
    } else {
        Hit { rule: &rule, title, severity, cwe: &words, path: &path, line, anchor: &hash, snippet: &code }
            .finding(asset)
    };
    let kind = it.text("type");
    let settled = ["False Positive", "Risk Accepted", "Corrected"].contains(&&*kind);
    let finding = Finding {
        description: if secret { String::new() } else { text::body(&words) },
        confidence: text::name(&it.text("confidence")),
        raw_id: text::some(&hash),
        seen_at: dates::date(&record.head("finishedAt").text("")),
        tags: history(&[
            ("tool", &tool),
            ("language", &it.text("language")),
            ("commit", &it.text("commitHash")),
        ]),
        suppressed: settled.then(|| kind.to_lowercase()),
        ..finding
    };
    if secret { record.tell_alone(finding, out) } else { record.tell(finding, out) }
}
