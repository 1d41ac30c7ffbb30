//! Orders and ranges of versions against published vectors: package managers' own tools, OSV, ClairCore, Grype.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "for tests only")]

mod support;

use bartizan_advisory::version::Scheme;
use bartizan_advisory::version::range::Ranges;
use std::cmp::Ordering;
use support::{shared, unpacked};

const FILES: [(Scheme, &str); 23] = [
    (Scheme::Apk, "osv-alpine-versions-generated.txt.gz"),
    (Scheme::Apk, "osv-alpine-versions.txt"),
    (Scheme::Cran, "osv-cran-versions-generated.txt"),
    (Scheme::Cran, "osv-cran-versions.txt"),
    (Scheme::Dpkg, "osv-debian-versions-generated.txt.gz"),
    (Scheme::Dpkg, "osv-debian-versions.txt"),
    (Scheme::Hackage, "osv-hackage-versions.txt"),
    (Scheme::Maven, "claircore-maven-compare.txt"),
    (Scheme::Maven, "osv-maven-versions-generated.txt.gz"),
    (Scheme::Maven, "osv-maven-versions.txt"),
    (Scheme::Nuget, "osv-nuget-versions.txt"),
    (Scheme::Composer, "osv-packagist-versions-generated.txt.gz"),
    (Scheme::Composer, "osv-packagist-versions.txt"),
    (Scheme::Pub, "osv-pub-versions.txt"),
    (Scheme::Pep440, "osv-pypi-versions-generated.txt.gz"),
    (Scheme::Pep440, "osv-pypi-versions.txt"),
    (Scheme::Rpm, "claircore-rpm-nevra-compare.txt"),
    (Scheme::Rpm, "claircore-rpmvercmp.txt"),
    (Scheme::Rpm, "osv-redhat-versions.txt"),
    (Scheme::Gem, "osv-rubygems-versions-generated.txt"),
    (Scheme::Gem, "osv-rubygems-versions.txt"),
    (Scheme::Semver, "osv-semver-versions.txt"),
    (Scheme::Go, "osv-semver-versions.txt"),
];

/// Lines that are answered otherwise on purpose: what is published contradicts itself there, and a key cannot.
const OTHERWISE: [&str; 3] = [
    // Maven has 2.9.0-1 < 2.9.0.RC1 < 2.9.0 < 2.9.0-1; a candidate before its release matters more.
    "2.9.0-1 < 2.9.0.RC1",
    "1.1.0-01-glassfish < 1.1.0.Beta1",
    // PHP has 1.2.3 = 1.2.3.# = 1.2.3.1, though 1.2.3 < 1.2.3.1.
    "1.2.3.# = 1.2.3.1",
];

/// Rows of Grype that are answered otherwise on purpose: format, versions, why.
const NOT_AS_GRYPE: [[&str; 4]; 12] = [
    ["deb", "1.0.0", "999:0.5.0", EPOCH],
    ["deb", "1.0-1ubuntu1", "1:1.0-1ubuntu1", EPOCH],
    ["fuzzy", "1.0.0", "1.0.0-dev1", "a development version comes before its release"],
    ["gem", "", "0", "what is empty is unknown, not 0"],
    ["maven", "12.10.2.jre11", "12.10.2", "Maven itself has x < x.jre6 < x.jre7, as other vectors here say"],
    ["maven", "12.10.2.jre11", "12.10.2.jdk17", "Maven itself orders them"],
    ["pacman", "1.0.0alpha", "1.0.0", "vercmp(8): 1.0a < 1.0; Grype takes rpm's order"],
    ["pacman", "1.0.0~rc1", "1.0.0", "libalpm knows no ~; Grype takes rpm's order"],
    ["rpm", "4.19.01-1.el7_5", "2:4.19.1-1.el7_5", EPOCH],
    ["rpm", "3:4.19.0-1.el7_5", "4.21.0-1.el7", EPOCH],
    ["rpm", "2.0.0", "1:1.5.0", EPOCH],
    ["rpm", "1.2.3", "1:1.2.3", EPOCH],
];
/// Rows of Grype that are answered otherwise on purpose: format, version, constraint, why.
const NOT_CONSTRAINED_AS_GRYPE: [[&str; 4]; 8] = [
    ["rpm", "1:0", "< 1", EPOCH],
    ["rpm", "2:4.19.01-1.el7_5", "<= 4.19.1-1.el7_5", EPOCH],
    ["rpm", "4.19.01-1.el7_5", "< 2:4.19.1-1.el7_5", EPOCH],
    ["rpm", "4.19.0-1.el7_5", "< 12:4.19.0-1.el7", EPOCH],
    ["rpm", "3:4.19.0-1.el7_5", "< 4.21.0-1.el7", EPOCH],
    ["rpm", "8.3.1-5.el8", "< 0:8.3.1-5.el8.0.0", "rpm: more segments are newer"],
    ["rpm", "8.3.1-5.el8.0.0", "> 0:8.3.1-5.el8", "rpm: more segments are newer"],
    [
        "semantic",
        "1.0.0.alpha.beta",
        "= 1.0.0-alpha-beta",
        "alpha.beta is two identifiers, alpha-beta is one",
    ],
];
/// Debian Policy and rpm say so. Grype (in some settings) has a missing epoch match any, which orders nothing.
const EPOCH: &str = "a missing epoch is 0";

