//! `requirements.txt` and its kin: what pip is asked to install, with the files they include (`-r`) and the versions that
//! constraints (`-c`) fix.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, python};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "requirements",
    name: "requirements.txt",
    docs: "https://pip.pypa.io/en/stable/reference/requirements-file-format/",
    wants: |path| {
        let folder = path.rsplit('/').nth(1);
        path.ends_with(".txt")
            && (extractor::name(path).contains("requirements") || folder == Some("requirements"))
    },
    magic: &[],
    cap: TEXT,
    kinds: &["pypi"],
    extract,
};

/// The most files that one may include, directly or not.
const INCLUDES: usize = 100;

/// What a file and its includes name.
#[derive(Default)]
struct Named {
    /// Name as written, and version.
    packages: Vec<(String, String)>,
    /// Versions that constraints fix, by canonical name.
    constraints: BTreeMap<String, String>,
    /// Files read already, as a requirement or as a constraint: an include may lead round in a circle.
    seen: BTreeSet<(String, bool)>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let mut named = Named::default();
    read(file, false, &mut named)?;
    let package = |(name, version): &(String, String)| {
        let constraint = named.constraints.get(&python::canonical(name));
        let version = Some(version).filter(|version| !version.is_empty()).or(constraint);
        file.package(Standing::Declared, "pypi", name, version.map_or("", String::as_str))
    };
    Ok(named.packages.iter().filter_map(package).collect())
}

fn read(file: &File<'_>, constraint: bool, named: &mut Named) -> Result<(), String> {
    named.seen.insert((file.path.to_owned(), constraint));
    // Windows' shell writes UTF-16; pip reads it too.
    let wide = match file.bytes {
        [0xff, 0xfe, rest @ ..] => Some(String::from_utf16_lossy(
            &rest.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect::<Vec<_>>(),
        )),
        _ => None,
    };
    let text = match &wide {
        Some(text) => text,
        None => file.text()?,
    };
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in joined.lines() {
        // A `#` begins a comment only at the beginning or after a blank: it may be part of a URL.
        let comment = line.find(" #").or_else(|| line.find("\t#")).or(line.starts_with('#').then_some(0));
        let line = line[..comment.unwrap_or(line.len())].trim();
        if !line.is_empty() {
            read_line(file, line, constraint, named);
        }
    }
    Ok(())
}

fn read_line(file: &File<'_>, line: &str, constraint: bool, named: &mut Named) {
    if let Some(path) = option(line, "-r", "--requirement") {
        return include(file, path, constraint, named);
    }
    if let Some(path) = option(line, "-c", "--constraint") {
        return include(file, path, true, named);
    }
    let line = option(line, "-e", "--editable").unwrap_or(line);
    // Options of pip itself, which name no package.
    if line.starts_with('-') {
        return;
    }
    // Options of one requirement, as `--hash`.
    let line = line.split(" --").next().unwrap_or(line).trim_end();
    if let Some(found) = python::requirement(line) {
        let package = (found.name.to_owned(), found.version.to_owned());
        if constraint {
            named.constraints.entry(python::canonical(&package.0)).or_insert(package.1);
        } else {
            named.packages.push(package);
        }
    } else if let Some((_, name)) = line.split_once("#egg=") {
        let name = name.split(['&', '[', ' ']).next().unwrap_or(name);
        named.packages.push((name.to_owned(), String::new()));
    } else if let Some(wheel) = line.split('#').next().and_then(|line| line.strip_suffix(".whl")) {
        // Its name begins with those of project and version.
        let mut parts = extractor::name(wheel).split('-');
        if let (Some(name), Some(version)) = (parts.next(), parts.next()) {
            named.packages.push((name.to_owned(), version.replace("%2B", "+")));
        }
    } else if line.contains("://") || !(line.contains('/') || line.starts_with('.')) {
        // A folder beside it is the project's own; all else was meant to be a package.
        file.problem(format!("{line:?} was left out: it names no package"));
    }
}

/// The value of an option, in any of the ways that pip takes it: `-r x`, `-rx`, `--requirement x`, `--requirement=x`.
fn option<'a>(line: &'a str, short: &str, long: &str) -> Option<&'a str> {
    let value = match line.strip_prefix(long) {
        Some(value) => value.strip_prefix([' ', '=', '\t'])?,
        None => line.strip_prefix(short).filter(|_| !line.starts_with("--"))?,
    };
    Some(value.trim().trim_matches(['"', '\'']))
}

fn include(file: &File<'_>, path: &str, constraint: bool, named: &mut Named) {
    let Some(path) = file.place(path).filter(|_| !path.starts_with('/') && !path.contains("://")) else {
        return file.problem(format!("{path:?} was not followed: it leads out"));
    };
    if named.seen.contains(&(path.clone(), constraint)) {
        return;
    }
    if named.seen.len() > INCLUDES {
        return file.problem(format!("{path:?} was not followed: more than {INCLUDES} files in one another"));
    }
    let Some(bytes) = (file.other)(&path) else {
        return file.problem(format!("{path:?} is included, and could not be read"));
    };
    let included = File { path: &path, bytes: &bytes, other: file.other, problem: file.problem };
    if let Err(error) = read(&included, constraint, named) {
        file.problem(format!("{path:?} is included, and {error}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_in, check_part};
    use super::*;

    #[test]
    fn the_forms_of_a_line() {
        let problems = check_part(
            &EXTRACTOR,
            "requirements-dev.txt",
            "\u{feff}# head\nA==1.0 # why\nb >= 2 \\\n  --hash=sha256:x --hash=sha256:y\nc\n--index-url https://example.org/simple\n\
             -e git+https://example.org/d.git@main#egg=d\ne @ https://example.org/e.zip#sha256=0\n./f-1.0-py3-none-any.whl\n./local\n.\ng==${G}\nhttps://example.org/h.zip\nhttps://example.org/i-2.0-py3-none-any.whl#sha256=0\n",
            &[
                "declared pkg:pypi/a@1.0",
                "declared pkg:pypi/b@2",
                "declared pkg:pypi/c",
                "declared pkg:pypi/d",
                "declared pkg:pypi/e",
                "declared pkg:pypi/f@1.0",
                "declared pkg:pypi/i@2.0",
            ],
        );
        assert_eq!(
            problems,
            [
                "\"g==${G}\" was left out: it names no package",
                "\"https://example.org/h.zip\" was left out: it names no package",
            ]
        );
        let wide: Vec<u8> = "\u{feff}a==1.0\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&EXTRACTOR, "requirements/base.txt", wide, &["declared pkg:pypi/a@1.0"]);
    }

    #[test]
    fn includes_and_constraints() {
        let problems = check_in(
            &EXTRACTOR,
            "app/requirements.txt",
            "-r sub/more.txt\n--constraint=../pins.txt\na\n-r missing.txt\n-r ../../out.txt\n-r /etc/passwd\n",
            &[
                ("app/sub/more.txt", "-r ../requirements.txt\n-r more.txt\nb==2.0\n"),
                ("app/requirements.txt", "-r sub/more.txt\n"),
                ("pins.txt", "A==1.5\nunused==1\n"),
            ],
            &["declared pkg:pypi/a@1.5", "declared pkg:pypi/b@2.0"],
        );
        assert_eq!(
            problems,
            [
                "\"app/missing.txt\" is included, and could not be read",
                "\"../../out.txt\" was not followed: it leads out",
                "\"/etc/passwd\" was not followed: it leads out",
            ]
        );
    }
}
