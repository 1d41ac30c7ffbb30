//! Imports, runs, formats, feeds.

use crate::support::{Site, finding};
use axum::http::Method;
use bartizan_app::{Actor, NewEvent, Tx};
use serde_json::json;

#[tokio::test]
async fn an_import_runs_to_its_end() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let run = site.import(&client, &[finding("web", "one", "high"), finding("web", "two", "low")]).await;
    assert_eq!(
        (&run["state"], &run["label"], &run["by"]),
        (&json!("finished"), &json!("test.jsonl"), &json!("analyst"))
    );
    assert_eq!((&run["findings"], &run["created"], &run["assets"]), (&json!(2), &json!(2), &json!(1)));
    assert!(run["bytes"].as_i64().unwrap() > 0 && run["error"].is_null());
    let again = site.import(&client, &[finding("web", "one", "high"), finding("web", "two", "low")]).await;
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(2)));
    let did = client.get(&format!("/runs/{}", run["id"])).await.ok()["did"].clone();
    let [opened] = &did.as_array().unwrap()[..] else { panic!("{did}") };
    assert_eq!((&opened["verb"], &opened["total"]), (&json!("opened"), &json!(2)));
    let severities: Vec<_> =
        opened["exposures"].as_array().unwrap().iter().map(|row| &row["severity"]).collect();
    assert_eq!(severities, ["high", "low"], "the most urgent first");
    assert_eq!(client.get(&format!("/runs/{}", again["id"])).await.ok()["did"], json!([]));
    let list = client.get("/runs?limit=1").await.ok();
    assert_eq!((&list["total"], &list["items"][0]["id"]), (&json!(2), &again["id"]));
    let next = client.get(&format!("/runs?limit=1&after={}", list["next"].as_str().unwrap())).await.ok();
    assert_eq!((&next["items"][0]["id"], &next["next"]), (&run["id"], &json!(null)));
    client.post(&format!("/imports/{}/cancel", run["id"]), json!({})).await.refused(409, "conflict");
    client.post("/imports/99/cancel", json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_changed_is_told_of_each_run_and_of_people() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let report = [finding("web", "one", "high"), finding("web", "two", "low")];
    let (first, again) = (site.import(&client, &report).await, site.import(&client, &report).await);
    client.send(Method::POST, "/imports?name=broken.json", Some("<html>".to_owned())).await;
    let id = client.get("/exposures").await.ok()["items"][0]["id"].clone();
    client.post(&format!("/exposures/{id}/comments"), json!({"text": "seen"})).await.ok();
    let broken = site.finished(&client, again["id"].as_i64().unwrap() + 1).await;
    let since = client.get("/overview").await.ok()["since"].clone();
    let told = |at: usize| {
        let change = &since["runs"][at];
        let run = &change["run"];
        (run["id"].clone(), run["created"].clone(), run["unchanged"].clone(), change["assets_found"].clone())
    };
    assert_eq!(since["runs"].as_array().unwrap().len(), 3);
    assert_eq!(told(0), (broken["id"].clone(), json!(0), json!(0), json!(0)));
    assert_eq!(told(1), (again["id"].clone(), json!(0), json!(2), json!(0)));
    assert_eq!(told(2), (first["id"].clone(), json!(2), json!(0), json!(1)));
    assert_eq!(since["runs"][0]["run"]["state"], "failed");
    assert!(since["runs"][1]["seq"].as_i64() > since["runs"][2]["seq"].as_i64());
    let kinds: Vec<_> = since["changes"].as_array().unwrap().iter().map(|change| &change["kind"]).collect();
    assert_eq!(kinds, ["exposure.commented"]);
}

