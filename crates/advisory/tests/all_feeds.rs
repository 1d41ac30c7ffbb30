//! Every feed against real files of it in the shared folder: exact counts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod support;

use bartizan_advisory::detect::PREFIX;
use bartizan_advisory::feed::{Entry, Record, Sink, Summary};
use bartizan_advisory::feeds::{by_id, detect};
use bartizan_advisory::index::Library;
use bartizan_advisory::record::{Advisory, Range, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::ControlFlow;
use support::{in_tar, unpacked};

#[derive(Default)]
struct Kept {
    records: Vec<Record>,
    rejected: Vec<String>,
    summary: Summary,
}

impl Sink for Kept {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        self.records.push(record);
        ControlFlow::Continue(())
    }
    fn reject(&mut self, at: String, reason: String) {
        self.rejected.push(format!("{at}: {reason}"));
    }
}

/// Reads a file as the feed that it is recognised as, which must be this one.
fn load(feed: &str, bytes: &[u8]) -> Kept {
    let found = detect(&bytes[..bytes.len().min(PREFIX)]).map(|found| found.id);
    assert_eq!(found, Some(feed));
    let mut kept = Kept::default();
    kept.summary = (by_id(feed).unwrap().read)(&mut &*bytes, &mut kept).unwrap();
    kept
}

impl Kept {
    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.records.iter().filter_map(|record| match record {
            Record::Entry(entry) => Some(&**entry),
            _ => None,
        })
    }

    fn advisories(&self) -> impl Iterator<Item = &Advisory> {
        self.records.iter().filter_map(|record| match record {
            Record::Advisory(advisory) => Some(&**advisory),
            _ => None,
        })
    }

    /// Compiles the advisories: how many ranges cannot be read.
    fn unreadable(&self) -> u64 {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let mut change = library.change().unwrap();
        let mut batch = change.batch().unwrap();
        for advisory in self.advisories() {
            batch.add(advisory).unwrap();
        }
        let loaded = change.renew("test", batch).unwrap();
        loaded.built.unreadable as u64
    }
}

/// All files of a tar, by name.
fn files(tar: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(tar);
    let mut files = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(String::from_utf8_lossy(&entry.path_bytes()).into_owned(), bytes);
    }
    files
}

#[test]
fn attack() {
    let count =
        |kept: &Kept, wanted: &dyn Fn(&Entry) -> bool| kept.entries().filter(|entry| wanted(entry)).count();
    let is = |entry: &Entry, key: &str| entry.data.contains_key(key);
    let Some(bytes) = unpacked("knowledge/attack/enterprise-attack-18.1-stix20.json.zst") else { return };
    let kept = load("attack", &bytes);
    assert_eq!((kept.summary.part.as_str(), kept.rejected.len()), ("enterprise", 0));
    let technique = |entry: &Entry| entry.data["kind"] == "technique";
    assert_eq!(count(&kept, &technique), 835);
    let stands = |entry: &Entry| technique(entry) && !is(entry, "revoked") && !is(entry, "deprecated");
    assert_eq!(count(&kept, &stands), 691);
    assert_eq!(count(&kept, &|entry| stands(entry) && is(entry, "parent")), 475);
    assert_eq!(count(&kept, &|entry| technique(entry) && is(entry, "revoked")), 132);
    assert_eq!(
        count(&kept, &|entry| technique(entry) && is(entry, "revoked") && is(entry, "revoked_by")),
        132
    );
    assert_eq!(count(&kept, &|entry| technique(entry) && is(entry, "deprecated")), 12);
    for (path, part, techniques) in [
        ("knowledge/attack/mobile-attack-18.1-stix20.json.zst", "mobile", 190),
        ("knowledge/attack/ics-attack-18.1-stix20.json.zst", "ics", 95),
        ("knowledge/attack/ics-attack-18.1-stix21.json.zst", "ics", 95),
    ] {
        let kept = load("attack", &unpacked(path).unwrap());
        assert_eq!((kept.summary.part.as_str(), kept.rejected.len()), (part, 0));
        assert_eq!(count(&kept, &technique), techniques, "{path}");
    }
}

#[test]
fn capec() {
    let Some(bytes) = unpacked("knowledge/attack/capec-stix21.json.zst") else { return };
    let kept = load("capec", &bytes);
    assert_eq!((kept.records.len(), kept.rejected.len()), (615, 0));
}

#[test]
fn recog() {
    let Some(tar) = unpacked("knowledge/recog/recog-xml.tar.zst") else { return };
    let (mut ids, mut all, mut databases) = (BTreeSet::new(), 0, 0);
    for (name, bytes) in files(&tar).iter().filter(|(name, _)| name.ends_with(".xml")) {
        let kept = load("recog", bytes);
        assert_eq!((kept.rejected.len(), kept.summary.incomplete.len()), (0, 0), "{name}");
        all += kept.records.len();
        ids.extend(kept.entries().map(|entry| entry.id.clone()));
        databases += 1;
    }
    // Some patterns stand in two databases of one protocol.
    assert_eq!((databases, all, ids.len()), (50, 4_657, 4_653));
}

