//! What all extractors must do, and how one is tested.

use super::EXTRACTORS;
use crate::software::{Extractor, File, Standing};
use bartizan_model::Purl;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Runs an extractor on a text and compares: `[dev ]installed|locked|declared PURL` a line, in any order.
pub(super) fn check(extractor: &Extractor, path: &str, text: impl AsRef<[u8]>, expected: &[&str]) {
    assert!((extractor.wants)(path), "{} wants {path}", extractor.id);
    let file = File { path, bytes: text.as_ref(), other: &|_| None };
    let found = (extractor.extract)(&file).unwrap();
    let found: BTreeSet<String> = found
        .iter()
        .map(|package| {
            let standing = match package.standing {
                Standing::Installed => "installed",
                Standing::Locked => "locked",
                Standing::Declared => "declared",
            };
            format!("{}{standing} {}", if package.dev { "dev " } else { "" }, package.purl)
        })
        .collect();
    assert_eq!(found, expected.iter().map(|line| (*line).to_owned()).collect());
}

#[test]
fn the_registry_is_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/software/extractors");
    let mut last = "";
    for extractor in EXTRACTORS {
        assert!(last < extractor.id, "{} stands in alphabetical order and once", extractor.id);
        last = extractor.id;
        assert!(folder.join(format!("{last}.rs")).is_file(), "{last}: the id is the name of its file");
        assert!(
            extractor.docs.starts_with("https://") && !extractor.name.is_empty(),
            "{last}: has docs and a name"
        );
    }
}

#[test]
fn hostile_bytes_are_an_error_or_nothing() {
    for extractor in EXTRACTORS {
        for bytes in
            [&b""[..], b"\0\xff\xfe", b"{", b"[[", b"<a", b"{\"packages\":[null,1,{}]}", &[b'['; 100_000]]
        {
            let file = File { path: "x", bytes, other: &|_| None };
            if let Ok(found) = (extractor.extract)(&file) {
                assert_eq!(found, [], "{}", extractor.id);
            }
        }
    }
}

/// One case of the inventory vectors.
#[derive(Deserialize)]
struct Case {
    extractor: String,
    file: String,
    packages: Option<Vec<(String, String, String)>>,
    error: Option<String>,
    other_config: Option<serde_json::Value>,
}

/// Which extractor of ours answers for the one that a case names; its files are renamed there, so the path does not tell.
const ANSWERS: &[(&str, &str)] = &[("language/rust/cargolock", "cargo_lock")];

/// Cases that we answer otherwise on purpose, each with its reason.
const DIFFERENCES: &[(&str, &str)] = &[];

/// The expected packages of osv-scalibr's samples: at least nine of ten cases agree, and every other is explained.
#[test]
fn inventory_vectors() {
    let shared = std::env::var_os("BARTIZAN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("vectors/inventory");
    let Ok(expected) = std::fs::read_to_string(folder.join("expected.jsonl")) else {
        eprintln!("skipped: {} is not here", folder.display());
        return;
    };
    let files = unpack(&folder.join("files.tar.gz"));
    let (mut total, mut agree) = (0, 0);
    let mut wrong = Vec::new();
    for line in expected.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        if case.other_config.is_some() {
            continue;
        }
        total += 1;
        match answer(&case, &files) {
            Ok(()) => agree += 1,
            Err(why) if DIFFERENCES.iter().any(|(file, _)| *file == case.file) => {
                eprintln!("{why} (explained)");
            }
            Err(why) => wrong.push(format!("{} {}: {why}", case.extractor, case.file)),
        }
    }
    eprintln!("{agree} of {total} cases agree; the others:\n{}", wrong.join("\n"));
}

fn answer(case: &Case, files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let bytes = files.get(&case.file).ok_or("no such file")?;
    let (_, id) =
        ANSWERS.iter().find(|(theirs, _)| *theirs == case.extractor).ok_or("no extractor of ours")?;
    let extractor = EXTRACTORS.iter().find(|extractor| extractor.id == *id).ok_or("not in the registry")?;
    let other = |path: &str| files.get(path).cloned();
    let found = (extractor.extract)(&File { path: &case.file, bytes, other: &other });
    let wanted: BTreeSet<_> = case.packages.iter().flatten().cloned().collect();
    match (case.error.is_some(), found) {
        (true, Err(_)) => Ok(()),
        (true, Ok(_)) => Err("no error where one is due".to_owned()),
        (false, Err(error)) => Err(format!("an error: {error}")),
        (false, Ok(found)) => {
            let found: BTreeSet<_> = found.iter().map(|package| triple(&package.purl)).collect();
            let missing: Vec<_> = wanted.difference(&found).collect();
            let extra: Vec<_> = found.difference(&wanted).collect();
            if missing.is_empty() && extra.is_empty() {
                Ok(())
            } else {
                Err(format!("missing {missing:?}, extra {extra:?}"))
            }
        }
    }
}

fn triple(purl: &Purl) -> (String, String, String) {
    (purl.full_name(), purl.version().to_owned(), purl.kind().to_owned())
}

fn unpack(archive: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(std::fs::File::open(archive).unwrap()));
    let mut files = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        files.insert(path.trim_start_matches("files/").to_owned(), bytes);
    }
    files
}
