//! dawnscanner JSON (`dawn --json`): known vulnerabilities and weaknesses of Ruby applications.
//!
//! The report names the vulnerability but not always the gem: the application is the place.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{dates, ids, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dawnscanner",
    name: "dawnscanner",
    summary: "JSON: vulnerabilities of Ruby applications",
    extensions: &["json"],
    docs: "https://github.com/thesp0nge/dawnscanner",
    tool: "dawnscanner",
    sniff: |head| Sniff::when(head.object().has("dawn_version")),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("dawn_version", ""),
    heads: &["dawn_version", "scan_started"],
    lists: &["vulnerabilities", "mitigated_vuln", "reflected_xss"],
    ..Layout::of(&FORMAT)
};

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.first(&["name", "sink_view"]);
    if name.is_empty() {
        return Err("no name".into());
    }
    let weakness =
        WeaknessSeen { ids: ids::ids_in(&name), rule: text::name(&name), ..WeaknessSeen::default() };
    let score = record.number("cvss_score");
    let asset = options.asset_or(AssetKind::Repository);
    let finding = Finding {
        description: text::body(&record.text("message")),
        fix: text::body(&record.text("remediation")),
        cvss_score: score.filter(|score| *score > 0.0),
        raw_id: text::some(&name),
        seen_at: dates::date(&record.head("scan_started").text("")),
        references: text::links([&*record.text("cve_link")]),
        suppressed: (record.list == "mitigated_vuln").then(|| "mitigated".to_owned()),
        ..Finding::new(
            text::title(&name, ""),
            ids::severity(&record.text("severity")),
            weakness,
            asset,
            Locus::Whole,
        )
    };
    record.tell(finding, out)
}
