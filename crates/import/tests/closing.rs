//! The page that says what an import closes (`docs/closing.md`) is held against the formats: what their reports cover, and where
//! their code says that something passed or is fixed.
#![allow(clippy::unwrap_used)]

use bartizan_import::{Collected, FORMATS, Format, Limits, Options, open};
use bartizan_model::{Checks, Loci};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const HOME: &str = env!("CARGO_MANIFEST_DIR");

/// How the page calls what a format covers.
fn words(checks: &Checks, loci: &Loci) -> &'static str {
    match (checks, loci) {
        (_, Loci::Only(_)) => "what passed or is fixed",
        (_, Loci::Facts | Loci::Records(_)) => "facts",
        (_, Loci::Ports { .. }) => "ports that answered",
        (Checks::Only(keys), Loci::Packages(_)) if keys.is_empty() => "software",
        (_, Loci::Packages(_)) => "packages",
        _ => "checks that ran",
    }
}

/// Formats whose fixtures hold a record that cannot be used, on purpose, so that these cover nothing.
const WITH_A_BAD_RECORD: [(&str, &str); 3] =
    [("bartizan", "what it says itself"), ("burp", "facts"), ("lynis", "checks that ran")];

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).map(|files| files.map(|file| file.unwrap().path()).collect()).unwrap_or_default()
}

/// What reports of a format close, in the words of the page.
fn closes(format: &Format) -> BTreeSet<&'static str> {
    let mut all = BTreeSet::new();
    for path in files(&Path::new(HOME).join("fixtures").join(format.id)) {
        let bytes = fs::read(&path).unwrap();
        let mut seen = Collected::default();
        let options = Options { fallback: "fixture".into(), ..Options::default() };
        let mut reader = open(&bytes[..], &Limits::default()).unwrap();
        if (format.parse)(&mut reader, &options, &mut seen).is_ok() {
            all.extend(seen.covered.iter().map(|covered| words(&covered.checks, &covered.loci)));
        }
    }
    let formats = Path::new(HOME).join("src/formats");
    let mut code = vec![formats.join(format!("{}.rs", format.id))];
    code.extend(files(&formats.join(format.id)));
    let marks = ["Finding::FIXED", "out.clear("];
    let says = |path: &PathBuf| marks.iter().any(|mark| fs::read_to_string(path).unwrap().contains(mark));
    all.extend(WITH_A_BAD_RECORD.iter().filter(|(id, _)| *id == format.id).map(|(_, words)| *words));
    all.extend(code.iter().any(says).then_some("what passed or is fixed"));
    all
}

#[test]
fn the_page_on_closing_says_what_each_format_closes() {
    let rows = FORMATS.iter().filter_map(|format| {
        let closes: Vec<_> = closes(format).into_iter().collect();
        (!closes.is_empty())
            .then(|| format!("| `{}` | {} | {} |\n", format.id, format.name, closes.join("; ")))
    });
    let table: String = rows.collect();
    let page = Path::new(HOME).join("../../docs/closing.md");
    let text = fs::read_to_string(&page).unwrap();
    let (head, rest) = text.split_once("| --- | --- | --- |\n").unwrap();
    let end = rest.find("\n\n").map_or(rest.len(), |end| end + 1);
    let (told, tail) = rest.split_at(end);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&page, format!("{head}| --- | --- | --- |\n{table}{tail}")).unwrap();
    } else {
        assert_eq!(told, table, "UPDATE_DOCS=1 cargo test -p bartizan-import --test closing");
    }
}
