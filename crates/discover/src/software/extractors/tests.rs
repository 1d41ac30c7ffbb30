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
    check_in(extractor, path, text, &[], expected)
}

/// As [`check_part`], with other files beside it.
pub(super) fn check_in(
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

/// Runs an extractor: what it found, and the problems it told.
pub(super) fn run(
    extractor: &Extractor,
    path: &str,
    bytes: &[u8],
    other: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> (Found, Vec<String>) {
    let problems = RefCell::new(Vec::new());
    let problem = |why: String| problems.borrow_mut().push(why);
    let found = (extractor.extract)(&File { path, bytes, other, problem: &problem });
    for package in found.iter().flatten() {
        let kind = package.purl.kind();
        assert!(extractor.kinds.is_empty() || extractor.kinds.contains(&kind), "{} of {kind}", extractor.id);
        assert!(extractor.begins(bytes), "{} is to begin otherwise", extractor.id);
    }
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
    case: String,
    packages: Option<Vec<(String, String, String)>>,
    error: Option<String>,
    other_config: Option<Vec<String>>,
}

/// Which extractor of ours answers for the one that a case names; its files are renamed there, so the path does not tell.
const ANSWERS: &[(&str, &str)] = &[
    ("language/cpp/conanlock", "conan_lock"),
    ("language/dart/pubspec", "pubspec_lock"),
    ("language/dotnet/csproj", "dotnet_project"),
    ("language/dotnet/depsjson", "dotnet_deps"),
    ("language/dotnet/dotnetpe", "dotnet_assembly"),
    ("language/dotnet/nugetcpm", "nuget_central"),
    ("language/dotnet/packagesconfig", "nuget_config"),
    ("language/dotnet/packageslockjson", "nuget_lock"),
    ("language/dotnet/paketdependencies", "paket_dependencies"),
    ("language/dotnet/paketlock", "paket_lock"),
    ("language/dotnet/projectassetsjson", "nuget_assets"),
    ("language/elixir/mixlock", "mix_lock"),
    ("language/erlang/mixlock", "mix_lock"),
    ("language/gleam/gleamtoml", "gleam_toml"),
    ("language/golang/gobinary", "go_binary"),
    ("language/haskell/cabal", "cabal_freeze"),
    ("language/haskell/stacklock", "stack_lock"),
    ("language/java/gradlelockfile", "gradle_lock"),
    ("language/java/gradleverificationmetadataxml", "gradle_verification"),
    ("language/java/gradleversioncatalog", "gradle_catalog"),
    ("language/java/pomxml", "maven_pom"),
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
    ("misc/bazelmaven", "bazel_maven"),
    ("misc/chrome/extensions", "chrome_extension"),
    ("misc/githubactions", "github_actions"),
    ("misc/netscaler", "netscaler"),
    ("misc/vscodeextensions", "vscode_extensions"),
    ("misc/wordpress/plugins", "wordpress_plugin"),
    ("os/apk", "apk"),
    ("os/chisel", "chisel"),
    ("os/cos", "cos"),
    ("os/dpkg", "dpkg"),
    ("os/flatpak", "flatpak"),
    ("os/homebrew", "homebrew"),
    ("os/macapps", "macos_app"),
    ("os/pacman", "pacman"),
    ("os/portage", "portage"),
    ("os/rpm", "rpm"),
    ("os/snap", "snap"),
    ("sbom/cdx", "cyclonedx"),
    ("sbom/spdx", "spdx"),
];

/// Cases (file and name) that we answer otherwise on purpose, each with its reason.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "language/java/pomxml/testdata/with-parent.xml",
        "with parent",
        "the parent beside it is not among the samples",
    ),
    ("language/javascript/vsix/testdata/invalid_zip.vsix", "invalid zip", BROKEN),
    (
        "language/python/requirements/testdata/example.txt",
        "pip_example",
        "what it includes is not among the samples; what it names by URL and by wheel is a package too",
    ),
    (
        "language/ruby/gemspec/testdata/version_constant/version_constant.gemspec",
        "version constant gemspec",
        ABSENT,
    ),
    (
        "language/ruby/gemspec/testdata/version_constant_class/version_constant_class.gemspec",
        "version constant class",
        ABSENT,
    ),
    (
        "language/ruby/gemspec/testdata/version_constant_conditional/version_constant_conditional.gemspec",
        "version constant via conditional require",
        ABSENT,
    ),
    (
        "language/ruby/gemspec/testdata/version_constant_join/version_constant_join.gemspec",
        "version constant via File.join",
        ABSENT,
    ),
    (
        "language/ruby/gemspec/testdata/version_constant_join_multiline/version_constant_join_multiline.gemspec",
        "version constant via File.join multiline",
        ABSENT,
    ),
    (
        "language/ruby/gemspec/testdata/version_constant_require/version_constant_require.gemspec",
        "version constant via require",
        ABSENT,
    ),
    ("misc/githubactions/testdata/invalid.yml", "invalid_yaml_no_packages_no_error", BROKEN),
    ("sbom/spdx/testdata/sbom.spdx.json", "sbom.spdx.json", NAMED),
    ("sbom/spdx/testdata/sbom.spdx.rdf", "sbom.spdx.rdf", NAMED),
];

