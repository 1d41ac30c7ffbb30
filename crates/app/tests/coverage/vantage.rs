//! What is gone from one vantage may still be there from another: a folder, a profile, an address.

use crate::closing::{life, trivy};
use crate::house::{House, Told};

const A: &str = "CVE-2024-0001";
const B: &str = "CVE-2024-0002";
const C: &str = "CVE-2024-0003";

#[test]
fn a_scan_of_one_folder_closes_what_it_saw_in_that_folder() {
    life(
        &House::new(),
        "trivy",
        &trivy("web/", &[A, B]),
        2,
        &[
            ("another folder", &trivy("api", &[B, C]), 3),
            ("one is fixed here, and still there", &trivy("./web", &[A]), 3),
            ("now there too", &trivy("api", &[C]), 2),
            ("all of it is another scan", &trivy(".", &[C]), 2),
            ("a workspace by its path", &trivy("/builds/shop/web", &[C]), 2),
            ("its own again", &trivy("web", &[C]), 1),
        ],
    );
    let house = House::new();
    for folder in ["web", "api"] {
        house.import("trivy", trivy(folder, &[A, B]).as_bytes()).unwrap();
    }
    let complete = Told { complete: true, ..Told::default() };
    house.import_as("trivy", trivy(".", &[A]).as_bytes(), &complete).unwrap();
    assert_eq!(house.open().len(), 1, "a person vouches for all folders");
}

#[test]
fn an_older_scan_of_another_folder_opens_what_is_there() {
    let at = |report: String, day: u32| {
        report.replacen('{', &format!(r#"{{"CreatedAt":"2026-03-{day:02}T08:00:00Z","#), 1)
    };
    life(
        &House::new(),
        "trivy",
        &at(trivy("web", &[A]), 10),
        1,
        &[
            ("older, of the same folder", &at(trivy("web", &[A, B]), 9), 1),
            ("older, of another", &at(trivy("api", &[B]), 9), 2),
        ],
    );
}

#[test]
fn an_image_is_another_for_each_architecture() {
    let image = |architecture: &str, found: &[&str]| {
        let metadata =
            format!(r#""Metadata":{{"ImageConfig":{{"architecture":"{architecture}"}}}},"Results""#);
        trivy("acme/shop:1", found)
            .replace("filesystem", "container_image")
            .replace(r#""Results""#, &metadata)
    };
    life(
        &House::new(),
        "trivy",
        &image("amd64", &[A, B]),
        2,
        &[
            ("for another", &image("arm64", &[B]), 2),
            ("rebuilt for one", &image("amd64", &[A]), 2),
            ("and for the other", &image("arm64", &[C]), 2),
        ],
    );
}

#[test]
fn a_bill_that_trivy_read_is_not_named_by_its_file() {
    let bill = |found: &[&str]| trivy("sbom.json", found).replace("filesystem", "cyclonedx");
    let house = House::new();
    house.import("trivy", bill(&[A, B]).as_bytes()).unwrap();
    let other = Told { fallback: "other", ..Told::default() };
    house.import_as("trivy", bill(&[A]).as_bytes(), &other).unwrap();
    assert_eq!(house.open().len(), 3);
    house.import("trivy", bill(&[A]).as_bytes()).unwrap();
    assert_eq!(house.open().len(), 2);
}

#[test]
fn bills_of_two_folders_are_both_there() {
    let cyclonedx = |folder: &str, packages: &[&str]| {
        let components = packages.iter().map(|package| {
            format!(r#"{{"type":"library","name":"{package}","version":"1","purl":"pkg:npm/{package}@1"}}"#)
        });
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{{"tools":[{{"name":"syft"}}],"component":{{"type":"file","name":"{folder}"}}}},
            "components":[{}]}}"#,
            components.collect::<Vec<_>>().join(",")
        )
    };
    let spdx = |folder: &str, packages: &[&str]| {
        let packages = packages.iter().map(|package| {
            format!(
                r#"{{"SPDXID":"SPDXRef-{package}","name":"{package}","versionInfo":"1","externalRefs":[
                {{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/{package}@1"}}]}}"#
            )
        });
        format!(
            r#"{{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"{folder}","creationInfo":{{"creators":["Tool: syft-1.0"]}},
            "packages":[{}]}}"#,
            packages.collect::<Vec<_>>().join(",")
        )
    };
    for (format, bill) in [("cyclonedx", &cyclonedx as &dyn Fn(&str, &[&str]) -> String), ("spdx", &spdx)] {
        let house = House::new();
        for (folder, packages, left) in [
            ("./web", &["a", "b"][..], &["a", "b"][..]),
            ("./api", &["b", "c"], &["a", "b", "c"]),
            ("./web/", &["a"], &["a", "b", "c"]),
            ("./api", &["c"], &["a", "c"]),
        ] {
            house.import(format, bill(folder, packages).as_bytes()).unwrap();
            let mut software = house.software();
            software.dedup();
            assert_eq!(software, left, "{format}, {folder}");
        }
    }
}

#[test]
fn a_check_that_passes_below_one_folder_may_fail_below_another() {
    let of = |folder: &str, verdict: &str| {
        format!(
            r#"{{"check_type":"terraform","results":{{"{verdict}_checks":[{{"check_id":"CKV_AWS_1","check_name":"c","file_path":"/main.tf",
            "repo_file_path":"{folder}/main.tf","resource":"aws_s3_bucket.this"}}]}},"summary":{{"checkov_version":"3.2.0"}}}}"#
        )
    };
    life(
        &House::new(),
        "checkov",
        &of("/modules/a", "failed"),
        1,
        &[("another module", &of("/modules/b", "passed"), 1), ("its own", &of("/modules/a", "passed"), 0)],
    );
}

