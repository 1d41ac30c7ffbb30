//! Inventory and matching end to end, on trivy's own integration cases: the same advisories, the same folders and bills of
//! materials, the same answers.

use crate::shared;
use anyhow::{Context, bail, ensure};
use bartizan_advisory::ecosystem::Ecosystem;
use bartizan_advisory::index::Library;
use bartizan_advisory::record::{Advisory, Affected, Event, Range};
use bartizan_app::{Actor, App, Clock, ImportRequest, Look, OpenOptions, Wish};
use bartizan_assess::matching::Matcher;
use bartizan_model::{Purl, Timestamp};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::DirEntry;
use std::io::Read;
use std::path::Path;

pub(super) const CASES: &str = "vectors/trivy_integration/cases.tsv";

/// A match: the advisory's id, the package and its version.
type Match = (String, String, String);

/// The cases that report vulnerabilities.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    asked: usize,
    wrong: Vec<String>,
}

impl Outcome {
    pub(super) fn print(&self) {
        println!("  trivy's cases: {} of {} agree", self.asked - self.wrong.len(), self.asked);
        self.wrong.iter().for_each(|wrong| println!("    {wrong}"));
    }
}

pub(super) fn measure() -> anyhow::Result<Outcome> {
    let files = tempfile::tempdir()?;
    let archive = shared::open("vectors/trivy_integration/goldens_and_fixtures.tar.gz")?;
    tar::Archive::new(archive).unpack(files.path())?;
    let wanted = |golden: &str| -> anyhow::Result<_> {
        Ok(matches_of(&std::fs::read_to_string(files.path().join(golden))?))
    };
    let advisories = advisories(&files.path().join("fixtures/db"))?;
    let mut cases = String::new();
    shared::open(CASES)?.read_to_string(&mut cases)?;
    let mut outcome = Outcome::default();
    for case in cases.lines().skip(1) {
        let columns: Vec<&str> = case.split('\t').collect();
        let [_, name, input, golden, _, arguments, ..] = columns[..] else { bail!("cases.tsv: {case}") };
        let Some(mut expected) = wanted(golden)? else { continue };
        outcome.asked += 1;
        if arguments.contains("vex:") || name.contains("skip") || name.contains("fs subcommand") {
            // What a filter or a VEX document leaves out is matched all the same: both apply later.
            expected.extend(wanted("gomod.json.golden")?.unwrap_or_default());
        }
        let found = found(&files.path().join(input), &advisories, arguments.contains("includeDevDeps"))
            .with_context(|| name.to_owned())?;
        if found != expected {
            let missing: Vec<_> = expected.difference(&found).collect();
            let extra: Vec<_> = found.difference(&expected).collect();
            outcome.wrong.push(format!("{name}: missing {missing:?}, extra {extra:?}"));
        }
    }
    Ok(outcome)
}

/// What a golden report says; `None` where it is about something else.
fn matches_of(golden: &str) -> Option<BTreeSet<Match>> {
    let report: Value = serde_json::from_str(golden).ok()?;
    let mut matches = BTreeSet::new();
    for found in report["Results"].as_array()?.iter().flat_map(|result| list(&result["Vulnerabilities"])) {
        matches.insert((
            text(&found["VulnerabilityID"]).to_owned(),
            text(&found["PkgName"]).to_lowercase(),
            bare(text(&found["InstalledVersion"])),
        ));
    }
    (!matches.is_empty()).then_some(matches)
}

/// Versions without what only some write: a leading `v`, and the epoch that the package URL has apart.
fn bare(version: &str) -> String {
    let version = version.trim_start_matches('v');
    version.split_once(':').map_or(version, |(_, rest)| rest).to_owned()
}

/// What we match in a folder or a bill of materials.
fn found(input: &Path, advisories: &[Advisory], dev: bool) -> anyhow::Result<BTreeSet<Match>> {
    let folder = tempfile::tempdir()?;
    let clock = Clock::fixed(Timestamp::from_seconds(1_790_000_000));
    let data = folder.path().join("data");
    let app = App::open(OpenOptions { data: data.clone(), database_url: None, clock })?;
    let library = Library::open(&data.join("advisories"))?;
    let mut change = library.change()?;
    let mut batch = change.batch()?;
    for advisory in advisories {
        batch.add(advisory)?;
    }
    let loaded = change.renew("osv", batch)?;
    ensure!(loaded.built.problems.is_empty(), "{:?}", loaded.built.problems);
    change.publish()?;
    let actor = Actor::person("bench");
    if input.is_dir() {
        let wish = Wish { dev, asset: None };
        app.discover_software(&actor, Look::Files(input), &wish, &mut |_| {})?;
    } else {
        app.import(&actor, ImportRequest::file(input)?)?;
    }
    let mut purls = BTreeSet::new();
    app.read(|reader| {
        let Some(span) = reader.asset_span()? else { return Ok(()) };
        reader.each_installed(span, |one| {
            purls.insert(one.purl);
        })
    })?;
    let index = app.advisories()?;
    let mut matcher = Matcher::new(&index);
    let mut matches = BTreeSet::new();
    for purl in purls {
        let purl: Purl = purl.parse()?;
        for found in matcher.judge(&purl).matches {
            matches.insert((found.weakness, purl.full_name().to_lowercase(), bare(purl.version())));
        }
    }
    Ok(matches)
}

