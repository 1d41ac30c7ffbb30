//! What later reports of a tool close, and what they leave open, report by report as a user sees it.

use crate::house::{House, Told};

/// The first report opens these; after each of the others so many are left.
pub(crate) fn life(house: &House, format: &str, first: &str, opens: usize, then: &[(&str, &str, usize)]) {
    house.import(format, first.as_bytes()).unwrap();
    assert_eq!(house.open().len(), opens, "{format} opens: {first}");
    for (what, report, left) in then {
        house.import(format, report.as_bytes()).unwrap();
        assert_eq!(house.open().len(), *left, "{format}, {what}: {report}");
    }
}

fn checkov(failed: &[(&str, &str)], passed: &[(&str, &str)]) -> String {
    let list = |checks: &[(&str, &str)]| {
        let check = |(id, resource): &(&str, &str)| {
            format!(
                r#"{{"check_id":"{id}","check_name":"c","file_path":"/main.tf","resource":"{resource}","code_block":[[1,"x"]]}}"#
            )
        };
        checks.iter().map(check).collect::<Vec<_>>().join(",")
    };
    format!(
        r#"{{"check_type":"terraform","results":{{"failed_checks":[{}],"passed_checks":[{}]}},"summary":{{"checkov_version":"3.2.0"}}}}"#,
        list(failed),
        list(passed)
    )
}

#[test]
fn a_check_that_passed_closes_itself_in_its_resource() {
    let (one, two) = (("CKV_AWS_1", "aws_s3_bucket.a"), ("CKV_AWS_1", "aws_s3_bucket.b"));
    let other = ("CKV_AWS_2", "aws_s3_bucket.a");
    life(
        &House::new(),
        "checkov",
        &checkov(&[one, two, other], &[]),
        3,
        &[
            ("--check CKV_AWS_1 on a folder", &checkov(&[], &[one]), 2),
            ("nothing at all", &checkov(&[], &[]), 2),
            ("the rest but one", &checkov(&[other], &[one, two]), 1),
            ("it is back", &checkov(&[one, other], &[]), 2),
        ],
    );
    let prowler = |status: &str, region: &str| {
        format!(
            r#"[{{"FindingUniqueId":"f-{region}","CheckID":"s3_public","CheckTitle":"t","Status":"{status}","Severity":"high",
            "Provider":"aws","AccountId":"111122223333","Region":"{region}","ResourceArn":"arn:aws:s3:::b-{region}","ServiceName":"s3"}}]"#
        )
    };
    life(
        &House::new(),
        "prowler",
        &prowler("FAIL", "eu-west-1"),
        1,
        &[
            ("another bucket", &prowler("PASS", "us-east-1"), 1),
            ("by hand", &prowler("MANUAL", "eu-west-1"), 1),
            ("passed", &prowler("PASS", "eu-west-1"), 0),
        ],
    );
    // In one region all is well, of the account; of the others nobody spoke.
    let account = |status: &str, region: &str, service: &str| {
        prowler(status, region)
            .replace(&format!("arn:aws:s3:::b-{region}"), "arn:aws:iam::111122223333:root")
            .replace("\"s3\"", &format!("\"{service}\""))
    };
    let trail = account("FAIL", "eu-west-1", "cloudtrail");
    let elsewhere = account("PASS", "us-east-1", "cloudtrail");
    life(&House::new(), "prowler", &trail, 1, &[("another region", &elsewhere, 1)]);
    let root = account("FAIL", "eu-west-1", "iam");
    life(&House::new(), "prowler", &root, 1, &[("of all", &account("PASS", "us-east-1", "iam"), 0)]);
    let bench = |status: &str| {
        format!(
            r#"{{"Controls":[{{"id":"1","version":"cis-1.9","text":"t","node_type":"master","tests":[{{"section":"1.1","desc":"d",
            "results":[{{"test_number":"1.1.1","test_desc":"d","status":"{status}"}}]}}]}}],"Totals":{{"total_pass":1}}}}"#
        )
    };
    life(
        &House::new(),
        "kube_bench",
        &bench("FAIL"),
        1,
        &[("not looked at", &bench("INFO"), 1), ("passed", &bench("PASS"), 0)],
    );
}

#[test]
fn what_the_tool_says_is_fixed_is_closed_and_opens_nothing() {
    let alert = |number: u32, state: &str| {
        format!(
            r#"{{"number":{number},"state":"{state}","dependency":{{"package":{{"ecosystem":"npm","name":"p{number}"}},"manifest_path":"package.json"}},
            "security_advisory":{{"ghsa_id":"GHSA-aaaa-bbbb-000{number}","summary":"s","severity":"high"}},
            "security_vulnerability":{{"package":{{"ecosystem":"npm","name":"p{number}"}},"severity":"high"}},
            "html_url":"https://github.com/acme/shop/security/dependabot/{number}"}}"#
        )
    };
    let house = House::new();
    let first = format!("[{},{},{}]", alert(1, "open"), alert(2, "open"), alert(3, "fixed"));
    life(
        &house,
        "github",
        &first,
        2,
        &[
            ("a page of what is open", &format!("[{}]", alert(2, "open")), 2),
            ("dismissed by somebody", &format!("[{}]", alert(2, "dismissed")), 2),
            ("fixed", &format!("[{}]", alert(1, "fixed")), 1),
        ],
    );
}

