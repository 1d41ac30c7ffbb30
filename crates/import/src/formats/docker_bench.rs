//! Docker Bench for Security JSON (the `.log.json` file): checks of the CIS Docker benchmark that warn. The tool does not rate
//! them: a warning is a check that failed and is high here. Notes are for people to look at and are left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{benchmark, dates, out::Out, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "docker_bench",
    name: "Docker Bench for Security",
    summary: "JSON: checks of the CIS Docker benchmark that warn",
    extensions: &["json"],
    docs: "https://github.com/docker/docker-bench-security",
    tool: "docker-bench",
    sniff: |head| Sniff::when(head.keys().has("dockerbenchsecurity")),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("dockerbenchsecurity", ""),
    heads: &["dockerbenchsecurity", "start", "tests/desc"],
    lists: &["tests/results"],
    ..Layout::of(&FORMAT)
};

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, result) = (record.text("id"), record.text("result"));
    if id.is_empty() || result.is_empty() {
        return Err("no id or no result".into());
    }
    if !["WARN", "PASS"].contains(&&*result) {
        return Ok(());
    }
    let rule = benchmark::rule("", "", &id, &record.text("desc"));
    let weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    let finding = Finding {
        description: paragraphs([record.head("tests/desc").text(""), record.text("remediation-impact")]),
        fix: text::body(&record.text("remediation")),
        evidence: paragraphs([record.text("details")].into_iter().chain(record.texts("items"))),
        raw_id: Some(text::name(&id)),
        seen_at: dates::date(&record.head("start").text("")),
        compliance: vec![text::name(&format!("cis-docker:{id}"))],
        ..Finding::new(
            text::title(&record.text("desc"), &id),
            Severity::High,
            weakness,
            options.asset_or(AssetKind::Host),
            Locus::Whole,
        )
    };
    if result == "PASS" {
        out.clear(&finding);
        return Ok(());
    }
    record.tell(finding, out)
}
