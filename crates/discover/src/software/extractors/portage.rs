//! Gentoo's database: a folder for each installed package, with a file `PF` of name and version.

use crate::software::distro;
use crate::software::extractor::{Extractor, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "portage",
    name: "Portage's PF",
    docs: "https://projects.gentoo.org/pms/8/pms.html",
    wants: |path| path.ends_with("/PF") && format!("/{path}").contains("/var/db/pkg/"),
    magic: &[],
    cap: TEXT,
    kinds: &["portage"],
    extract: |file| {
        let text = file.text()?.trim();
        let (name, version) = split(text).ok_or_else(|| format!("`{text}` is no name with a version"))?;
        let mut package =
            Package::new(Standing::Installed, "portage", name, version).map_err(|error| error.to_string())?;
        // The folder of the category, as advisories name the package by it.
        let folders: Vec<&str> = file.path.rsplit('/').collect();
        if let [_, _, category, "pkg", ..] = folders.as_slice() {
            package.purl = package.purl.with_qualifier("category", category);
        }
        if let Some(os) = distro::of(file, &["var/db/"]) {
            package.purl = package.purl.with_qualifier("distro", &os.id);
        }
        Ok(vec![package])
    },
};

/// `Getopt-Long-2.580.0-r1`: the version is the last part that begins with a digit, with its revision.
fn split(text: &str) -> Option<(&str, &str)> {
    let revision = |part: &str| {
        part.strip_prefix('r').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let last = text.rfind('-')?;
    let at = match text[..last].rfind('-') {
        Some(before) if revision(&text[last + 1..]) => before,
        _ => last,
    };
    let (name, version) = (&text[..at], &text[at + 1..]);
    let one_line = !text.contains(char::is_whitespace);
    (one_line && !name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()))
        .then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn a_package() {
        check(
            &EXTRACTOR,
            "var/db/pkg/dev-libs/openssl-3.0.13-r2/PF",
            "openssl-3.0.13-r2\n",
            &["installed pkg:portage/openssl@3.0.13-r2?category=dev-libs"],
        );
        assert_eq!(split("Getopt-Long-2.580.0"), Some(("Getopt-Long", "2.580.0")));
        assert_eq!(split("gtk+-3.24.41_p1-r1"), Some(("gtk+", "3.24.41_p1-r1")));
        for text in ["", "Getopt-Long", "-1.0", "a b-1", "x-"] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
