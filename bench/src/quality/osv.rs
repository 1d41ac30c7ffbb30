//! Real answers of OSV, asked of the same advisories: nothing missing, nothing extra.
//!
//! What came into OSV after the data was taken cannot be found, so of an answer only ids are wanted that have a record here:
//! Python's advisories are two years older than the answers. Ruby's are of another source than OSV's, and both know them by
//! GitHub's ids.

use crate::shared;
use bartizan_advisory::index::{AdvisoryRef, Index};
use bartizan_assess::matching::{Match, Matcher};
use bartizan_model::Purl;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

pub(super) const ANSWERS: &str = "vectors/osv/osv_query_pairs_dev.jsonl.gz";
const ADVISORIES: [&str; 4] = [
    "knowledge/advisories/golang-osv.jsonl.zst",
    "knowledge/advisories/pypa-osv-derived.jsonl.zst",
    "knowledge/advisories/rubysec-yaml.jsonl.zst",
    "knowledge/advisories/rustsec-osv.jsonl.zst",
];
/// Package, id, and why only one side has it.
const DIFFERENCES: [(&str, &str, &str); 2] = [
    ("pkg:gem/nokogiri@1.18.2", "GHSA-g9g8-vgvw-g3vf", "published by the gem's authors, not in OSV's source"),
    (
        "pkg:pypi/urllib3@1.24.3",
        "PYSEC-2021-108",
        "the data has all before 1.26.5; the younger answer no longer",
    ),
];

/// OSV's name of an ecosystem, the packages' type, and how the ids begin that both sides have.
const ASKED: [(&str, &str, &str); 4] = [
    ("crates.io", "cargo", "RUSTSEC-"),
    ("Go", "golang", "GO-"),
    ("PyPI", "pypi", "PYSEC-"),
    ("RubyGems", "gem", "GHSA-"),
];

#[derive(Deserialize)]
struct Case {
    query: Query,
    vulns: Vec<String>,
}

#[derive(Deserialize)]
struct Query {
    package: Option<Package>,
    version: Option<String>,
}

#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    ecosystem: Option<String>,
    purl: Option<String>,
}

impl Query {
    fn purl(&self) -> Option<Purl> {
        let package = self.package.as_ref()?;
        if let Some(purl) = &package.purl {
            return purl.parse().ok();
        }
        let ecosystem = package.ecosystem.as_deref()?;
        let kind = ASKED.iter().find(|row| row.0 == ecosystem)?.1;
        Some(Purl::of(kind, package.name.as_deref()?).ok()?.with_version(self.version.as_deref()?))
    }
}

/// Questions and ids of one ecosystem.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    asked: usize,
    ids: usize,
    /// Ids of the answers that have no record in the data.
    newer: usize,
}

#[derive(Debug, Default)]
pub(super) struct Outcome {
    counts: BTreeMap<&'static str, Count>,
    /// Differences that have no reason, and reasons for what does not differ.
    wrong: Vec<String>,
}

impl Outcome {
    pub(super) fn print(&self) {
        for (ecosystem, Count { asked, ids, newer }) in &self.counts {
            println!(
                "  OSV, {ecosystem}: {asked} questions, {ids} ids; {newer} more are younger than the data"
            );
        }
        println!("  OSV: {} differences explained, {} not", DIFFERENCES.len(), self.wrong.len());
        self.wrong.iter().for_each(|wrong| println!("    {wrong}"));
    }
}

pub(super) fn measure() -> anyhow::Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let index = shared::index(folder.path(), &ADVISORIES)?;
    let mut matcher = Matcher::new(&index);
    let mut outcome = Outcome::default();
    let mut differences = BTreeSet::new();
    for line in shared::open(ANSWERS)?.lines() {
        let case: Case = serde_json::from_str(&line?)?;
        let Some(purl) = case.query.purl() else { continue };
        let Some((ecosystem, _, prefix)) = ASKED.iter().find(|row| row.1 == purl.kind()) else { continue };
        let theirs: BTreeSet<String> = case.vulns.into_iter().filter(|id| id.starts_with(prefix)).collect();
        let (wanted, newer): (BTreeSet<_>, BTreeSet<_>) =
            theirs.into_iter().partition(|id| index.by_name(id).next().is_some());
        let matches = matcher.judge(&purl).matches;
        let assertions = matches.iter().filter(|found| !is_later(found)).flat_map(|found| &found.assertions);
        let ids = assertions.flat_map(|one| ids(&index, one.at)).filter(|id| id.starts_with(prefix));
        let found: BTreeSet<String> = ids.collect();
        let count = outcome.counts.entry(ecosystem).or_default();
        count.asked += 1;
        count.ids += wanted.len();
        count.newer += newer.len();
        differences.extend(wanted.symmetric_difference(&found).map(|id| (purl.to_string(), id.clone())));
    }
    let explained = DIFFERENCES.map(|(package, id, _)| (package.to_owned(), id.to_owned())).into();
    let wrong = differences.symmetric_difference(&explained);
    outcome.wrong = wrong.map(|(package, id)| format!("{package} {id}")).collect();
    Ok(outcome)
}

/// Whether Go 1.26.6 or 1.25.13 repair it: they, and their advisories, came out after the answers were recorded.
fn is_later(found: &Match) -> bool {
    found.fixed.iter().any(|version| ["1.26.6", "1.25.13"].contains(&version.as_str()))
}

/// The ids of a record and of its kin.
fn ids(index: &Index, at: AdvisoryRef) -> Vec<String> {
    let kin = index.weaknesses(at).ids;
    kin.into_iter().chain([index.id(at).to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_of_osv() {
        if !shared::there(ANSWERS) {
            return;
        }
        let outcome = measure().unwrap();
        assert_eq!(outcome.wrong, [] as [String; 0]);
        let asked: usize = outcome.counts.values().map(|count| count.asked).sum();
        let ids: usize = outcome.counts.values().map(|count| count.ids).sum();
        assert_eq!((asked, ids), (67, 166), "{:?}", outcome.counts);
    }
}
