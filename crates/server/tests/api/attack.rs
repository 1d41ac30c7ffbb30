//! The attack graph: its picture and the steps behind it, where attackers begin, and what is otherwise than on a past day.

use crate::support::{Site, finding};
use axum::http::Method;
use bartizan_app::{Actor, DemoRequest};
use bartizan_model::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn hospital() -> Site {
    let site = Site::new();
    let request = DemoRequest { assets: 60, seed: 1 };
    site.app.demo(&Actor::system("test"), request, &mut |_, _| ()).unwrap();
    site
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().unwrap()
}

#[tokio::test]
async fn the_picture_has_spots_links_and_the_steps_behind_each() {
    let site = hospital();
    let client = site.as_role("viewer").await;
    let graph = client.get("/attack/graph").await.ok();
    let spots = list(&graph, "spots");
    let by_key: BTreeMap<&str, &Value> =
        spots.iter().map(|spot| (spot["key"].as_str().unwrap(), spot)).collect();
    assert_eq!(by_key.len(), spots.len(), "a key names one spot");
    assert_eq!(
        (&by_key["internet"]["kind"], by_key["internet"]["depth"].as_u64()),
        (&"entry".into(), Some(0))
    );
    assert!(spots.iter().all(|spot| spot["chance"]["value"].as_f64().unwrap() > 0.0));
    assert!(spots.iter().any(|spot| spot["value"].as_f64().unwrap() > 0.0), "it leads to something valued");
    assert!(!list(&graph, "techniques").is_empty());
    let links = list(&graph, "links");
    let end = |link: &Value, end: &str| {
        let at = usize::try_from(link[end].as_u64().unwrap()).unwrap();
        spots[at]["key"].as_str().unwrap().to_owned()
    };
    for link in links.iter().take(5) {
        let (from, to) = (end(link, "from"), end(link, "to"));
        let steps = client.get(&format!("/attack/steps?from={from}&to={to}")).await.ok();
        assert!(steps["total"].as_u64() >= link["steps"].as_u64(), "{from} {to} {steps}");
        for step in list(&steps, "steps") {
            assert_eq!(step["gains"]["spot"], to);
            assert!(list(step, "needs").iter().any(|need| need["spot"] == from));
            assert!(!list(step, "facts").is_empty(), "{step}");
        }
    }
    let from_outside = client.get("/attack/steps?from=internet").await.ok();
    assert!(from_outside["total"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn what_is_left_out_is_said_and_what_is_unknown_is_refused() {
    let site = hospital();
    let client = site.as_role("viewer").await;
    let all = client.get("/attack/graph").await.ok();
    let few = client.get("/attack/graph?limit=4").await.ok();
    let shown = list(&few, "spots").len();
    assert!((1..=4).contains(&shown), "{shown}");
    assert_eq!(few["spots_left_out"].as_u64().unwrap(), (list(&all, "spots").len() - shown) as u64);
    client.get("/attack/steps").await.refused(400, "bad_request");
    for key in ["asset:999999", "asset:x", "moon"] {
        client.get(&format!("/attack/steps?to={key}")).await.refused(404, "not_found");
    }
    let jewel = client.get("/attack").await.ok()["jewels"][0]["asset"]["id"].as_i64().unwrap();
    let on_asset = client.get(&format!("/attack/assets/{jewel}")).await.ok();
    let last = list(&on_asset["ways"][0], "steps").last().unwrap();
    assert_eq!(last["gains"]["spot"], format!("asset:{jewel}"));
    let worth: f64 =
        list(&on_asset, "valued_with_it").iter().map(|jewel| jewel["value"].as_f64().unwrap()).sum();
    assert_eq!(on_asset["worth_with_it"].as_f64(), Some(worth), "fewer than a hundred, so all are named");
}

#[tokio::test]
async fn where_attackers_begin_is_set_by_who_manages_scopes() {
    let site = hospital();
    let (viewer, admin) = (site.as_role("viewer").await, site.as_role("admin").await);
    let entries = viewer.get("/attack/entries").await.ok();
    let words: Vec<_> =
        entries.as_array().unwrap().iter().map(|entry| entry["entry"].as_str().unwrap()).collect();
    assert_eq!(words, ["internet", "phished-user", "supplier", "insider", "stolen-device"]);
    let phished = &entries[1];
    assert!(phished["set_by"].is_null() && phished["chance"] == phished["estimate"], "{phished}");
    assert!(phished["reason"].as_str().unwrap().contains("phished in a month"));
    let risk = || async { viewer.get("/attack").await.ok()["risk"].as_f64().unwrap() };
    let before = risk().await;
    let path = "/attack/entries/internet";
    viewer.patch(path, json!({"on": false})).await.refused(403, "forbidden");
    let off = admin.patch(path, json!({"on": false})).await.ok();
    assert_eq!((&off["on"], &off["set_by"]), (&json!(false), &json!("admin")));
    let without = risk().await;
    assert!(without < before, "{without} {before}");
    let chance = json!({"chance": {"low": 0.1, "value": 0.2, "high": 0.4}});
    let set = admin.patch(path, chance).await.ok();
    assert_eq!((set["on"].as_bool(), set["chance"]["high"].as_f64()), (Some(false), Some(0.4)));
    assert_eq!(set["estimate"], entries[0]["chance"]);
    assert_eq!(admin.delete(path).await.ok(), entries[0]);
    assert_eq!(risk().await, before);
    admin.patch(path, json!({"chance": {"value": 2}})).await.refused(400, "bad_request");
    admin.patch("/attack/entries/moon", json!({"on": true})).await.refused(404, "not_found");
    for entry in words {
        admin.patch(&format!("/attack/entries/{entry}"), json!({"on": false})).await.ok();
    }
    assert_eq!(viewer.get("/attack").await.ok()["lacks"][0]["what"], "entries");
}

#[tokio::test]
async fn a_past_day_is_compared_with_now() {
    let site = Site::new();
    let admin = site.as_role("admin").await;
    let rce = |asset: &str, cve: &str| {
        json!({"title": cve, "severity": "critical", "cve": cve, "asset": asset,
            "cvss": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"})
    };
    site.import(&admin, &[finding("web", "quiet", "low"), finding("shop", "quiet", "low")]).await;
    let asset = admin.get("/assets?q=asset:web").await.ok()["items"][0]["id"].as_i64().unwrap();
    admin
        .patch(&format!("/assets/{asset}"), json!({"criticality": "critical", "reach": "internet"}))
        .await
        .ok();
    site.clock.set(Timestamp::parse("2026-11-25T12:00:00Z").unwrap());
    let (client, admin) = (site.as_role("viewer").await, site.as_role("admin").await);
    site.import(&admin, &[rce("web", "CVE-2021-44228")]).await;
    let compared = client.get("/attack/compare?since=2026-11-24").await.ok();
    assert_eq!(compared["at"], "2026-11-24T23:59:59.999999Z");
    assert_eq!(compared["risk_then"], 0.0);
    assert!(compared["risk_now"].as_f64().unwrap() > 0.0);
    assert_eq!(
        (&compared["assets_total"], &compared["assets"][0]["asset"]["name"]),
        (&json!(1), &json!("web"))
    );
    assert_eq!(compared["assets"][0]["then"]["value"], 0.0);
    assert_eq!(list(&compared, "gone").len(), 0);
    assert_eq!(compared["new"][0]["goal"]["asset"]["id"], asset);
    assert_eq!(compared["new"][0]["facts"], json!(["CVE-2021-44228 is open on web"]));
    assert!(!list(&compared["new"][0]["way"], "steps").is_empty());
    assert!(!list(&compared, "unknown").is_empty(), "what is not kept is said");
    site.clock.set(Timestamp::parse("2026-11-25T12:05:00Z").unwrap());
    // A day that is not over yet is compared up to now: nothing is otherwise since a moment ago.
    let today = client.get("/attack/compare?since=2026-11-25").await.ok();
    assert_eq!(today["risk_then"], today["risk_now"]);
    for since in ["yesterday", "2027-01-01"] {
        client.get(&format!("/attack/compare?since={since}")).await.refused(400, "bad_request");
    }
}

#[tokio::test]
async fn a_collection_that_left_something_out_says_so() {
    let site = Site::new();
    let analyst = site.as_role("analyst").await;
    assert_eq!(analyst.get("/attack").await.ok()["partial"], json!([]));
    let computers = json!({
        "data": [{
            "Properties": {"domain": "CLINIC.TEST", "name": "WARD-PC.CLINIC.TEST"},
            "ObjectIdentifier": "S-1-5-21-1-2-3-1201", "PrimaryGroupSID": "S-1-5-21-1-2-3-515", "Aces": [],
            "Sessions": {"Results": [], "Collected": false, "FailureReason": "ErrorAccessDenied"},
        }],
        "meta": {"methods": 521_215, "type": "computers", "count": 1, "version": 6},
    });
    let sent =
        analyst.send(Method::POST, "/imports?name=computers.json", Some(computers.to_string())).await.ok();
    site.finished(&analyst, sent["run"].as_i64().unwrap()).await;
    let partial = &analyst.get("/attack").await.ok()["partial"];
    assert_eq!(
        (&partial[0]["name"], &partial[0]["source"]),
        (&json!("computers.json"), &json!("sharphound"))
    );
    assert!(partial[0]["left_out"][0].as_str().unwrap().contains("ErrorAccessDenied"), "{partial}");
}

/// A file of SharpHound.
fn collection(kind: &str, data: &Value) -> String {
    json!({"data": [data], "meta": {"methods": 521_215, "type": kind, "count": 1, "version": 6}}).to_string()
}

#[tokio::test]
async fn a_step_leads_to_the_exposure_of_an_identity_and_back() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let ada = json!({"ObjectIdentifier": "S-1-5-21-1-2-3-1106", "Aces": [], "IsDeleted": false, "Properties": {
        "name": "ADA@CLINIC.TEST", "samaccountname": "ada", "domain": "CLINIC.TEST", "domainsid": "S-1-5-21-1-2-3",
        "enabled": true, "hasspn": false}});
    let admins = json!({"ObjectIdentifier": "S-1-5-21-1-2-3-512", "Aces": [], "IsDeleted": false,
        "Members": [{"ObjectIdentifier": "S-1-5-21-1-2-3-1106", "ObjectType": "User"}],
        "Properties": {"name": "DOMAIN ADMINS@CLINIC.TEST", "domain": "CLINIC.TEST", "domainsid": "S-1-5-21-1-2-3"}});
    for (kind, data) in [("users", ada), ("groups", admins)] {
        let path = format!("/imports?name={kind}.json");
        let answer = client.send(Method::POST, &path, Some(collection(kind, &data))).await;
        let run = site.finished(&client, answer.json()["run"].as_i64().unwrap()).await;
        assert_eq!(run["state"], "finished", "{run}");
    }
    let path = "/exposures?q=weakness:%22bartizan-identity:ad-standing-privilege%22";
    let found = client.get(path).await.ok();
    let exposure = &list(&found, "items")[0];
    let steps = client.get(&format!("/attack/steps?from=asset:{}", exposure["asset_id"])).await.ok();
    let member = list(&steps, "steps").iter().find(|step| step["rule"] == "group_membership").unwrap();
    let reports =
        json!([{"exposure": exposure["id"], "title": "An account controls the domain all the time"}]);
    assert_eq!(member["facts"][0]["reports"], reports, "{member}");
    assert_eq!(member["exposures"], json!([exposure["id"]]));
    let used = client.get(&format!("/attack/exposures/{}", exposure["id"])).await.ok();
    let at = usize::try_from(used["uses"].as_u64().unwrap()).unwrap();
    assert_eq!(used["way"]["steps"][at]["rule"], "group_membership");
}
