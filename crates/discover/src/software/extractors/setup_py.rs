//! `setup.py`: a program that is not run. What it says in plain text literals, with a version, is read.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, python};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "setup_py",
    name: "setup.py",
    docs: "https://setuptools.pypa.io/en/latest/userguide/dependency_management.html",
    wants: |path| extractor::name(path) == "setup.py",
    magic: &[],
    cap: TEXT,
    kinds: &["pypi"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let literals = literals(file.text()?);
    let found =
        literals.into_iter().filter_map(python::requirement).filter(|found| !found.version.is_empty());
    Ok(found
        .filter_map(|found| file.package(Standing::Declared, "pypi", found.name, found.version))
        .collect())
}

/// The string literals of a Python program that end on their line, without comments.
fn literals(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['"', '\'', '#']) {
        let quote = &rest[start..=start];
        rest = &rest[start..];
        if quote == "#" {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        let long = quote.repeat(3);
        if let Some(inner) = rest.strip_prefix(&*long) {
            rest = inner.split_once(&*long).map_or("", |(_, rest)| rest);
            continue;
        }
        rest = &rest[1..];
        let bytes = rest.as_bytes();
        let mut end = 0;
        while bytes.get(end).is_some_and(|byte| !quote.as_bytes().contains(byte) && *byte != b'\n') {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        // An escape may have led beyond the end, or into a letter: then it is no requirement.
        found.extend(rest.get(..end));
        rest = rest.get(end + 1..).unwrap_or_else(|| rest.split_once('\n').map_or("", |(_, rest)| rest));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn what_it_says_in_plain_text() {
        check(
            &EXTRACTOR,
            "setup.py",
            "\"\"\"doc 'a==1'\"\"\"\n# 'b==1'\nx = 'it\\'s'\nREQUIRES = ['c==1.0', \"d[x]>=2.0; python_version > '3'\", 'e', 'f>3']\n\
             setup(name='g', version='1.0', python_requires='>=3.7', install_requires=REQUIRES + ['h-i<=4.0'])\n",
            &["declared pkg:pypi/c@1.0", "declared pkg:pypi/d@2.0", "declared pkg:pypi/h-i@4.0"],
        );
        for text in ["'", "'\\", "\"\"\"", "'\\é", "#"] {
            check(&EXTRACTOR, "setup.py", text, &[]);
        }
    }
}
