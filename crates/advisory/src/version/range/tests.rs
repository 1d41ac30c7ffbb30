//! What ranges hold, and what is refused.

use super::{Bounds, Change, Event, NoRange, Ranges};
use crate::version::{NoVersion, Scheme};
use proptest::prelude::*;

/// Asserts which versions are in, and that the others are out.
fn holds(scheme: Scheme, ranges: &Ranges, inside: &[&str], outside: &[&str]) {
    for (versions, want) in [(inside, true), (outside, false)] {
        for version in versions {
            assert_eq!(
                ranges.contains(&scheme.key(version).unwrap()),
                want,
                "{scheme:?} {version}: {ranges:?}"
            );
        }
    }
}

fn constraint(scheme: Scheme, text: &str, inside: &[&str], outside: &[&str]) {
    holds(scheme, &Ranges::parse(scheme, text).unwrap(), inside, outside);
}

use Event::{Fixed, Introduced, LastAffected, Limit};

fn events(events: &[Event<'_>]) -> Result<Ranges, NoRange> {
    Ranges::of_events(Scheme::Semver, events)
}

#[test]
fn events_in_any_order() {
    let ranges = events(&[Fixed("2.3.0"), Introduced("2.0.0"), Fixed("1.5"), Introduced("0")]).unwrap();
    let inside = ["0.0.0-alpha", "1.4.9", "1.5.0-rc.1", "2.0.0", "2.2.9"];
    holds(Scheme::Semver, &ranges, &inside, &["1.5.0", "1.9", "2.0.0-rc", "2.3", "3"]);
    assert_eq!(ranges.intervals().len(), 2);

    let last = events(&[Introduced("1.0"), LastAffected("1.4")]).unwrap();
    holds(Scheme::Semver, &last, &["1.0", "1.4.0"], &["1.4.1", "0.9"]);
    let open = events(&[Introduced("1.0")]).unwrap();
    holds(Scheme::Semver, &open, &["1.0", "999"], &["0.9"]);
    let limited = events(&[Introduced("1.0"), Limit("2.0")]).unwrap();
    holds(Scheme::Semver, &limited, &["1.0", "1.9"], &["2.0", "0.9"]);
    assert_eq!(events(&[Introduced("1.0"), Limit("*"), Limit("2.0")]), Ok(open));
    // The end of one stretch is the beginning of the next: one interval.
    let joined = events(&[Introduced("1.0"), Fixed("2.0"), Introduced("2.0"), Fixed("3.0")]).unwrap();
    assert_eq!(joined.intervals().len(), 1);
    // An event that changes nothing is none.
    let twice = events(&[Introduced("1.0"), Introduced("2.0"), Fixed("3.0"), Fixed("4.0")]).unwrap();
    holds(Scheme::Semver, &twice, &["1.0", "2.9"], &["3.0", "4.0"]);
    // A stretch without versions.
    let empty = [Introduced("1.0"), Fixed("2.0"), Introduced("3.0"), Fixed("3.0.0")];
    assert_eq!(events(&empty), events(&empty[..2]));
    assert_eq!(
        events(&[Introduced("1.0"), Introduced("1.0.0"), Fixed("2")]),
        events(&[Introduced("1"), Fixed("2")])
    );
}

#[test]
fn contradicting_events() {
    for wrong in [
        &[][..],
        &[Fixed("1.0")],
        &[Limit("1.0")],
        &[Introduced("2.0"), Fixed("1.0")],
        &[Introduced("1.0"), Fixed("1.0")],
    ] {
        assert!(matches!(events(wrong), Err(NoRange::Contradiction(_))), "{wrong:?}");
    }
    assert_eq!(
        events(&[Introduced("0"), Fixed("not a version")]),
        Err(NoRange::Version { version: "not a version".to_owned(), reason: NoVersion::Blank })
    );
}

#[test]
fn bounds_of_cve_and_nvd() {
    let of = |bounds| Ranges::of_bounds(Scheme::Generic, &bounds);
    let all = Bounds::default();
    assert_eq!(of(all), Ok(Ranges::all()));
    assert_eq!(of(Bounds { start_including: Some("0"), end_including: Some("*"), ..all }), Ok(Ranges::all()));
    let half = of(Bounds { start_excluding: Some("1.0"), end_including: Some("1.5w"), ..all }).unwrap();
    holds(Scheme::Generic, &half, &["1.0.1", "1.0a", "1.5", "1.5w"], &["1.0", "1.5z", "1.5.1"]);
    let other = of(Bounds { start_including: Some("1.0"), end_excluding: Some("1.5"), ..all }).unwrap();
    holds(Scheme::Generic, &other, &["1.0", "1.4", "1.5-rc1"], &["1.0-beta", "1.5"]);
    for wrong in [
        Bounds { start_including: Some("2"), end_excluding: Some("1"), ..all },
        Bounds { start_including: Some("1"), end_excluding: Some("1"), ..all },
        Bounds { start_including: Some("1"), start_excluding: Some("1"), ..all },
        Bounds { end_including: Some("1"), end_excluding: Some("1"), ..all },
    ] {
        assert!(matches!(of(wrong), Err(NoRange::Contradiction(_))), "{wrong:?}");
    }
    assert!(matches!(of(Bounds { end_excluding: Some("n/a"), ..all }), Err(NoRange::Version { .. })));
}

#[test]
fn changes_inside_a_range() {
    let bounds = Bounds { start_including: Some("1.0"), end_excluding: Some("3.0"), ..Bounds::default() };
    let of =
        |affected, changes: &[Change<'_>]| Ranges::of_changes(Scheme::Generic, &bounds, affected, changes);
    let changes = [Change { at: "2.0", affected: true }, Change { at: "1.4", affected: false }];
    let ranges = of(true, &changes).unwrap();
    holds(Scheme::Generic, &ranges, &["1.0", "1.3", "2.0", "2.9"], &["0.9", "1.4", "1.9", "3.0"]);
    assert_eq!(of(false, &[]), Ok(Ranges::none()));
    let late = of(false, &[Change { at: "2.0", affected: true }]).unwrap();
    holds(Scheme::Generic, &late, &["2.0", "2.9"], &["1.0", "3.0"]);
    assert_eq!(of(true, &[Change { at: "3.0", affected: false }]), of(true, &[]));
    for wrong in [
        &[Change { at: "4.0", affected: false }][..],
        &[Change { at: "2", affected: false }, Change { at: "2.0", affected: true }],
    ] {
        assert!(matches!(of(true, wrong), Err(NoRange::Contradiction(_))), "{wrong:?}");
    }
}

#[test]
fn npm() {
    let npm = |text, inside: &[&str], outside: &[&str]| constraint(Scheme::Npm, text, inside, outside);
    npm("^1.2 || >=2 <3", &["1.2.0", "1.9.9", "2.0.0", "2.9.9"], &["1.1.9", "3.0.0", "2.0.0-rc.1"]);
    npm("^0.2.3", &["0.2.3", "0.2.9"], &["0.3.0", "0.3.0-0", "0.2.2"]);
    npm("^0.0.3", &["0.0.3"], &["0.0.4"]);
    npm("~1.2.3", &["1.2.3", "1.2.9"], &["1.3.0", "1.3.0-alpha"]);
    npm("~1", &["1.0.0", "1.9.9"], &["2.0.0"]);
    npm("1.2", &["1.2.0", "1.2.7"], &["1.3.0"]);
    npm(">1.2 <=2", &["1.3.0", "2.9.9"], &["1.2.9", "3.0.0"]);
    npm("1.2.3 - 2.3", &["1.2.3", "2.3.9"], &["1.2.2", "2.4.0"]);
    npm("1.x || 3.*", &["1.0.0", "1.9.0", "3.1.0"], &["2.0.0", "4.0.0"]);
    npm("*", &["0.0.1", "9.0.0-rc"], &[]);
    npm("", &["0.0.1"], &[]);
    npm("=1.2.3 || =1.2.5", &["1.2.3", "1.2.5"], &["1.2.4"]);
}

#[test]
fn others() {
    constraint(Scheme::Gem, "~> 4.2.5, >= 4.2.5.1", &["4.2.5.1", "4.2.9"], &["4.2.5", "4.3", "4.3.0.rc1"]);
    constraint(Scheme::Gem, "~> 2", &["2.0", "2.9"], &["3.0", "3.0.a"]);
    let php = ">=1.0,<1.5|>=2";
    constraint(Scheme::Composer, php, &["1.0", "1.0.0-RC1", "1.4.9", "2.0.0"], &["0.9", "1.5.0-beta", "1.5"]);
    constraint(Scheme::Composer, "<=1.5", &["1.5", "1.5.0", "1.5.0.0"], &["1.5.1"]);
    constraint(Scheme::Composer, "<1.5.0", &["1.4.9"], &["1.5", "1.5.0-dev"]);
    constraint(Scheme::Composer, "~1.2", &["1.2.0", "1.9"], &["2.0.0", "1.1"]);
    constraint(Scheme::Composer, "1.0.*", &["1.0", "1.0.7"], &["1.1.0"]);
    let python = ">=1,<2,!=1.5,!=1.7.*";
    constraint(
        Scheme::Pep440,
        python,
        &["1.0", "1.5.1", "1.8"],
        &["1.5", "1.5.0+x", "1.7", "1.7.3.dev1", "2"],
    );
    constraint(Scheme::Pep440, "==1.*", &["1.dev0", "1.9"], &["2.0.dev1", "0.9"]);
    constraint(Scheme::Pep440, "~=2.2", &["2.2", "2.9"], &["2.1", "3.0a1"]);
    constraint(Scheme::Pep440, "==1!2.*", &["1!2.3"], &["2.3", "1!3"]);
    constraint(Scheme::Pep440, "<=2.0", &["2.0+cgr.1", "2.0"], &["2.0.post1"]);
    constraint(Scheme::Pep440, ">2.0", &["2.0.post1"], &["2.0", "2.0+cgr.1"]);
    let maven = "[1.0,2.0),[3.0],(4.0,]";
    constraint(Scheme::Maven, maven, &["1.0", "1.9", "2.0-rc1", "3", "4.0.1"], &["2.0", "3.0.1", "4"]);
    constraint(Scheme::Nuget, "(,1.0]", &["0.1", "1.0.0"], &["1.0.1"]);
    constraint(Scheme::Dpkg, ">= 1.0-1, << 2:1.0-3", &["1.0-1", "2:1.0-2"], &["1.0", "2:1.0-3"]);
    constraint(Scheme::Rpm, "< 0:1.2-3.el9", &["1.2-2.el9"], &["1.2-3.el9"]);
    constraint(Scheme::Apk, "<1.2.3-r4", &["1.2.3-r3"], &["1.2.3-r4"]);
    constraint(Scheme::Generic, "'4.5.1' || \"4.5.2\"", &["4.5.1", "4.5.2"], &["4.5.3"]);
    constraint(Scheme::Generic, "< 2, > 3", &[], &["1", "2", "2.5", "4"]);
    constraint(Scheme::Conda, "1.2.*", &["1.2", "1.2.3", "1.2rc1"], &["1.3", "1.1"]);
}

#[test]
fn constraints_that_cannot_be_read() {
    for (scheme, text) in [
        (Scheme::Npm, "1.0 ||"),
        (Scheme::Npm, ">="),
        (Scheme::Npm, "1.2.3 - "),
        (Scheme::Npm, "<>=1.2.3"),
        (Scheme::Npm, "> *"),
        (Scheme::Npm, "^99999999999999999999.0.0"),
        (Scheme::Generic, "1.0, 1.1, 1.2"),
        (Scheme::Generic, "foo 1.2"),
        (Scheme::Maven, "[1.0,2.0"),
        (Scheme::Maven, "(1.0)"),
        (Scheme::Maven, "[1.0] x"),
        (Scheme::Dpkg, "~> 1.2"),
        (Scheme::Rpm, "1.*"),
    ] {
        assert!(matches!(Ranges::parse(scheme, text), Err(NoRange::Text { .. })), "{scheme:?} {text}");
    }
    assert!(matches!(Ranges::parse(Scheme::Maven, "[2,1]"), Err(NoRange::Contradiction(_))));
    assert!(matches!(Ranges::parse(Scheme::Semver, "<rubbish"), Err(NoRange::Version { .. })));
    let long = "1 || ".repeat(20_000);
    assert!(matches!(Ranges::parse(Scheme::Generic, &long), Err(NoRange::Text { .. })));
}

proptest! {
    /// Below, at and above a bound: exactly one, and each operator is the opposite of its opposite.
    #[test]
    fn operators_are_opposites(bound in "[0-3]([.][0-3]){0,2}", version in "[0-3]([.][0-3]){0,2}") {
        for scheme in Scheme::ALL.into_iter().filter(|s| !matches!(s, Scheme::Npm | Scheme::Composer)) {
            let key = scheme.key(&version).unwrap();
            let is = |operator: &str| {
                Ranges::parse(scheme, &format!("{operator}{bound}")).unwrap().contains(&key)
            };
            prop_assert_eq!(is("<"), !is(">="));
            prop_assert_eq!(is(">"), !is("<="));
            prop_assert_eq!(is("="), !is("!="));
            prop_assert_eq!(u8::from(is("<")) + u8::from(is("=")) + u8::from(is(">")), 1);
            prop_assert_eq!(is("="), key == scheme.key(&bound).unwrap());
        }
    }

    /// However a range is found, its intervals are sorted, apart and not empty.
    #[test]
    fn ranges_are_in_order(text in "([<>=!^~]{0,2}[0-3*]([.][0-3x]){0,2}([ ,]| [|][|] )){0,5}1|[ -~]{0,20}") {
        for scheme in Scheme::ALL {
            let Ok(ranges) = Ranges::parse(scheme, &text) else { continue };
            for interval in ranges.intervals() {
                prop_assert!(!interval.is_empty());
            }
            for pair in ranges.intervals().windows(2) {
                prop_assert!(pair[0].until.as_ref().is_some_and(|until| *until < pair[1].from));
            }
        }
    }

    /// Events hold what they say, whatever their order, or are refused.
    #[test]
    fn events_do_not_depend_on_their_order(
        list in prop::collection::vec((0..3_u8, "[0-9]"), 0..5),
        turn in 0..5_usize,
    ) {
        let event = |(kind, version): &(u8, String)| match kind {
            0 => (Introduced(version.clone().leak()), 0),
            1 => (Fixed(version.clone().leak()), 1),
            _ => (LastAffected(version.clone().leak()), 2),
        };
        let mut list: Vec<_> = list.iter().map(|e| event(e).0).collect();
        let before = events(&list);
        if !list.is_empty() {
            let by = turn % list.len();
            list.rotate_left(by);
        }
        prop_assert_eq!(events(&list), before);
    }
}

#[test]
fn all_but_some() {
    let ranges = |text: &str| Ranges::parse(Scheme::Gem, text).unwrap();
    for (good, bad) in [
        ("~> 1.2.10 || >= 2.1 || < 1.0", ">= 1.0, < 1.2.10 || >= 1.3.a, < 2.1"),
        (">= 0", "< 0"),
        ("< 2", ">= 2"),
    ] {
        let others = ranges(good).complement();
        for version in ["0.9", "1.0", "1.2.9", "1.2.10", "1.9", "2.0.9", "2.1", "3"] {
            let key = Scheme::Gem.key(version).unwrap();
            assert_eq!(
                others.contains(key.as_bytes()),
                ranges(bad).contains(key.as_bytes()),
                "{version} of all but {good}"
            );
        }
        assert_eq!(others.complement(), ranges(good));
    }
    assert_eq!((Ranges::none().complement(), Ranges::all().complement()), (Ranges::all(), Ranges::none()));
}