#[test]
fn nuclei_templates() {
    let Some(bytes) = unpacked("knowledge/nuclei/nuclei-templates-2025-06-08.jsonl.zst") else { return };
    let kept = load("nuclei_templates", &bytes);
    let ids: BTreeSet<_> = kept.entries().map(|entry| &entry.id).collect();
    assert_eq!((kept.records.len(), ids.len(), kept.rejected.len()), (10_490, 10_490, 0));
    let Some(bytes) = unpacked("knowledge/nuclei/fuzzing-templates.jsonl.zst") else { return };
    let kept = load("nuclei_templates", &bytes);
    assert_eq!((kept.records.len(), kept.rejected.len()), (21, 0));
}

#[test]
fn rubysec() {
    let Some(bytes) = unpacked("knowledge/advisories/rubysec-yaml.jsonl.zst") else { return };
    let kept = load("rubysec", &bytes);
    assert_eq!((kept.records.len(), kept.rejected.len()), (1_381, 0));
    assert_eq!(kept.unreadable(), 0);
}

#[test]
fn friendsofphp() {
    let Some(bytes) = unpacked("knowledge/advisories/friendsofphp-yaml.jsonl.zst") else { return };
    let kept = load("friendsofphp", &bytes);
    assert_eq!((kept.records.len(), kept.rejected.len()), (1_592, 0));
    assert_eq!(kept.unreadable(), 0);
}

#[test]
fn claircore() {
    let Some(tar) = unpacked("knowledge/pkgdb/claircore-testdata.tar.zst") else { return };
    let secdb = load("alpine_secdb", in_tar(&tar, "alpine/testdata/fetch/v3.10/community.json").unwrap());
    assert_eq!((secdb.records.len(), secdb.rejected.len(), secdb.unreadable()), (9, 0, 0));
    assert_eq!(secdb.summary.part, "v3.10/community");
    // Red Hat's verdicts: repaired, and given up.
    let openssl =
        load("csaf_vex", in_tar(&tar, "test/acceptance/testdata/cve-2024-0727-openssl.json").unwrap());
    let of = |ecosystem: &str, package: &str| {
        let all = openssl.advisories().flat_map(|advisory| &advisory.affected);
        let found = all.filter(|one| one.ecosystem.as_str() == ecosystem && one.package == package);
        found.map(|one| (one.verdict, one.ranges.clone())).collect::<Vec<_>>()
    };
    assert_eq!(of("redhat:9", "openssl"), [(Verdict::Affected, vec![Range::until("1:3.0.7-27.el9")])]);
    assert_eq!(of("redhat:6", "openssl"), [(Verdict::EndOfLife, vec![Range::all()])]);
    assert_eq!(of("redhat:9", "openssl-fips-provider"), [(Verdict::NotAffected, vec![Range::all()])]);
    let (mut documents, mut packages) = (0, 0);
    for (name, bytes) in files(&tar) {
        if !bytes.starts_with(b"{")
            || detect(&bytes[..bytes.len().min(PREFIX)]).map(|feed| feed.id) != Some("csaf_vex")
        {
            continue;
        }
        let kept = load("csaf_vex", &bytes);
        documents += 1;
        packages += kept.advisories().map(|one| one.affected.len()).sum::<usize>();
        assert_eq!((kept.advisories().count(), kept.rejected.len(), kept.unreadable()), (1, 0, 0), "{name}");
    }
    assert_eq!((documents, packages), (23, 2_582));
}

#[test]
fn advisory_formats() {
    let Some(path) = support::shared("corpora/advisory_formats.tar.gz") else { return };
    let mut tar = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut tar).unwrap();
    let mut count: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut unreadable = Vec::new();
    for (name, bytes) in files(&tar) {
        let Some(feed) = detect(&bytes[..bytes.len().min(PREFIX)]) else { continue };
        let kept = load(feed.id, &bytes);
        let (files, records, rejected) = count.entry(feed.id).or_default();
        *files += 1;
        *records += kept.records.len();
        *rejected += kept.rejected.len();
        if kept.unreadable() > 0 {
            unreadable.push(name);
        }
    }
    // Files, records, and what could not be used: an id that is empty, one that is made up.
    let known = [("csaf_vex", (1, 1, 0)), ("nvd", (38, 76, 2)), ("openvex", (1, 1, 0)), ("osv", (26, 27, 0))];
    assert_eq!(count, BTreeMap::from(known));
    // Made to contradict itself.
    let contradictory =
        "dependency-track/vuln-data-source/osv/src/test/resources/osv-vulnerability-with-ranges.json";
    assert_eq!(unreadable, [format!("advisory_formats/{contradictory}")]);
}

#[test]
fn vulnrichment() {
    let Some(bytes) = unpacked("knowledge/vulnrichment/vulnrichment.jsonl.zst") else { return };
    let kept = load("cve", &bytes);
    let packages = |family: &str| {
        let all = kept.advisories().flat_map(|advisory| &advisory.affected);
        all.filter(|affected| affected.ecosystem.family() == family).count()
    };
    assert_eq!((packages("cpe"), packages("redhat"), packages("maven")), (96_436, 2_348, 61));
    assert_eq!((kept.advisories().count(), kept.rejected.len()), (29_186, 0));
}
