//! What a plugin says of a host, from whichever export, as a finding.

use super::said;
use crate::common::{cvss, dates, ids, loci, text};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetRef, Cpe, Finding, Severity, Timestamp};

/// The texts of one record; what an export does not have is empty.
#[derive(Default)]
pub(super) struct Item<'a> {
    pub(super) plugin: &'a str,
    pub(super) name: &'a str,
    pub(super) family: &'a str,
    /// The level 0 to 4 or a word.
    pub(super) severity: &'a str,
    pub(super) protocol: &'a str,
    pub(super) port: &'a str,
    pub(super) synopsis: &'a str,
    pub(super) description: &'a str,
    pub(super) solution: &'a str,
    pub(super) output: &'a str,
    pub(super) references: &'a str,
    pub(super) cves: Vec<&'a str>,
    pub(super) cwes: Vec<u32>,
    pub(super) vectors: Vec<&'a str>,
    /// The base scores, the newest version of CVSS first.
    pub(super) scores: Vec<&'a str>,
    pub(super) epss: &'a str,
    pub(super) cpe: &'a str,
    /// Names of other catalogues, `IAVA:2020-A-0001`.
    pub(super) tags: Vec<String>,
    pub(super) compliance: Vec<String>,
    pub(super) found: &'a str,
    pub(super) seen: Option<Timestamp>,
    pub(super) raw_id: &'a str,
    pub(super) suppressed: Option<String>,
}

/// `None` where the record names no plugin.
pub(super) fn finding(item: &Item<'_>, asset: &AssetRef) -> Option<Finding> {
    let rule = text::some(item.plugin)?;
    let mut weakness = WeaknessSeen { rule, cwe: item.cwes.clone(), ..WeaknessSeen::default() };
    for cve in item.cves.iter().flat_map(|list| list.split([',', ' ', '\n'])) {
        ids::push_id(&mut weakness.ids, cve);
    }
    let severity = match item.severity {
        "" => Severity::Unknown,
        text => ids::severity(text),
    };
    let first = |number: &&&str| number.trim().parse::<f64>().is_ok_and(|n| (0.0..=10.0).contains(&n));
    // A score can be missing its point in exports of some languages: 50 is no score.
    let score = item.scores.iter().find(first).and_then(|score| score.trim().parse().ok());
    // Tables leave the prefix out of what is version 3.0 elsewhere.
    let vectors =
        item.vectors.iter().map(|vector| match vector.starts_with("AV:") && vector.contains("/PR:") {
            true => format!("CVSS:3.0/{vector}"),
            false => (*vector).to_owned(),
        });
    let vectors: Vec<_> = vectors.collect();
    let mut tags = item.tags.clone();
    tags.extend(text::some(item.family).map(|family| format!("family:{family}")));
    let (component_name, component_version) = item
        .cpe
        .split(['\n', ',', ' ', ';'])
        .find_map(Cpe::parse)
        .map(|cpe| (text::name(cpe.product()), text::name(&cpe.version().unwrap_or_default())))
        .unwrap_or_default();
    Some(Finding {
        description: text::paragraphs([item.synopsis, item.description]),
        fix: text::body(said(item.solution)),
        cvss: cvss::vectors(vectors.iter().map(String::as_str)),
        cvss_score: score,
        epss: item.epss.trim().parse().ok().filter(|epss| (0.0..=1.0).contains(epss)),
        component_name,
        component_version,
        evidence: text::body(item.output),
        raw_id: text::some(item.raw_id).or_else(|| Some(weakness.rule.clone())),
        seen_at: item.seen,
        found_at: dates::date(item.found),
        compliance: item.compliance.clone(),
        tags,
        references: text::links(item.references.split([',', '\n', ' '])),
        suppressed: item.suppressed.clone(),
        ..Finding::new(
            text::title(item.name, &format!("Plugin {}", weakness.rule)),
            severity,
            weakness,
            asset.clone(),
            loci::port(item.protocol, item.port),
        )
    })
}
