//! Every key orders as its package manager does; nothing panics.

use super::{LONGEST, NoVersion, Scheme, direct};
use proptest::prelude::*;
use std::cmp::Ordering;

/// Asserts that each version is older than the next one; those on one line are equal.
fn ascending(scheme: Scheme, lines: &[&[&str]]) {
    for (at, line) in lines.iter().enumerate() {
        for version in *line {
            for (other_at, other) in lines.iter().enumerate() {
                for other in *other {
                    let got = scheme.compare(version, other);
                    assert_eq!(got, Ok(at.cmp(&other_at)), "{scheme:?}: {version} and {other}");
                }
            }
        }
    }
}

#[test]
fn dpkg() {
    ascending(
        Scheme::Dpkg,
        &[
            &["1.0~~"],
            &["1.0~rc1", "0:1.0~rc1-0"],
            &["1.0", "1.0-0", "1.00", "1.0-00"],
            &["1.0-0.1"],
            &["1.0-1~deb12u1"],
            &["1.0-1", "01.0-01"],
            &["1.0-1+b1"],
            &["1.0-1.1"],
            &["1.0-2"],
            &["1.0-10"],
            &["1.0a"],
            &["1.0+1"],
            &["1.10"],
            &["99999999999999999999998"],
            &["99999999999999999999999", "099999999999999999999999"],
            &["1:0.1"],
            &["2:9.0.1378-2"],
            &["2:9.0.1378-2+deb12u2"],
        ],
    );
}

#[test]
fn rpm() {
    ascending(
        Scheme::Rpm,
        &[
            &["1.0~rc1"],
            &["1.0~rc1^git1"],
            &["1.0", "0:1.0", "1_0", "1.00"],
            &["1.0-"],
            &["1.0-1.el9", "1.0-1_el9"],
            &["1.0-2.el8"],
            &["1.0^20260101"],
            &["1.0a"],
            &["1.0.1"],
            &["1:0.1"],
        ],
    );
}

#[test]
fn apk_and_portage() {
    ascending(
        Scheme::Apk,
        &[
            &["1.2_alpha"],
            &["1.2_alpha1"],
            &["1.2_beta"],
            &["1.2_rc1"],
            &["1.2_blah", "1.2D", "1.2-ruff"],
            &["1.2"],
            &["1.2-r0", "1.2-r"],
            &["1.2-r1"],
            &["1.2~abc"],
            &["1.2_p1"],
            &["1.2a"],
            &["1.2.03"],
            &["1.2.3"],
            &["1.10"],
        ],
    );
    ascending(
        Scheme::Portage,
        &[
            &["1.2_rc"],
            &["1.2", "1.2-r0"],
            &["1.2-r1"],
            &["1.2_p", "1.2_p0"],
            &["1.2b"],
            &["1.2.0"],
            &["1.2.5"],
        ],
    );
}

#[test]
fn pacman() {
    ascending(
        Scheme::Pacman,
        &[
            &["1.0a"],
            &["1.0b", "0:1.0b"],
            &["1.0beta"],
            &["1.0p"],
            &["1.0pre"],
            &["1.0rc"],
            &["1.0"],
            &["1.0-1"],
            &["1.0-2"],
            &["1.0.a"],
            &["1.0.a1"],
            &["1.0.1"],
            &["1.1"],
            &["1:0.1-1"],
        ],
    );
}