fn text(name: &str) -> Option<String> {
    let path = format!("vectors/versions/{name}");
    if name.ends_with(".gz") {
        return Some(String::from_utf8(unpacked(&path)?).unwrap());
    }
    Some(std::fs::read_to_string(shared(&path)?).unwrap())
}

#[test]
fn orders() {
    let (mut right, mut wrong) = (0, Vec::new());
    for (scheme, name) in FILES {
        let Some(text) = text(name) else { return };
        for line in text.lines().filter(|line| !line.is_empty()) {
            let parts: Vec<_> = line.split(' ').collect();
            let &[left, operator, other] = parts.as_slice() else { panic!("{name}: {line}") };
            let want = match operator {
                "<" => Ordering::Less,
                ">" => Ordering::Greater,
                "=" | "==" => Ordering::Equal,
                _ => panic!("{name}: {line}"),
            };
            let got = scheme.compare(left, other);
            let back = scheme.compare(other, left);
            if (got, back) == (Ok(want), Ok(want.reverse())) {
                right += 1;
            } else if !OTHERWISE.contains(&line) {
                wrong.push(format!("{name}: {line}: got {got:?}"));
            }
        }
    }
    eprintln!("orders: {right} lines right");
    let count = wrong.len();
    wrong.truncate(50);
    assert!(wrong.is_empty(), "{count}:\n{}", wrong.join("\n"));
}

/// The rows of a table whose answer is another than the table's, as their first three cells.
fn differing(name: &str, right: impl Fn(Scheme, &[&str]) -> bool) -> Option<Vec<[String; 3]>> {
    let text = text(name)?;
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let wrong = rows.filter(|cells| !right(Scheme::from_name(cells[0]).unwrap(), &cells[1..]));
    Some(wrong.map(|cells| [0, 1, 2].map(|at| cells[at].to_owned())).collect())
}

#[test]
fn grype_orders() {
    let right = |scheme: Scheme, cells: &[&str]| {
        scheme.compare(cells[0], cells[1]) == Ok(cells[2].parse::<i32>().unwrap().cmp(&0))
    };
    let Some(differing) = differing("grype-compare.tsv", right) else { return };
    assert_eq!(differing, NOT_AS_GRYPE.map(|[format, left, other, _]| [format, left, other]));
}

#[test]
fn grype_constraints() {
    let right = |scheme: Scheme, cells: &[&str]| {
        let (Ok(ranges), Ok(key)) = (Ranges::parse(scheme, cells[1]), scheme.key(cells[0])) else {
            return false;
        };
        ranges.contains(&key) == (cells[2] == "true")
    };
    let Some(differing) = differing("grype-constraints.tsv", right) else { return };
    let known =
        NOT_CONSTRAINED_AS_GRYPE.map(|[format, version, constraint, _]| [format, version, constraint]);
    assert_eq!(differing, known);
}
