//! The OCaml packages of an opam switch: `.opam-switch/switch-state` (and what `opam switch export` writes), or a plain list
//! of `name.version`.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "opam_install",
    name: "packages of an opam switch (switch-state, *.export, *.install)",
    docs: "https://opam.ocaml.org/doc/Manual.html#Switch-specific",
    wants: |path| {
        let name = extractor::name(path);
        name == "switch-state" || name.ends_with(".opam.export") || name.ends_with(".install")
    },
    magic: &[],
    cap: TEXT,
    kinds: &["opam"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let text = file.text()?;
    let mut packages = Vec::new();
    if text.lines().any(is_field) {
        // opam's own syntax: of its fields, only this one lists packages.
        let listed = text.split_once("\ninstalled:").or_else(|| text.split_once("installed:"));
        let list = listed.and_then(|(_, rest)| rest.split_once('[')?.1.split_once(']'));
        for entry in list.map_or("", |(list, _)| list).split('"').skip(1).step_by(2) {
            packages.extend(package(file, entry)?);
        }
        return Ok(packages);
    }
    let entries = text.lines().map(|line| line.split('#').next().unwrap_or(line).trim());
    for entry in entries.filter(|entry| !entry.is_empty()) {
        match package(file, entry) {
            Ok(package) => packages.extend(package),
            // Debian's packaging has files of the same name.
            Err(_) if !file.path.split('/').any(|part| part.contains("opam")) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        }
    }
    Ok(packages)
}

/// Whether a line begins a field: `installed: [`.
fn is_field(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte))
    })
}

/// `name.version`: the name of a package has no dot.
fn package(file: &File<'_>, entry: &str) -> Result<Option<Package>, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
    let whole = |(name, version): &(&str, &str)| {
        let numbered = version.starts_with(|c: char| c.is_ascii_digit()) || version.starts_with(['v', '~']);
        (numbered || *version == "dev") && name.chars().all(plain) && !version.contains(char::is_whitespace)
    };
    let split = entry.split_once('.').filter(whole);
    let (name, version) = split.ok_or_else(|| format!("{entry:?} is no `name.version`"))?;
    Ok(file.package(Standing::Installed, "opam", name, version))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn switches_and_lists() {
        check(
            &EXTRACTOR,
            ".opam/default/.opam-switch/switch-state",
            "opam-version: \"2.0\"\ncompiler: [\"ocaml.5.1.0\"]\nroots: [\"dune.3.7.2\"]\ninstalled: [\n  \"dune.3.7.2\"\n  \"ocaml-base-compiler.5.1.0\"\n]\n",
            &["installed pkg:opam/dune@3.7.2", "installed pkg:opam/ocaml-base-compiler@5.1.0"],
        );
        check(&EXTRACTOR, "x.install", "# list\ndune.3.7.2 # why\n\n", &["installed pkg:opam/dune@3.7.2"]);
        check(&EXTRACTOR, "dune.install", "lib: [\n  \"_build/x.cma\"\n]\n", &[]);
        check(&EXTRACTOR, "debian/x.install", "a.1\nusr/bin/x usr/bin\n", &[]);
        refusal(&EXTRACTOR, ".opam/x.install", "not-a-package");
    }
}
