//! Dependency-Track's Finding Packaging Format (FPF): the findings of one project, with its analysts' decisions. Also the list of
//! them that its API gives (`/api/v1/finding/project/...`).

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, cwes, links, paragraphs, vectors};
use crate::common::{assets, dates, ids, out::Out, purl, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dependency_track",
    name: "Dependency-Track",
    summary: "Finding Packaging Format: vulnerabilities of a project's components, with analysis and EPSS",
    extensions: &["json"],
    docs: "https://docs.dependencytrack.org/integrations/file-formats/",
    tool: "dependency-track",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("meta", "version"),
    heads: &["meta", "project"],
    lists: &["[]", "findings"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let found = head.has_all(&["\"analysis\"", "\"matrix\""]);
    // The answer of the API is the bare list.
    let bare = keys.in_array && keys.has_all(&["component", "vulnerability", "matrix"]);
    Sniff::when(bare || keys.has("findings") && found || keys.has("meta") && head.has("\"Dependency-Track\""))
}

/// The project, by its package URL or name; its version is no part of it.
fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let project = record.head("project");
    let purl = purl::given(&project.text("purl")).map(|purl| Locus::package(&purl).to_string());
    let known = purl.and_then(|purl| {
        AssetRef::new(
            AssetKind::Application,
            &text::name(&project.text("name")),
            Identifier::new(IdentifierKind::Purl, &purl),
        )
    });
    let known = known.or_else(|| assets::named(AssetKind::Application, &project.text("name")));
    options.asset.clone().or(known).unwrap_or_else(|| options.asset_or(AssetKind::Application))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (component, vulnerability) = (record.at("component"), record.at("vulnerability"));
    let (id, name) = (vulnerability.text("vulnId"), component.text("name"));
    if id.is_empty() || name.is_empty() {
        return Err("no vulnId or no component name".into());
    }
    let package = Package::given(&component.text("purl"), "generic", &name, &component.text("version"));
    let aliases = vulnerability.items("aliases").iter();
    let aliases =
        aliases.flat_map(|it| ["cveId", "ghsaId", "osvId", "gsdId", "sonatypeId"].map(|key| it.text(key)));
    let severity = ids::severity(&vulnerability.text("severity"));
    let mut finding =
        package.vulnerability(asset(record, options), &id, aliases, &vulnerability.text("title"), severity);
    finding.description = paragraphs([
        vulnerability.text("subtitle"),
        vulnerability.text("description"),
        record.text("analysis/detail"),
    ]);
    finding.fix = text::body(&vulnerability.text("recommendation"));
    let listed = vulnerability.items("cwes").iter().map(|it| it.text("cweId"));
    finding.weakness.cwe = cwes(std::iter::once(vulnerability.text("cweId")).chain(listed));
    finding.cvss =
        vectors(["cvssV4Vector", "cvssV3Vector", "cvssV2Vector"].map(|key| vulnerability.text(key)));
    let scores = ["cvssV4BaseScore", "cvssV4Score", "cvssV3BaseScore", "cvssV2BaseScore"];
    finding.cvss_score = scores.iter().find_map(|key| vulnerability.number(key));
    finding.epss = vulnerability.number("epssScore");
    fixed_in(&mut finding, &vulnerability.text("patchedVersions"));
    finding.raw_id = Some(text::name(&record.first(&["matrix", "vulnerability/vulnId"])));
    finding.found_at = dates::date(&record.text("attribution/attributedOn"));
    finding.seen_at = dates::date(&record.head("meta").text("timestamp"));
    finding.references = links([vulnerability.text("references").replace(['(', ')', '[', ']'], " ").into()]);
    let state = record.text("analysis/state");
    let dropped = ["FALSE_POSITIVE", "NOT_AFFECTED", "RESOLVED"].contains(&&*state);
    let state = if state.is_empty() { "suppressed".into() } else { state };
    let suppressed = record.is_true("analysis/isSuppressed") || dropped;
    finding.suppressed = suppressed.then(|| state.to_lowercase().replace('_', " "));
    record.tell(finding, out)
}
