//! What the files of the Python world have in common: requirements, as PEP 508 has them
//! (<https://packaging.python.org/en/latest/specifications/dependency-specifiers/>), and lockfiles of TOML.

use super::extractor::{Entry, File};
use super::{Package, Standing};
use serde::Deserialize;

/// What Poetry and PDM chose.
#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Entry<Locked>>,
}

/// A package in a lockfile of theirs.
#[derive(Deserialize)]
pub(crate) struct Locked {
    name: String,
    version: String,
    /// Of Poetry until version 1.4.
    #[serde(default)]
    pub(crate) category: String,
    #[serde(default)]
    pub(crate) groups: Vec<String>,
}

/// The packages of a lockfile; `is_dev` tells which are for development alone.
pub(crate) fn locked(file: &File<'_>, is_dev: impl Fn(&Locked) -> bool) -> Result<Vec<Package>, String> {
    let lock: Lock = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let locked = lock.package.into_iter().filter_map(|entry| file.entry(entry, "package"));
    let package = |locked: Locked| {
        let package = file.package(Standing::Locked, "pypi", &locked.name, &locked.version)?;
        Some(package.dev(is_dev(&locked)))
    };
    Ok(locked.filter_map(package).collect())
}

/// What a requirement names: the project and, where just one version is asked for at least, that one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Requirement<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
}

/// Reads `name[extra] >= 1.0 ; marker` or `name @ url`; `None` where it is no requirement.
pub(crate) fn requirement(text: &str) -> Option<Requirement<'_>> {
    let text = text.split(';').next()?.trim();
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    let (name, mut rest) = text.split_at(end.unwrap_or(text.len()));
    let edges = [name.chars().next()?, name.chars().next_back()?];
    if !edges.iter().all(char::is_ascii_alphanumeric) {
        return None;
    }
    rest = rest.trim_start();
    if let Some(extras) = rest.strip_prefix('[') {
        rest = extras.split_once(']')?.1.trim_start();
    }
    if rest.starts_with('@') {
        return Some(Requirement { name, version: "" });
    }
    let specifiers = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(rest);
    Some(Requirement { name, version: version(specifiers)? })
}

/// The version that specifiers name: of one, the version it compares with (unless it excludes it); of several, that of
/// `==`. Empty where there is none such; `None` where they are no specifiers.
fn version(specifiers: &str) -> Option<&str> {
    let mut named = Vec::new();
    for specifier in specifiers.split(',').map(str::trim).filter(|specifier| !specifier.is_empty()) {
        let end = specifier.find(|c| !matches!(c, '=' | '<' | '>' | '!' | '~'))?;
        let (operator, version) = specifier.split_at(end);
        let version = version.trim();
        if version.contains(|c: char| c.is_whitespace() || matches!(c, '$' | '{' | '"' | '\'')) {
            return None;
        }
        let version = if version.ends_with('*') { "" } else { version };
        match operator {
            "==" | "===" => named.push((true, version)),
            ">=" | "~=" | "<=" => named.push((false, version)),
            "<" | ">" | "!=" => named.push((false, "")),
            _ => return None,
        }
    }
    let exact = named.iter().find(|(exact, version)| *exact && !version.is_empty());
    Some(match (exact, named.as_slice()) {
        (Some((_, version)), _) | (None, [(_, version)]) => version,
        _ => "",
    })
}

/// A name as the package index compares it: `A_b.c` is `a-b-c`.
pub(crate) fn canonical(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if !matches!(c, '-' | '_' | '.') {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements() {
        for (text, expected) in [
            ("requests", Some(("requests", ""))),
            (" a.b-c_d == 1.0 ", Some(("a.b-c_d", "1.0"))),
            ("a[x,y]>=2.20.0;python_version<'3'", Some(("a", "2.20.0"))),
            ("a [x] >= 2.8.1, == 2.8.*", Some(("a", ""))),
            ("a>=1,<2", Some(("a", ""))),
            ("a>=1,==1.5", Some(("a", "1.5"))),
            ("a (>=1.2)", Some(("a", "1.2"))),
            ("a===1.0+x", Some(("a", "1.0+x"))),
            ("a~=1.1", Some(("a", "1.1"))),
            ("a!=3.5", Some(("a", ""))),
            ("a>3", Some(("a", ""))),
            ("a @ https://example.org/a-1.zip", Some(("a", ""))),
            ("a==${VERSION}", None),
            ("a==1 b==2", None),
            ("a and more", None),
            (">=3.7", None),
            ("./a.whl", None),
            ("-e .", None),
            ("", None),
        ] {
            let found = requirement(text);
            assert_eq!(found.map(|found| (found.name, found.version)), expected, "{text}");
        }
        assert_eq!(canonical("A_-b.C"), "a-b-c");
    }
}