fn pass_at(day: u32, verdict: &str) -> String {
    format!(
        r#"{{"EvaluationResults":[{{"EvaluationResultIdentifier":{{"EvaluationResultQualifier":{{"ConfigRuleName":"encrypted",
        "ResourceType":"AWS::EC2::Volume","ResourceId":"vol-1"}}}},"ComplianceType":"{verdict}","ResultRecordedTime":"2026-03-{day:02}T08:00:00Z"}}]}}"#
    )
}

#[test]
fn the_newer_word_counts_in_whatever_order_it_comes() {
    let house = House::new();
    life(
        &house,
        "aws_config",
        &pass_at(10, "NON_COMPLIANT"),
        1,
        &[
            ("older, and it was well", &pass_at(9, "COMPLIANT"), 1),
            ("newer, and it is well", &pass_at(12, "COMPLIANT"), 0),
            ("between the two", &pass_at(11, "NON_COMPLIANT"), 0),
        ],
    );
}

pub(crate) fn trivy(name: &str, found: &[&str]) -> String {
    let found = found.iter().map(|id| {
        format!(r#"{{"VulnerabilityID":"{id}","PkgName":"p-{id}","InstalledVersion":"1","Severity":"LOW"}}"#)
    });
    format!(
        r#"{{"SchemaVersion":2,"ArtifactName":"{name}","ArtifactType":"filesystem","Results":[
        {{"Target":"package-lock.json","Class":"lang-pkgs","Type":"npm","Vulnerabilities":[{}]}}]}}"#,
        found.collect::<Vec<_>>().join(",")
    )
}

#[test]
fn a_record_that_cannot_be_used_may_be_what_is_missing() {
    let (one, two) = ("CVE-2024-0001", "CVE-2024-0002");
    life(
        &House::new(),
        "trivy",
        &trivy(".", &[one, two]),
        2,
        &[
            ("its record is broken", &trivy(".", &[one, ""]), 2),
            ("of one folder", &trivy("web", &[one]), 2),
            ("whole", &trivy(".", &[one]), 1),
        ],
    );
}

#[test]
fn what_goes_by_its_files_name_may_be_something_else() {
    let house = House::new();
    let (one, two) = ("CVE-2024-0001", "CVE-2024-0002");
    let guess = Told { is_guess: true, ..Told::default() };
    house.import_as("trivy", trivy(".", &[one, two]).as_bytes(), &guess).unwrap();
    let imported = house.import_as("trivy", trivy(".", &[one]).as_bytes(), &guess).unwrap();
    assert_eq!((house.open().len(), imported.gaps.len()), (2, 1), "{:?}", imported.gaps);
    house.import("trivy", trivy(".", &[one]).as_bytes()).unwrap();
    assert_eq!(house.open().len(), 1);
}

fn gitleaks(rules: &[&str]) -> String {
    let leaks = rules.iter().map(|rule| {
        format!(
            r#"{{"RuleID":"{rule}","Description":"d","StartLine":1,"EndLine":1,"StartColumn":1,"EndColumn":2,"Match":"m","Secret":"NOTAREALKEY0123456-{rule}",
            "File":"a.env","Commit":"","Entropy":3.1,"Author":"","Email":"","Date":"","Message":"","Tags":[],"Fingerprint":"a.env:{rule}:1"}}"#
        )
    });
    format!("[{}]", leaks.collect::<Vec<_>>().join(","))
}

#[test]
fn a_person_may_vouch_that_a_report_is_complete() {
    let house = House::new();
    life(&house, "gitleaks", &gitleaks(&["a", "b"]), 2, &[("nobody vouches", &gitleaks(&["a"]), 2)]);
    let complete = Told { complete: true, ..Told::default() };
    house.import_as("gitleaks", gitleaks(&["a"]).as_bytes(), &complete).unwrap();
    assert_eq!(house.open().len(), 1);
    // Another repository, and nothing in it.
    let other = Told { fallback: "other", ..complete };
    house.import_as("gitleaks", b"[]", &other).unwrap();
    assert_eq!(house.open().len(), 1);
    let guess = Told { is_guess: true, ..complete };
    house.import_as("gitleaks", b"[]", &guess).unwrap();
    assert_eq!(house.open().len(), 1);
    house.import_as("gitleaks", b"[]", &complete).unwrap();
    assert_eq!(house.open().len(), 0);
}

fn sarif(tool: &str, rules: &[&str], ran_well: bool) -> String {
    let results = rules.iter().map(|rule| {
        format!(
            r#"{{"ruleId":"{rule}","message":{{"text":"m"}},"locations":[{{"physicalLocation":{{"artifactLocation":{{"uri":"a.py"}},
            "region":{{"startLine":1,"snippet":{{"text":"{rule}()"}}}}}}}}]}}"#
        )
    });
    format!(
        r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"{tool}"}}}},"invocations":[{{"executionSuccessful":{ran_well}}}],"results":[{}]}}]}}"#,
        results.collect::<Vec<_>>().join(",")
    )
}

