//! Nancy JSON (`nancy sleuth -o json`) and OSS Index component reports: vulnerabilities of packages by their coordinates.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, cwes, links, vectors};
use crate::common::{out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nancy",
    name: "Nancy and OSS Index",
    summary: "JSON: vulnerabilities of Go modules and other packages from OSS Index",
    extensions: &["json"],
    docs: "https://github.com/sonatype-nexus-community/nancy",
    tool: "nancy",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version"],
    lists: &["vulnerable", "[]"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let nancy = keys.has("vulnerable") && keys.has_any(&["audited", "num_audited", "num_vulnerable"]);
    let index = keys.in_array && keys.has("coordinates") && keys.has_any(&["vulnerabilities", "reference"]);
    Sniff::when(nancy || index)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let coordinates = record.first(&["Coordinates", "coordinates"]);
    let Ok(purl) = coordinates.parse::<bartizan_model::Purl>() else {
        return Err("coordinates that are no package URL".into());
    };
    let package = Package::given(&coordinates, purl.kind(), &purl.full_name(), purl.version());
    let asset = options.asset_or(AssetKind::Repository);
    let items = record.items("Vulnerabilities").iter().chain(record.items("vulnerabilities"));
    for item in items {
        let own = item.first(&["ID", "id"]);
        let cve = item.first(&["Cve", "cve"]);
        let title = item.first(&["Title", "title"]);
        let score = item.number("CvssScore").or_else(|| item.number("cvssScore"));
        let severity = score.map_or(Severity::Unknown, Severity::from_cvss);
        let mut finding = package.vulnerability(asset.clone(), &own, [cve, title.clone()], &title, severity);
        finding.description = text::body(&item.first(&["Description", "description"]));
        finding.cvss = vectors([item.first(&["CvssVector", "cvssVector"])]);
        finding.cvss_score = score;
        finding.weakness.cwe = cwes([item.first(&["Cwe", "cwe"])]);
        finding.references = links(
            [item.first(&["Reference", "reference"])].into_iter().chain(item.texts("externalReferences")),
        );
        finding.suppressed = item.is_true("Excluded").then(|| "excluded".to_owned());
        record.tell(finding, out)?;
    }
    Ok(())
}
