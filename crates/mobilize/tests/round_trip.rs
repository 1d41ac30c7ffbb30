//! What is written is read back by the importers: the same asset, the same software, the same words about weaknesses.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_import::{Collected, Options, detect};
use bartizan_mobilize::{Bill, Link, Part, State, Subject, Vulnerability, cyclonedx, openvex, spdx};
use bartizan_model::{
    AssetKind, Claim, Identifier, IdentifierKind, Loci, Observation, Severity, Statement, Timestamp,
};
use std::collections::BTreeSet;

fn part(name: &str, version: &str, purl: &str) -> Part {
    Part { name: name.into(), version: version.into(), purl: purl.into() }
}

fn subject(kind: AssetKind, name: &str, identifiers: &[(IdentifierKind, &str)]) -> Subject {
    let identifiers =
        identifiers.iter().map(|(kind, value)| Identifier::new(*kind, value).unwrap()).collect();
    let link = Link { verb: ("runs_on".into(), true), kind: "host".into(), name: "ward-1".into() };
    Subject {
        kind,
        name: name.into(),
        identifiers,
        os: Some("Debian GNU/Linux 12".into()),
        links: vec![link],
    }
}

fn image() -> Subject {
    let image = "registry.example.org/ward/board:3";
    subject(AssetKind::ContainerImage, image, &[(IdentifierKind::Image, image)])
}

fn host() -> Subject {
    let ids = [(IdentifierKind::Name, "ward-1"), (IdentifierKind::Ip, "10.0.0.9")];
    subject(AssetKind::Host, "ward-1", &ids)
}

fn vulnerability(id: &str, package: &str, state: State, reason: &str) -> Vulnerability {
    Vulnerability {
        id: id.into(),
        aliases: vec!["GHSA-aaaa-bbbb-cccc".into(), id.into()],
        severity: Severity::High,
        cvss: Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N".into()),
        cwe: vec![79],
        title: "reads too far".into(),
        packages: if package.is_empty() { Vec::new() } else { vec![package.into()] },
        state,
        reason: reason.into(),
        at: Timestamp::from_seconds(1_750_000_000),
    }
}

fn bill(subject: Subject) -> Bill {
    let deb = "pkg:deb/debian/libssl3@3.0.15-1?arch=amd64&distro=debian-12";
    Bill {
        subject,
        as_of: Timestamp::from_seconds(1_760_000_000),
        parts: vec![
            part("libssl3", "3.0.15-1", deb),
            part("homegrown \"x\"\u{e9}", "", ""),
            part("left-pad", "1.3.0", "pkg:npm/left-pad@1.3.0"),
            part("libssl3", "3.0.15-1", deb),
            part("libssl3", "3.0.15", deb),
            part("homegrown", "2", ""),
        ],
        vulnerabilities: vec![
            vulnerability("CVE-2024-0002", "", State::Open, ""),
            vulnerability(
                "CVE-2024-0001",
                "pkg:deb/debian/libssl3",
                State::NotAffected,
                "vulnerable code not present",
            ),
            vulnerability("CVE-2024-0003", "pkg:npm/left-pad", State::Accepted, "until the spring"),
            vulnerability("CVE-2024-0004", "pkg:npm/left-pad", State::FalsePositive, ""),
        ],
    }
    .tidy()
}

fn write(bill: &Bill, format: &str) -> Vec<u8> {
    let mut out = Vec::new();
    match format {
        "cyclonedx" => cyclonedx(bill, "0.1.0", &mut out).unwrap(),
        "spdx" => spdx(bill, "0.1.0", &mut out).unwrap(),
        _ => openvex(bill, "Clinic", "0.1.0", &mut out).unwrap(),
    }
    out
}

fn read(bytes: &[u8], format: &str) -> Collected {
    let found = detect(bytes).unwrap();
    assert_eq!(found.id, format);
    let mut seen = Collected::default();
    (found.parse)(&mut &bytes[..], &Options::default(), &mut seen).unwrap();
    assert!(seen.rejected.is_empty(), "{:?}", seen.rejected);
    assert_eq!(seen.sources[0].name, if format == "openvex" { "openvex" } else { "bartizan" });
    seen
}

