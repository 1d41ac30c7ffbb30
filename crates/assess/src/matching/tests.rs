//! Matching over small libraries of advisories.

use super::*;
use bartizan_advisory::index::Library;
use bartizan_advisory::record::{Advisory, Affected, Event, Range};

fn affected(ecosystem: &str, package: &str, events: &[Event]) -> Affected {
    Affected {
        ecosystem: Ecosystem::from_osv(ecosystem),
        package: package.into(),
        verdict: Verdict::Affected,
        ranges: vec![Range::Events(events.to_vec())],
        versions: Vec::new(),
        arch: String::new(),
        module: String::new(),
    }
}

fn fixed(version: &str) -> Vec<Event> {
    vec![Event::Introduced("0".into()), Event::Fixed(version.into())]
}

fn advisory(id: &str, aliases: &[&str], affected: Vec<Affected>) -> Advisory {
    let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
    Advisory { id: id.into(), aliases, affected, ..Advisory::default() }
}

/// What a package is judged, over some advisories of one feed: `WEAKNESS < range [ids] fixed in ...`, or why nothing is known.
fn judge(advisories: &[Advisory], purl: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let mut change = library.change().unwrap();
    let mut batch = change.batch().unwrap();
    for advisory in advisories {
        batch.add(advisory).unwrap();
    }
    change.renew("test", batch).unwrap();
    change.publish().unwrap();
    let index = library.index().unwrap();
    let judgement = Matcher::new(&index).judge(&purl.parse().unwrap());
    let line = |found: &Match| {
        let by: Vec<_> = found.assertions.iter().map(|by| format!("{} {}", by.id, by.range)).collect();
        format!("{} [{}] {}", found.weakness, by.join(", "), found.fixed.join(", ")).trim_end().to_owned()
    };
    let mut lines: Vec<String> = judgement.matches.iter().map(line).collect();
    lines.extend(judgement.silenced.iter().map(|no| format!("not {} ({})", no.weakness, no.by)));
    if let Basis::Unknown(why) = judgement.basis {
        lines.push(format!("? {why}"));
    }
    lines
}

#[test]
fn two_asserters_of_one_weakness_are_one_match() {
    let advisories = [
        advisory("GHSA-aaaa-aaaa-aaaa", &["CVE-2024-1000"], vec![affected("npm", "left", &fixed("1.2.3"))]),
        advisory("OSV-2024-1", &["GHSA-aaaa-aaaa-aaaa"], vec![affected("npm", "left", &fixed("1.2.4"))]),
    ];
    assert_eq!(
        judge(&advisories, "pkg:npm/left@1.2.2"),
        ["CVE-2024-1000 [GHSA-aaaa-aaaa-aaaa < 1.2.3, OSV-2024-1 < 1.2.4] 1.2.3, 1.2.4"]
    );
    assert_eq!(judge(&advisories, "pkg:npm/left@1.2.3"), ["CVE-2024-1000 [OSV-2024-1 < 1.2.4] 1.2.4"]);
    assert_eq!(judge(&advisories, "pkg:npm/left@1.2.4"), [] as [&str; 0]);
    assert_eq!(judge(&advisories, "pkg:npm/right@1"), [] as [&str; 0]);
}

#[test]
fn two_cves_are_never_one() {
    let advisories = [advisory(
        "RUSTSEC-2024-1",
        &["CVE-2024-1", "CVE-2024-2"],
        vec![affected("crates.io", "adler", &fixed("2.0.0"))],
    )];
    assert_eq!(
        judge(&advisories, "pkg:cargo/adler@1.0.0"),
        ["CVE-2024-1 [RUSTSEC-2024-1 < 2.0.0] 2.0.0", "CVE-2024-2 [RUSTSEC-2024-1 < 2.0.0] 2.0.0"]
    );
}

#[test]
fn aliases_in_circles_end() {
    let here = || vec![affected("Go", "example.org/m", &fixed("1.0.0"))];
    let advisories = [
        advisory("GO-2024-1", &["GO-2024-2"], here()),
        advisory("GO-2024-2", &["GO-2024-3"], here()),
        advisory("GO-2024-3", &["GO-2024-1"], here()),
    ];
    let found = judge(&advisories, "pkg:golang/example.org/m@v0.9.0");
    assert_eq!(found, ["GO-2024-1 [GO-2024-1 < 1.0.0, GO-2024-2 < 1.0.0, GO-2024-3 < 1.0.0] 1.0.0"]);
}

