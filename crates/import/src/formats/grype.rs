//! Grype JSON (`grype -o json`), all schema versions: one finding a match, also those that its rules ignored.
//!
//! The vulnerability is known by Grype's id (a GHSA, a CVE) and by those it relates to it. Matches do not say which packages
//! were looked at, so there is no coverage.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::tree::{Tree, Value, cwes, links, vectors};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, AssetRef};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "grype",
    name: "Grype",
    summary: "JSON of image, directory and SBOM scans: vulnerabilities of packages with CVSS, EPSS and fixes",
    extensions: &["json"],
    docs: "https://oss.anchore.com/docs/guides/vulnerability/",
    tool: "grype",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("descriptor", "version"),
    heads: &["source", "distro", "descriptor"],
    lists: &["matches", "ignoredMatches"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let matched = head.has_any(&["\"vulnerability\"", "\"grype\""]);
    let bare = keys.names().eq(["matches"]) && keys.is_empty_list("matches");
    match !keys.in_array && keys.has("matches") && matched {
        true => Sniff::Yes,
        false if bare => Sniff::Maybe,
        false => Sniff::No,
    }
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (vulnerability, artifact) = (record.at("vulnerability"), record.at("artifact"));
    let (id, name) = (vulnerability.text("id"), artifact.text("name"));
    if id.is_empty() || name.is_empty() {
        return Err("no vulnerability id or no artifact name".into());
    }
    let related = record.items("relatedVulnerabilities");
    let (kind, distribution) = (artifact.first(&["language", "type"]), record.head("distro").text("name"));
    let kind = ecosystem(&kind, &distribution);
    let package = Package::given(&artifact.text("purl"), kind, &name, &artifact.text("version"));
    let asset = asset(record, options);
    let aliases = related.iter().map(|other| other.text("id"));
    let mut finding =
        package.vulnerability(asset, &id, aliases, "", ids::severity(&vulnerability.text("severity")));
    // The record of the same vulnerability says most about it, where there are several.
    let told = || std::iter::once(vulnerability).chain(related);
    let description = told().map(|it| it.text("description")).find(|text| !text.is_empty());
    finding.description = text::body(&description.unwrap_or_default());
    let scores = || told().flat_map(|it| it.items("cvss"));
    finding.cvss = vectors(scores().map(|it| it.text("vector")));
    finding.cvss_score = scores()
        .filter(|it| finding.cvss.first().is_some_and(|best| it.text("vector") == best.as_str()))
        .find_map(|it| it.number("metrics/baseScore"));
    finding.epss = told().flat_map(|it| it.items("epss")).find_map(|it| it.number("epss"));
    finding.weakness.cwe = cwes(told().flat_map(|it| it.items("cwes")).map(|it| it.first(&["cwe", "id"])));
    let suggested = record.items("matchDetails").iter().map(|it| it.text("fix/suggestedVersion"));
    let suggested: Vec<_> = suggested.filter(|version| !version.is_empty()).collect();
    let fixes = vulnerability.texts("fix/versions");
    let fixes = if fixes.is_empty() { vulnerability.texts("fixedInVersion") } else { fixes };
    fixed_in(&mut finding, &if fixes.is_empty() { suggested.join(", ") } else { fixes.join(", ") });
    finding.evidence = evidence(artifact, &vulnerability.text("fix/state"));
    finding.seen_at = dates::date(&record.head("descriptor").text("timestamp"));
    finding.references = links(told().flat_map(|it| {
        std::iter::once(it.text("dataSource")).chain(it.texts("urls")).chain(it.texts("links"))
    }));
    let layer = artifact.items("locations").iter().map(|it| it.text("layerID")).find(|it| !it.is_empty());
    finding.tags = text::tags([
        ("digest", &*record.head("source").text("target/manifestDigest")),
        ("layer", &layer.unwrap_or_default()),
    ]);
    finding.suppressed = (record.list == "ignoredMatches").then(|| ignored(record));
    record.tell(finding, out)
}

fn ignored(record: &Record<'_>) -> String {
    let rules = record.items("appliedIgnoreRules").iter();
    let why =
        rules.map(|rule| rule.first(&["reason", "vex-status", "fix-state", "vulnerability", "namespace"]));
    let why: Vec<_> = why.filter(|why| !why.is_empty()).collect();
    text::because("ignored", &why.join(", "))
}

fn evidence(artifact: &Value<'_>, state: &str) -> String {
    let places: Vec<_> = artifact.items("locations").iter().map(|place| place.text("path")).collect();
    let name = format!("{} {}", artifact.text("name"), artifact.text("version"));
    let state = if state.is_empty() { String::new() } else { format!(" ({state})") };
    let place = if places.is_empty() { String::new() } else { format!(" in {}", places.join(", ")) };
    text::body(&format!("{name}{place}{state}"))
}

fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let source = record.head("source");
    let found = match &*source.text("type") {
        "image" => {
            let named = source.text("target/userInput");
            // The path of an archive is no name; its tag is.
            let archive = named.starts_with(['/', '.']) || named.ends_with(".tar");
            let tags = source.texts("target/tags");
            let tag = tags.first().filter(|_| archive || named.is_empty());
            assets::image(tag.unwrap_or(&named))
        }
        "directory" | "file" => assets::repository(&source.text("target")),
        _ => None,
    };
    found.unwrap_or_else(|| options.asset_or(AssetKind::Repository))
}