fn xccdf(profile: &str, outcomes: &[(&str, &str)]) -> String {
    let outcomes = outcomes.iter().map(|(rule, result)| {
        let cve = if rule.starts_with("cve") {
            "<ident system=\"http://cve.mitre.org\">CVE-2024-0001</ident>"
        } else {
            ""
        };
        format!(r#"<rule-result idref="{rule}" severity="high"><result>{result}</result>{cve}</rule-result>"#)
    });
    format!(
        r#"<TestResult xmlns="http://checklists.nist.gov/xccdf/1.2" id="t"><benchmark href="/usr/share/ds.xml" id="rhel9"/>
        <profile idref="{profile}"/><target>web.example.org</target>{}</TestResult>"#,
        outcomes.collect::<String>()
    )
}

#[test]
fn what_passes_by_one_profile_may_fail_by_another() {
    life(
        &House::new(),
        "openscap",
        &xccdf("stig", &[("length", "fail"), ("umask", "fail")]),
        2,
        &[
            ("a milder profile", &xccdf("ospp", &[("length", "pass"), ("umask", "fail")]), 2),
            ("one rule of it", &xccdf("ospp", &[("umask", "pass")]), 2),
            ("nobody looked", &xccdf("stig", &[("length", "notchecked"), ("umask", "error")]), 2),
            ("the one that asks more", &xccdf("stig", &[("length", "pass"), ("umask", "fail")]), 1),
            ("both", &xccdf("stig", &[("umask", "pass")]), 0),
        ],
    );
}

#[test]
fn another_rule_about_the_same_cve_proves_nothing() {
    life(
        &House::new(),
        "openscap",
        &xccdf("all", &[("cve-kernel", "fail"), ("cve-kernel-rt", "fail")]),
        1,
        &[
            ("one of them", &xccdf("all", &[("cve-kernel-rt", "pass")]), 1),
            ("a third", &xccdf("all", &[("cve-other", "pass")]), 1),
            ("both", &xccdf("all", &[("cve-kernel", "pass"), ("cve-kernel-rt", "pass")]), 0),
        ],
    );
}

fn nmap(address: &str, ports: &[(u16, &str)]) -> String {
    let port = |(number, state): &(u16, &str)| {
        let (service, script) = match *state {
            "open" => (
                r#"<service name="http" product="Widget" version="1.0"/>"#,
                r#"<script id="vulners" output="x"><table key="cpe:/a:acme:widget:1.0"><table><elem key="id">CVE-2024-10080</elem><elem key="type">cve</elem><elem key="cvss">9.8</elem></table></table></script>"#,
            ),
            _ => ("", ""),
        };
        format!(r#"<port protocol="tcp" portid="{number}"><state state="{state}"/>{service}{script}</port>"#)
    };
    format!(
        r#"<nmaprun scanner="nmap" args="nmap -sV --script vulners {address}" start="1798000000" version="7.95"><scaninfo type="syn" protocol="tcp" services="1-1000"/>
        <host><status state="up"/><address addr="{address}" addrtype="ipv4"/><hostnames><hostname name="shop.example.org" type="user"/></hostnames>
        <ports>{}</ports></host><runstats><finished time="1798000100" exit="success"/></runstats></nmaprun>"#,
        ports.iter().map(port).collect::<String>()
    )
}

#[test]
fn a_port_that_is_closed_at_one_address_may_be_open_at_another() {
    let inside = nmap("10.0.0.7", &[(22, "closed"), (80, "open")]);
    life(
        &House::new(),
        "nmap",
        &inside,
        1,
        &[
            ("filtered from outside", &nmap("192.0.2.7", &[(80, "filtered")]), 1),
            ("closed at the address outside", &nmap("192.0.2.7", &[(80, "closed")]), 1),
            ("closed inside", &nmap("10.0.0.7", &[(80, "closed")]), 0),
        ],
    );
}
