//! The index: what was given reads back, small loads renew, and damage is refused.

use super::*;
use crate::ecosystem::Ecosystem;
use crate::record::{Advisory, Affected, Event, Range, Verdict};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn advisory(id: &str, package: &str, fixed: &str) -> Advisory {
    let events = vec![Event::Introduced("0".into()), Event::Fixed(fixed.into())];
    Advisory {
        id: id.into(),
        title: format!("{id} in {package}"),
        severity: "HIGH".into(),
        affected: vec![Affected {
            ecosystem: Ecosystem::from_osv("npm"),
            package: package.into(),
            verdict: Verdict::Affected,
            ranges: vec![Range::Events(events)],
            versions: Vec::new(),
            arch: String::new(),
            module: String::new(),
        }],
        ..Advisory::default()
    }
}

fn load(library: &Library, advisories: &[Advisory]) -> Loaded {
    let mut change = library.change().unwrap();
    let mut batch = change.batch().unwrap();
    for advisory in advisories {
        batch.add(advisory).unwrap();
    }
    let loaded = change.renew("osv", batch).unwrap();
    change.publish().unwrap();
    loaded
}

/// What is said of an npm package: `ID range`.
fn said(index: &Index, name: &str) -> Vec<String> {
    let npm = Ecosystem::from_osv("npm");
    let mut said: Vec<_> =
        index.rules(&npm, name).map(|(at, rule)| format!("{} {}", index.id(at), rule.words())).collect();
    said.sort();
    said
}

fn segments(folder: &Path) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".segment")).count()
}

#[test]
fn a_record_reads_back_as_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let mut given = advisory("GHSA-1", "left", "1.2.3");
    (given.details, given.aliases) = ("é".repeat(1000), vec!["CVE-2024-1".into()]);
    load(&library, &[given.clone()]);
    let index = library.index().unwrap();
    let at: Vec<_> = index.by_name("cve-2024-1").collect();
    assert_eq!(at.len(), 1);
    assert_eq!(index.advisory(at[0]).unwrap(), given);
    assert_eq!((index.title(at[0]), index.severity(at[0]).as_str()), ("GHSA-1 in left", "high"));
    assert_eq!(index.weaknesses(at[0]).keys, ["CVE-2024-1"]);
}

#[test]
fn a_later_record_renews_an_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let many: Vec<_> = (0..100).map(|n| advisory(&format!("GHSA-{n}"), &format!("p{n}"), "1.0.0")).collect();
    assert_eq!(load(&library, &many).records, 100);
    let before = library.index().unwrap();

    let moved = load(&library, &[advisory("GHSA-7", "q", "2.0.0"), advisory("GHSA-new", "p1", "3.0.0")]);
    assert_eq!(moved.records, 101);
    let named =
        |names: &[&str]| names.iter().map(|n| ("npm".to_owned(), (*n).to_owned())).collect::<BTreeSet<_>>();
    assert_eq!(moved.changed, Some(named(&["p1", "p7", "q"])));
    let index = library.index().unwrap();
    assert_eq!(said(&index, "p7"), [] as [&str; 0]);
    assert_eq!(said(&index, "q"), ["GHSA-7 < 2.0.0"]);
    assert_eq!(said(&index, "p1"), ["GHSA-1 < 1.0.0", "GHSA-new < 3.0.0"]);
    // Who opened it before still reads what there was.
    assert_eq!(said(&before, "p7"), ["GHSA-7 < 1.0.0"]);
    assert!(index.generation() > before.generation());
}

#[test]
fn small_segments_are_merged() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    for n in 0..40 {
        load(&library, &[advisory(&format!("GHSA-{n}"), &format!("p{n}"), "1.0.0")]);
    }
    assert_eq!(library.index().unwrap().len(), 40);
    assert!(segments(folder.path()) <= 6, "{} segments", segments(folder.path()));
    // Renewed over and over, a feed does not grow.
    for fixed in 1..20 {
        load(&library, &[advisory("GHSA-0", "p0", &format!("{fixed}.0.0"))]);
    }
    let index = library.index().unwrap();
    assert_eq!((index.len(), said(&index, "p0")), (40, vec!["GHSA-0 < 19.0.0".to_owned()]));
}

#[test]
fn what_is_withdrawn_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    load(&library, &[advisory("GHSA-1", "left", "1.0.0"), advisory("GHSA-2", "left", "2.0.0")]);
    let mut withdrawn = advisory("GHSA-1", "left", "1.0.0");
    withdrawn.withdrawn = Some("2024-01-01T00:00:00Z".into());
    let loaded = load(&library, &[withdrawn]);
    assert_eq!(loaded.changed, Some(BTreeSet::from([("npm".to_owned(), "left".to_owned())])));
    assert_eq!(said(&library.index().unwrap(), "left"), ["GHSA-2 < 2.0.0"]);
}

#[test]
fn a_change_that_is_not_published_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    load(&library, &[advisory("GHSA-1", "left", "1.0.0")]);
    let mut change = library.change().unwrap();
    let mut batch = change.batch().unwrap();
    batch.add(&advisory("GHSA-2", "left", "2.0.0")).unwrap();
    change.replace("osv", "", batch).unwrap();
    drop(change);
    assert_eq!(said(&library.index().unwrap(), "left"), ["GHSA-1 < 1.0.0"]);
    // The next one takes the file that was left for its own.
    load(&library, &[advisory("GHSA-3", "left", "3.0.0")]);
    assert_eq!(said(&library.index().unwrap(), "left"), ["GHSA-1 < 1.0.0", "GHSA-3 < 3.0.0"]);
}

#[test]
fn a_bad_range_is_reported_and_costs_itself() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let mut broken = advisory("GHSA-1", "left", "not a version");
    broken.affected.extend(advisory("GHSA-1", "left", "1.0.0").affected);
    let loaded = load(&library, &[broken]);
    assert_eq!(loaded.built.unreadable, 1);
    assert_eq!(loaded.built.problems[0].at, "GHSA-1");
    assert_eq!(said(&library.index().unwrap(), "left"), ["GHSA-1 < 1.0.0"]);
}

#[test]
fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    load(&library, &[advisory("GHSA-1", "left", "1.0.0")]);
    let path = folder.path().join("00000001.segment");
    let whole = fs::read(&path).unwrap();
    let damage = |bytes: &[u8]| {
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    };
    for cut in [0, 10, whole.len() / 2, whole.len() - 1] {
        damage(&whole[..cut]);
        assert!(matches!(library.index(), Err(IndexError::Damaged { .. })), "cut at {cut}");
    }
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    damage(&flipped);
    let index = library.index().unwrap();
    assert!(matches!(index.segment(0).verify(), Err(IndexError::Damaged { .. })), "its checksum tells");
    flipped = whole.clone();
    flipped[8] = 200;
    damage(&flipped);
    assert!(matches!(library.index(), Err(IndexError::Newer { .. })));
    damage(&whole);
    assert!(library.index().unwrap().segment(0).verify().is_ok());
}