#[test]
fn nobody_vouches_against_the_report_or_for_another_tool() {
    let house = House::new();
    house.import("sarif", sarif("one", &["a", "b"], true).as_bytes()).unwrap();
    house.import("sarif", sarif("two", &["a", "c"], true).as_bytes()).unwrap();
    assert_eq!(house.open().len(), 4);
    let complete = Told { complete: true, ..Told::default() };
    for (what, report, left) in [
        ("it failed", sarif("one", &[], false), 4),
        ("it found nothing", sarif("one", &[], true), 2),
        ("the other found less", sarif("two", &["c"], true), 1),
    ] {
        house.import_as("sarif", report.as_bytes(), &complete).unwrap();
        assert_eq!(house.open().len(), left, "{what}");
    }
}

#[test]
fn each_tool_of_a_report_speaks_for_itself() {
    let asset = r#"{"kind":"repository","name":"shop","identifiers":[{"kind":"name","value":"shop"}]}"#;
    let source = |name: &str| format!(r#"{{"kind":"source","name":"{name}"}}"#);
    let finding = |rule: &str| {
        format!(
            r#"{{"kind":"finding","title":"t","severity":"high","weakness":{{"rule":"{rule}"}},"asset":{asset},"locus":""}}"#
        )
    };
    let covers = format!(
        r#"{{"kind":"coverage","covered":[{{"asset":{asset},"checks":"all","loci":"all"}}],"gaps":[]}}"#
    );
    let lines = |lines: &[String]| lines.join("\n");
    life(
        &House::new(),
        "bartizan",
        &lines(&[source("one"), finding("a"), source("two"), finding("b")]),
        2,
        &[
            (
                "one looked, two did not",
                &lines(&[source("one"), covers.clone(), source("two"), finding("b")]),
                2,
            ),
            ("two looked", &lines(&[source("one"), finding("a"), source("two"), covers.clone()]), 1),
            ("one looked alone", &lines(&[source("one"), covers]), 0),
        ],
    );
}

fn nmap(args: &str, service: &str, found: bool) -> String {
    let script = if found {
        r#"<script id="vulners" output="x"><table key="cpe:/a:acme:widget:1.0"><table><elem key="id">CVE-2024-10080</elem><elem key="type">cve</elem><elem key="cvss">4.8</elem></table></table></script>"#
    } else {
        ""
    };
    let other = r#"<script id="vulners" output="x"><table key="cpe:/a:acme:other:1.0"><table><elem key="id">CVE-2024-10022</elem><elem key="type">cve</elem><elem key="cvss">9.8</elem></table></table></script>"#;
    format!(
        r#"<nmaprun scanner="nmap" args="nmap -sV --script vulners {args} 192.0.2.7" start="1798000000" version="7.95"><scaninfo type="syn" protocol="tcp" services="1-1000"/>
        <host><status state="up"/><address addr="192.0.2.7" addrtype="ipv4"/><ports>
        <port protocol="tcp" portid="22"><state state="open"/><service name="x" product="other"/>{other}</port>
        <port protocol="tcp" portid="80"><state state="open"/><service name="http" {service}/>{script}</port></ports></host>
        <runstats><finished time="1798000100" exit="success"/></runstats></nmaprun>"#
    )
}

#[test]
fn two_folders_called_dot_are_two_things() {
    let bill = |package: &str| {
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{{"tools":[{{"name":"syft"}}],"component":{{"type":"file","name":"."}}}},
            "components":[{{"type":"library","name":"{package}","version":"1","purl":"pkg:npm/{package}@1"}}]}}"#
        )
    };
    let house = House::new();
    let other = Told { fallback: "other", ..Told::default() };
    house.import("cyclonedx", bill("a").as_bytes()).unwrap();
    house.import_as("cyclonedx", bill("b").as_bytes(), &other).unwrap();
    assert_eq!(house.software(), ["a", "b"]);
    house.import("cyclonedx", bill("c").as_bytes()).unwrap();
    assert_eq!(house.software(), ["b", "c"]);
}

#[test]
fn a_handshake_that_is_well_closes_its_row() {
    let row = |severity: &str, port: &str| {
        format!(
            r#"[{{"id":"heartbleed","ip":"shop.example/192.0.2.7","port":"{port}","severity":"{severity}","cve":"CVE-2014-0160","cwe":"CWE-119","finding":"f"}}]"#
        )
    };
    let (ok, other) = (row("OK", "443"), row("OK", "8443"));
    life(
        &House::new(),
        "testssl",
        &row("CRITICAL", "443"),
        1,
        &[("another port", &other, 1), ("well", &ok, 0)],
    );
}

#[test]
fn a_port_counts_where_the_lookup_had_something_to_look_up() {
    let named = r#"product="Widget" version="1.0""#;
    life(
        &House::new(),
        "nmap",
        &nmap("", named, true),
        2,
        &[
            ("only high ones are shown", &nmap("--script-args mincvss=7.0", named, false), 2),
            ("it was not recognised", &nmap("", "", false), 2),
            ("it was updated", &nmap("", named, false), 1),
        ],
    );
}
