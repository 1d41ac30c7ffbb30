//! `paths`, `cut` and `whatif`: from a report to the way it opens, and what closes it.

use crate::support::Home;
use serde_json::json;

/// A web server on the internet with two weaknesses, and who may do what from there.
const REPORT: &str = r#"{"kind":"asset","asset":{"kind":"host","name":"web","identifiers":[{"kind":"fqdn","value":"web.example.org"}]},"reach":"internet"}
{"kind":"asset","asset":{"kind":"data-store","name":"patients","identifiers":[{"kind":"name","value":"patients"}]},"reach":"local"}
{"kind":"relation","from":{"kind":"host","name":"web","identifiers":[{"kind":"fqdn","value":"web.example.org"}]},"relation":"has_access_to","to":{"kind":"data-store","name":"patients","identifiers":[{"kind":"name","value":"patients"}]}}
{"kind":"finding","title":"Path traversal","severity":"critical","weakness":{"ids":["CVE-2021-41773"],"cwe":[22],"rule":""},"asset":{"kind":"host","name":"web","identifiers":[{"kind":"fqdn","value":"web.example.org"}]},"locus":"port/tcp/443","cvss":["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"]}
"#;

#[test]
fn from_a_report_to_the_way_it_opens_and_what_closes_it() {
    let home = Home::new();
    let file = home.file("report.jsonl", REPORT);
    assert!(home.ok(&["paths"]).contains("Nobody said yet what matters"));
    home.import(file);
    let alone = home.json(&["explain", "1", "--json"]);
    assert_eq!((home.top("leads:somewhere").len(), home.top("leads:nowhere").len()), (0, 1));
    home.ok(&["declare", "patients", "--criticality", "critical"]);
    assert_eq!((home.top("leads:somewhere").len(), home.top("leads:nowhere").len()), (1, 0));

    let jewels = home.json(&["paths", "--json"]);
    assert_eq!(jewels["jewels"][0]["name"], "patients");
    let paths = home.json(&["paths", "patients", "--json"]);
    let hops = paths["paths"][0]["hops"].as_array().unwrap();
    let rules: Vec<_> = hops.iter().map(|hop| hop["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["network_reach", "remote_exploit", "data_access"]);
    assert_eq!(hops[1]["exposures"], json!([1]));
    assert_eq!(hops[2]["why"], "web has access to patients.");

    let explained = home.json(&["explain", "1", "--json"]);
    assert_eq!(explained["path"].as_array().map(Vec::len), Some(3));
    // What falls from there is what it costs, and raises it above what the web server alone would.
    let consequence = &explained["factors"][4];
    assert_eq!(
        (&consequence["name"], &consequence["source"]),
        (&json!("consequence"), &json!("attack graph"))
    );
    assert!(explained["priority"].as_f64() > alone["priority"].as_f64(), "{explained} {alone}");
    assert!(home.ok(&["explain", "1"]).contains("(this one)"));

    let cut = home.json(&["cut", "--json"]);
    assert_eq!((&cut["cost"], &cut["lower_bound"]), (&json!(1), &json!(1)));
    let fix = cut["fixes"][0]["title"].as_str().unwrap();
    let what_if = home.json(&["whatif", fix, "--json"]);
    assert!(what_if["risk"]["before"].as_f64() > Some(0.0));
    assert_eq!(what_if["risk"]["after"], 0.0);
    assert!(home.fails(&["whatif", "hope"]).contains("no fix of a known way is called"));
}
