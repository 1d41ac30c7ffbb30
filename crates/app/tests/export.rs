//! What is exported reads back, elsewhere as the same exposures, here as nothing new.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_app::{Actor, App, Clock, ExportFormat, ImportRequest, NewDecision, OpenOptions, Tally};
use bartizan_import::Limits;
use bartizan_model::exposure::Verdict;
use bartizan_model::query::Query;
use bartizan_model::{ExposureId, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::ops::ControlFlow;

struct House {
    app: App,
    _folder: tempfile::TempDir,
}

/// What an exposure is: weakness, asset with what names it, place, severity, and what each tool sees where.
type Identity = (String, String, String, String, BTreeSet<(String, String, String)>);

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse("2026-03-10T08:00:00Z").unwrap());
    let options = OpenOptions { data: folder.path().to_owned(), database_url: None, clock };
    House { app: App::open(options).unwrap(), _folder: folder }
}

impl House {
    fn import(&self, bytes: &[u8]) -> Tally {
        let request =
            ImportRequest::new("report", Box::new(Cursor::new(bytes.to_vec())), bytes.len() as u64, "report");
        let imported = self.app.import(&Actor::person("ann"), request).unwrap();
        assert!(imported.rejected.is_empty(), "{:?}", imported.rejected);
        assert!(imported.gaps.is_empty(), "{:?}", imported.gaps);
        imported.tally
    }

    fn export(&self, query: &str, format: ExportFormat) -> Vec<u8> {
        let mut out = Vec::new();
        self.app.write_exposures(&query.parse::<Query>().unwrap(), format, &mut out).unwrap();
        out
    }

    fn exposures(&self) -> BTreeSet<Identity> {
        self.app
            .read(|reader| {
                let mut rows = Vec::new();
                reader.each_exposure(|row| rows.push(row))?;
                let mut all = BTreeSet::new();
                for row in rows {
                    let asset = reader.asset(row.asset)?;
                    let mut names: Vec<String> = reader
                        .identifiers(row.asset)?
                        .into_iter()
                        .map(|it| format!("{}:{}", it.kind, it.value))
                        .collect();
                    names.sort();
                    let seen = reader.sightings(row.id)?.into_iter();
                    all.insert((
                        reader.weakness(row.weakness)?.key,
                        format!("{} {} {names:?}", asset.kind, asset.name),
                        row.locus,
                        row.severity.to_string(),
                        seen.map(|it| (it.source, it.locus, it.severity.to_string())).collect(),
                    ));
                }
                Ok(all)
            })
            .unwrap()
    }
}

