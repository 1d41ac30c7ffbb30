//! Google Artifact Analysis: vulnerabilities of images in Artifact Registry (`gcloud artifacts docker images describe
//! --show-package-vulnerability`, `... list-vulnerabilities`, and occurrences of the API). One finding a package that is affected.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::tree::{Tree, Value, links, vectors};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, AssetRef, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "gcp_artifact",
    name: "Google Artifact Analysis",
    summary: "JSON of gcloud and the API: vulnerabilities of the packages of images",
    extensions: &["json"],
    docs: "https://cloud.google.com/artifact-analysis/docs/container-scanning-overview",
    tool: "artifact-analysis",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &["image_summary"],
    lists: &["[]", "occurrences", "package_vulnerability_summary/vulnerabilities/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let described = keys.has("package_vulnerability_summary");
    let listed = keys.in_array && keys.has("noteName") && keys.has_any(&["vulnerability", "resourceUri"]);
    let answered = keys.holds_all("occurrences", &["\"noteName\"", "\"resourceUri\""]);
    Sniff::when(described || listed || answered)
}

fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let summary = record.head("image_summary");
    let uri = record.text("resourceUri");
    let uri = if uri.is_empty() { summary.text("fully_qualified_digest") } else { uri };
    let image = assets::image(uri.trim_start_matches("https://"));
    // A name that someone gave says more than a digest that the next build changes.
    options.asset.clone().or(image).unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let about = record.at("vulnerability");
    if !about.is_object() {
        // Occurrences tell of builds, discoveries and attestations too.
        let tells_none = about.is_null() && !record.text("kind").is_empty();
        return if tells_none { Ok(()) } else { Err("no vulnerability".into()) };
    }
    let note = record.text("noteName");
    let note = note.rsplit('/').next().unwrap_or_default();
    let short = about.text("shortDescription");
    let id = if short.is_empty() { note } else { &*short };
    let issues = about.items("packageIssue");
    let nothing = [Value::Null];
    for issue in if issues.is_empty() { &nothing } else { issues } {
        let name = issue.text("affectedPackage");
        let version = |key: &str| issue.at(key).text("fullName").into_owned();
        // `cpe:/o:debian:debian_linux:11`
        let cpe = issue.text("affectedCpeUri");
        let distribution = cpe.split(':').nth(2).unwrap_or_default();
        let kind = issue.text("packageType").to_lowercase();
        let package = Package::new(ecosystem(&kind, distribution), &name, &version("affectedVersion"));
        let severity =
            [issue.text("effectiveSeverity"), about.text("effectiveSeverity"), about.text("severity")];
        let rated = severity.iter().find(|word| !["", "SEVERITY_UNSPECIFIED"].contains(&&***word));
        let word = rated.map_or("", |word| if word == "MINIMAL" { "info" } else { word });
        let mut finding = package.vulnerability(asset(record, options), id, [note], "", ids::severity(word));
        finding.description = text::body(&about.text("longDescription"));
        finding.cvss = vectors(["cvssV3", "cvssv3", "cvssV2"].map(|key| about.at(key).text("vectorString")));
        finding.cvss_score = about.number("cvssScore").filter(|score| *score > 0.0);
        if issue.text("fixedVersion/kind") != "MAXIMUM" {
            fixed_in(&mut finding, &version("fixedVersion"));
        }
        finding.evidence = text::body(&format!("{name} {} {cpe}", version("affectedVersion")));
        finding.raw_id = text::some(&record.text("name"));
        finding.found_at = dates::date(&record.text("createTime"));
        finding.seen_at = dates::date(&record.text("updateTime"));
        finding.references = links(about.items("relatedUrls").iter().map(|link| link.text("url")));
        let assessed = about.text("vexAssessment/state").to_lowercase().replace('_', " ");
        finding.suppressed = match &*assessed {
            "fixed" => Some(Finding::FIXED.to_owned()),
            _ => (assessed == "not affected").then_some(assessed),
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
