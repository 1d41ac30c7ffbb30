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
    assert!(home.ok(&["paths"]).contains("No asset is known"));
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

#[test]
fn the_priors_of_entries_are_peoples_to_set() {
    let home = Home::new();
    let estimated = home.json(&["entries", "--json"]);
    assert_eq!(estimated["entries"][0]["entry"], "internet");
    assert!(estimated["entries"].as_array().unwrap().iter().all(|entry| entry["set"].is_null()));

    home.import(home.file("report.jsonl", REPORT));
    home.ok(&["declare", "patients", "--criticality", "critical"]);
    let chance = || home.json(&["paths", "patients", "--json"])["paths"][0]["chance"]["value"].as_f64();
    let certain = chance().unwrap();
    home.ok(&["entries", "set", "internet", "50%", "--low", "0.25"]);
    assert!((chance().unwrap() / certain - 0.5).abs() < 1e-4);
    let internet = &home.json(&["entries", "--json"])["entries"][0];
    assert_eq!(internet["chance"], json!({ "low": 0.25, "value": 0.5, "high": 0.5 }));
    assert_eq!(internet["set"]["by"], "system:cli");
    let told = home.ok(&["paths", "patients"]);
    assert!(told.contains("An attacker on the internet: 50.0 % (set by system:cli on"), "{told}");
    let explained = home.ok(&["explain", "1"]);
    assert!(explained.contains("An attacker on the internet: 50.0 % (set by system:cli on"), "{explained}");

    home.ok(&["entries", "off", "internet"]);
    assert_eq!(chance(), None);
    home.ok(&["entries", "on", "internet"]);
    assert!((chance().unwrap() / certain - 0.5).abs() < 1e-4, "what was set is kept");
    home.ok(&["entries", "reset", "internet"]);
    assert_eq!(chance(), Some(certain));
    assert!(home.fails(&["entries", "set", "internet", "0.5", "--low", "0.6"]).contains("is no probability"));
    assert_eq!(home.run(&["entries", "off", "the-moon"]).code, Some(2));
}

#[test]
fn an_answer_without_a_way_says_what_is_missing() {
    let home = Home::new();
    let missing = |words: &[&str]| {
        let answer = home.json(words);
        let missing = answer["missing"].as_array().unwrap();
        missing.iter().map(|one| one["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(missing(&["paths", "--json"]), ["assets"]);
    assert!(home.ok(&["paths"]).contains("`bartizan import` takes reports"));

    // A collection of which a part was not answered.
    home.import(home.file(
        "computers.json",
        r#"{"data": [{"Properties": {"domain": "CLINIC.TEST", "name": "WARD-PC.CLINIC.TEST"}, "ObjectIdentifier": "S-1-5-21-1-2-3-1201",
            "PrimaryGroupSID": "S-1-5-21-1-2-3-515", "Aces": [],
            "Sessions": {"Results": [], "Collected": false, "FailureReason": "ErrorAccessDenied"}}],
            "meta": {"methods": 521215, "type": "computers", "count": 1, "version": 6}}"#,
    ));
    assert_eq!(missing(&["paths", "--json"])[0], "crown-jewels");
    home.ok(&["declare", "ward-pc.clinic.test", "--criticality", "critical"]);
    home.ok(&["entries", "off", "internet", "phished-user", "insider", "stolen-device"]);
    assert_eq!(missing(&["paths", "ward-pc.clinic.test", "--json"]), ["first-step:supplier"]);
    home.ok(&["entries", "off", "supplier"]);
    assert_eq!(missing(&["paths", "--json"]), ["entries"]);
    let partial = &home.json(&["paths", "--json"])["partial"][0];
    assert_eq!(partial["source"], "sharphound");
    assert!(partial["name"].as_str().unwrap().ends_with("computers.json"), "{partial}");
    let told = home.ok(&["paths", "ward-pc.clinic.test"]);
    assert!(
        told.contains("computers.json of sharphound tells only a part")
            && told.contains("bartizan entries on"),
        "{told}"
    );
}

#[test]
fn a_moment_of_the_past_is_compared_with_now() {
    let home = Home::new();
    let web = r#"{"kind":"host","name":"web","identifiers":[{"kind":"fqdn","value":"web.example.org"}]}"#;
    home.import(home.file("first.jsonl", REPORT));
    home.ok(&["declare", "patients", "--criticality", "critical"]);
    let paths = home.json(&["paths", "patients", "--json"]);
    let first = paths["paths"][0]["hops"][2]["told"][0]["as_of"].as_str().unwrap();
    let same = home.json(&["paths", "--compare", first, "--json"]);
    assert_eq!((&same["assets"], &same["gone"], &same["new"]), (&json!([]), &json!([]), &json!([])));

    // The same source looks again, and the access is gone.
    let access = REPORT.lines().find(|line| line.contains("has_access_to")).unwrap();
    let covered = format!(
        r#"{{"kind":"coverage","covered":[{{"asset":{web},"checks":"all","loci":"facts"}}],"gaps":[]}}"#
    );
    home.import(home.file("second.jsonl", format!("{}{covered}\n", REPORT.replace(access, ""))));
    let changed = home.json(&["paths", "--compare", first, "--json"]);
    assert!(changed["risk"]["then"].as_f64() > Some(0.0) && changed["risk"]["now"] == 0.0, "{changed}");
    assert_eq!((&changed["assets"][0]["name"], &changed["new"]), (&json!("patients"), &json!([])));
    assert_eq!(changed["gone"][0]["facts"], json!(["web has access to patients"]));
    let unknown = changed["unknown"].as_array().unwrap();
    let worth = "changes of assets since (reach, worth), which count as they are now: 1";
    assert!(unknown.contains(&json!(worth)), "{unknown:?}");
    let told = home.ok(&["paths", "--compare", first]);
    assert!(told.contains("because of: web has access to patients"), "{told}");

    let before = home.json(&["paths", "--compare", "2020-01-01", "--json"]);
    assert_eq!(before["risk"]["then"], 0.0);
    let unknown = before["unknown"].as_array().unwrap();
    assert!(unknown.contains(&json!("no run had begun by 2020-01-01: what is told of then was told later")));
    assert!(home.fails(&["paths", "--compare", "2999-01-01"]).contains("is not over yet"));
    assert_eq!(home.run(&["paths", "--compare", "soon"]).code, Some(2));
}
