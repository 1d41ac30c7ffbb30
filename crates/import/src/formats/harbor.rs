//! Vulnerability reports of the Harbor registry: the answer of its API (by media type), the report itself, and what scanner
//! adapters hand to it.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, cwes, links, paragraphs, vectors};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "harbor",
    name: "Harbor",
    summary: "JSON vulnerability report of the Harbor registry and its scanner adapters",
    extensions: &["json"],
    docs: "https://goharbor.io/docs/main/administration/vulnerability-scanning/",
    tool: "harbor",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &["scanner", "generated_at", "artifact", "*/scanner", "*/generated_at", "*/artifact"],
    lists: &["vulnerabilities", "*/vulnerabilities"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let media = keys.names().any(|key| key.starts_with("application/vnd.") && key.contains("vuln"));
    let report = keys.has_all(&["generated_at", "scanner", "vulnerabilities"]);
    Sniff::when(media || report)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, name) = (record.text("id"), record.text("package"));
    if id.is_empty() || name.is_empty() {
        return Err("no id or no package".into());
    }
    let either = |key: &str| [record.head(&format!("*/{key}")), record.head(key)];
    let package = Package::new("generic", &name, &record.text("version"));
    let image = either("artifact").iter().find_map(|it| {
        let repository = it.text("repository");
        let tag = it.text("tag");
        let whole = format!("{repository}:{tag}");
        assets::image(if repository.is_empty() || tag.is_empty() { &repository } else { &whole })
    });
    let digest = || record.texts("artifact_digests").first().and_then(|digest| assets::image(digest));
    let asset = image.or_else(|| options.asset.clone()).or_else(digest);
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage));
    let severity = ids::severity(&record.text("severity"));
    let mut finding = package.vulnerability(asset, &id, [""; 0], "", severity);
    finding.description = paragraphs([record.text("description")]);
    finding.weakness.cwe = cwes(record.texts("cwe_ids"));
    let vendors = record.at("vendor_attributes/CVSS").as_object().into_iter().flat_map(|it| it.values());
    let vendors = vendors.flat_map(|it| ["V40Vector", "V3Vector", "V2Vector"].map(|key| it.text(key)));
    let preferred = ["vector_v3", "vector_v2"].map(|key| record.at("preferred_cvss").text(key));
    finding.cvss = vectors(preferred.into_iter().chain(vendors));
    let score = |key: &str| record.at("preferred_cvss").number(key).filter(|score| *score > 0.0);
    finding.cvss_score = score("score_v3").or_else(|| score("score_v2"));
    fixed_in(&mut finding, &record.first(&["fix_version", "fixed_version"]));
    finding.seen_at = either("generated_at").iter().find_map(|it| dates::date(&it.text("")));
    finding.references = links(record.texts("links"));
    let scanner = record.head("*/scanner").first(&["name"]);
    let scanner = if scanner.is_empty() { record.head("scanner").text("name") } else { scanner };
    let digest = record.texts("artifact_digests").into_iter().next().unwrap_or_default();
    finding.tags = text::tags([("scanner", &*scanner), ("digest", &*digest)]);
    finding.suppressed = record.is_true("CVE_allowlisted").then(|| "on the allowlist".to_owned());
    record.tell(finding, out)
}
