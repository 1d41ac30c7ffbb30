//! CVSS against vectors with known scores: published ones, random ones on which two calculators agree, CVE records.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "for tests only")]

mod support;

use bartizan_advisory::cvss::Vector;
use support::table;

fn number(cell: &str) -> Option<f64> {
    (!cell.is_empty()).then(|| cell.parse().unwrap())
}

/// Compares all rows of a table of version, vector, base, temporal, environmental.
fn check_scores(path: &str) {
    let Some(rows) = table(path) else { return };
    let mut wrong = Vec::new();
    for row in &rows {
        let want = (number(&row[2]), number(&row[3]), number(&row[4]));
        match Vector::parse(&row[1]) {
            Err(e) => wrong.push(format!("{}: {e}", row[1])),
            Ok(vector) => {
                let s = vector.scores();
                let got = (s.base, s.temporal, s.environmental);
                if got != want || s.version.as_str() != row[0] {
                    wrong.push(format!("{}: want {want:?}, got {got:?}", row[1]));
                }
            }
        }
    }
    eprintln!("{path}: {} of {} right", rows.len() - wrong.len(), rows.len());
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{path}:\n{}", wrong.join("\n"));
}

#[test]
fn published() {
    check_scores("vectors/cvss/cvss_published.tsv.gz");
}

#[test]
fn random() {
    check_scores("vectors/cvss/cvss_random_dev.tsv.gz");
}

/// Rows: version, vector, stated score, records, computed base, verdict. The base score must be the computed one.
#[test]
fn in_the_wild() {
    let Some(rows) = table("vectors/cvss/cvss_in_the_wild.tsv.gz") else { return };
    let mut stated = 0;
    for row in &rows {
        let scores = Vector::parse(&row[1]).unwrap_or_else(|e| panic!("{}: {e}", row[1])).scores();
        assert_eq!(scores.base, number(&row[4]), "{}", row[1]);
        if row[5] == "base" {
            assert_eq!(scores.base, number(&row[2]), "{}", row[1]);
            stated += 1;
        }
    }
    eprintln!("in the wild: {stated} stated base scores of {} rows right", rows.len());
    assert!(stated > 2_000);
}

/// The list is strict about v2: it wants optional groups whole. Real producers leave metrics out, so `parse` reads such
/// vectors, and `is_complete` tells.
#[test]
fn invalid() {
    let Some(rows) = table("vectors/cvss/cvss_invalid.tsv.gz") else { return };
    for row in &rows {
        let valid = Vector::parse(&row[2])
            .is_ok_and(|v| v.is_complete() && v.version().as_str().starts_with(&row[0][1..]));
        assert_eq!(valid, row[1] == "valid", "{} as {}", row[2], row[0]);
    }
}

/// Two calculators differ by a rounding: either answer will do.
#[test]
fn disagreements() {
    let Some(rows) = table("vectors/cvss/cvss_disagreements.tsv.gz") else { return };
    let mut first = 0;
    for row in &rows {
        let s = Vector::parse(&row[1]).unwrap().scores();
        let show = |x: Option<f64>| x.map_or("None".to_owned(), |x| format!("{x:.1}"));
        let got = format!("[{}, {}, {}]", show(s.base), show(s.temporal), show(s.environmental));
        assert!(got == row[2] || got == row[3], "{}: got {got}, want {} or {}", row[1], row[2], row[3]);
        first += usize::from(got == row[2]);
    }
    eprintln!("disagreements: as the first calculator in {first} of {}", rows.len());
}