const NAMED: &str = "a package has its name, not its CPE in place of it";
const BROKEN: &str = "a file that cannot be read is an error, never the same as an empty one";
const ABSENT: &str = "the file with the constant that it requires is not among the samples";

/// Package types that the cases call by another name than the package URL specification; nothing is what has no type.
const TYPES: &[(&str, &str)] =
    &[("debian", "deb"), ("haskell", "hackage"), ("pacman", "alpm"), ("", "generic")];

/// The expected packages of osv-scalibr's samples: every case of a kind of file that we read agrees, or it is explained.
#[test]
fn inventory_vectors() {
    let folder = shared().join("vectors/inventory");
    let Ok(expected) = std::fs::read_to_string(folder.join("expected.jsonl")) else {
        eprintln!("skipped: {} is not here", folder.display());
        return;
    };
    let files =
        unpack(flate2::read::GzDecoder::new(std::fs::File::open(folder.join("files.tar.gz")).unwrap()));
    let (mut total, mut agree) = (0, 0);
    let (mut wrong, mut explained) = (Vec::new(), BTreeSet::new());
    for line in expected.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let Some((_, id)) = ANSWERS.iter().find(|(theirs, _)| *theirs == case.extractor) else { continue };
        // Settings of theirs that we do not have.
        if case.other_config.iter().flatten().any(|setting| setting == "cfg") {
            continue;
        }
        total += 1;
        let difference = DIFFERENCES.iter().find(|(file, name, _)| *file == case.file && *name == case.case);
        match (answer(&case, id, &files), difference) {
            (Ok(()), _) => agree += 1,
            (Err(_), Some(difference)) => {
                explained.insert(difference);
            }
            (Err(why), None) => wrong.push(format!("{} ({}): {why}", case.file, case.case)),
        }
    }
    eprintln!("{agree} of {total} cases agree");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unused: Vec<_> = DIFFERENCES.iter().filter(|difference| !explained.contains(difference)).collect();
    assert!(unused.is_empty(), "no longer different: {unused:?}");
    assert!(agree * 10 >= total * 9, "{agree} of {total} cases agree");
}

fn answer(case: &Case, id: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let bytes = files.get(&case.file).ok_or("no such file")?;
    let extractor = EXTRACTORS.iter().find(|extractor| extractor.id == id).ok_or("not in the registry")?;
    let (found, problems) = run(extractor, &case.file, bytes, &|path| files.get(path).cloned());
    let wanted: BTreeSet<_> = case.packages.iter().flatten().map(wanted).collect();
    match (case.error.is_some(), found) {
        (true, Err(_)) if wanted.is_empty() => Ok(()),
        (true, Ok(_)) if problems.is_empty() => Err("no error where one is due".to_owned()),
        (_, Err(error)) => Err(format!("an error: {error}")),
        (_, Ok(found)) => {
            let found = found.iter().map(|package| {
                let (name, version, kind) = triple(&package.purl);
                // Of a bill's package URL they keep the name alone.
                let bare = case.extractor.starts_with("sbom/");
                (if bare { package.purl.name().to_owned() } else { name }, version, kind)
            });
            let found: BTreeSet<_> = found.collect();
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

/// What a case wants, named as package URLs name it.
fn wanted((name, version, kind): &(String, String, String)) -> (String, String, String) {
    let kind = TYPES.iter().find(|(theirs, _)| theirs == kind).map_or(kind.as_str(), |(_, ours)| ours);
    triple(&Purl::of(kind, name).unwrap().with_version(version))
}

fn triple(purl: &Purl) -> (String, String, String) {
    (purl.full_name(), purl.version().to_owned(), purl.kind().to_owned())
}

/// The samples of package databases in an archive, by path; none where they are not here.
pub(super) fn samples(archive: &str) -> BTreeMap<String, Vec<u8>> {
    let path = shared().join("knowledge/pkgdb").join(archive);
    let Ok(archive) = std::fs::File::open(&path) else {
        eprintln!("skipped: {} is not here", path.display());
        return BTreeMap::new();
    };
    unpack(zstd::Decoder::new(archive).unwrap())
}

fn shared() -> PathBuf {
    std::env::var_os("BARTIZAN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
}

fn unpack(archive: impl std::io::Read) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(archive);
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
