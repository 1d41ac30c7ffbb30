//! Large lockfiles and a bill of materials, made up but seeded: every package that the advisories at hand name, once, in a
//! version that one of them speaks of, and as many again of which nobody has heard.

use crate::matching::mixed;
use crate::shared;
use anyhow::Context;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::BufRead;
use std::path::Path;

/// An ecosystem whose advisories are at hand.
pub(super) struct Ecosystem {
    /// Its name in OSV.
    pub(super) name: &'static str,
    /// Its advisories in the shared folder.
    pub(super) advisories: &'static str,
    /// How the package URLs of its packages begin.
    purl: &'static str,
    /// How the names begin of which nobody has heard.
    unheard: &'static str,
    /// Whether a name and a version that an advisory speaks of can stand in a lockfile.
    fits: fn(&str, &str) -> bool,
}

pub(super) const CARGO: Ecosystem = Ecosystem {
    name: "crates.io",
    advisories: "knowledge/advisories/rustsec-osv.jsonl.zst",
    purl: "pkg:cargo/",
    unheard: "unheard-of-",
    fits: |_, version| !version.ends_with("-0"),
};
pub(super) const GO: Ecosystem = Ecosystem {
    name: "Go",
    advisories: "knowledge/advisories/golang-osv.jsonl.zst",
    purl: "pkg:golang/",
    unheard: "example.org/unheard-of-",
    fits: fits_go,
};
pub(super) const PYPI: Ecosystem = Ecosystem {
    name: "PyPI",
    advisories: "knowledge/advisories/pypa-osv-derived.jsonl.zst",
    purl: "pkg:pypi/",
    unheard: "unheard-of-",
    fits: |_, version| version.bytes().all(|byte| byte == b'.' || byte.is_ascii_alphanumeric()),
};

/// A module of the first major version in a tagged version: others need suffixes in the name or the version.
fn fits_go(name: &str, version: &str) -> bool {
    let first = version.starts_with("0.") || version.starts_with("1.");
    let major = name.rsplit('/').next().is_some_and(|last| last.starts_with('v') || last.contains(".v"));
    name.contains('.') && first && !major && version.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit())
}

/// A file that was made, and how many packages it names.
pub(super) struct Made {
    pub(super) file: &'static str,
    pub(super) packages: usize,
}

/// Makes the files, each in a folder of its own name below `folder`.
pub(super) fn make(folder: &Path) -> anyhow::Result<Vec<Made>> {
    let (cargo, go, pypi) = (packages(&CARGO)?, packages(&GO)?, packages(&PYPI)?);
    let (mut lock, mut modules, mut requirements) = (
        "version = 3\n".to_owned(),
        "module example.org/bench\n\ngo 1.22\n\nrequire (\n".to_owned(),
        String::new(),
    );
    // Without a source, a crate would be taken for the project's own: as in this repository's lockfile.
    let ours = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock"))?;
    let source =
        ours.lines().find(|line| line.starts_with("source = ")).context("no source in Cargo.lock")?;
    for (name, version) in &cargo {
        write!(lock, "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{source}\n")?;
    }
    for (name, version) in &go {
        writeln!(modules, "\t{name} v{version}")?;
    }
    modules.push_str(")\n");
    for (name, version) in &pypi {
        writeln!(requirements, "{name}=={version}")?;
    }
    let all = [(&CARGO, "", &cargo), (&GO, "v", &go), (&PYPI, "", &pypi)];
    let components: Vec<Value> = all
        .iter()
        .flat_map(|(ecosystem, v, packages)| packages.iter().map(move |package| (ecosystem.purl, v, package)))
        .map(|(purl, v, (name, version))| {
            let purl = format!("{purl}{name}@{v}{version}");
            json!({"type": "library", "bom-ref": purl, "name": name, "version": format!("{v}{version}"), "purl": purl})
        })
        .collect();
    let of_all = components.len();
    let bill =
        json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components})
            .to_string();
    [
        ("Cargo.lock", lock, cargo.len()),
        ("go.mod", modules, go.len()),
        ("requirements.txt", requirements, pypi.len()),
        (BILL, bill, of_all),
    ]
    .map(|(file, text, packages)| {
        std::fs::create_dir(folder.join(file))?;
        std::fs::write(folder.join(file).join(file), text)?;
        Ok(Made { file, packages })
    })
    .into_iter()
    .collect()
}

/// All packages of the lockfiles in one bill of materials.
pub(super) const BILL: &str = "bom.json";

/// What the advisories name, each in one of the versions of their ranges and lists, and the unheard of.
fn packages(ecosystem: &Ecosystem) -> anyhow::Result<Vec<(String, String)>> {
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in shared::open(ecosystem.advisories)?.lines() {
        let record: Value = serde_json::from_str(&line?)?;
        for affected in list(&record["affected"]) {
            let package = &affected["package"];
            let Some(name) = package["name"].as_str().filter(|_| package["ecosystem"] == ecosystem.name)
            else {
                continue;
            };
            let ranges = list(&affected["ranges"]).filter(|range| range["type"] != "GIT");
            let events = ranges.flat_map(|range| list(&range["events"])).filter_map(Value::as_object);
            let bounds = events.flat_map(|event| event.values());
            let versions = bounds.chain(list(&affected["versions"])).filter_map(Value::as_str);
            let fitting = versions.filter(|version| *version != "0" && (ecosystem.fits)(name, version));
            named.entry(name.to_owned()).or_default().extend(fitting.map(str::to_owned));
        }
    }
    let mut all = Vec::new();
    for (number, (name, versions)) in (0..).zip(named) {
        let Some(at) = (mixed(number, 11) as usize).checked_rem(versions.len()) else { continue };
        all.extend(versions.into_iter().nth(at).map(|version| (name, version)));
        all.push((format!("{}{number}", ecosystem.unheard), format!("1.{}.{}", number % 30, number % 7)));
    }
    Ok(all)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
