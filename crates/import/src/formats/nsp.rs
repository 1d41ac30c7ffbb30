//! Node Security Platform JSON (`nsp check --reporter json`): advisories for npm packages. The tool has ended; its reports remain.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, links, paragraphs, vectors};
use crate::common::{dates, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nsp",
    name: "Node Security Platform",
    summary: "JSON: advisories for npm packages",
    extensions: &["json"],
    docs: "https://github.com/nodesecurity/nsp",
    tool: "nsp",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let marks = ["module", "vulnerable_versions", "patched_versions", "advisory"];
    let keys = head.keys();
    Sniff::when(keys.has_all(&marks))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (name, version) = (record.text("module"), record.text("version"));
    if name.is_empty() {
        return Err("no module".into());
    }
    let score = record.number("cvss_score").filter(|score| *score > 0.0);
    let severity = score.map_or(Severity::Unknown, Severity::from_cvss);
    let package = Package::new("npm", &name, &version);
    let cves = record.texts("cves");
    let mut finding = package.vulnerability(
        options.asset_or(AssetKind::Repository),
        &record.text("id"),
        cves,
        &record.text("title"),
        severity,
    );
    finding.description = paragraphs([record.text("overview")]);
    finding.fix = text::body(&record.text("recommendation"));
    fixed_in(&mut finding, &record.text("patched_versions").replace("<0.0.0", ""));
    finding.cvss = vectors([record.text("cvss_vector")]);
    finding.cvss_score = score;
    let affected = record.text("vulnerable_versions");
    finding.evidence =
        paragraphs([format!("{name} {version} (affected: {affected})"), record.texts("path").join(" > ")]);
    finding.found_at = dates::date(&record.text("publish_date"));
    finding.references = links([record.text("advisory")]);
    record.tell(finding, out)
}
