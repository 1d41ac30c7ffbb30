//! Made-up records, good and hostile.

use proptest::prelude::*;

use super::*;
use crate::cvss::Version;
use crate::ssvc::{Exploitation, TechnicalImpact};

const RECORD: &str = r#"{
  "dataType": "CVE_RECORD", "dataVersion": "5.1",
  "cveMetadata": {"cveId": "CVE-2099-12345", "state": "PUBLISHED", "assignerShortName": "acme",
    "datePublished": "2099-01-02T03:04:05", "dateUpdated": "2099-02-03T04:05:06.789Z"},
  "containers": {
    "adp": [
      {"title": "CVE Program Container", "providerMetadata": {"shortName": "CVE"},
       "references": [{"url": "https://example.com/a", "tags": ["x_transferred"]}]},
      {"title": "CISA ADP Vulnrichment", "providerMetadata": {"shortName": "CISA-ADP"},
       "metrics": [
         {"other": {"type": "kev", "content": {"dateAdded": "2099-03-04"}}},
         {"cvssV3_1": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8}},
         {"other": {"type": "ssvc", "content": {"timestamp": "2099-03-05T00:00:00.5Z", "version": "2.0.3",
            "options": [{"Exploitation": "Active"}, {"Automatable": "YES"}, {"Technical Impact": "Total"}]}}}],
       "problemTypes": [{"descriptions": [{"lang": "en", "type": "CWE", "cweId": "CWE-121", "description": "x"}]}]}
    ],
    "cna": {"title": "A made-up flaw", "providerMetadata": {"shortName": "acme"},
      "descriptions": [{"lang": "de", "value": "Fehler"}, {"lang": "en-US", "value": "Flaw"}],
      "metrics": [
        {"format": "CVSS", "scenarios": [{"lang": "en", "value": "GENERAL"}],
         "cvssV3_1": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L", "baseScore": "7.3"}},
        {"cvssV3_1": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:L", "baseScore": 1.0}},
        {"cvssV2_0": {"vectorString": "AV:N/AC:L/Au:N/C:X/I:P/A:P", "baseScore": 7.5}},
        {"cvssV2_0": {"vectorString": "(AV:N/AC:L/Au:N/C:P/I:P/A:P)"}}],
      "problemTypes": [{"descriptions": [{"lang": "en", "description": "CWE-79 Cross-site Scripting"}]},
                       {"descriptions": [{"lang": "en", "description": "n/a"}]}],
      "references": [{"url": "https://example.com/a", "tags": ["patch"]}, {"url": 7}]}
  }
}"#;