/// Findings of two tools at all kinds of places, with names that formats could stumble over.
fn report() -> String {
    let shop = json!({"kind": "repository", "name": "shop", "identifiers": [{"kind": "repository-url", "value": "https://git.example.org/shop"}]});
    let web = json!({"kind": "web-application", "name": "shop.example.org", "identifiers": [{"kind": "origin", "value": "https://shop.example.org"}]});
    let host = json!({"kind": "host", "name": "=ward-1", "identifiers": [
        {"kind": "name", "value": "=ward-1"}, {"kind": "ip", "value": "10.0.0.9"}, {"kind": "mac", "value": "02:00:00:00:00:01"}]});
    let bucket = json!({"kind": "cloud-resource", "name": "records", "identifiers": [{"kind": "cloud-id", "value": "arn:aws:s3:::records"}]});
    let finding = |title: &str, severity: &str, weakness: Value, asset: &Value, locus: &str, more: Value| {
        let mut all = json!({"kind": "finding", "title": title, "severity": severity, "weakness": weakness, "asset": asset,
            "locus": locus, "seen_at": "2026-03-01T08:00:00Z"});
        for (key, value) in more.as_object().unwrap() {
            all[key] = value.clone();
        }
        all
    };
    let lines = [
        json!({"kind": "source", "name": "semgrep", "version": "1"}),
        finding(
            "eval of \"input\", =1+1\u{202e}",
            "high",
            json!({"rule": "python.eval", "cwe": [95]}),
            &shop,
            "file:src/a b/ü.py#handler",
            json!({"line": 12, "evidence": "eval(x)", "description": "-never\nevaluate", "references": ["https://example.org/eval"]}),
        ),
        finding("eval again", "low", json!({"rule": "python.eval"}), &shop, "file:src/c.py", json!({})),
        finding("A hint", "info", json!({"rule": "style/x"}), &shop, "", json!({"suppressed": "nosem"})),
        finding("Unrated", "unknown", json!({"rule": "style/y"}), &shop, "setting:ci.yml", json!({})),
        json!({"kind": "source", "name": "a scanner", "version": ""}),
        finding(
            "OpenSSL reads too far",
            "critical",
            json!({"ids": ["CVE-2024-0001", "GHSA-aaaa-bbbb-cccc"], "cwe": [125]}),
            &host,
            "pkg:deb/debian/openssl",
            json!({"component": "pkg:deb/debian/openssl@3.0.1?distro=debian-12", "fixed_version": "3.0.2",
                "cvss": ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"], "fix": "Upgrade"}),
        ),
        finding(
            "OpenSSL reads too far",
            "medium",
            json!({"ids": ["CVE-2024-0001"]}),
            &host,
            "pkg:deb/debian/libssl3",
            json!({}),
        ),
        finding("Old protocol", "medium", json!({"rule": "ssl-old"}), &host, "port/tcp/8443", json!({})),
        finding(
            "XSS",
            "high",
            json!({"rule": "xss"}),
            &web,
            "route:/search?q",
            json!({"evidence": "GET /search"}),
        ),
        finding(
            "Bucket is public",
            "high",
            json!({"rule": "s3-1"}),
            &bucket,
            "",
            json!({"compliance": ["cis-aws-1.4:2.1.5"]}),
        ),
        json!({"kind": "source", "name": "semgrep", "version": "1"}),
        finding(
            "GHSA only",
            "low",
            json!({"ids": ["GHSA-dddd-eeee-ffff"]}),
            &shop,
            "pkg:npm/left-pad",
            json!({}),
        ),
        finding(
            "Seen by both",
            "low",
            json!({"ids": ["CVE-2024-0001"]}),
            &host,
            "file:/usr/lib/libssl.so",
            json!({}),
        ),
    ];
    lines.iter().map(|line| format!("{line}\n")).collect()
}

const ROWS: [ExportFormat; 2] = [ExportFormat::Csv, ExportFormat::Json];
const FULL: [ExportFormat; 2] = [ExportFormat::Sarif, ExportFormat::Ocsf];

#[test]
fn another_installation_reads_the_same_exposures() {
    let one = house();
    one.import(report().as_bytes());
    let known = one.exposures();
    assert_eq!(known.len(), 9);
    for format in FULL {
        let other = house();
        let tally = other.import(&one.export("", format));
        assert_eq!((tally.findings, tally.created), (11, 9), "{format:?}");
        assert_eq!(other.exposures(), known, "{format:?}");
    }
    // A row is an exposure: its places are those of the exposure, its severity the highest.
    let without_places = |all: BTreeSet<Identity>| -> BTreeSet<_> {
        let tools = |seen: BTreeSet<(String, String, String)>| -> BTreeSet<String> {
            seen.into_iter().map(|it| it.0).collect()
        };
        all.into_iter().map(|it| (it.0, it.1, it.2, it.3, tools(it.4))).collect()
    };
    for format in ROWS {
        let other = house();
        let tally = other.import(&one.export("", format));
        assert_eq!((tally.findings, tally.created), (10, 9), "{format:?}");
        assert_eq!(without_places(other.exposures()), without_places(known.clone()), "{format:?}");
    }
}

#[test]
fn here_it_is_nothing_new() {
    let house = house();
    house.import(report().as_bytes());
    let known = house.exposures();
    for format in FULL {
        let tally = house.import(&house.export("", format));
        assert_eq!((tally.created, tally.updated, tally.reopened), (0, 0, 0), "{format:?}");
        assert_eq!(house.exposures(), known, "{format:?}");
    }
}

#[test]
fn a_query_selects_and_a_judgement_goes_along() {
    let house = house();
    house.import(report().as_bytes());
    let xss = house
        .app
        .read(|reader| {
            let mut ids = Vec::new();
            reader.each_exposure(|row| ids.push((row.id, row.locus)))?;
            Ok(ids.into_iter().find(|(_, locus)| locus.starts_with("route:")).unwrap().0)
        })
        .unwrap();
    let decision = NewDecision { verdict: Verdict::FalsePositive, reason: "escaped", until: None };
    decide(&house, decision, xss);
    let sarif: Value =
        serde_json::from_slice(&house.export("source:\"a scanner\" -severity:critical", ExportFormat::Sarif))
            .unwrap();
    assert_eq!(sarif["runs"].as_array().unwrap().len(), 1);
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "a scanner");
    assert_eq!(run["conversion"]["tool"]["driver"]["name"], "bartizan");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let judged: Vec<_> = results.iter().filter(|it| it.get("suppressions").is_some()).collect();
    assert_eq!(judged.len(), 1);
    assert_eq!(judged[0]["suppressions"][0]["justification"], "false-positive: escaped (ann)");
    assert_eq!(
        judged[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "https://shop.example.org/search"
    );
    let prints: BTreeSet<_> =
        results.iter().map(|it| it["partialFingerprints"]["bartizanExposure/v1"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), 3);
    let lines = String::from_utf8(house.export("status:false-positive", ExportFormat::Ocsf)).unwrap();
    let event: Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(
        (&event["status"], &event["class_uid"], &event["metadata"]["version"]),
        (&json!("Suppressed"), &json!(2004), &json!("1.5.0"))
    );
    let classes: BTreeSet<u64> = String::from_utf8(house.export("", ExportFormat::Ocsf))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["class_uid"].as_u64().unwrap())
        .collect();
    assert_eq!(classes, BTreeSet::from([2002, 2003, 2004]));
    for format in FULL.into_iter().chain(ROWS) {
        // An empty selection is still a document.
        let empty = house.export("source:nothing", format);
        assert!(format == ExportFormat::Ocsf || !empty.is_empty());
    }
}

fn decide(house: &House, decision: NewDecision<'_>, id: ExposureId) {
    house.app.write(&Actor::person("ann"), |tx| tx.decide(&decision, &[id])).unwrap();
    house.app.follow().unwrap();
}

#[test]
fn documents_of_assets_come_in_an_archive() {
    let house = house();
    house.import(report().as_bytes());
    let archive = house.export("cve:CVE-2024-0001 OR id:GHSA-dddd-eeee-ffff", ExportFormat::CycloneDx);
    let mut found = Vec::new();
    bartizan_import::entries(Cursor::new(archive), &Limits::default(), &mut |entry| {
        let mut text = Vec::new();
        entry.reader.read_to_end(&mut text).unwrap();
        let document: Value = serde_json::from_slice(&text).unwrap();
        let ids = document["vulnerabilities"].as_array().unwrap().iter();
        found.push((entry.name, ids.map(|it| it["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()));
        ControlFlow::Continue(())
    })
    .unwrap();
    found.sort();
    let expected = [("shop-1.cdx.json", "GHSA-dddd-eeee-ffff"), ("ward-1-2.cdx.json", "CVE-2024-0001")];
    assert_eq!(found, expected.map(|(name, id)| (name.to_owned(), vec![id.to_owned()])));
}
