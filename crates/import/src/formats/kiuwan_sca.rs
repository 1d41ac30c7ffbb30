//! Kiuwan Insights (SCA) JSON: vulnerabilities with the components that carry them, one finding each.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::Package;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kiuwan_sca",
    name: "Kiuwan Insights",
    summary: "JSON: vulnerabilities of components",
    extensions: &["json"],
    docs: "https://www.kiuwan.com/docs/display/K5/Insights",
    tool: "kiuwan-sca",
    sniff: |head| Sniff::when(head.listed().has_all(&["securityRisk", "components", "cve"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = record.text("cve");
    let components = record.items("components");
    if id.is_empty() {
        return Err("no cve".into());
    }
    if components.is_empty() {
        out.gap(text::name(&id), "the report names no component that carries it");
    }
    let scores = ["cVSSv3BaseScore", "cVSSv2BaseScore"];
    let score = scores.iter().find_map(|key| record.number(key)).filter(|score| *score > 0.0);
    for component in components {
        let name = component.text("artifact");
        // `group:artifact` is Maven's way to name; others Kiuwan does not tell.
        let ecosystem = if name.contains(':') { "maven" } else { "" };
        let package = Package::new(ecosystem, &name, &component.text("version"));
        let none: [&str; 0] = [];
        let asset = options.asset_or(AssetKind::Repository);
        let mut finding =
            package.vulnerability(asset, &id, none, "", ids::severity(&record.text("securityRisk")));
        ids::cwes_in(&mut finding.weakness.cwe, &record.text("cwe"));
        let finding = Finding {
            description: text::body(&record.text("description")),
            cvss_score: score,
            epss: record.number("epss_score").filter(|epss| (0.0..=1.0).contains(epss)),
            raw_id: text::some(&format!("{}:{}", record.text("id"), component.text("id"))),
            suppressed: record.is_true("muted").then(|| "muted".to_owned()),
            ..finding
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