#[test]
fn an_asset_and_its_software_read_back() {
    for subject in [image(), host()] {
        for format in ["cyclonedx", "spdx"] {
            let bill = bill(subject.clone());
            let seen = read(&write(&bill, format), format);
            let (mut parts, mut assets) = (Vec::new(), Vec::new());
            for (_, observation) in &seen.observations {
                match observation {
                    Observation::Component(it) => {
                        assets.push(it.asset.clone());
                        parts.push(part(&it.name, &it.version, &it.purl));
                    }
                    Observation::Asset(it) => assets.push(it.asset.clone()),
                    _ => {}
                }
            }
            parts.sort();
            assert_eq!(parts, bill.parts, "{format}");
            for asset in assets {
                assert_eq!((asset.kind, &asset.name), (bill.subject.kind, &bill.subject.name), "{format}");
                assert_eq!(asset.identifiers, bill.subject.identifiers, "{format}");
            }
            let kinds = BTreeSet::from(["deb", "npm"].map(str::to_owned));
            assert_eq!(seen.covered[0].loci, Loci::Packages(kinds), "{format}");
        }
    }
}

fn statements(seen: &Collected) -> Vec<&Statement> {
    let all = seen.observations.iter().filter_map(|(_, observation)| match observation {
        Observation::Statement(said) => Some(&**said),
        _ => None,
    });
    all.collect()
}

#[test]
fn what_was_judged_reads_back() {
    let bill = bill(image());
    let seen = read(&write(&bill, "cyclonedx"), "cyclonedx");
    assert_eq!(seen.findings().count(), 4);
    let said: Vec<_> = statements(&seen)
        .iter()
        .map(|it| (it.ids[0].as_str(), it.claim, it.justification.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("CVE-2024-0001", Claim::NotAffected, "code_not_present"),
            ("CVE-2024-0002", Claim::UnderInvestigation, ""),
            ("CVE-2024-0003", Claim::Affected, ""),
            ("CVE-2024-0004", Claim::NotAffected, ""),
        ]
    );
    let seen = read(&write(&bill, "openvex"), "openvex");
    let said = statements(&seen);
    let claims: Vec<_> = said.iter().map(|it| (it.ids[0].as_str(), it.claim)).collect();
    assert_eq!(
        claims,
        [
            ("CVE-2024-0001", Claim::NotAffected),
            ("CVE-2024-0003", Claim::Affected),
            ("CVE-2024-0004", Claim::NotAffected),
        ],
        "what nobody judged is not said"
    );
    let product = &said[0].products[0];
    assert_eq!(
        product.within.as_ref().unwrap().to_string(),
        "pkg:oci/board?repository_url=registry.example.org/ward/board&tag=3"
    );
    assert_eq!(product.package.to_string(), bill.parts.iter().find(|it| it.name == "libssl3").unwrap().purl);
    assert_eq!(
        (said[0].justification.as_str(), said[0].author.as_str()),
        ("vulnerable_code_not_present", "Clinic")
    );
}

#[test]
fn a_host_s_packages_are_nobody_else_s() {
    let seen = read(&write(&bill(host()), "openvex"), "openvex");
    assert!(statements(&seen).is_empty(), "a host has no package URL by which others could mean it");
    assert_eq!(seen.gaps.len(), 3);
}

#[test]
fn equal_facts_are_equal_documents() {
    for format in ["cyclonedx", "spdx", "openvex"] {
        let one = bill(image());
        let mut other = one.clone();
        other.parts.reverse();
        other.vulnerabilities.reverse();
        assert_eq!(write(&one, format), write(&other.clone().tidy(), format), "{format}");
        other.parts.clear();
        other.vulnerabilities.pop();
        assert_ne!(serial(&write(&one, format)), serial(&write(&other.tidy(), format)), "{format}");
    }
}

fn serial(document: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(document).unwrap();
    let keys = ["serialNumber", "documentNamespace", "@id"];
    keys.iter().find_map(|key| value[key].as_str()).unwrap().to_owned()
}

#[test]
fn references_are_unique_and_meant() {
    let value: serde_json::Value = serde_json::from_slice(&write(&bill(image()), "cyclonedx")).unwrap();
    let references: Vec<_> =
        value["components"].as_array().unwrap().iter().map(|it| it["bom-ref"].as_str().unwrap()).collect();
    let unique: BTreeSet<_> = references.iter().collect();
    assert_eq!((references.len(), unique.len()), (4, 4));
    for vulnerability in value["vulnerabilities"].as_array().unwrap() {
        for target in vulnerability["affects"].as_array().unwrap() {
            let reference = target["ref"].as_str().unwrap();
            assert!(references.contains(&reference) || reference == "bartizan:subject", "{reference}");
        }
    }
}
