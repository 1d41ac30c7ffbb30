//! Every format: its row, its fixtures, and what they are made into.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use bartizan_import::{
    Collected, FORMATS, Format, Head, Limits, Options, ParseError, Sniff, Summary, by_id, detect, open,
};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

fn options() -> Options {
    Options { fallback: "fixture".into(), ..Options::default() }
}

fn parse(format: &Format, bytes: &[u8]) -> (Collected, Result<Summary, ParseError>) {
    let mut seen = Collected::default();
    let mut reader = open(bytes, &Limits::default()).unwrap();
    let result = (format.parse)(&mut reader, &options(), &mut seen);
    (seen, result)
}

fn fixtures() -> Vec<(String, PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for folder in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap() {
        let folder = folder.unwrap().path();
        let id = folder.file_name().unwrap().to_string_lossy().into_owned();
        for file in fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            all.push((id.clone(), path, bytes));
        }
    }
    all.sort();
    all
}

#[test]
fn the_registry_is_in_order() {
    let ids: Vec<_> = FORMATS.iter().map(|format| format.id).collect();
    assert!(ids.is_sorted(), "alphabetical, please: {ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "ids are unique");
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/formats"));
    let files: BTreeSet<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, ids.iter().map(|id| (*id).to_owned()).collect(), "one file a format, one row a file");
    for format in FORMATS {
        assert!(
            format.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
            "{}",
            format.id
        );
        assert!(format.docs.starts_with("https://"), "{} has no docs", format.id);
        assert!(!format.summary.is_empty() && !format.name.is_empty() && !format.extensions.is_empty());
        assert_eq!(format.tool, format.tool.to_lowercase());
        let text = fs::read_to_string(folder.join(format!("{}.rs", format.id))).unwrap();
        assert!(text.starts_with("//! "), "{} does not say what it reads", format.id);
        assert!(by_id(format.id).is_some());
    }
}

#[test]
fn every_format_has_good_and_malformed_fixtures_that_only_it_claims() {
    for format in FORMATS {
        for kind in ["good-", "malformed-"] {
            let has = |(id, path, _): &(String, PathBuf, Vec<u8>)| {
                id == format.id && path.file_name().unwrap().to_string_lossy().starts_with(kind)
            };
            assert!(fixtures().iter().any(has), "{} has no {kind} fixture", format.id);
        }
    }
    for (id, path, bytes) in fixtures() {
        let mut reader = open(&bytes[..], &Limits::default()).unwrap();
        let head = reader.fill_buf().unwrap();
        assert_eq!(detect(head).map(|format| format.id), Ok(id.as_str()), "{}", path.display());
        let claims = FORMATS.iter().filter(|format| (format.sniff)(&Head::of(head)) == Sniff::Yes).count();
        assert_eq!(claims, 1, "{}", path.display());
    }
}

/// The normalized observations of every fixture. `cargo insta accept`, or `INSTA_UPDATE=always cargo test`.
#[test]
fn fixtures_give_what_they_gave() {
    insta::glob!("../fixtures", "*/*", |path| {
        let id = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let (seen, result) = parse(by_id(&id).unwrap(), &fs::read(path).unwrap());
        let malformed = path.file_name().unwrap().to_string_lossy().starts_with("malformed");
        assert_eq!(result.is_err(), malformed, "{}: {result:?}", path.display());
        assert!(!malformed || seen.covered.is_empty(), "a broken report covers nothing");
        let observations: Vec<_> =
            seen.observations.iter().map(|(at, o)| json!({"at": at.to_string(), "is": o})).collect();
        let rejected: Vec<_> = seen.rejected.iter().map(|(at, why)| format!("{at}: {why}")).collect();
        let sources: Vec<_> = seen
            .sources
            .iter()
            .map(|s| format!("{} {}", s.name, s.version.as_deref().unwrap_or("-")))
            .collect();
        let end = match &result {
            Ok(summary) => format!(
                "{} records, {} observations, {} findings, {} rejected, seen at {}",
                summary.records,
                summary.observations,
                summary.findings,
                summary.rejected,
                summary.seen_at.map_or("?".to_owned(), |at| at.to_string())
            ),
            Err(error) => error.to_string(),
        };
        insta::assert_json_snapshot!(json!({
            "end": end, "sources": sources, "observations": observations, "rejected": rejected,
            "covered": seen.covered, "gaps": seen.gaps,
        }));
    });
}

