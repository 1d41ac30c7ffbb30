//! `go.mod`: the modules that a Go module requires, after its replacements, and the standard library of its toolchain.
//!
//! Before Go 1.17 a `go.mod` does not list what its requirements require; the `go.sum` beside it does.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "go_mod",
    name: "go.mod",
    docs: "https://go.dev/ref/mod#go-mod-file",
    wants: |path| extractor::name(path) == "go.mod",
    magic: &[],
    cap: TEXT,
    kinds: &["golang"],
    extract,
};

#[derive(Default)]
struct Module {
    go: String,
    toolchain: String,
    requires: BTreeSet<(String, String)>,
    /// By module and version, where one is given.
    replaces: BTreeMap<(String, Option<String>), (String, String)>,
    excludes: BTreeSet<(String, String)>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let module = parse(file.text()?)?;
    let mut modules = BTreeSet::new();
    for (name, version) in &module.requires {
        let exact = (name.clone(), Some(version.clone()));
        let replaced = module.replaces.get(&exact).or_else(|| module.replaces.get(&(name.clone(), None)));
        modules.insert(match replaced {
            // A folder of the same tree: the module is there, in no known version.
            Some((path, _)) if is_folder(path) => (name.clone(), String::new()),
            Some(other) => other.clone(),
            None => (name.clone(), version.clone()),
        });
    }
    if is_before_1_17(&module.go) {
        let known: BTreeSet<String> = modules
            .iter()
            .map(|(name, _)| name)
            .chain(module.replaces.keys().map(|(name, _)| name))
            .cloned()
            .collect();
        let sums = file.beside("go.sum").unwrap_or_default();
        for line in String::from_utf8_lossy(&sums).lines() {
            let mut words = line.split_whitespace();
            // A line with `/go.mod` says that only this file of the module was looked at.
            let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
            let sum = (name.to_owned(), version.to_owned());
            if !version.ends_with("/go.mod") && !known.contains(name) && !module.excludes.contains(&sum) {
                modules.insert(sum);
            }
        }
    }
    let toolchain = standard_library(&module.toolchain);
    let library = if toolchain.is_empty() { standard_library(&module.go) } else { toolchain };
    let mut found: Vec<Package> = modules
        .iter()
        .filter_map(|(name, version)| {
            Package::new(Standing::Locked, "golang", name, version.trim_start_matches('v')).ok()
        })
        .collect();
    if !library.is_empty() {
        found.extend(Package::new(Standing::Declared, "golang", "stdlib", library).ok());
    }
    Ok(found)
}

/// The release in `go1.22.3`, `go1.22.3-custom`, `go1.21rc2 X:arenas` or `1.22.3`; nothing where it names none.
pub(super) fn standard_library(text: &str) -> &str {
    let text = text.trim();
    let release = text.strip_prefix("go").unwrap_or(text).split([' ', '-', '+']).next().unwrap_or("");
    if release.starts_with(|c: char| c.is_ascii_digit()) { release } else { "" }
}

fn is_folder(path: &str) -> bool {
    path.starts_with('.')
        || path.starts_with('/')
        || path.contains('\\')
        || path.as_bytes().get(1) == Some(&b':')
}

fn is_before_1_17(go: &str) -> bool {
    let mut parts = go.split('.');
    let minor = parts.nth(1).and_then(|minor| minor.parse::<u32>().ok());
    go.is_empty() || (go.starts_with("1.") && minor.is_some_and(|minor| minor < 17))
}

