//! True and false positives that people labelled in container images, asked of the advisories at hand.
//!
//! A label names a package, its version and a weakness, but not the package's type, and the images are not there. So a
//! label is asked where some advisory at hand names its weakness for a package of its name, in whatever language. Of the
//! others the data says nothing, and so does the matcher: a true positive among them is an advisory that is not there (no
//! distribution's are, nor npm's, nor Maven's) and no error, a false positive is rightly not reported. Where an advisory
//! names the weakness for a package of another name, that was looked through by hand: they are libraries of a distribution
//! that a gem, a crate or a module brings along (nokogiri and zlib), and no name that ought to have been taken for the
//! other. `labels.tsv` beside this file has every answer that differs from its label, with the reason.

use crate::shared;
use anyhow::{Context, bail};
use bartizan_advisory::ecosystem::Ecosystem;
use bartizan_advisory::index::{AdvisoryRef, Index};
use bartizan_assess::matching::Matcher;
use bartizan_model::Purl;
use bartizan_model::weakness::canonical;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

pub(super) const LABELS: &str = "vectors/match_labels/labels_dev.jsonl.gz";
const ADVISORIES: [&str; 5] = [
    "knowledge/advisories/friendsofphp-yaml.jsonl.zst",
    "knowledge/advisories/golang-osv.jsonl.zst",
    "knowledge/advisories/pypa-osv-derived.jsonl.zst",
    "knowledge/advisories/rubysec-yaml.jsonl.zst",
    "knowledge/advisories/rustsec-osv.jsonl.zst",
];
/// The types of the packages that these are about.
const TYPES: [&str; 5] = ["cargo", "composer", "gem", "golang", "pypi"];
const REASONS: &str = include_str!("labels.tsv");

#[derive(Deserialize)]
struct Label {
    label: String,
    vulnerability_id: String,
    effective_cve: Option<String>,
    package: Package,
    image: Image,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Image {
    exact: String,
}

/// Why an answer differs from its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The package is another one than was asked: of another type, or a distribution's own. No answer to count.
    Other,
    /// The advisory at hand says otherwise than the label.
    Advisory,
}

/// The answers beside the labels: each weakness of a package in an image once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Left open, or people disagree.
    undecided: usize,
    /// True positives that no advisory names.
    missing: usize,
    /// Of these, with an advisory about a package of another name.
    elsewhere: usize,
    /// False positives that no advisory names.
    silent: usize,
    /// Of another package than was asked.
    other: usize,
    true_positives: usize,
    false_positives: usize,
    true_negatives: usize,
    false_negatives: usize,
    /// Answers that differ and stand in no row, and rows about nothing that differs.
    wrong: Vec<String>,
}

impl Outcome {
    fn precision(&self) -> f64 {
        self.true_positives as f64 / (self.true_positives + self.false_positives) as f64
    }

    fn recall(&self) -> f64 {
        self.true_positives as f64 / (self.true_positives + self.false_negatives) as f64
    }

    pub(super) fn print(&self) {
        println!(
            "  labels: precision {:.3}, recall {:.3} ({} true and {} false positives, {} true and {} false negatives)",
            self.precision(),
            self.recall(),
            self.true_positives,
            self.false_positives,
            self.true_negatives,
            self.false_negatives
        );
        println!(
            "  labels, not asked: no advisory at hand names {} true positives ({} in another package) and {} false ones; {} are of another package; {} undecided",
            self.missing, self.elsewhere, self.silent, self.other, self.undecided
        );
        self.wrong.iter().for_each(|wrong| println!("    {wrong}"));
    }
}

/// What people say of one weakness of a package in an image.
#[derive(Default)]
struct Said {
    verdicts: BTreeSet<String>,
    ids: BTreeSet<String>,
}

/// A package in an image, and a weakness.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    image: String,
    name: String,
    version: String,
    weakness: String,
}

