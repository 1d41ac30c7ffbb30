//! OpenSSF Scorecard JSON (`scorecard --format json`, and its REST API): checks of how a repository is kept.
//!
//! A check scores from 0 to 10; one below 10 is a finding, the worse the lower, by the risk that Scorecard gives to the check. A check
//! without a score (-1) could not be made and is a gap.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{assets, dates, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "scorecard",
    name: "OpenSSF Scorecard",
    summary: "JSON: checks of how a repository is kept",
    extensions: &["json"],
    docs: "https://github.com/ossf/scorecard",
    tool: "scorecard",
    sniff: |head| Sniff::when(head.object().has_all(&["checks", "scorecard"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("scorecard", "version"),
    heads: &["scorecard", "repo", "date"],
    lists: &["checks"],
    ..Layout::of(&FORMAT)
};

/// The risk of each check (Scorecard's documentation of checks).
const RISKS: &[(&str, Severity)] = &[
    ("Dangerous-Workflow", Severity::Critical),
    ("Webhooks", Severity::Critical),
    ("Binary-Artifacts", Severity::High),
    ("Branch-Protection", Severity::High),
    ("Code-Review", Severity::High),
    ("Dependency-Update-Tool", Severity::High),
    ("Maintained", Severity::High),
    ("Signed-Releases", Severity::High),
    ("Token-Permissions", Severity::High),
    ("Vulnerabilities", Severity::High),
    ("CI-Tests", Severity::Low),
    ("CII-Best-Practices", Severity::Low),
    ("Contributors", Severity::Low),
    ("License", Severity::Low),
];

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("name");
    if name.is_empty() {
        return Err("no name".into());
    }
    let (reason, score) = (record.text("reason"), record.number("score"));
    let Some(score) = score.filter(|score| *score >= 0.0) else {
        out.gap(text::name(&name), text::name(&reason));
        return Ok(());
    };
    if score >= 10.0 {
        return Ok(());
    }
    let risk = RISKS.iter().find(|(check, _)| *check == name).map_or(Severity::Medium, |(_, risk)| *risk);
    // Half of the way is half as bad.
    let severity = if score < 5.0 { risk } else { risk.min(Severity::Low) };
    let repository = record.head("repo").text("name");
    let asset = options.asset.clone().or_else(|| assets::repository(&repository));
    let asset = asset.or_else(|| assets::named(AssetKind::Repository, &repository));
    let score = record.text("score");
    let details = record.texts("details").join("\n");
    let weakness = WeaknessSeen { rule: text::name(&name), ..WeaknessSeen::default() };
    let finding = Finding {
        description: text::paragraphs([&*reason, &record.text("documentation/short")]),
        evidence: text::labelled([("Score, of 10", &*score), ("Details", &details)]),
        seen_at: dates::date(&record.head("date").text("")),
        references: text::links([&*record.text("documentation/url")]),
        ..Finding::new(
            text::title(&format!("{name}: {reason}"), ""),
            severity,
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository)),
            Locus::Whole,
        )
    };
    record.tell(finding, out)
}