#[tokio::test]
async fn a_day_on_which_nothing_happened_is_told_after_a_busy_one() {
    let site = Site::new();
    // As many events as a page of the log holds, and more.
    let busy = |events: usize| {
        let append = |tx: &mut Tx<'_>| {
            let one =
                || NewEvent { kind: "exposure.opened", text: "made up".to_owned(), ..NewEvent::default() };
            (0..events).try_for_each(|_| tx.append(one()).map(|_| ()))
        };
        site.app.write(&Actor::system("test"), append).unwrap();
    };
    busy(600);
    site.clock.set(site.app.now().plus_days(3));
    let client = site.as_role("analyst").await;
    let since = client.get("/overview").await.ok()["since"].clone();
    assert_eq!((&since["opened"], &since["more"]), (&json!(0), &json!(false)));
    busy(250);
    let since = client.get("/overview").await.ok()["since"].clone();
    assert_eq!((&since["changes"], &since["more"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn a_report_that_cannot_be_read_stores_nothing_and_says_why() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    for body in ["<html>no report</html>", "{\"version\":\"2.1.0\",\"runs\":[{\"results\":["] {
        let answer = client.send(Method::POST, "/imports?name=../../etc/x.json", Some(body.to_owned())).await;
        assert_eq!(answer.status, 202);
        let run = site.finished(&client, answer.json()["run"].as_i64().unwrap()).await;
        assert_eq!((&run["state"], &run["label"]), (&json!("failed"), &json!("etc/x.json")));
        assert!(run["error"].as_str().is_some_and(|why| !why.is_empty()), "{run}");
    }
    assert_eq!(client.get("/exposures").await.ok()["total"], 0);
}

#[tokio::test]
async fn formats_fields_and_feeds_are_listed() {
    let site = Site::new();
    let admin = site.as_role("admin").await;
    let formats = admin.get("/formats").await.ok();
    assert!(formats.as_array().unwrap().iter().any(|format| format["id"] == "sarif"));
    let fields = admin.get("/query/fields").await.ok();
    let severity = fields.as_array().unwrap().iter().find(|field| field["name"] == "severity").unwrap();
    assert!(severity["values"].as_array().unwrap().contains(&json!("critical")));
    let feeds = admin.get("/feeds").await.ok();
    assert_eq!(feeds["feeds"].as_array().unwrap().len(), 17);
    assert!(
        feeds["feeds"]
            .as_array()
            .unwrap()
            .iter()
            .all(|feed| feed["stale"] == true && feed["loaded_at"].is_null())
    );

    let kev = json!({"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.11.22",
        "dateReleased": "2026-11-22T00:00:00Z", "count": 1, "vulnerabilities": [{"cveID": "CVE-2021-44228",
        "vendorProject": "Apache", "product": "Log4j2", "vulnerabilityName": "Log4Shell", "dateAdded": "2021-12-10",
        "shortDescription": "x", "requiredAction": "Patch.", "dueDate": "2021-12-24", "knownRansomwareCampaignUse": "Known",
        "notes": "", "cwes": ["CWE-20"]}]});
    let feed = admin.send(Method::POST, "/feeds?name=kev.json", Some(kev.to_string())).await.ok();
    assert_eq!((&feed["name"], &feed["records"], &feed["stale"]), (&json!("kev"), &json!(1), &json!(false)));
    let analyst = site.as_role("analyst").await;
    let cwe = json!({"Weaknesses": [{"ID": "502", "Name": "Deserialization of Untrusted Data", "Abstraction": "Base"}]});
    admin.send(Method::POST, "/feeds", Some(cwe.to_string())).await.ok();
    let cve = json!({"title": "Log4Shell", "severity": "high", "cve": "CVE-2021-44228", "asset": "a", "cwe": [502, 20]});
    site.import(&analyst, &[cve, finding("a", "rule", "low")]).await;
    let rows = analyst.get("/exposures?q=weakness:CVE-2021-44228").await.ok();
    assert_eq!(rows["items"][0]["kev"], true);
    let exposure = analyst.get(&format!("/exposures/{}", rows["items"][0]["id"])).await.ok();
    let names = json!([{"number": 502, "name": "Deserialization of Untrusted Data"}]);
    assert_eq!(
        (&exposure["weakness"]["cwe_names"], &exposure["weakness"]["epss_history"]),
        (&names, &json!([]))
    );
    assert_eq!(analyst.get("/exposures?q=severity:low").await.ok()["items"][0]["kev"], false);
    admin.send(Method::POST, "/feeds", Some("no feed".into())).await.refused(400, "bad_request");
}