#[test]
fn semver_and_its_kin() {
    ascending(
        Scheme::Npm,
        &[
            &["1.0.0-1"],
            &["1.0.0-alpha"],
            &["1.0.0-alpha.1", "1.0.0.alpha.1"],
            &["1.0.0-alpha.beta"],
            &["1.0.0-rc.1"],
            &["1.0.0", "v1.0.0", "=1.0", "1", "1.0.0+build", "1.0.0.0"],
            &["1.0.0.1"],
            &["1.0.10"],
        ],
    );
    ascending(
        Scheme::Go,
        &[
            &["v0.0.0-20191109021931-daa7c04131f5"],
            &["v0.0.0-20230922105210-14b16010c2ee"],
            &["go1.21rc2", "1.21.0-rc2"],
            &["go1.21", "v1.21.0"],
            &["go1.21.3"],
            &["v2.0.0+incompatible"],
        ],
    );
    ascending(
        Scheme::Pub,
        &[&["1.0.0-a"], &["1.0.0"], &["1.0.0+1"], &["1.0.0+1.1"], &["1.0.0+a"], &["1.0.1"]],
    );
    ascending(Scheme::Nuget, &[&["1.0.0-BETA", "1.0-beta+x"], &["1.0.0-beta2"], &["1"], &["1.0.0.1"]]);
    ascending(Scheme::Bitnami, &[&["1.0.0-rc.1"], &["1.0.0", "1.0.0-3"], &["1.0.1-0"]]);
}

#[test]
fn pep440() {
    ascending(
        Scheme::Pep440,
        &[
            &["foo-1"],
            &["0.3m1"],
            &["2013-01-21T20:33:09+0100"],
            &["1.dev0"],
            &["1.0.dev456"],
            &["1.0a1", "1.0.ALPHA-1", "v1a1"],
            &["1.0a2.dev456"],
            &["1.0a2"],
            &["1.0b1.dev456"],
            &["1.0b2"],
            &["1.0b2.post345.dev456"],
            &["1.0b2.post345"],
            &["1.0rc1", "1.0c1", "1.0-preview_1"],
            &["1.0", "1", "1.0.0", "0!1.0"],
            &["1.0+abc.5"],
            &["1.0+abc.7"],
            &["1.0+5"],
            &["1.0.post456.dev34"],
            &["1.0.post456", "1.0-456", "1.0.r456"],
            &["1.1.dev1"],
            &["1!0.1"],
        ],
    );
}

#[test]
fn maven() {
    ascending(
        Scheme::Maven,
        &[
            &["1-alpha-1", "1-a1", "1.0-alpha1"],
            &["1-beta"],
            &["1-rc", "1-CR"],
            &["1-SNAPSHOT"],
            &["1", "1.0", "1-ga", "1.0.0.Final", "1-0", "1."],
            &["1.jre8"],
            &["1-sp"],
            &["1-jre8"],
            &["1-1"],
            &["1.0.1"],
            &["1.1"],
            &["1.10"],
        ],
    );
}

#[test]
fn gem() {
    ascending(
        Scheme::Gem,
        &[
            &["1.0.a9", "1.a.9"],
            &["1.0.a10"],
            &["1.0.b"],
            &["1.0-rc1"],
            &["1.0.rc1"],
            &["1", "1.0.0", "1.0-x86_64-linux"],
            &["1.0.1.rc"],
            &["1.0.1"],
        ],
    );
}

#[test]
fn composer() {
    ascending(
        Scheme::Composer,
        &[
            &["dev-main"],
            &["1.0-foo"],
            &["1.0-dev"],
            &["1.0a1", "1.0alpha1"],
            &["1.0b1", "1.0-beta1", "v1.0.beta.1"],
            &["1.0RC1", "1.0rc1"],
            &["1.0"],
            &["1.0.0"],
            &["1.0.1"],
            &["1.0pl1", "1.0-p1"],
            &["1.1"],
        ],
    );
}

