//! Real answers of OSV, asked of the same advisories: nothing missing, nothing extra.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic and print")]

use bartizan_advisory::feed::{Record, Sink};
use bartizan_advisory::feeds;
use bartizan_advisory::index::{Batch, Index, Library};
use bartizan_assess::matching::{Match, Matcher};
use bartizan_model::Purl;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

fn shared() -> PathBuf {
    std::env::var_os("BARTIZAN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
}

struct Loading(Batch);

impl Sink for Loading {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        let Record::Advisory(advisory) = record else { panic!("advisories only") };
        self.0.add(&advisory).unwrap();
        ControlFlow::Continue(())
    }
    fn reject(&mut self, at: String, reason: String) {
        panic!("{at}: {reason}");
    }
}

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
        let kind = match package.ecosystem.as_deref()? {
            "crates.io" => "cargo",
            "Go" => "golang",
            "PyPI" => "pypi",
            _ => return None,
        };
        Some(Purl::of(kind, package.name.as_deref()?).ok()?.with_version(self.version.as_deref()?))
    }
}

/// Whether Go 1.26.6 or 1.25.13 repair it: they, and their advisories, came out after the answers were recorded.
fn is_later(found: &Match) -> bool {
    found.fixed.iter().any(|version| ["1.26.6", "1.25.13"].contains(&version.as_str()))
}

fn load(folder: &Path, shared: &Path) -> Index {
    let library = Library::open(folder).unwrap();
    let osv = feeds::by_id("osv").unwrap();
    for file in ["rustsec-osv", "golang-osv", "pypa-osv-derived"] {
        let path = shared.join(format!("knowledge/advisories/{file}.jsonl.zst"));
        let reader = zstd::Decoder::new(std::fs::File::open(path).unwrap()).unwrap();
        let mut change = library.change().unwrap();
        let mut loading = Loading(change.batch().unwrap());
        let summary = (osv.read)(&mut BufReader::new(reader), &mut loading).unwrap();
        assert_eq!(summary.incomplete, [] as [String; 0]);
        let loaded = change.renew("osv", loading.0).unwrap();
        change.publish().unwrap();
        eprintln!(
            "{file}: {} records, {} unreadable: {:?}",
            loaded.records, loaded.built.unreadable, loaded.built.problems
        );
    }
    library.index().unwrap()
}

#[test]
fn the_answers_of_osv() {
    let shared = shared();
    let Ok(answers) = std::fs::File::open(shared.join("vectors/osv/osv_query_pairs_dev.jsonl.gz")) else {
        eprintln!("skipped: {} is not here", shared.display());
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let index = load(folder.path(), &shared);
    let mut matcher = Matcher::new(&index);
    let (mut asked, mut wrong) = (0, Vec::new());
    for line in BufReader::new(flate2::read::GzDecoder::new(answers)).lines() {
        let case: Case = serde_json::from_str(&line.unwrap()).unwrap();
        let Some(purl) = case.query.purl() else { continue };
        let ours = match purl.kind() {
            "cargo" => "RUSTSEC-",
            "golang" => "GO-",
            _ => continue,
        };
        asked += 1;
        let wanted: BTreeSet<String> = case.vulns.into_iter().filter(|id| id.starts_with(ours)).collect();
        let judgement = matcher.judge(&purl);
        let known = judgement.matches.iter().filter(|found| !is_later(found));
        let found: BTreeSet<String> = known.flat_map(|m| m.assertions.iter().map(|a| a.id.clone())).collect();
        if found != wanted {
            wrong.push(format!("{purl}: {found:?}, OSV says {wanted:?} {:?}", judgement.basis));
        }
    }
    eprintln!("{asked} questions");
    assert_eq!(wrong, [] as [String; 0]);
}
