//! OSV-Scanner JSON (`--format json`), versions 1 and 2: one finding a vulnerability and package, and the packages.
//!
//! A group of ids is one vulnerability under several names: its ids are aliases. Where the call analysis says that no
//! vulnerable function is called, the finding is told as suppressed.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::Tree;
use crate::common::{osv, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::AssetKind;
use bartizan_model::Severity;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "osv_scanner",
    name: "OSV-Scanner",
    summary: "JSON: packages of lock files, images and bills, and their vulnerabilities",
    extensions: &["json"],
    docs: "https://google.github.io/osv-scanner/output/",
    tool: "osv-scanner",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, package),
};

static LAYOUT: Layout = Layout {
    heads: &["results/source", "image_metadata"],
    lists: &["results/packages"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let marks = ["experimental_config", "license_summary", "experimental_generic_findings", "image_metadata"];
    let packages = head.has_all(&["\"source\"", "\"packages\"", "\"ecosystem\""]);
    Sniff::when(keys.has("results") && (keys.has_any(&marks) || packages))
}

fn package(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let ecosystem = record.text("package/ecosystem");
    // `Debian:12`: the release is no part of the ecosystem's name.
    let kind = ecosystem.split(':').next().unwrap_or_default();
    // Vendored code is known by its commit alone.
    let (name, version) = (record.first(&["package/name", "package/commit"]), record.text("package/version"));
    if name.is_empty() {
        return Err("no package name".into());
    }
    let package = Package::new(kind, &name, &version);
    let asset = options.asset_or(AssetKind::Repository);
    out.observe(&record.at, package.seen(asset.clone()), None)?;
    let source = record.head("results/source").text("path");
    let groups = record.items("groups");
    for found in record.items("vulnerabilities") {
        let id = found.text("id");
        let group = groups.iter().find(|group| group.texts("ids").contains(&id));
        let score = group.and_then(|group| group.number("max_severity")).filter(|score| *score > 0.0);
        let severity = match (osv::severity(found), score) {
            (Severity::Unknown, Some(score)) => Severity::from_cvss(score),
            (word, _) => word,
        };
        let aliases = group.map(|group| group.texts("aliases")).unwrap_or_default();
        let title = found.text("summary");
        let mut finding = package.vulnerability(asset.clone(), &id, aliases, &title, severity);
        osv::dress(&mut finding, found, &name);
        finding.cvss_score = score;
        finding.evidence = text::body(&format!("{name} {version} in {source}"));
        let called = group.and_then(|group| {
            let analysis = ["experimentalAnalysis", "experimental_analysis"].map(|key| group.at(key).at(&id));
            analysis.iter().find_map(|it| it.get("called")?.as_bool())
        });
        finding.suppressed = (called == Some(false)).then(|| "no vulnerable function is called".to_owned());
        record.tell(finding, out)?;
    }
    Ok(())
}
