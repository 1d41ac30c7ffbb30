//! Dependabot alerts: known vulnerabilities of the packages that a repository names.

use crate::common::layout::{Record, Told};
use crate::common::out::Out;
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{self, Tree, Value, paragraphs};
use crate::common::{dates, ids, loci, text};
use crate::format::Options;
use bartizan_model::Finding;

/// Where the two interfaces keep the same thing.
struct Keys {
    vulnerability: &'static str,
    advisory: &'static str,
    patched: &'static str,
    range: &'static str,
    manifest: &'static [&'static str],
    cwes: (&'static str, &'static str),
    vectors: &'static [&'static str],
    scores: &'static [&'static str],
    dates: (&'static str, &'static str),
    dismissed: (&'static str, &'static str),
}

const GRAPHQL: Keys = Keys {
    vulnerability: "securityVulnerability",
    advisory: "securityVulnerability/advisory",
    patched: "firstPatchedVersion/identifier",
    range: "vulnerableVersionRange",
    manifest: &["vulnerableManifestPath", "vulnerableManifestFilename"],
    cwes: ("cwes/nodes", "cweId"),
    vectors: &[
        "cvss/vectorString",
        "cvssSeverities/cvssV3/vectorString",
        "cvssSeverities/cvssV4/vectorString",
    ],
    scores: &["cvss/score", "cvssSeverities/cvssV3/score"],
    dates: ("createdAt", "dismissedAt"),
    dismissed: ("dismissReason", "dismissComment"),
};

const REST: Keys = Keys {
    vulnerability: "security_vulnerability",
    advisory: "security_advisory",
    patched: "first_patched_version/identifier",
    range: "vulnerable_version_range",
    manifest: &["dependency/manifest_path"],
    cwes: ("cwes", "cwe_id"),
    vectors: &[
        "cvss/vector_string",
        "cvss_severities/cvss_v3/vector_string",
        "cvss_severities/cvss_v4/vector_string",
    ],
    scores: &["cvss/score", "cvss_severities/cvss_v3/score"],
    dates: ("created_at", "dismissed_at"),
    dismissed: ("dismissed_reason", "dismissed_comment"),
};

pub(super) fn graphql(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    alert(record, &GRAPHQL, options, out)
}

pub(super) fn rest(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    alert(record, &REST, options, out)
}

fn alert(record: &Record<'_>, keys: &Keys, options: &Options, out: &mut Out<'_>) -> Told {
    let (vulnerability, advisory) = (record.at(keys.vulnerability), record.at(keys.advisory));
    let of = |key: &str| match vulnerability.text(key) {
        empty if empty.is_empty() => record.at("dependency").text(key),
        given => given,
    };
    let name = of("package/name");
    if name.is_empty() {
        return Err("no package name".into());
    }
    // The installed version is in the requirement, where that is exact.
    let requirement = record.text("vulnerableRequirements");
    let version = requirement.trim().strip_prefix("= ").unwrap_or_default();
    let package = Package::new(&of("package/ecosystem"), &name, version);
    let names: Vec<_> = advisory.items("identifiers").iter().map(|id| id.text("value")).collect();
    let aliases = names.iter().cloned().chain([
        advisory.text("ghsa_id"),
        advisory.text("cve_id"),
        advisory.text("ghsaId"),
    ]);
    let id = advisory.first(&["ghsa_id", "ghsaId"]);
    let id = if id.is_empty() { names.first().cloned().unwrap_or_default() } else { id };
    let severity = match vulnerability.text("severity") {
        empty if empty.is_empty() => advisory.text("severity"),
        given => given,
    };
    let asset = super::repository(record, options);
    let mut finding =
        package.vulnerability(asset, &id, aliases, &advisory.text("summary"), ids::severity(&severity));
    for cwe in advisory.items(keys.cwes.0) {
        ids::cwes_in(&mut finding.weakness.cwe, &cwe.text(keys.cwes.1));
    }
    fixed_in(&mut finding, &vulnerability.text(keys.patched));
    let vectors: Vec<_> = keys.vectors.iter().map(|key| advisory.text(key)).collect();
    let scope = record.first(&["dependency/scope", "dependencyScope"]).to_lowercase();
    let links = advisory.items("references").iter().map(|link| match link {
        Value::String(link) => (&**link).into(),
        link => link.text("url"),
    });
    let links: Vec<_> = links.chain([record.text("html_url"), advisory.text("permalink")]).collect();
    let state = record.text("state");
    let dismissed = record.at(keys.dates.1).is_string() && state.is_empty();
    let state = if dismissed { "dismissed" } else { &*state };
    let (reason, comment) = keys.dismissed;
    let finding = Finding {
        description: paragraphs([
            advisory.text("description").into_owned(),
            text::labelled([("Affected versions", &*vulnerability.text(keys.range))]),
        ]),
        cvss: tree::vectors(vectors),
        cvss_score: keys.scores.iter().find_map(|key| advisory.number(key)).filter(|score| *score > 0.0),
        epss: advisory.first(&["epss/percentage", "epss/0/percentage"]).parse().ok(),
        evidence: text::labelled([("Named in", &*loci::path(&record.first(keys.manifest)))]),
        found_at: dates::date(&record.text(keys.dates.0)),
        tags: [scope]
            .into_iter()
            .filter(|scope| !scope.is_empty())
            .map(|scope| format!("scope:{scope}"))
            .collect(),
        raw_id: super::number(record).or(finding.raw_id),
        references: tree::links(links),
        suppressed: super::suppressed(state, &record.text(reason), &record.text(comment)),
        ..finding
    };
    record.tell(finding, out)
}