#[test]
fn a_record_of_every_kind_of_data() {
    let r = parse_record(RECORD.as_bytes()).unwrap();
    assert_eq!((r.id.to_string().as_str(), r.state), ("CVE-2099-12345", CveState::Published));
    assert_eq!(r.title.as_deref(), Some("A made-up flaw"));
    assert_eq!(r.description.as_deref(), Some("Flaw"));
    assert_eq!(r.published.as_deref(), Some("2099-01-02T03:04:05Z"));
    assert_eq!(r.updated.as_deref(), Some("2099-02-03T04:05:06.789Z"));
    assert_eq!(r.cwes, ["CWE-79", "CWE-121"]);
    assert_eq!(
        r.references,
        [Reference {
            url: "https://example.com/a".into(),
            tags: vec!["patch".into(), "x_transferred".into()]
        }]
    );
    assert_eq!(r.kev_added.as_deref(), Some("2099-03-04"));
    assert_eq!(
        r.ssvc,
        Some(Ssvc {
            exploitation: Exploitation::Active,
            automatable: true,
            technical_impact: TechnicalImpact::Total,
            as_of: Some("2099-03-05T00:00:00.5Z".into()),
        })
    );
    let said: Vec<_> = r
        .cvss
        .iter()
        .map(|a| (a.source.provider.as_str(), a.vector.version(), a.stated_score_fits()))
        .collect();
    assert_eq!(
        said,
        [
            ("acme", Version::V31, Some(true)),
            ("acme", Version::V31, Some(false)),
            ("acme", Version::V2, None),
            ("CISA-ADP", Version::V31, Some(true)),
        ]
    );
    let preferred = r.preferred_cvss().unwrap();
    assert_eq!(preferred.source.container, Container::Cna);
    assert_eq!(preferred.vector.to_string(), "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:L");
    // The bad vector and the bad link, each with its place.
    let places: Vec<_> = r.problems.iter().map(|p| p.at.as_str()).collect();
    assert_eq!(places, ["cna acme metrics cvssV2_0", "references[1]"]);
    assert_eq!(parse_record(format!("\u{feff}{RECORD}").as_bytes()).unwrap(), r);
    assert!(serde_json::to_string(&r).unwrap().contains(r#""state":"published""#));
}

#[test]
fn a_rejected_record_has_a_reason() {
    let text = r#"{"dataType":"CVE_RECORD","dataVersion":"5.0","cveMetadata":{"cveId":"cve-2099-0001","state":"REJECTED"},
        "containers":{"cna":{"rejectedReasons":[{"lang":"en","value":"Never mind."}]}}}"#;
    let r = parse_record(text.as_bytes()).unwrap();
    assert_eq!((r.id.to_string().as_str(), r.state), ("CVE-2099-0001", CveState::Rejected));
    assert_eq!(r.description.as_deref(), Some("Never mind."));
    assert!(r.preferred_cvss().is_none() && r.problems.is_empty());
}

#[test]
fn what_identifies_a_record_must_be_right() {
    let change = |from: &str, to: &str| parse_record(RECORD.replace(from, to).as_bytes()).unwrap_err();
    assert!(matches!(change("CVE-2099-12345", "CVE-2099-012345"), CveError::Id(_)));
    assert!(matches!(change("PUBLISHED", "RESERVED"), CveError::State(_)));
    assert!(matches!(change("CVE_RECORD", "SOMETHING"), CveError::Format { .. }));
    assert!(matches!(change("\"5.1\"", "\"4.0\""), CveError::Format { .. }));
    assert!(matches!(parse_record(b"[]").unwrap_err(), CveError::Json(_)));
    assert!(matches!(parse_record(&b"[".repeat(100_000)).unwrap_err(), CveError::Json(_)));
}

#[test]
fn wrong_shapes_cost_only_themselves() {
    for (from, to, at) in [
        (r#""options": ["#, r#""options": 1, "x": ["#, "adp CISA-ADP metrics ssvc"),
        (r#""Active""#, r#""Sometimes""#, "adp CISA-ADP metrics ssvc"),
        (r#""dateAdded": "2099-03-04""#, r#""dateAdded": "soon""#, "adp CISA-ADP metrics kev"),
        (r#""datePublished": "2099-01-02T03:04:05""#, r#""datePublished": "yesterday""#, "datePublished"),
        (r#""descriptions": [{"lang": "de""#, r#""descriptions": {}, "x": [{"lang": "de""#, "descriptions"),
    ] {
        let text = RECORD.replacen(from, to, 1);
        assert_ne!(text, RECORD, "{from}");
        let r = parse_record(text.as_bytes()).unwrap();
        assert!(r.problems.iter().any(|p| p.at == at), "{at}: {:?}", r.problems);
        assert_eq!(r.cvss.len(), 4);
    }
}

#[test]
fn ids() {
    for good in ["CVE-1999-0001", "CVE-2014-1000001", "CVE-2021-44228", "CVE-2021-9999999999999999999"] {
        assert_eq!(CveId::parse(good).unwrap().to_string(), good);
    }
    for bad in [
        "",
        "CVE-",
        "CVE-99-1234",
        "CVE-2021-123",
        "CVE-2021-12345678901234567890",
        "CVE-2021-1234x",
        "GHSA-1",
    ] {
        assert!(CveId::parse(bad).is_err(), "{bad}");
    }
    let [a, b] = ["CVE-2021-9999", "CVE-2021-10000"].map(|t| CveId::parse(t).unwrap());
    assert!(a < b, "by number, not by text");
    assert_eq!(serde_json::from_str::<CveId>("\"CVE-2021-9999\"").unwrap(), a);
}

#[test]
fn records_go_on_after_a_bad_one() {
    let one = RECORD.replace('\n', " ");
    let file = format!("{one}\n\n{{\"half\n{one}\nnonsense\n{one}");
    let read: Vec<_> = records(file.as_bytes()).map(|(line, r)| (line, r.is_ok())).collect();
    assert_eq!(read, [(1, true), (3, false), (4, true), (5, false), (6, true)]);
}

proptest! {
    #[test]
    fn no_bytes_panic(at in 0..RECORD.len(), with in prop::collection::vec(any::<u8>(), 0..4)) {
        let mut bytes = RECORD.as_bytes().to_vec();
        bytes.splice(at..(at + 1), with);
        let _ = parse_record(&bytes);
    }

    #[test]
    fn no_id_panics(text in "\\PC*") {
        let _ = CveId::parse(&text);
    }
}
