//! Planted attack paths, from the reports of tools to `bartizan paths`: each is found hop by hop, and is gone without any one of
//! the facts that it rests on.
//!
//! A scenario is a folder of reports (`fixtures/scenarios`). A fact in them stands between `«` and `»`; what follows a `|` stands in
//! its place where the fact is taken out.

use crate::support::{Home, fixture};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// An installation in which an asset is valued and some entries are considered, to be copied.
struct Prepared {
    home: Home,
    jewel: &'static str,
}

impl Prepared {
    fn new(asset: &Value, entry: &str) -> Self {
        let home = Home::new();
        let line = json!({ "kind": "asset", "asset": asset, "reach": "local" });
        home.import(home.file("jewel.jsonl", line.to_string()));
        home.ok(&["declare", asset["name"].as_str().unwrap(), "--criticality", "critical"]);
        let all = ["internet", "phished-user", "supplier", "insider", "stolen-device"];
        let off: Vec<_> = all.into_iter().filter(|other| *other != entry).collect();
        home.ok(&[["entries", "off"].as_slice(), &off].concat());
        Self { home, jewel: "1" }
    }

    /// The ways to the jewel after these reports.
    fn paths(&self, reports: &[(String, String)]) -> Value {
        let copy = Home::new();
        fs::create_dir(copy.data()).unwrap();
        for file in fs::read_dir(self.home.data()).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), copy.data().join(file.file_name())).unwrap();
            }
        }
        let files: Vec<_> = reports.iter().map(|(name, text)| copy.file(name, text)).collect();
        let import = std::iter::once("import").chain(files.iter().map(String::as_str));
        copy.ok(&import.collect::<Vec<_>>());
        copy.json(&["paths", self.jewel, "--limit", "1", "--json"])
    }
}

/// A report with its facts.
struct Report {
    name: String,
    text: String,
}

impl Report {
    fn facts(&self) -> usize {
        self.text.matches('«').count()
    }

    /// The report with all its facts, or without one.
    fn without(&self, gone: Option<usize>) -> String {
        let mut parts = self.text.split('«');
        let mut whole = parts.next().unwrap().to_owned();
        for (number, part) in parts.enumerate() {
            let (fact, rest) = part.split_once('»').unwrap();
            let (fact, instead) = fact.rsplit_once('|').unwrap_or((fact, ""));
            whole.push_str(if gone == Some(number) { instead } else { fact });
            whole.push_str(rest);
        }
        whole
    }
}

fn reports(scenario: &str) -> Vec<Report> {
    let folder = fixture("scenarios").join(scenario);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| Report { name: name(path), text: fs::read_to_string(path).unwrap() }).collect()
}

/// The hops of the best way are exactly these, and there is no way without any one fact.
#[track_caller]
fn found_and_gone(scenario: &str, jewel: &Value, entry: &str, expected: &[&str]) {
    let prepared = Prepared::new(jewel, entry);
    let reports = reports(scenario);
    let render = |gone: Option<(usize, usize)>| -> Vec<(String, String)> {
        let one = |(at, report): (usize, &Report)| {
            let gone = gone.filter(|(of, _)| *of == at).map(|(_, fact)| fact);
            (report.name.clone(), report.without(gone))
        };
        reports.iter().enumerate().map(one).collect()
    };
    let whole = prepared.paths(&render(None));
    let hops = whole["paths"][0]["hops"].as_array().unwrap_or_else(|| panic!("{whole}"));
    let hop = |hop: &Value| {
        format!("{}: {}", hop["rule"].as_str().unwrap(), hop["gains"]["words"].as_str().unwrap())
    };
    assert_eq!(hops.iter().map(hop).collect::<Vec<_>>(), expected);
    assert_eq!(whole["paths"][0]["entries"], json!([entry]));
    let facts =
        reports.iter().enumerate().flat_map(|(at, report)| (0..report.facts()).map(move |fact| (at, fact)));
    let facts: Vec<_> = facts.collect();
    assert!(facts.len() >= 3, "{facts:?}");
    std::thread::scope(|scope| {
        for some in facts.chunks(facts.len().div_ceil(2)) {
            let (prepared, render, reports) = (&prepared, &render, &reports);
            scope.spawn(move || {
                for gone in some {
                    let left = prepared.paths(&render(Some(*gone)));
                    let report = &reports[gone.0].name;
                    assert_eq!(left["paths"], json!([]), "without fact {} of {report}", gone.1);
                }
            });
        }
    });
}

#[test]
fn a_web_exploit_leads_by_the_metadata_service_to_a_bucket() {
    found_and_gone(
        "bucket",
        &json!({"kind": "data-store", "name": "patients", "identifiers": [{"kind": "cloud-id", "value": "arn:aws:s3:::patients"}]}),
        "internet",
        &[
            "network_reach: can reach internet",
            "network_reach: can reach port 443 of web",
            "remote_exploit: user on web",
            "instance_role: controls app",
            "aws_data: controls patients",
        ],
    );
}

#[test]
fn a_phished_user_leads_by_a_session_to_the_domain() {
    found_and_gone(
        "dcsync",
        &json!({"kind": "directory-object", "name": "CLINIC.TEST", "identifiers": [{"kind": "directory-id", "value": "S-1-5-21-1-2-3"}]}),
        "phished-user",
        &[
            "phishing: controls ALICE@CLINIC.TEST",
            "local_admin: controls ward-pc.clinic.test",
            "session_theft: controls SVC-SYNC@CLINIC.TEST",
            "group_membership: controls SYNC@CLINIC.TEST",
            "dcsync: controls CLINIC.TEST",
        ],
    );
}

const NODE: &str = r#"{"kind":"host","name":"node-1","identifiers":[{"kind":"cloud-id","value":"kubernetes:prod:node/node-1"}]}"#;

#[test]
fn an_exposed_app_leads_by_a_token_to_the_node() {
    found_and_gone(
        "node",
        &serde_json::from_str(NODE).unwrap(),
        "internet",
        &[
            "network_reach: can reach shop/web",
            "container_image: user on shop/web",
            "pod_escape: controls shop/web",
            "kubernetes_rbac: controls shop/ops",
            "kubernetes_rbac: controls prod",
            "container_control: controls node-1",
        ],
    );
}

#[test]
fn an_exposed_app_leaves_its_pod() {
    found_and_gone(
        "pod_escape",
        &serde_json::from_str(NODE).unwrap(),
        "internet",
        &[
            "network_reach: can reach shop/web",
            "container_image: user on shop/web",
            "pod_escape: controls node-1",
        ],
    );
}

#[test]
fn a_supplier_leads_by_its_account_to_the_files() {
    found_and_gone(
        "supplier",
        &json!({"kind": "data-store", "name": "records", "identifiers": [{"kind": "name", "value": "records"}]}),
        "supplier",
        &[
            "supplier_access: controls acme",
            "supplier_access: controls vpn-acme",
            "local_admin: controls files",
            "data_access: controls records",
        ],
    );
}

#[test]
fn a_leaked_secret_leads_by_the_deploy_role_to_production() {
    found_and_gone(
        "pipeline",
        &json!({"kind": "data-store", "name": "orders", "identifiers": [
            {"kind": "cloud-id", "value": "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"}]}),
        "internet",
        &[
            "repository_access: reads acme/shop",
            "leaked_secret: controls ci",
            "aws_iam: controls deploy",
            "aws_data: controls orders",
        ],
    );
}