fn parse(text: &str) -> Result<Module, String> {
    let mut module = Module::default();
    let mut block = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.split("//").next().unwrap_or("");
        let mut words: Vec<String> =
            line.split_whitespace().map(|word| word.trim_matches(['"', '`']).to_owned()).collect();
        if words.is_empty() {
            continue;
        }
        let verb = match &block {
            Some(_) if words == [")"] => {
                block = None;
                continue;
            }
            Some(verb) => String::clone(verb),
            None => words.remove(0),
        };
        if block.is_none() && words.iter().map(String::as_str).eq(["("]) {
            block = Some(verb);
            continue;
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let wrong = || format!("line {}: no proper `{verb}`", number + 1);
        match (verb.as_str(), words.as_slice()) {
            ("go", [version]) => (*version).clone_into(&mut module.go),
            ("toolchain", [name]) => (*name).clone_into(&mut module.toolchain),
            ("require", [name, version]) => {
                module.requires.insert(((*name).to_owned(), (*version).to_owned()));
            }
            ("exclude", [name, version]) => {
                module.excludes.insert(((*name).to_owned(), (*version).to_owned()));
            }
            ("replace", [from @ .., to, version]) if from.last() == Some(&"=>") => {
                let (name, of) = replaced(from).ok_or_else(wrong)?;
                module.replaces.insert((name, of), ((*to).to_owned(), (*version).to_owned()));
            }
            ("replace", [from @ .., to]) if from.last() == Some(&"=>") => {
                let (name, of) = replaced(from).ok_or_else(wrong)?;
                module.replaces.insert((name, of), ((*to).to_owned(), String::new()));
            }
            ("go" | "toolchain" | "require" | "exclude" | "replace", _) => return Err(wrong()),
            ("module" | "retract" | "tool" | "godebug" | "ignore", _) => {}
            (verb, _) => return Err(format!("line {}: `{verb}` is no word of go.mod", number + 1)),
        }
    }
    if block.is_some() { Err("a block in it is not closed".to_owned()) } else { Ok(module) }
}

/// `NAME [VERSION] =>`.
fn replaced(from: &[&str]) -> Option<(String, Option<String>)> {
    match from {
        [name, "=>"] => Some(((*name).to_owned(), None)),
        [name, version, "=>"] => Some(((*name).to_owned(), Some((*version).to_owned()))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_in};
    use super::*;

    #[test]
    fn requirements_and_replacements() {
        check(
            &EXTRACTOR,
            "go.mod",
            "module example.com/m // comment\n\ngo 1.21\n\ntoolchain go1.22.3-custom\n\nrequire example.com/a v1.0.0\nrequire (\n\texample.com/b v2.0.0+incompatible // indirect\n\t\"example.com/c\" v0.0.0-20200101000000-abcdef\n\texample.com/d v1.1.0\n\texample.com/e v1.0.0\n)\nreplace example.com/b => example.com/fork v2.0.1\nreplace (\n\texample.com/d v1.0.0 => example.com/no v1\n\texample.com/e => ./e\n)\nexclude example.com/x v1\nretract [v1.0.0, v1.1.0]\n",
            &[
                "locked pkg:golang/example.com/a@1.0.0",
                "locked pkg:golang/example.com/fork@2.0.1",
                "locked pkg:golang/example.com/c@0.0.0-20200101000000-abcdef",
                "locked pkg:golang/example.com/d@1.1.0",
                "locked pkg:golang/example.com/e",
                "declared pkg:golang/stdlib@1.22.3",
            ],
        );
    }

    #[test]
    fn before_1_17_with_its_sums() {
        assert_eq!(
            check_in(
                &EXTRACTOR,
                "m/go.mod",
                "module m\ngo 1.16\nrequire example.com/a v1.0.0\n",
                &[(
                    "m/go.sum",
                    "example.com/a v0.9.0 h1:x=\nexample.com/b v1.2.0 h1:x=\nexample.com/b v1.2.0/go.mod h1:x=\nexample.com/c v3.0.0/go.mod h1:x=\n",
                )],
                &[
                    "locked pkg:golang/example.com/a@1.0.0",
                    "locked pkg:golang/example.com/b@1.2.0",
                    "declared pkg:golang/stdlib@1.16",
                ],
            ),
            [""; 0]
        );
    }

    #[test]
    fn what_is_no_go_mod() {
        for text in ["this is not a go.mod", "require a", "require (\na v1\n", "replace a b"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
