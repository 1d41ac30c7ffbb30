//! Exact cases from the specifications and their examples, and properties over all vectors.

use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Vector {
    Vector::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn all(text: &str) -> (f64, Option<f64>, Option<f64>) {
    let s = parse(text).scores();
    (s.base.unwrap(), s.temporal, s.environmental)
}

#[test]
fn v2_examples_of_the_guide() {
    // Section 3.3 of the guide: CVE-2002-0392 and CVE-2003-0818.
    assert_eq!(all("AV:N/AC:L/Au:N/C:N/I:N/A:C"), (7.8, None, None));
    assert_eq!(
        all("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H"),
        (7.8, Some(6.4), Some(9.2))
    );
    assert_eq!(all("(AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C)"), (10.0, Some(8.3), None));
    assert_eq!(all("AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C"), (6.2, Some(4.9), None));
    assert_eq!(all("AV:N/AC:L/Au:N/C:N/I:N/A:N"), (0.0, None, None));
    // The adjusted base score is -0.2 here, and the equations go on with that: (-0.2 + 10.2 * 0.3) * 0.25.
    assert_eq!(all("AV:L/AC:H/Au:M/C:N/I:P/A:N/CDP:LM/TD:L/CR:H/IR:L/AR:ND"), (0.8, None, Some(0.7)));
}

#[test]
fn v3_scores() {
    assert_eq!(all("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"), (10.0, Some(10.0), Some(10.0)));
    assert_eq!(
        all("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N/E:F/RL:O/RC:C"),
        (6.1, Some(5.7), Some(5.7))
    );
    assert_eq!(all("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:C/C:N/I:N/A:N"), (0.0, Some(0.0), Some(0.0)));
    // A v3.0 environmental score that binary floats get wrong: it is exactly 2.3 before Roundup.
    let exact =
        "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:N/I:L/A:N/RL:U/RC:U/CR:H/IR:L/AR:X/MAV:N/MPR:H/MUI:R/MS:X";
    assert_eq!(parse(exact).score(), 2.3);
    // v3.1 has another environmental formula for a changed scope; it must not leak into a plain vector's score.
    assert_eq!(all("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H"), (9.6, Some(9.6), Some(9.6)));
    let plain = "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H";
    assert_eq!((all(plain), parse(plain).score()), ((9.6, Some(9.6), Some(9.7)), 9.6));
    assert_eq!(parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H/E:U").score(), 8.8);
    assert_eq!(parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H/MUI:R").score(), 9.7);
}

#[test]
fn v4_scores() {
    for (text, want) in [
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/E:A", 0.0),
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7),
        // Safety alone counts: 9.2 less the mean of four gaps, of which one is open, (9.2 - 7.9) * 5/6.
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/MSI:S", 8.9),
        // 5.65 exactly: halves go up.
        ("CVSS:4.0/AV:L/AC:L/AT:P/PR:H/UI:N/VC:H/VI:N/VA:L/SC:N/SI:N/SA:N", 5.7),
    ] {
        assert_eq!(parse(text).score(), want, "{text}");
        assert_eq!(parse(text).scores().temporal, None);
    }
}

#[test]
fn errors_say_which_metric_and_why() {
    use CvssError as E;
    let error = |text: &str| Vector::parse(text).unwrap_err();
    assert_eq!(error(""), E::Malformed { part: String::new() });
    assert_eq!(error("CVSS:3.3/AV:N"), E::UnknownVersion { version: "3.3".into() });
    assert_eq!(error("CVSS:2.0/AV:N/AC:L"), E::UnknownVersion { version: "2.0".into() });
    assert_eq!(error("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"), E::MissingPrefix);
    assert_eq!(
        error("(AV:N/AC:L/Au:N/C:N/I:N/A:C"),
        E::UnknownMetric { version: Version::V2, metric: "(AV".into() }
    );
    assert_eq!(
        error("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H"),
        E::Missing { version: Version::V31, metric: "A" }
    );
    assert_eq!(error("CVSS:3.1/AV:N/AV:N"), E::Duplicate { metric: "AV" });
    assert_eq!(error("CVSS:3.1/S:U/AV:N/S:C"), E::Duplicate { metric: "S" });
    assert_eq!(
        error("CVSS:3.1/AV:n"),
        E::UnknownValue { version: Version::V31, metric: "AV", value: "n".into() }
    );
    assert_eq!(error("CVSS:4.0/AC:L/AV:N"), E::Order { version: Version::V40, metric: "AV", after: "AC" });
    assert_eq!(error("CVSS:4.0/AC:L/AV:N").to_string(), "metric AV must come before AC in CVSS 4.0");
    assert_eq!(error("CVSS:3.1").to_string(), "`` is not of the form METRIC:VALUE");
    assert!(error(&"A".repeat(1_000_000)).to_string().len() < 200);
}

#[test]
fn metrics_of_all_versions_read_alike() {
    let v2 = parse("AV:A/AC:L/Au:S/C:P/I:P/A:P/E:POC");
    assert_eq!(v2.attack_vector(), AttackVector::Adjacent);
    assert!(v2.attack_complexity_low());
    assert_eq!(v2.privileges_required(), PrivilegesRequired::Low);
    assert_eq!(v2.user_interaction_none(), None);
    assert_eq!(v2.exploit_maturity(), Some(ExploitMaturity::ProofOfConcept));
    assert!(!v2.is_complete());
    assert_eq!(parse("AV:L/AC:M/Au:M/C:P/I:P/A:P/E:ND").exploit_maturity(), None);
    assert_eq!(parse("AV:L/AC:M/Au:M/C:P/I:P/A:P").attack_vector(), AttackVector::Local);
    assert_eq!(parse("AV:L/AC:M/Au:M/C:P/I:P/A:P").privileges_required(), PrivilegesRequired::High);

    let v3 = parse("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:H/I:H/A:H/E:F");
    assert_eq!(v3.attack_vector(), AttackVector::Physical);
    assert!(!v3.attack_complexity_low());
    assert_eq!(v3.privileges_required(), PrivilegesRequired::High);
    assert_eq!(v3.user_interaction_none(), Some(false));
    assert_eq!(v3.exploit_maturity(), Some(ExploitMaturity::Functional));
    let modified = parse("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:H/I:H/A:H/E:X/MAV:N/MAC:L/MPR:L/MUI:N");
    assert_eq!(modified.attack_vector(), AttackVector::Network);
    assert!(modified.attack_complexity_low());
    assert_eq!(modified.privileges_required(), PrivilegesRequired::Low);
    assert_eq!(modified.user_interaction_none(), Some(true));
    assert_eq!(modified.exploit_maturity(), None);

    let v4 = parse("CVSS:4.0/AV:L/AC:L/AT:P/PR:N/UI:P/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N/E:A");
    assert_eq!(v4.attack_vector(), AttackVector::Local);
    assert!(!v4.attack_complexity_low(), "AT:P is an obstacle");
    assert_eq!(v4.privileges_required(), PrivilegesRequired::None);
    assert_eq!(v4.user_interaction_none(), Some(false));
    assert_eq!(v4.exploit_maturity(), Some(ExploitMaturity::Attacked));
}

#[test]
fn severities() {
    let rate = Severity::of;
    assert_eq!(rate(Version::V31, 0), Severity::None);
    assert_eq!(rate(Version::V2, 0), Severity::Low);
    assert_eq!(rate(Version::V31, 1), Severity::Low);
    assert_eq!(rate(Version::V31, 39), Severity::Low);
    assert_eq!(rate(Version::V31, 40), Severity::Medium);
    assert_eq!(rate(Version::V31, 70), Severity::High);
    assert_eq!(rate(Version::V40, 90), Severity::Critical);
    assert_eq!(rate(Version::V2, 100), Severity::High);
    assert_eq!(Severity::Critical.to_string(), "critical");
    assert_eq!(Severity::from_word("HIGH"), Some(Severity::High));
}

#[test]
fn a_vector_is_small_and_travels_as_text() {
    assert!(size_of::<Vector>() <= 17);
    let vector = parse("CVSS:3.1/S:U/AV:N/AC:L/PR:N/UI:N/C:H/I:H/A:H/E:X");
    let json = serde_json::to_string(&vector).unwrap();
    assert_eq!(json, r#""CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X""#);
    assert_eq!(serde_json::from_str::<Vector>(&json).unwrap(), vector);
    assert!(serde_json::from_str::<Vector>("\"CVSS:3.1/AV:N\"").is_err());
    let scores = serde_json::to_string(&parse("AV:N/AC:L/Au:N/C:N/I:N/A:C").scores()).unwrap();
    assert_eq!(scores, r#"{"version":"2.0","base":7.8}"#);
}

/// Any valid vector: every mandatory metric, any of the others.
fn any_vector() -> impl Strategy<Value = Vector> {
    (0..Version::ALL.len(), prop::collection::vec((any::<bool>(), 0..60_usize), 32)).prop_map(|(v, picks)| {
        let version = Version::ALL[v];
        let mut values = Values::default();
        for (number, (metric, (stated, pick))) in version.metrics().iter().zip(picks).enumerate() {
            if metric.mandatory || stated {
                values.set(number, pick % metric.values.len());
            }
        }
        Vector { version, values }
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(vector in any_vector()) {
        prop_assert_eq!(Vector::parse(&vector.to_string()), Ok(vector));
    }

    #[test]
    fn scores_are_in_range(vector in any_vector()) {
        let scores = vector.scores();
        for score in [scores.base, scores.temporal, scores.environmental].into_iter().flatten() {
            prop_assert!((0.0..=10.0).contains(&score), "{} {}", vector, score);
        }
        prop_assert!(scores.temporal.is_none_or(|t| Some(t) <= scores.base), "{}", vector);
        prop_assert!(vector.severity() <= Severity::Critical);
        let _ = (vector.attack_vector(), vector.privileges_required(), vector.exploit_maturity());
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = Vector::parse(&text);
    }

    #[test]
    fn near_misses_do_not_panic(vector in any_vector(), at in 0..200_usize, with in "\\PC{0,3}") {
        let mut text: Vec<char> = vector.to_string().chars().collect();
        let at = at.min(text.len());
        text.splice(at..(at + 1).min(text.len()), with.chars());
        let text: String = text.into_iter().collect();
        if let Ok(parsed) = Vector::parse(&text) {
            let _ = parsed.scores();
        }
    }
}

#[test]
fn impacts_read_alike_in_every_version() {
    for (vector, impacts) in [
        ("AV:N/AC:L/Au:N/C:N/I:P/A:C", [0, 1, 2]),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N", [2, 1, 0]),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N/MC:N", [0, 1, 0]),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N", [2, 1, 0]),
    ] {
        assert_eq!(Vector::parse(vector).unwrap().impacts(), impacts, "{vector}");
    }
}
