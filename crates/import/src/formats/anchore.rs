//! Vulnerabilities of an image as Anchore tells them: Anchore Engine and Enterprise (`anchore-cli image vuln --json`, API),
//! `anchorectl image vulnerabilities -o json`, and the security evaluation of later reports. Policy evaluations are
//! another format.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::tree::{Tree, links, paragraphs, vectors};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, AssetRef};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "anchore",
    name: "Anchore",
    summary: "JSON of Anchore Engine, Enterprise and anchorectl: vulnerabilities of an image's packages",
    extensions: &["json"],
    docs: "https://docs.anchore.com/current/docs/vulnerability_management/",
    tool: "anchore",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &["imageDigest", "image_digest", "imageFullTag", "metadata"],
    lists: &["[]", "vulnerabilities", "securityEvaluation"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let listed = keys.in_array && keys.has("vuln") && keys.has_any(&["feed", "feedGroup", "feed_group"]);
    let typed = keys.has("vulnerabilities") && keys.has_any(&["vulnerability_type", "vulnerabilityType"]);
    let fed = head.has_any(&["\"feed_group\"", "\"feedGroup\""]);
    let image = keys.has("vulnerabilities")
        && (keys.has_any(&["imageDigest", "image_digest"]) || fed)
        && head.has("\"vuln\"");
    let empty = keys.names().eq(["imageDigest", "vulnerabilities"]) && keys.is_empty_list("vulnerabilities");
    Sniff::when(listed || typed || image || empty || keys.has("securityEvaluation"))
}

fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let metadata = record.head("metadata");
    let (registry, repository) = (metadata.text("registry"), metadata.text("repository"));
    let named = match (repository.is_empty(), metadata.text("tag")) {
        (true, _) => record.head("imageFullTag").text("").into_owned(),
        (false, tag) => format!("{registry}/{repository}:{tag}").trim_matches(['/', ':']).to_owned(),
    };
    let digests = ["imageDigest", "image_digest"].map(|path| record.head(path).text(""));
    let digest = digests.iter().find(|digest| digest.starts_with("sha256:"));
    // A name that someone gave says more than a digest that the next build changes.
    let other = options.asset.clone().or_else(|| assets::image(digest?));
    assets::image(&named).or(other).unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = record.first(&["vuln", "vulnerabilityId"]);
    let (full, name) = (record.text("package"), record.first(&["package_name", "packageName"]));
    let version = record.first(&["package_version", "packageVersion"]);
    // The security evaluation has name and version in one.
    let split =
        full.match_indices('-').find(|(at, _)| full[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    let (name, version) = match split {
        Some((at, _)) if name.is_empty() => (full[..at].into(), full[at + 1..].into()),
        _ if name.is_empty() => (full.clone(), version),
        _ => (name, version),
    };
    if id.is_empty() || name.is_empty() {
        return Err("no vulnerability or no package".into());
    }
    let kind = record.first(&["package_type", "packageType"]);
    let group = record.first(&["feed_group", "feedGroup"]);
    let package = Package::new(ecosystem(&kind, &group), &name, &version);
    let nvd = record.items("nvd_data").iter().chain(record.items("nvdData"));
    let nvd: Vec<_> = nvd.chain(record.items("vendor_data")).chain(record.items("vendorData")).collect();
    let cves = record.text("cves");
    let aliases = nvd.iter().map(|it| it.text("id")).chain(cves.split([',', ' ']).map(Into::into));
    let severity = ids::severity(&record.text("severity"));
    let mut finding = package.vulnerability(asset(record, options), &id, aliases, "", severity);
    finding.description = paragraphs([record.first(&["description", "extra/description"])]);
    let scores = ["cvss_v3/base_score", "cvssV3/baseScore", "cvss_v2/base_score", "cvssV2/baseScore"];
    finding.cvss_score = scores
        .iter()
        .find_map(|path| nvd.iter().find_map(|it| it.number(path).filter(|score| *score > 0.0)))
        .or_else(|| record.number("nvdCvssBaseScore"));
    let vector = |path| nvd.iter().map(move |it| it.text(path));
    finding.cvss = vectors(vector("cvss_v3/vector_string").chain(vector("cvss_v2/vector_string")));
    fixed_in(&mut finding, &record.first(&["fix", "fixAvailable"]));
    let path = ["package_path", "packagePath", "path"].map(|key| record.said(key));
    let path = path.iter().find(|path| !path.is_empty() && **path != "pkgdb");
    let inherited = record.is_true("inherited_from_base") || record.is_true("inheritedFromBase");
    let base = if inherited { "inherited from the base image" } else { "" };
    finding.evidence = paragraphs([&*full, path.map_or("", |path| path), base]);
    let digests = ["imageDigest", "image_digest"].map(|path| record.head(path).text(""));
    let digest = digests.iter().find(|digest| !digest.is_empty());
    finding.tags = text::tags(digest.map(|digest| ("digest", &**digest)));
    finding.found_at = dates::date(&record.first(&["detectedAt", "detected_at"]));
    finding.seen_at = dates::date(&record.head("metadata").text("timestamp"));
    finding.references = links([record.first(&["url", "link"])]);
    record.tell(finding, out)
}