/// The advisories of trivy's fixtures: buckets of ecosystem or release, package, id.
fn advisories(folder: &Path) -> anyhow::Result<Vec<Advisory>> {
    let mut all = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(DirEntry::path);
    for file in files {
        if ["data-source.yaml", "vulnerability.yaml", "cpe.yaml"].iter().any(|name| file.file_name() == *name)
        {
            continue;
        }
        let buckets: Vec<Value> = serde_saphyr::from_str(&std::fs::read_to_string(file.path())?)?;
        for bucket in &buckets {
            let place = text(&bucket["bucket"]);
            for package in list(&bucket["pairs"]) {
                for entry in list(&package["pairs"]) {
                    all.extend(advisory(place, text(&package["bucket"]), entry, all.len()));
                }
            }
        }
    }
    Ok(all)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// From the first version on, until the fixed one if there is one.
fn until(fixed: &Value) -> Range {
    let fixed = Some(text(fixed)).filter(|version| !version.is_empty());
    let fixed = fixed.map(|version| Event::Fixed(version.to_owned()));
    Range::Events([Event::Introduced("0".into())].into_iter().chain(fixed).collect())
}

/// One entry, of each release that it is about.
fn advisory(place: &str, package: &str, entry: &Value, number: usize) -> Vec<Advisory> {
    let (key, value) = (text(&entry["key"]), &entry["value"]);
    if place == "Red Hat" {
        return red_hat(package, key, value, number);
    }
    let Some(ecosystem) = ecosystem(place) else { return Vec::new() };
    let mut ranges: Vec<Range> =
        list(&value["VulnerableVersions"]).map(|range| Range::Constraint(text(range).to_owned())).collect();
    if ranges.is_empty() {
        ranges = vec![until(&value["FixedVersion"])];
    }
    vec![one(key, number, Affected { ranges, ..Affected::new(ecosystem, package.to_owned()) })]
}

/// Several advisories may go by one CVE here, so each gets an id of its own beside it.
fn one(key: &str, number: usize, affected: Affected) -> Advisory {
    Advisory {
        id: format!("OSV-{number}"),
        covers: vec![key.to_owned()],
        affected: vec![affected],
        ..Advisory::default()
    }
}

/// Red Hat's are by update: its CVEs, and the numbers of the products that it is for.
fn red_hat(package: &str, key: &str, value: &Value, number: usize) -> Vec<Advisory> {
    let mut all = Vec::new();
    for entry in list(&value["Entries"]) {
        let products: Vec<i64> = list(&entry["Affected"]).filter_map(Value::as_i64).collect();
        let releases = [(857, "6"), (869, "7")].into_iter().filter(|(product, _)| products.contains(product));
        for ecosystem in releases.filter_map(|(_, release)| Ecosystem::distribution("rhel", release)) {
            for cve in list(&entry["Cves"]) {
                let ranges = vec![until(&entry["FixedVersion"])];
                let affected = Affected { ranges, ..Affected::new(ecosystem.clone(), package.to_owned()) };
                all.push(one(cve["ID"].as_str().unwrap_or(key), number * 100 + all.len(), affected));
            }
        }
    }
    all
}

/// `npm::GitHub Security Advisory Npm`, `debian 10`.
fn ecosystem(place: &str) -> Option<Ecosystem> {
    if let Some((kind, _)) = place.split_once("::") {
        let name = match kind {
            "pip" => "PyPI",
            "go" => "Go",
            "composer" => "Packagist",
            "cargo" | "rust" => "crates.io",
            "erlang" => "Hex",
            "swift" => "SwiftURL",
            "conan" => "ConanCenter",
            "k8s" => "Kubernetes",
            other => other,
        };
        return Some(Ecosystem::from_osv(name));
    }
    let (name, release) = place.rsplit_once(' ')?;
    Ecosystem::distribution(name, release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_matches() {
        if !shared::there(CASES) {
            return;
        }
        let outcome = measure().unwrap();
        assert_eq!(outcome.wrong, [] as [String; 0]);
        assert_eq!(outcome.asked, 31);
    }
}