#[test]
fn the_small_ones() {
    ascending(
        Scheme::Conda,
        &[
            &["0.4"],
            &["0.4.1.rc"],
            &["0.4.1"],
            &["0.5a1"],
            &["0.5b3"],
            &["0.5"],
            &["0.9.6"],
            &["1.1dev1"],
            &["1.1a1"],
            &["1.1.0dev1"],
            &["1.1.a1"],
            &["1.1.0rc1"],
            &["1.1.0", "1.1"],
            &["1.1.0post1"],
            &["1.1post1"],
            &["1996.07.12"],
            &["1!0.4.1"],
        ],
    );
    ascending(Scheme::Cran, &[&["0.1"], &["0.1-0", "0.01.0"], &["0.1.4"], &["0.1-18"]]);
    ascending(Scheme::Hackage, &[&["1"], &["1.0"], &["1.0.0"], &["1.10"]]);
    ascending(
        Scheme::Jvm,
        &[
            &["1.7.0_80"],
            &["1.8.0_131-ea"],
            &["1.8.0_131", "8u131", "8.0.131+11", "1.8.0_131-b11", "1.8.0-update131-b02"],
            &["9-ea"],
            &["9", "9.0.0"],
        ],
    );
    ascending(
        Scheme::Generic,
        &[
            &["1.0-dev"],
            &["1.0-alpha"],
            &["1.0_rc1", "v1.0.RC1"],
            &["1.0", "1", "1.000"],
            &["1.0a"],
            &["1.0w"],
            &["1.0.1-a"],
            &["1.0.1"],
            &["12.2(33)SXI"],
            &["15.2(4)M1"],
        ],
    );
}

#[test]
fn what_is_no_version_is_told() {
    for scheme in Scheme::ALL {
        assert_eq!(scheme.key(""), Err(NoVersion::Empty));
        assert_eq!(scheme.key(" \n"), Err(NoVersion::Empty));
        assert_eq!(scheme.key("not a version"), Err(NoVersion::Blank));
        assert_eq!(scheme.key("1\0"), Err(NoVersion::Blank));
        assert_eq!(scheme.key(&"1".repeat(LONGEST + 1)), Err(NoVersion::TooLong));
        assert!(scheme.key(&"1".repeat(LONGEST)).is_ok());
        assert_eq!(scheme.key(" 1.2.3\n"), scheme.key("1.2.3"));
    }
    for (scheme, text) in [
        (Scheme::Dpkg, "x:1"),
        (Scheme::Dpkg, "-1"),
        (Scheme::Apk, "rubbish"),
        (Scheme::Apk, "-r1"),
        (Scheme::Pacman, "..."),
        (Scheme::Semver, "rubbish"),
        (Scheme::Npm, "1.2_3"),
        (Scheme::Go, "(devel)"),
        (Scheme::Pep440, "-"),
        (Scheme::Maven, "-.-"),
        (Scheme::Gem, "a.1"),
        (Scheme::Composer, "#"),
        (Scheme::Conda, "x!1"),
        (Scheme::Cran, "1..2"),
        (Scheme::Hackage, "1-2"),
        (Scheme::Jvm, "1.x"),
        (Scheme::Generic, "n/a"),
        (Scheme::Generic, "<1.2"),
    ] {
        assert!(matches!(scheme.key(text), Err(NoVersion::Meaningless(_))), "{scheme:?} {text}");
    }
}

#[test]
fn odd_ones_that_are_published() {
    for (scheme, text) in [
        (Scheme::Rpm, "+"),
        (Scheme::Rpm, "_"),
        (Scheme::Apk, "a"),
        (Scheme::Maven, "stable"),
        (Scheme::Composer, "dev-foo"),
        (Scheme::Pep440, "-class.-jw.util.version.version-preview"),
    ] {
        assert!(scheme.key(text).is_ok(), "{scheme:?} {text}");
    }
}

#[test]
fn names() {
    for scheme in Scheme::ALL {
        assert_eq!(Scheme::from_name(scheme.as_str()), Some(scheme));
    }
    assert_eq!(Scheme::of_ecosystem("Debian:12"), Some(Scheme::Dpkg));
    assert_eq!(Scheme::of_ecosystem("Red Hat:enterprise_linux:9::appstream"), Some(Scheme::Rpm));
    assert_eq!(Scheme::of_ecosystem("Root:Alpine:3.18"), Some(Scheme::Apk));
    assert_eq!(Scheme::of_ecosystem("deb"), None);
    assert_eq!(Scheme::of_purl_type("deb"), Some(Scheme::Dpkg));
    assert_eq!(Scheme::of_purl_type("oci"), None);
    for (name, scheme) in [
        ("Python", Scheme::Pep440),
        ("golang", Scheme::Go),
        ("RHEL", Scheme::Rpm),
        ("ubuntu:22.04", Scheme::Dpkg),
        ("SUSE:Linux Enterprise Server 15", Scheme::Rpm),
        ("rocky:9", Scheme::Rpm),
        ("amazon-linux:2023", Scheme::Rpm),
        ("RedHat", Scheme::Rpm),
        ("crates.io", Scheme::Semver),
        ("GitHub Actions", Scheme::Semver),
    ] {
        assert_eq!(Scheme::from_name(name), Some(scheme), "{name}");
    }
    assert_eq!(Scheme::from_name("nonsense"), None);
}

