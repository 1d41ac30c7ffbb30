//! Reports of every format, and random parts of them.

use crate::house::{House, said};
use crate::parts::{Random, later, part};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The good reports of every format, by its id.
fn fixtures() -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut all: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../import/fixtures");
    for format in fs::read_dir(folder).unwrap() {
        let format = format.unwrap().path();
        let mut files: Vec<_> = fs::read_dir(&format).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let is_good =
            |file: &&std::path::PathBuf| file.file_name().unwrap().to_string_lossy().starts_with("good");
        let reports = files.iter().filter(is_good).map(|file| fs::read(file).unwrap()).collect();
        all.insert(format.file_name().unwrap().to_string_lossy().into_owned(), reports);
    }
    all
}

/// Imports a report whole and then in parts, and holds what is closed against what each part says that it covers.
fn whole_and_parts(house: &House, format: &str, report: &[u8], parts: u64, closed: &mut usize) {
    house.import(format, report).unwrap();
    let open = house.open();
    for seed in 1..=parts {
        let part = part(&later(report, 2 * seed), &mut Random(seed * 0x9e37_79b9));
        let what = || format!("{format}, part {seed}:\n{}", String::from_utf8_lossy(&part));
        let before = house.open();
        let said = said(format, &part);
        let imported = house.import(format, &part);
        assert_eq!(imported.is_ok(), said.is_some(), "{}", what());
        let covered = said.map(|said| said.covered).unwrap_or_default();
        let tool = imported.map(|imported| imported.tool).unwrap_or_default();
        let gone: Vec<_> = before.difference(&house.open()).copied().collect();
        *closed += gone.len();
        for exposure in gone {
            assert!(
                house.is_covered(exposure, &tool, &covered),
                "{:?} closed by {}",
                house.place(exposure),
                what()
            );
        }
        // Seen again, it is open again.
        house.import(format, &later(report, 2 * seed + 1)).unwrap();
        assert!(house.open().is_superset(&open), "{}", what());
    }
}

#[test]
fn parts_of_reports_close_only_what_they_covered() {
    let (together, mut with_coverage, mut closed) = (House::new(), 0, 0);
    for (format, reports) in fixtures() {
        for report in reports {
            let covers = said(&format, &report).is_some_and(|said| !said.covered.is_empty());
            if covers {
                with_coverage += 1;
                whole_and_parts(&House::new(), &format, &report, 12, &mut closed);
            } else {
                whole_and_parts(&together, &format, &report, 1, &mut 0);
            }
        }
    }
    // Else this proves nothing.
    assert!(
        with_coverage > 10 && closed > 10,
        "{with_coverage} reports cover, {closed} exposures were closed"
    );
}

#[test]
fn a_report_that_covers_nothing_closes_nothing() {
    for format in ["nessus", "nuclei", "grype", "openvas", "zap", "kube_bench", "semgrep"] {
        let house = House::new();
        for report in &fixtures()[format] {
            house.import(format, report).unwrap();
            let open = house.open();
            for seed in 1..=8 {
                let part = part(report, &mut Random(seed * 0x9e37_79b9));
                if let Ok(imported) = house.import(format, &part) {
                    assert_eq!(imported.tally.closed, 0, "{format}, part {seed}");
                }
                assert!(house.open().is_superset(&open), "{format}, part {seed}");
            }
        }
    }
}

#[test]
fn the_same_report_a_hundred_times_changes_nothing() {
    for format in
        ["nmap", "trivy", "nessus", "nuclei", "grype", "openvas", "zap", "lynis", "openscap", "bartizan"]
    {
        let house = House::new();
        let report = &fixtures()[format][0];
        let first = house.import(format, report).unwrap().tally;
        let open = house.open();
        for time in 2..=100 {
            let tally = house.import(format, report).unwrap().tally;
            assert_eq!(
                (tally.created, tally.updated, tally.reopened, tally.closed),
                (0, 0, 0, 0),
                "{format}, time {time}"
            );
            assert_eq!(
                (tally.findings, tally.unchanged),
                (first.findings, first.created),
                "{format}, time {time}"
            );
        }
        assert_eq!(house.open(), open, "{format}");
    }
}