#[test]
fn what_is_printed_reads_back() {
    for (id, path, bytes) in fixtures() {
        let (seen, _) = parse(by_id(&id).unwrap(), &bytes);
        let lines: String =
            seen.observations.iter().map(|(_, o)| serde_json::to_string(o).unwrap() + "\n").collect();
        if lines.is_empty() {
            continue;
        }
        let (again, result) = parse(by_id("bartizan").unwrap(), lines.as_bytes());
        assert!(result.is_ok(), "{}: {result:?}", path.display());
        let (first, second): (Vec<_>, Vec<_>) = (
            seen.observations.iter().map(|(_, o)| o).collect(),
            again.observations.iter().map(|(_, o)| o).collect(),
        );
        assert_eq!(first, second, "{}", path.display());
    }
}

#[test]
fn no_secret_and_no_control_character_comes_through() {
    for (id, path, bytes) in fixtures() {
        let (seen, _) = parse(by_id(&id).unwrap(), &bytes);
        let text = format!("{:?}", seen.observations);
        for secret in ["NOTAREALKEY0123456", "s3cr3tT0kenValue42"] {
            assert!(!text.contains(secret), "{}: {secret}", path.display());
        }
        for escape in ["\\u{1b}", "\\0", "\\u{202e}"] {
            assert!(!text.contains(escape), "{}: {escape}", path.display());
        }
    }
}

#[test]
fn a_report_cut_anywhere_is_no_clean_result() {
    for (id, path, bytes) in fixtures() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Lines, rows and tags can be cut between records without a trace; a document cannot.
        let whole = |end: &&str| !name.ends_with(*end);
        if !name.starts_with("good") || ![".jsonl", ".csv", ".spdx", ".yaml", ".txt"].iter().all(whole) {
            continue;
        }
        let end = bytes.trim_ascii_end().len();
        for cut in (1..end).step_by(7) {
            let (seen, result) = parse(by_id(&id).unwrap(), &bytes[..cut]);
            assert!(result.is_err() && seen.covered.is_empty(), "{name} cut at {cut}: {result:?}");
        }
    }
}

#[test]
fn empty_and_foreign_reports_are_told_apart() {
    for format in FORMATS {
        for (text, empty) in
            [("", true), (" \n", true), ("{\"a\":1}", false), ("<a/>", false), ("hello, world\n1,2\n", false)]
        {
            let (seen, result) = parse(format, text.as_bytes());
            // No result lines are a run of Nuclei without matches.
            let fine = format.id == "nuclei" && empty;
            assert_eq!(result.is_ok(), fine, "{} of {text:?}: {result:?}", format.id);
            assert!(seen.observations.is_empty() && seen.covered.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes changed, cut out and doubled: never a panic, never an endless loop, and never coverage from an error.
    #[test]
    fn mutated_fixtures_never_panic(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..8),
        buffer in 1_usize..64,
    ) {
        let all = fixtures();
        let (_, _, bytes) = &all[which.index(all.len())];
        let mut bytes = bytes.clone();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match how {
                0 => bytes[at] = byte,
                1 => { bytes.insert(at, byte); }
                2 => { bytes.drain(at..(at + usize::from(byte)).min(bytes.len() - 1).max(at)); }
                _ => { let copy = bytes[at..(at + 32).min(bytes.len())].to_vec(); bytes.splice(at..at, copy); }
            }
        }
        let _ = detect(&bytes);
        for format in FORMATS {
            // A tiny buffer, so that every boundary is met.
            let mut reader = io::BufReader::with_capacity(buffer, &bytes[..]);
            let mut seen = Collected::default();
            let result = (format.parse)(&mut reader, &options(), &mut seen);
            prop_assert!(result.is_ok() || seen.covered.is_empty());
        }
    }
}

/// A report that is made while it is read: head, one record over and over, tail.
struct Endless {
    head: Vec<u8>,
    record: Vec<u8>,
    tail: Vec<u8>,
    left: usize,
    now: io::Cursor<Vec<u8>>,
}

impl Endless {
    fn new(head: &str, record: &str, tail: &str, times: usize) -> Self {
        let now = io::Cursor::new(head.as_bytes().to_vec());
        Self { head: Vec::new(), record: record.into(), tail: tail.into(), left: times, now }
    }
}

impl Read for Endless {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.now.read(buf)?;
            if n > 0 {
                return Ok(n);
            }
            self.head = match self.left {
                0 if self.tail.is_empty() => return Ok(0),
                0 => std::mem::take(&mut self.tail),
                left => {
                    let batch = left.min(500);
                    self.left -= batch;
                    self.record.repeat(batch)
                }
            };
            self.now = io::Cursor::new(std::mem::take(&mut self.head));
        }
    }
}

