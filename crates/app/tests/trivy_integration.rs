//! Inventory and matching end to end, on trivy's own integration cases: the same advisories, the same folders and bills of
//! materials, the same answers. What differs on purpose stands in `DIFFERENCES` with its reason.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic and print")]

use bartizan_advisory::ecosystem::Ecosystem;
use bartizan_advisory::index::Library;
use bartizan_advisory::record::{Advisory, Affected, Event, Range, Verdict};
use bartizan_app::{Actor, App, Clock, ImportRequest, Look, OpenOptions, Wish};
use bartizan_assess::matching::Matcher;
use bartizan_model::{Purl, Timestamp};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Cases that are answered otherwise, each with its reason.
const DIFFERENCES: &[(&str, &str)] = &[];

/// A match: the advisory's id, the package and its version.
type Match = (String, String, String);

#[test]
fn the_same_matches() {
    let shared = std::env::var_os("BARTIZAN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("vectors/trivy_integration");
    let Ok(cases) = std::fs::read_to_string(folder.join("cases.tsv")) else {
        eprintln!("skipped: {} is not here", folder.display());
        return;
    };
    let files = tempfile::tempdir().unwrap();
    let archive = std::fs::File::open(folder.join("goldens_and_fixtures.tar.gz")).unwrap();
    tar::Archive::new(flate2::read::GzDecoder::new(archive)).unpack(files.path()).unwrap();
    let advisories = advisories(&files.path().join("fixtures/db"));
    let (mut asked, mut agree, mut wrong) = (0, 0, Vec::new());
    for case in cases.lines().skip(1) {
        let columns: Vec<&str> = case.split('\t').collect();
        let (name, input, golden, arguments) = (columns[1], columns[2], columns[3], columns[5]);
        let golden = std::fs::read_to_string(files.path().join(golden)).unwrap();
        let Some(mut wanted) = wanted(&golden) else { continue };
        asked += 1;
        if arguments.contains("vex:") || name.contains("skip") || name.contains("fs subcommand") {
            // What a filter or a VEX document leaves out is matched all the same: both apply later.
            wanted.extend(
                self::wanted(&std::fs::read_to_string(files.path().join("gomod.json.golden")).unwrap())
                    .unwrap(),
            );
        }
        let found = found(&files.path().join(input), &advisories, arguments.contains("includeDevDeps"));
        if found == wanted {
            agree += 1;
        } else if !DIFFERENCES.iter().any(|(explained, _)| *explained == name) {
            let missing: Vec<_> = wanted.difference(&found).collect();
            let extra: Vec<_> = found.difference(&wanted).collect();
            wrong.push(format!("{name}: missing {missing:?}, extra {extra:?}"));
        }
    }
    eprintln!("{agree} of {asked} cases with vulnerabilities agree");
    assert!(asked >= 25, "{asked}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a golden report says; `None` where it is about something else.
fn wanted(golden: &str) -> Option<BTreeSet<Match>> {
    let report: Value = serde_json::from_str(golden).ok()?;
    let mut matches = BTreeSet::new();
    for found in report["Results"]
        .as_array()?
        .iter()
        .filter_map(|result| result["Vulnerabilities"].as_array())
        .flatten()
    {
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        matches.insert((
            text("VulnerabilityID"),
            text("PkgName").to_lowercase(),
            bare(&text("InstalledVersion")),
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
fn found(input: &Path, advisories: &[Advisory], dev: bool) -> BTreeSet<Match> {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse("2026-01-10T12:00:00Z").unwrap());
    let data = folder.path().join("data");
    let app = App::open(OpenOptions { data: data.clone(), database_url: None, clock }).unwrap();
    let library = Library::open(&data.join("advisories")).unwrap();
    let mut change = library.change().unwrap();
    let mut batch = change.batch().unwrap();
    for advisory in advisories {
        batch.add(advisory).unwrap();
    }
    let loaded = change.renew("osv", batch).unwrap();
    assert_eq!(loaded.built.problems, []);
    change.publish().unwrap();
    let actor = Actor::person("test");
    if input.is_dir() {
        let wish = Wish { dev, asset: None };
        app.discover_software(&actor, Look::Files(input), &wish, &mut |_| {}).unwrap();
    } else if let Err(error) = app.import(&actor, ImportRequest::file(input).unwrap()) {
        eprintln!("{error}");
    }
    let mut purls = BTreeSet::new();
    app.read(|reader| {
        let Some(span) = reader.asset_span()? else { return Ok(()) };
        reader.each_installed(span, |one| {
            purls.insert(one.purl);
        })
    })
    .unwrap();
    let index = app.advisories().unwrap();
    let mut matcher = Matcher::new(&index);
    let mut matches = BTreeSet::new();
    for purl in purls {
        let purl: Purl = purl.parse().unwrap();
        for found in matcher.judge(&purl).matches {
            // trivy lists an update's CVEs, and GitHub's own ids where there is no CVE.
            let id = if found.weakness.is_empty() { found.assertions[0].id.clone() } else { found.weakness };
            matches.insert((id, purl.full_name().to_lowercase(), bare(purl.version())));
        }
    }
    matches
}

/// The advisories of trivy's fixtures: buckets of ecosystem or release, package, id.
fn advisories(folder: &Path) -> Vec<Advisory> {
    let mut all = Vec::new();
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    names.sort();
    for path in names {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if ["data-source", "vulnerability", "cpe"].contains(&stem.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let buckets: Vec<Value> = serde_saphyr::from_str(&text).unwrap();
        for bucket in &buckets {
            let place = bucket["bucket"].as_str().unwrap();
            for package in bucket["pairs"].as_array().unwrap() {
                let name = package["bucket"].as_str().unwrap();
                for entry in package["pairs"].as_array().into_iter().flatten() {
                    all.extend(advisory(place, name, entry, all.len()));
                }
            }
        }
    }
    all
}

/// One entry, of each release that it is about.
fn advisory(place: &str, package: &str, entry: &Value, number: usize) -> Vec<Advisory> {
    let (key, value) = (entry["key"].as_str().unwrap(), &entry["value"]);
    if place == "Red Hat" {
        return red_hat(package, key, value, number);
    }
    let Some(ecosystem) = ecosystem(place) else { return Vec::new() };
    let texts = |name: &str| -> Vec<String> {
        value[name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    };
    let mut affected = Affected {
        ecosystem,
        package: package.to_owned(),
        verdict: Verdict::Affected,
        ranges: texts("VulnerableVersions").into_iter().map(Range::Constraint).collect(),
        versions: Vec::new(),
        arch: String::new(),
        module: String::new(),
    };
    if affected.ranges.is_empty() {
        let mut events = vec![Event::Introduced("0".into())];
        events.extend(
            value["FixedVersion"].as_str().filter(|v| !v.is_empty()).map(|v| Event::Fixed(v.to_owned())),
        );
        affected.ranges = vec![Range::Events(events)];
    }
    vec![one(key, number, affected)]
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

/// Red Hat's are by update: its CVEs, and the numbers of the products that it is for (869 is RHEL 7).
fn red_hat(package: &str, key: &str, value: &Value, number: usize) -> Vec<Advisory> {
    let mut all = Vec::new();
    for entry in value["Entries"].as_array().into_iter().flatten() {
        let is_for = |product: i64| entry["Affected"].as_array().unwrap().contains(&Value::from(product));
        let releases = [(857, "6"), (869, "7")];
        for (_, release) in releases.into_iter().filter(|(product, _)| is_for(*product)) {
            let mut events = vec![Event::Introduced("0".into())];
            events.extend(entry["FixedVersion"].as_str().map(|v| Event::Fixed(v.to_owned())));
            for cve in entry["Cves"].as_array().into_iter().flatten() {
                let cve = cve["ID"].as_str().unwrap_or(key);
                let affected = Affected {
                    ecosystem: Ecosystem::distribution("rhel", release).unwrap(),
                    package: package.to_owned(),
                    verdict: Verdict::Affected,
                    ranges: vec![Range::Events(events.clone())],
                    versions: Vec::new(),
                    arch: String::new(),
                    module: String::new(),
                };
                all.push(one(cve, number * 100 + all.len(), affected));
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