#[test]
fn a_distribution_speaks_of_its_source_package_and_release() {
    let mut denied = affected("Debian:12", "openssl", &[]);
    (denied.verdict, denied.ranges) = (Verdict::NotAffected, Vec::new());
    let advisories = [
        advisory(
            "DEBIAN-CVE-2024-1",
            &["CVE-2024-1"],
            vec![affected("Debian:12", "openssl", &fixed("3.0.11-1~deb12u2"))],
        ),
        advisory("DEBIAN-CVE-2024-2", &["CVE-2024-2"], vec![affected("Debian:11", "openssl", &fixed("9"))]),
        advisory("CVE-2024-3", &[], vec![affected("Debian:12", "openssl", &fixed("9"))]),
        advisory("DEBIAN-CVE-2024-3", &["CVE-2024-3"], vec![denied]),
    ];
    assert_eq!(
        judge(&advisories, "pkg:deb/debian/libssl3@3.0.11-1~deb12u1?distro=debian-12&upstream=openssl"),
        [
            "CVE-2024-1 [DEBIAN-CVE-2024-1 < 3.0.11-1~deb12u2] 3.0.11-1~deb12u2",
            "not CVE-2024-3 (DEBIAN-CVE-2024-3)"
        ]
    );
    assert_eq!(
        judge(
            &advisories,
            "pkg:deb/debian/libssl3@3.0.11-1~deb12u1+b1?distro=debian-12&upstream=openssl%403.0.11-1~deb12u2"
        ),
        ["not CVE-2024-3 (DEBIAN-CVE-2024-3)"]
    );
}

#[test]
fn silence_that_means_nothing_says_so() {
    let advisories = [advisory("GHSA-1", &[], vec![affected("npm", "left", &fixed("1.2.3"))])];
    assert_eq!(judge(&advisories, "pkg:pypi/left@1.0"), ["? no advisories of pypi are loaded"]);
    assert_eq!(judge(&advisories, "pkg:npm/left"), ["? the version is not known"]);
    assert_eq!(
        judge(&advisories, "pkg:generic/left@1"),
        ["? no advisories are about packages of the type `generic`"]
    );
    assert_eq!(judge(&advisories, "pkg:deb/debian/left@1"), ["? no advisories of debian are loaded"]);
    assert_eq!(judge(&advisories, "pkg:npm/left@a%20b").len(), 1);
}

#[test]
fn a_module_stream_is_its_own() {
    let mut module = affected("Rocky Linux:8", "nodejs", &fixed("1:18.2.0-1"));
    module.module = "nodejs:18".into();
    let advisories = [advisory("RLSA-1", &["CVE-2024-1"], vec![module])];
    let with = "pkg:rpm/rocky/nodejs@18.1.0-1?distro=rocky-8.9&epoch=1&rpmmod=nodejs:18:8080:1";
    assert_eq!(judge(&advisories, with), ["CVE-2024-1 [RLSA-1 < 1:18.2.0-1] 1:18.2.0-1"]);
    assert_eq!(judge(&advisories, "pkg:rpm/rocky/nodejs@18.1.0-1?distro=rocky-8.9&epoch=1"), [] as [&str; 0]);
}

#[test]
fn a_cpe_is_asked_only_where_no_ecosystem_owns_the_name() {
    let mut product = affected("cpe", "f5:nginx", &fixed("1.20.1"));
    product.ecosystem = Ecosystem::cpe();
    let mut system = affected("cpe", "debian:debian_linux", &[Event::Introduced("0".into())]);
    system.ecosystem = Ecosystem::cpe();
    let nvd = advisory("CVE-2021-23017", &[], vec![product, system]);
    let npm = advisory("GHSA-1", &[], vec![affected("npm", "left", &fixed("1"))]);
    let advisories = [nvd, npm.clone()];
    let found = ["CVE-2021-23017 [CVE-2021-23017 < 1.20.1] 1.20.1"];
    assert_eq!(judge(&advisories, "pkg:generic/Nginx@1.18.0?cpe=cpe:/a:f5:nginx:1.18.0"), found);
    // The version beside a CPE that names none, and the CPE's own before another.
    assert_eq!(judge(&advisories, "pkg:generic/Nginx@1.18.0?cpe=cpe:/a:f5:nginx"), found);
    assert_eq!(
        judge(&advisories, "pkg:generic/Nginx@1.18?cpe=cpe:2.3:a:f5:nginx:1.20.1:*:*:*:*:*:*:*"),
        [] as [&str; 0]
    );
    assert_eq!(judge(&advisories, "pkg:npm/nginx@1.18.0?cpe=cpe:/a:f5:nginx:1.18.0"), [] as [&str; 0]);
    for (purl, why) in [
        ("pkg:generic/Nginx?cpe=cpe:/a:f5:nginx", "the version is not known"),
        ("pkg:generic/Nginx@1?cpe=nginx", "its CPE names no product"),
        ("pkg:deb/debian/nginx@1.18.0?cpe=cpe:/a:f5:nginx:1.18.0", "no advisories of debian are loaded"),
        (
            "pkg:generic/debian@12?cpe=cpe:/o:debian:debian_linux:12",
            "debian:12 judges its packages one by one, not by the CPE of the whole",
        ),
    ] {
        assert_eq!(judge(&advisories, purl), [format!("? {why}")], "{purl}");
    }
    let by_cpe = "pkg:generic/Nginx@1.18.0?cpe=cpe:/a:f5:nginx:1.18.0";
    assert_eq!(judge(&[npm], by_cpe), ["? no advisories that name products by CPE are loaded"]);
}

#[test]
fn what_only_a_cpe_says_is_of_low_confidence() {
    assert_eq!(Rationale::Cpe.confidence(), "low");
    assert!(Rationale::Cpe.as_str().starts_with("low confidence: "));
    assert_eq!(Rationale::SourcePackage.confidence(), "");
}
