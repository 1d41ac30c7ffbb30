//! What all extractors must do, and how one is tested.

use super::EXTRACTORS;
use crate::software::{Extractor, File, Standing};
use bartizan_model::Purl;
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Runs an extractor on a text and compares: `[dev ]installed|locked|declared PURL` a line, in any order. Nothing of
/// the text may be a problem.
pub(super) fn check(extractor: &Extractor, path: &str, text: impl AsRef<[u8]>, expected: &[&str]) {
    assert_eq!(check_part(extractor, path, text, expected), [""; 0]);
}

/// As [`check`], where a part of the text cannot be read: the problems it told.
pub(super) fn check_part(
    extractor: &Extractor,
    path: &str,
    text: impl AsRef<[u8]>,
    expected: &[&str],
) -> Vec<String> {
    check_among(extractor, path, text, &[], expected)
}

/// As [`check_part`], with other files beside it.
pub(super) fn check_among(
    extractor: &Extractor,
    path: &str,
    text: impl AsRef<[u8]>,
    others: &[(&str, &str)],
    expected: &[&str],
) -> Vec<String> {
    assert!((extractor.wants)(path), "{} wants {path}", extractor.id);
    let other = |path: &str| {
        others.iter().find(|(other, _)| *other == path).map(|(_, text)| text.as_bytes().to_vec())
    };
    let (found, problems) = run(extractor, path, text.as_ref(), &other);
    let found = found.unwrap();
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
    problems
}

/// The sentence with which an extractor refuses a text.
pub(super) fn refusal(extractor: &Extractor, path: &str, text: impl AsRef<[u8]>) -> String {
    run(extractor, path, text.as_ref(), &|_| None).0.unwrap_err()
}

type Found = Result<Vec<crate::software::Package>, String>;