pub(super) fn measure() -> anyhow::Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let index = shared::index(folder.path(), &ADVISORIES)?;
    let mut matcher = Matcher::new(&index);
    let mut reasons = reasons()?;
    let mut outcome = Outcome::default();
    for (place, said) in labels()? {
        let verdicts: Vec<&str> = said.verdicts.iter().map(String::as_str).collect();
        let real = match verdicts[..] {
            ["TP"] => true,
            ["FP"] => false,
            _ => {
                outcome.undecided += 1;
                continue;
            }
        };
        let found = ask(&index, &mut matcher, &place, &said.ids)?;
        let reason =
            reasons.iter_mut().find(|row| found.is_some_and(|found| found != real) && row.is_of(&place));
        let reason = reason.map(|row| {
            row.used = true;
            row.reason
        });
        let count = match (real, found) {
            (true, None) => &mut outcome.missing,
            (false, None) => &mut outcome.silent,
            _ if reason == Some(Reason::Other) => &mut outcome.other,
            (true, Some(true)) => &mut outcome.true_positives,
            (false, Some(true)) => &mut outcome.false_positives,
            (false, Some(false)) => &mut outcome.true_negatives,
            (true, Some(false)) => &mut outcome.false_negatives,
        };
        *count += 1;
        let is_named = || said.ids.iter().any(|id| index.by_name(id).next().is_some());
        outcome.elsewhere += usize::from(real && found.is_none() && is_named());
        if found.is_some_and(|found| found != real) && reason.is_none() {
            let Place { image, name, version, weakness } = place;
            outcome.wrong.push(format!("{name} {version} {weakness}: labelled {verdicts:?} in {image}"));
        }
    }
    let unused = reasons.iter().filter(|row| !row.used);
    outcome.wrong.extend(unused.map(|row| format!("labels.tsv: {} {} agrees now", row.name, row.weakness)));
    Ok(outcome)
}

fn labels() -> anyhow::Result<BTreeMap<Place, Said>> {
    let mut all: BTreeMap<Place, Said> = BTreeMap::new();
    for line in shared::open(LABELS)?.lines() {
        let label: Label = serde_json::from_str(&line?)?;
        let id = canonical(&label.vulnerability_id);
        let weakness = label.effective_cve.as_deref().map_or_else(|| id.clone(), canonical);
        let Package { name, version } = label.package;
        let place = Place { image: label.image.exact, name, version, weakness: weakness.clone() };
        let said = all.entry(place).or_default();
        said.verdicts.insert(label.label);
        said.ids.extend([id, weakness]);
    }
    Ok(all)
}

/// Whether the package carries the weakness; `None` where no advisory names the two together.
fn ask(
    index: &Index,
    matcher: &mut Matcher<'_>,
    place: &Place,
    ids: &BTreeSet<String>,
) -> anyhow::Result<Option<bool>> {
    // The labels call the toolchain so; advisories speak of what it brings.
    let name = if place.name == "go" { "stdlib" } else { &place.name };
    let about = |at: AdvisoryRef| index.weaknesses(at).ids.iter().any(|id| ids.contains(id));
    let mut answer = None;
    for kind in TYPES {
        let Ok(purl) = Purl::of(kind, name) else { continue };
        let purl = purl.with_version(&place.version);
        let ecosystem = Ecosystem::of(&purl).context("a type of no ecosystem")?;
        let named = ecosystem.normal_name(&purl.full_name());
        if index.rules(&ecosystem, &named).any(|(at, _)| about(at)) {
            let matches = matcher.judge(&purl).matches;
            let found = matches.iter().flat_map(|one| &one.assertions).any(|one| about(one.at));
            answer = Some(found || answer == Some(true));
        }
    }
    Ok(answer)
}

/// A row of `labels.tsv`; `*` as the weakness is every one.
struct Row {
    name: &'static str,
    version: &'static str,
    weakness: &'static str,
    reason: Reason,
    used: bool,
}

impl Row {
    fn is_of(&self, place: &Place) -> bool {
        self.name == place.name
            && self.version == place.version
            && (self.weakness == "*" || self.weakness == place.weakness)
    }
}

fn reasons() -> anyhow::Result<Vec<Row>> {
    REASONS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let [name, version, weakness, reason, _words] = line.split('\t').collect::<Vec<_>>()[..] else {
                bail!("labels.tsv: not five columns: {line}")
            };
            let reason = match reason {
                "other" => Reason::Other,
                "advisory" => Reason::Advisory,
                _ => bail!("labels.tsv: no such reason: {line}"),
            };
            Ok(Row { name, version, weakness, reason, used: false })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_has_its_reason() {
        if !shared::there(LABELS) {
            return;
        }
        let outcome = measure().unwrap();
        assert_eq!(outcome.wrong, [] as [String; 0]);
        assert!(outcome.precision() >= 0.96, "{outcome:?}");
        assert!(outcome.recall() >= 0.94, "{outcome:?}");
        assert!(outcome.true_positives >= 80, "{outcome:?}");
    }
}