/// Asserts that the keys order as the direct comparison does.
fn same(scheme: Scheme, direct: fn(&str, &str) -> Ordering, left: &str, right: &str) {
    if let (Ok(a), Ok(b)) = (scheme.key(left), scheme.key(right)) {
        assert_eq!(a.cmp(&b), direct(left, right), "{scheme:?}: {left} and {right}: {a:?} {b:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn dpkg_keys(a in "([01]:)?[0129ab~+.-]{1,7}", b in "([01]:)?[0129ab~+.-]{1,7}") {
        same(Scheme::Dpkg, direct::dpkg, &a, &b);
    }

    #[test]
    fn rpm_keys(a in "([01]:)?[012ab~^_.-]{1,7}", b in "([01]:)?[012ab~^_.-]{1,7}") {
        same(Scheme::Rpm, direct::rpm, &a, &b);
    }

    #[test]
    fn apk_keys(
        a in "[012]?([.][012]{0,2}){0,2}[ab]?(_(rc|p|git|x)[01]?){0,2}(~[0a])?(-r[01]?)?(-1|x)?",
        b in "[012]?([.][012]{0,2}){0,2}[ab]?(_(rc|p|git|x)[01]?){0,2}(~[0a])?(-r[01]?)?(-1|x)?",
    ) {
        same(Scheme::Apk, direct::apk, &a, &b);
    }

    #[test]
    fn gem_keys(a in "[01]([.-]?[0012ab]){0,5}", b in "[01]([.-]?[0012ab]){0,5}") {
        same(Scheme::Gem, direct::gem, &a, &b);
    }

    #[test]
    fn composer_keys(
        a in "[012]([.-]?([012]|dev|a|beta|RC|pl|x)){0,4}",
        b in "[012]([.-]?([012]|dev|a|beta|RC|pl|x)){0,4}",
    ) {
        same(Scheme::Composer, direct::composer, &a, &b);
    }

    #[test]
    fn pep440_keys(
        a in "(1!)?[012]([.][012]){0,2}((a|b|rc)[01])?([.]post[01])?([.]dev[01])?([+][1a]([.][1a]){0,2})?",
        b in "(1!)?[012]([.][012]){0,2}((a|b|rc)[01])?([.]post[01])?([.]dev[01])?([+][1a]([.][1a]){0,2})?",
    ) {
        same(Scheme::Pep440, direct::pep440, &a, &b);
    }

    /// Without zeros inside and without qualifiers after dots, where Maven contradicts itself.
    #[test]
    fn maven_keys(
        a in "[123]([.][12]){0,2}([.]0){0,2}(-?(a|b|m|alpha|rc|cr|snapshot|ga|sp|x|xy)(-?[12])?)?(-[12])?",
        b in "[123]([.][12]){0,2}([.]0){0,2}(-?(a|b|m|alpha|rc|cr|snapshot|ga|sp|x|xy)(-?[12])?)?(-[12])?",
    ) {
        same(Scheme::Maven, direct::maven, &a, &b);
    }

    #[test]
    fn nothing_panics_and_no_key_begins_another(a in any::<String>(), b in "[0-9a-zA-Z.~^_+!:-]{0,12}") {
        for scheme in Scheme::ALL {
            if let (Ok(a), Ok(b)) = (scheme.key(&a), scheme.key(&b)) {
                assert!(a == b || !(a.starts_with(&b) || b.starts_with(&a)), "{scheme:?}: {a:?} {b:?}");
            }
        }
    }
}