fn run(
    extractor: &Extractor,
    path: &str,
    bytes: &[u8],
    other: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> (Found, Vec<String>) {
    let problems = RefCell::new(Vec::new());
    let problem = |why: String| problems.borrow_mut().push(why);
    let found = (extractor.extract)(&File { path, bytes, other, problem: &problem });
    (found, problems.into_inner())
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
    let deep = 100_000;
    let mut texts: Vec<Vec<u8>> =
        [&b""[..], b"\0\xff\xfe", b"{", b"[[", b"<a", b"{\"packages\":[null,1,{}]}", b"PK\x03\x04"]
            .map(<[u8]>::to_vec)
            .into();
    for (start, repeated) in [
        ("", "["),
        ("a=", "["),
        ("", "{\"a\":"),
        ("", "- "),
        ("a: ", "{b: "),
        ("[a", ".a"),
        ("%{", "\"a\": {:"),
    ] {
        texts.push((start.to_owned() + &repeated.repeat(deep)).into_bytes());
    }
    texts.push(format!("a{} = 1", ".a".repeat(deep)).into_bytes());
    texts.push(format!("[a{}]", ".a".repeat(deep)).into_bytes());
    for extractor in EXTRACTORS {
        for bytes in &texts {
            if let Ok(found) = run(extractor, "x", bytes, &|_| None).0 {
                assert!(found.is_empty(), "{}", extractor.id);
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
}

/// Which extractor of ours answers for the one that a case names; its files are renamed there, so the path does not tell.
const ANSWERS: &[(&str, &str)] = &[
    ("language/dart/pubspec", "pubspec_lock"),
    ("language/elixir/mixlock", "mix_lock"),
    ("language/erlang/mixlock", "mix_lock"),
    ("language/gleam/gleamtoml", "gleam_toml"),
    ("language/haskell/cabal", "cabal_freeze"),
    ("language/haskell/stacklock", "stack_lock"),
    ("language/javascript/bunlock", "bun_lock"),
    ("language/javascript/denojson", "deno_json"),
    ("language/javascript/denotssource", "deno_source"),
    ("language/javascript/packagejson", "package_json"),
    ("language/javascript/packagelockjson", "package_lock"),
    ("language/javascript/pnpmlock", "pnpm_lock"),
    ("language/javascript/vsix", "vsix"),
    ("language/javascript/yarnlock", "yarn_lock"),
    ("language/julia/manifesttoml", "julia_manifest"),
    ("language/julia/projecttoml", "julia_project"),
    ("language/ocaml/opam", "opam_install"),
    ("language/php/composerlock", "composer_lock"),
    ("language/python/condameta", "conda_meta"),
    ("language/python/pdmlock", "pdm_lock"),
    ("language/python/pipfilelock", "pipfile_lock"),
    ("language/python/poetrylock", "poetry_lock"),
    ("language/python/pylock", "pylock"),
    ("language/python/pyprojecttoml", "pyproject_toml"),
    ("language/python/requirements", "requirements"),
    ("language/python/setup", "setup_py"),
    ("language/python/uvlock", "uv_lock"),
    ("language/python/wheelegg", "python_metadata"),
    ("language/r/renvlock", "renv_lock"),
    ("language/ruby/gemfilelock", "gemfile_lock"),
    ("language/ruby/gemspec", "gemspec"),
    ("language/rust/cargoauditable", "cargo_auditable"),
    ("language/rust/cargolock", "cargo_lock"),
    ("language/rust/cargotoml", "cargo_toml"),
    ("language/swift/packageresolved", "package_resolved"),
    ("language/swift/podfilelock", "podfile_lock"),
    ("misc/chrome/extensions", "chrome_extension"),
    ("misc/githubactions", "github_actions"),
    ("misc/vscodeextensions", "vscode_extensions"),
    ("misc/wordpress/plugins", "wordpress_plugin"),
];

/// Cases that we answer otherwise on purpose, each with its reason.
const DIFFERENCES: &[(&str, &str)] = &[
    ("language/haskell/cabal/testdata/valid", HACKAGE),
    ("language/haskell/cabal/testdata/valid_2", HACKAGE),
    ("language/haskell/stacklock/testdata/valid", HACKAGE),
    (
        "language/javascript/vsix/testdata/invalid_zip.vsix",
        "a file that cannot be read is an error, not empty",
    ),
    ("misc/githubactions/testdata/invalid.yml", BROKEN),
    (
        "language/python/requirements/testdata/example.txt",
        "what it includes is not among the samples; what it names by URL and by wheel is a package too",
    ),
    ("language/ruby/gemspec/testdata/version_constant/version_constant.gemspec", ABSENT),
    ("language/ruby/gemspec/testdata/version_constant_class/version_constant_class.gemspec", ABSENT),
    (
        "language/ruby/gemspec/testdata/version_constant_conditional/version_constant_conditional.gemspec",
        ABSENT,
    ),
    ("language/ruby/gemspec/testdata/version_constant_join/version_constant_join.gemspec", ABSENT),
    (
        "language/ruby/gemspec/testdata/version_constant_join_multiline/version_constant_join_multiline.gemspec",
        ABSENT,
    ),
    ("language/ruby/gemspec/testdata/version_constant_require/version_constant_require.gemspec", ABSENT),
];

/// <https://github.com/package-url/purl-spec/blob/main/types-doc/hackage-definition.md>
const HACKAGE: &str = "the type that purl has for Haskell's packages is hackage, as in OSV";
const BROKEN: &str = "a file that cannot be read is an error, never the same as an empty one";
const ABSENT: &str = "the file with the constant that it requires is not among the samples";

/// The expected packages of osv-scalibr's samples: every case of a kind that is read here agrees or is explained, and in
/// all at least nine of ten agree.
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
    let (mut wrong, mut differ) = (Vec::new(), BTreeSet::new());
    for line in expected.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let Some((_, id)) = ANSWERS.iter().find(|(theirs, _)| *theirs == case.extractor) else { continue };
        let extractor = EXTRACTORS.iter().find(|extractor| extractor.id == *id).unwrap();
        total += 1;
        match answer(extractor, &case, &files) {
            Ok(()) => agree += 1,
            Err(_) if DIFFERENCES.iter().any(|(file, _)| *file == case.file) => {
                differ.insert(case.file);
            }
            Err(why) => wrong.push(format!("{} {}: {why}", case.extractor, case.file)),
        }
    }
    assert!(wrong.is_empty(), "{} of {total} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
    for (file, why) in DIFFERENCES {
        assert!(differ.contains(*file), "{file}: it agrees, so it is no difference ({why})");
    }
    assert!(agree * 10 >= total * 9, "{agree} of {total} cases agree");
}

fn answer(extractor: &Extractor, case: &Case, files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let bytes = files.get(&case.file).ok_or("no such file")?;
    let (found, problems) = run(extractor, &case.file, bytes, &|path| files.get(path).cloned());
    // Names in canonical form: PyPI's and Composer's have no case.
    let wanted = case
        .packages
        .iter()
        .flatten()
        .map(|(name, version, kind)| triple(&Purl::of(kind, name).unwrap().with_version(version)));
    let wanted: BTreeSet<_> = wanted.collect();
    match (case.error.is_some(), found) {
        (true, Err(_)) if wanted.is_empty() => Ok(()),
        (true, Ok(_)) if problems.is_empty() => Err("no error where one is due".to_owned()),
        (_, Err(error)) => Err(format!("an error: {error}")),
        (_, Ok(found)) => {
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
