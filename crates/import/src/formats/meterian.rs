//! Meterian JSON report (`meterian --report-json`): dependencies and the advice about them.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{self, Tree};
use crate::common::{dates, ids, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "meterian",
    name: "Meterian",
    summary: "JSON: vulnerabilities of dependencies",
    extensions: &["json"],
    docs: "https://docs.meterian.io/",
    tool: "meterian",
    sniff: |head| Sniff::when(head.object().holds_any("reports", &["\"assessments\"", "\"advices\""])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout =
    Layout { heads: &["timestamp"], lists: &["reports/security/assessments"], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let language = record.text("language");
    let language = language.to_lowercase();
    let ecosystem = if language.is_empty() { record.text("lang").to_lowercase() } else { language };
    let ecosystem = if ecosystem == "nodejs" { "npm".to_owned() } else { ecosystem };
    for report in record.items("reports") {
        let dependency = report.at("dependency");
        let name = dependency.text("name");
        if name.is_empty() {
            return Err("a report without a dependency".into());
        }
        let package = Package::new(&ecosystem, &name, &dependency.text("version"));
        for advice in record.items_of(report, "advices") {
            let id = advice.first(&["cve", "id"]);
            let severity = advice.text("severity");
            let severity = if severity == "SUGGEST" { "info" } else { &severity };
            let none: [&str; 0] = [];
            let asset = options.asset_or(AssetKind::Repository);
            let mut finding = package.vulnerability(asset, &id, none, "", ids::severity(severity));
            ids::cwes_in(&mut finding.weakness.cwe, &advice.text("cwe"));
            fixed_in(
                &mut finding,
                &report.first(&[
                    "safeVersions/latestPatch",
                    "safeVersions/latestMinor",
                    "safeVersions/latestMajor",
                ]),
            );
            let finding = Finding {
                description: text::body(&advice.text("description")),
                cvss_score: advice.number("cvss").filter(|score| *score > 0.0),
                raw_id: text::some(&advice.first(&["id", "uuid"])),
                seen_at: dates::date(&record.head("timestamp").text("")),
                references: tree::links(advice.items("links").iter().map(|link| link.text("url"))),
                ..finding
            };
            record.tell_alone(finding, out)?;
        }
    }
    Ok(())
}
