//! Records of the OSV schema (<https://ossf.github.io/osv-schema/>), as tools put them beside their results.

use super::package::fixed_in;
use super::tree::{Tree, Value, paragraphs};
use super::{cvss, ids, text};
use bartizan_model::{Finding, Severity};

/// The severity word of the database that wrote it. People who keep a database of their own write it where the scores stand.
pub(crate) fn severity(record: &Value<'_>) -> Severity {
    let word = record.first(&["database_specific/severity", "ecosystem_specific/severity", "severity"]);
    ids::severity(&word)
}

/// Adds what an OSV record says to a finding of it on the package of this name.
pub(crate) fn dress(finding: &mut Finding, record: &Value<'_>, name: &str) {
    finding.description = paragraphs([record.text("summary"), record.text("details")]);
    let scores = record.items("severity").iter();
    let affected = record.items("affected").iter();
    let scores = scores.chain(affected.clone().flat_map(|it| it.items("severity")));
    let vectors: Vec<_> = scores.map(|it| it.text("score")).collect();
    finding.cvss = cvss::vectors(vectors.iter().map(|vector| &**vector));
    for cwe in record.texts("database_specific/cwe_ids") {
        ids::cwes_in(&mut finding.weakness.cwe, &cwe);
    }
    let own = affected.clone().flat_map(|it| it.items("database_specific/cwes"));
    for cwe in record.items("database_specific/cwes").iter().chain(own) {
        ids::cwes_in(&mut finding.weakness.cwe, &cwe.text("cweId"));
    }
    for alias in record.texts("aliases") {
        ids::push_id(&mut finding.weakness.ids, &alias);
    }
    if finding.fixed_version.is_none() {
        let ours = affected.filter(|it| it.text("package/name").eq_ignore_ascii_case(name));
        let events = ours.flat_map(|it| it.items("ranges")).flat_map(|it| it.items("events"));
        let mut fixed: Vec<_> = events.map(|it| it.text("fixed")).filter(|it| !it.is_empty()).collect();
        fixed.dedup();
        fixed_in(finding, &fixed.join(", "));
    }
    let links: Vec<_> = record.items("references").iter().map(|it| it.text("url")).collect();
    finding.references = text::links(links.iter().map(|link| &**link));
}