/// Counts and forgets.
#[derive(Default)]
struct Count(u64);

impl bartizan_import::Sink for Count {
    fn observe(
        &mut self,
        _: bartizan_import::Place,
        _: bartizan_model::Observation,
        _: Option<&[u8]>,
    ) -> std::ops::ControlFlow<()> {
        self.0 += 1;
        std::ops::ControlFlow::Continue(())
    }
    fn reject(&mut self, at: bartizan_import::Place, reason: String) {
        panic!("{at}: {reason}");
    }
    fn cover(&mut self, _: bartizan_model::Covered) {}
    fn gap(&mut self, _: bartizan_model::Gap) {}
}

fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// 100 MB twice (a tenth of it in slow builds), and memory does not grow with it.
#[test]
fn two_hundred_megabytes_pass_in_little_memory() {
    let size = if cfg!(debug_assertions) { 10_000_000 } else { 100_000_000 };
    let words = "x".repeat(20_000);
    let vulnerability = format!(
        r#"{{"VulnerabilityID":"CVE-2024-1234","PkgName":"a","InstalledVersion":"1","Severity":"LOW","Description":"{words}"}},"#
    );
    let last = r#"{"VulnerabilityID":"CVE-2024-1","PkgName":"b"}]}]}"#;
    let sarif = format!(r#"{{"ruleId":"r","message":{{"text":"{words}"}}}},"#);
    let cases = [
        (
            "trivy",
            r#"{"SchemaVersion":2,"ArtifactName":"a:1","ArtifactType":"container_image","Results":[{"Target":"t","Class":"os-pkgs","Type":"debian","Vulnerabilities":["#,
            vulnerability.as_str(),
            last,
        ),
        // Results before their tool: put aside, compressed.
        (
            "sarif",
            r#"{"version":"2.1.0","runs":[{"results":["#,
            sarif.as_str(),
            r#"{"ruleId":"r"}],"tool":{"driver":{"name":"t"}}}]}"#,
        ),
    ];
    let before = resident_bytes();
    for (id, head, record, tail) in cases {
        let times = size / record.len();
        let mut reader = io::BufReader::new(Endless::new(head, record, tail, times));
        let mut count = Count::default();
        let summary = (by_id(id).unwrap().parse)(&mut reader, &options(), &mut count).unwrap();
        assert_eq!(summary.records, times as u64 + 1, "{id}");
        assert!(count.0 > times as u64);
    }
    if let (Some(before), Some(after)) = (before, resident_bytes()) {
        assert!(after.saturating_sub(before) < 60 << 20, "{} MB more at the peak", (after - before) >> 20);
    }
}
