//! Exposures: lists, pages, one in full, comments, export, decisions.

use crate::support::{Client, Site, finding};
use bartizan_model::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn ids(client: &Client, query: &str) -> Vec<i64> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/exposures?limit=3&{query}&after={after}")).await.ok();
        all.extend(page["items"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => return all,
        }
    }
}

#[tokio::test]
async fn pages_neither_repeat_nor_hide_also_while_rows_arrive() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let lines: Vec<Value> =
        (0..10).map(|n| finding(&format!("web-{n}"), &format!("rule-{}", n % 4), "high")).collect();
    site.import(&client, &lines).await;
    for sort in ["", "sort=-severity", "sort=asset", "sort=-weakness", "sort=first_seen"] {
        let all = ids(&client, sort).await;
        assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (10, 10), "{sort}");
    }
    let first = client.get("/exposures?limit=4&sort=asset").await.ok();
    assert_eq!(first["total"], 10);
    site.import(&client, &[finding("aaa", "rule-new", "critical")]).await;
    let next = first["next"].as_str().unwrap();
    let second = client.get(&format!("/exposures?limit=4&sort=asset&after={next}")).await.ok();
    let names = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["asset"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&first), ["web-0", "web-1", "web-2", "web-3"]);
    assert_eq!(names(&second), ["web-4", "web-5", "web-6", "web-7"]);
}

#[tokio::test]
async fn one_exposure_tells_all() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let cve = json!({"title": "Log4Shell", "severity": "critical", "cve": "CVE-2021-44228", "asset": "app-1",
        "cvss": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "evidence": "${jndi:...}", "fix": "Upgrade log4j."});
    site.import(&client, &[cve]).await;
    let row = client.get("/exposures").await.ok()["items"][0].clone();
    assert_eq!(
        (&row["weakness"], &row["asset"], &row["severity"]),
        (&json!("CVE-2021-44228"), &json!("app-1"), &json!("critical"))
    );
    assert_eq!((&row["kev"], &row["epss"]), (&Value::Null, &Value::Null), "unknown is null");
    let one = client.get(&format!("/exposures/{}", row["id"])).await.ok();
    assert_eq!(one["weakness"]["cvss"][0]["score"], 10.0);
    assert_eq!(one["sightings"][0]["evidence"], "${jndi:...}");
    assert_eq!(one["asset"]["open"], 1);
    assert!(one["explanation"]["factors"].as_array().unwrap().len() == 5);
    assert!(one["explanation"]["unknown"].as_array().unwrap().contains(&json!("reach")));
    assert!(one["fix"]["text"].is_string());
    let path = format!("/exposures/{}/comments", row["id"]);
    assert_eq!(client.post(&path, json!({"text": " look at this "})).await.ok()["by"], "analyst");
    client.post(&path, json!({"text": " "})).await.refused(400, "bad_request");
    client.post("/exposures/99/comments", json!({"text": "x"})).await.refused(404, "not_found");
    assert_eq!(
        client.get(&format!("/exposures/{}", row["id"])).await.ok()["comments"][0]["text"],
        "look at this"
    );
    let facets = client.get("/exposures/facets").await.ok();
    assert!(
        facets["facets"]
            .as_array()
            .unwrap()
            .iter()
            .any(|f| f["field"] == "severity" && f["values"][0]["value"] == "critical")
    );
    // Not to be on a list that was never loaded is no "no".
    assert!(facets["facets"].as_array().unwrap().iter().all(|facet| facet["field"] != "kev"));
    let overview = client.get("/overview").await.ok();
    let fix = &overview["fixes"][0];
    let meant = client
        .get(&format!(
            "/exposures?q={}",
            fix["query"].as_str().unwrap().replace(' ', "%20").replace('"', "%22")
        ))
        .await
        .ok();
    assert_eq!(meant["total"], fix["exposures"]);
    assert_eq!((&overview["open"]["total"], &overview["by_severity"]["critical"]), (&json!(1), &json!(1)));
    assert_eq!(overview["next"][0]["exposure"]["id"], row["id"]);
    assert_eq!(overview["since"]["opened"], 1);
}

#[tokio::test]
async fn an_asset_s_documents_are_downloads() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    site.import(&client, &[finding("plain", "other", "high")]).await;
    let id = client.get("/assets").await.ok()["items"][0]["id"].clone();
    for (path, mime, name, key) in [
        ("sbom", "application/vnd.cyclonedx+json; version=1.6", "cdx.json", "bomFormat"),
        (
            "sbom?format=cyclonedx&vex=true",
            "application/vnd.cyclonedx+json; version=1.6",
            "cdx.json",
            "bomFormat",
        ),
        ("sbom?format=spdx", "application/spdx+json", "spdx.json", "spdxVersion"),
        ("vex?author=Clinic", "application/json", "openvex.json", "@context"),
    ] {
        let answer = client.get(&format!("/assets/{id}/{path}")).await;
        assert_eq!(answer.headers["content-type"], mime, "{path}");
        let disposition = format!("attachment; filename=\"asset-{id}.{name}\"");
        assert_eq!(answer.headers["content-disposition"], disposition.as_str());
        let document: Value = serde_json::from_str(&answer.text).unwrap();
        assert!(document[key].is_string(), "{path}: {}", answer.text);
    }
    client.get(&format!("/assets/{id}/sbom?format=spdx&vex=true")).await.refused(400, "bad_request");
    client.get(&format!("/assets/{id}/sbom?format=swid")).await.refused(400, "bad_request");
    client.get("/assets/999999/sbom").await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_exported_runs_nothing_in_a_spreadsheet() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let evil = json!({"title": "=HYPERLINK(\"http://evil.example\")", "severity": "low", "asset": "@sum", "rule": "r"});
    site.import(&client, &[evil, finding("plain", "other", "high")]).await;
    let csv = client.get("/exposures/export?format=csv").await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert!(csv.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert!(csv.text.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""), "{}", csv.text);
    assert!(csv.text.contains("\"'@sum\""), "{}", csv.text);
    assert_eq!(csv.text.lines().count(), 3);
    let mut browser = client.clone();
    browser.extra.push(("accept-encoding", "gzip".into()));
    let request = browser.request(axum::http::Method::GET, "/api/v1/exposures/export?format=csv");
    let packed = browser.open(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let packed = axum::body::to_bytes(packed.into_body(), 1 << 20).await.unwrap();
    assert!(packed.starts_with(&[0x1f, 0x8b]) && packed.len() > 50, "{} bytes", packed.len());
    let all = client.get("/exposures/export?format=json").await.ok();
    assert_eq!(all.as_array().unwrap().len(), 2);
    let one = client.get("/exposures/export?format=json&q=severity:high").await.ok();
    assert_eq!(one[0]["asset"], "plain");
    client.get("/exposures/export?format=xls").await.refused(400, "bad_request");
    client.get("/exposures/export?q=(").await.refused(400, "bad_query");
}

#[tokio::test]
async fn exposures_go_out_in_the_formats_of_other_tools() {
    let site = Site::new();
    let client = site.as_role("viewer").await;
    site.import(&site.as_role("analyst").await, &[finding("web", "r1", "high"), finding("db", "r2", "low")])
        .await;
    for (format, mime, name, begin) in [
        ("sarif", "application/sarif+json", "exposures.sarif", "{\"$schema\":"),
        ("ocsf", "application/x-ndjson", "exposures.ocsf.jsonl", "{\"activity_id\":1"),
        ("cyclonedx", "application/zip", "exposures.cdx.zip", "PK\u{3}\u{4}"),
    ] {
        let answer = client.get(&format!("/exposures/export?format={format}&q=severity:high")).await;
        assert_eq!(answer.headers["content-type"], mime);
        assert_eq!(
            answer.headers["content-disposition"],
            format!("attachment; filename=\"{name}\"").as_str()
        );
        assert!(answer.text.starts_with(begin), "{format}: {}", answer.text);
        assert!(!answer.text.contains("r2"), "{format}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_decision_is_looked_at_taken_and_taken_back() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let lines: Vec<Value> = (0..5).map(|n| finding(&format!("web-{n}"), "rule", "high")).collect();
    site.import(&client, &lines).await;
    let body = json!({"q": "asset:web-1,web-2", "verdict": "accepted", "until": "2027-01-01", "reason": "Planned for spring."});
    let preview = client.post("/decisions/preview", body.clone()).await.ok();
    assert_eq!((&preview["count"], &preview["by_status"]), (&json!(2), &json!({"open": 2})));
    assert_eq!(preview["sample"].as_array().unwrap().len(), 2);
    let open = |client: Client| async move {
        client.get("/exposures?q=status:open").await.ok()["total"].as_u64().unwrap()
    };
    assert_eq!(open(client.clone()).await, 5, "a preview changes nothing");
    let taken = client.post("/decisions", body).await.ok();
    assert_eq!((&taken["count"], &taken["decision"]["by"]), (&json!(2), &json!("analyst")));
    assert_eq!(open(client.clone()).await, 3);
    let id = taken["decision"]["id"].as_i64().unwrap();
    assert_eq!(client.delete(&format!("/decisions/{id}")).await.status.as_u16(), 204);
    assert_eq!(open(client.clone()).await, 5);
    client.delete(&format!("/decisions/{id}")).await.refused(404, "not_found");

    for (bad, status, code) in [
        (json!({"verdict": "accepted", "reason": "x", "until": "2027-01-01"}), 400, "bad_request"),
        (json!({"q": "", "verdict": "false-positive", "reason": "x"}), 400, "bad_request"),
        (
            json!({"q": "status:open", "ids": [1], "verdict": "false-positive", "reason": "x"}),
            400,
            "bad_request",
        ),
        (json!({"ids": [1], "verdict": "accepted", "reason": "x"}), 400, "bad_request"),
        (
            json!({"ids": [1], "verdict": "accepted", "reason": "x", "until": "2020-01-01"}),
            400,
            "bad_request",
        ),
        (json!({"ids": [1], "verdict": "false-positive", "reason": " "}), 400, "bad_request"),
        (json!({"ids": [99], "verdict": "false-positive", "reason": "x"}), 404, "not_found"),
        (json!({"q": "asset:none", "verdict": "false-positive", "reason": "x"}), 404, "not_found"),
    ] {
        client.post("/decisions", bad).await.refused(status, code);
    }
}

#[tokio::test]
async fn work_is_given_to_people_and_taken_back() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let lines: Vec<Value> = (0..4).map(|n| finding(&format!("web-{n}"), "rule", "high")).collect();
    site.import(&client, &lines).await;
    assert_eq!(
        client.get("/people").await.ok(),
        json!([{"id": 1, "name": "viewer"}, {"id": 2, "name": "analyst"}, {"id": 3, "name": "admin"}])
    );
    let total = |client: &Client, q: &str| {
        let (client, path) = (client.clone(), format!("/exposures?q={q}"));
        async move { client.get(&path).await.ok()["total"].as_u64().unwrap() }
    };
    let body = json!({"q": "asset:web-1,web-2", "owner": "admin"});
    let preview = client.post("/assignments/preview", body.clone()).await.ok();
    assert_eq!(
        (&preview["count"], &preview["unowned"], &preview["by_owner"]),
        (&json!(2), &json!(2), &json!({}))
    );
    assert_eq!(total(&client, "owner:none").await, 4, "a preview changes nothing");
    let taken = client.post("/assignments", body).await.ok();
    assert_eq!(
        (&taken["count"], &taken["owner"], &taken["by"]),
        (&json!(2), &json!("admin"), &json!("analyst"))
    );
    let mine = client.post("/assignments", json!({"q": "asset:web-2,web-3", "owner": "analyst"})).await.ok();
    let admin = site.as_role("admin").await;
    for (who, q, count) in [
        (&client, "owner:me", 2),
        (&admin, "owner:me", 1),
        (&client, "owner:admin", 1),
        (&client, "owner:none", 1),
        (&client, "-owner:none", 3),
        (&client, "unknown:owner", 1),
    ] {
        assert_eq!(total(who, q).await, count, "{q}");
    }
    let facets = client.get("/exposures/facets").await.ok();
    let facet =
        facets["facets"].as_array().unwrap().iter().find(|facet| facet["field"] == "owner").unwrap().clone();
    assert_eq!(facet["values"][0], json!({"value": "analyst", "label": "analyst", "count": 2}));
    assert_eq!(facet["values"][2], json!({"value": "none", "label": "Nobody", "count": 1}));
    let csv = admin.get("/exposures/export?format=csv&q=owner:me").await.text;
    assert!(csv.lines().count() == 2 && csv.contains("web-1"), "{csv}");
    admin.post("/views", json!({"name": "mine", "query": "owner:me", "sort": ""})).await.ok();
    let decision = json!({"q": "owner:me", "verdict": "false-positive", "reason": "x"});
    assert_eq!(admin.post("/decisions/preview", decision).await.ok()["count"], 1);

    let row = client.get("/exposures?q=asset:web-2").await.ok()["items"][0].clone();
    assert_eq!(row["owner"], "analyst");
    let one = client.get(&format!("/exposures/{}", row["id"])).await.ok();
    assert_eq!((&one["owner"], &one["assignments"][1]["owner"]), (&json!("analyst"), &json!("admin")));
    let undone = client.delete(&format!("/assignments/{}", mine["id"])).await.ok();
    assert_eq!(undone, json!({"count": 2}));
    assert_eq!((total(&client, "owner:me").await, total(&client, "owner:admin").await), (0, 2));
    client.delete(&format!("/assignments/{}", mine["id"])).await.refused(404, "not_found");
    client.post("/assignments", json!({"q": "asset:web*", "owner": null})).await.ok();
    assert_eq!(total(&client, "owner:none").await, 4);

    let viewer = admin.get("/users").await.ok()[0]["id"].clone();
    admin
        .send(
            axum::http::Method::PATCH,
            &format!("/users/{viewer}"),
            Some(json!({"disabled": true}).to_string()),
        )
        .await
        .ok();
    for (bad, status, code) in [
        (json!({"owner": "admin"}), 400, "bad_request"),
        (json!({"q": " ", "owner": "admin"}), 400, "bad_request"),
        (json!({"q": "status:open", "ids": [1], "owner": "admin"}), 400, "bad_request"),
        (json!({"ids": [99], "owner": "admin"}), 404, "not_found"),
        (json!({"q": "asset:none", "owner": "admin"}), 404, "not_found"),
        (json!({"ids": [1], "owner": "nobody-such"}), 404, "not_found"),
        (json!({"ids": [1], "owner": "viewer"}), 409, "conflict"),
    ] {
        client.post("/assignments", bad).await.refused(status, code);
    }
}

#[tokio::test]
async fn a_note_is_kept_on_an_asset() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    site.import(&client, &[finding("web-1", "rule", "high")]).await;
    let id = client.get("/assets").await.ok()["items"][0]["id"].clone();
    let path = format!("/assets/{id}/notes");
    assert_eq!(
        client.post(&path, json!({"text": " In the cellar, <b>behind</b> the pump. "})).await.ok()["by"],
        "analyst"
    );
    let asset = client.get(&format!("/assets/{id}")).await.ok();
    assert_eq!(asset["notes"][0]["text"], "In the cellar, <b>behind</b> the pump.");
    assert_eq!(asset["events"][0]["kind"], "note.added");
    client.post(&path, json!({"text": " "})).await.refused(400, "bad_request");
    client.post("/assets/99/notes", json!({"text": "x"})).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_one_counts_once_and_can_be_told_apart() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let lines = [finding("web", "one", "low"), finding("web", "two", "high"), finding("db", "one", "low")];
    site.import(&client, &lines).await;
    let total = async || client.get("/exposures").await.ok()["total"].clone();
    assert_eq!(total().await, 3);
    let word = |other: i64, reason: &str| json!({"other": other, "reason": reason});
    client.post("/exposures/1/same", word(2, " ")).await.refused(400, "bad_request");
    client.post("/exposures/1/same", word(3, "x")).await.refused(409, "conflict");
    client.post("/exposures/1/same", word(99, "x")).await.refused(404, "not_found");
    assert_eq!(client.post("/exposures/1/same", word(2, "one door")).await.status.as_u16(), 204);
    assert_eq!(total().await, 2);
    // By either number it is the one that stands for both.
    let one = client.get("/exposures/2").await.ok();
    assert_eq!((&one["id"], &one["severity"]), (&json!(1), &json!("high")));
    assert_eq!(one["sightings"].as_array().unwrap().len(), 2);
    let together = client.get("/exposures/1/together").await.ok();
    let ids: Vec<_> =
        together["members"].as_array().unwrap().iter().map(|it| &it["exposure"]["id"]).collect();
    assert_eq!(ids, [1, 2]);
    let because = &together["members"][1]["because"][0];
    assert_eq!(
        (&because["reason"], &because["rule"], &because["by"]),
        (&json!("one door"), &json!("person"), &json!("analyst"))
    );
    assert_eq!(client.post("/exposures/1/apart", word(2, "two doors")).await.status.as_u16(), 204);
    assert_eq!(total().await, 3);
    let apart = client.get("/exposures/1/together").await.ok();
    assert_eq!(
        (&apart["apart"][0]["reason"], apart["members"].as_array().unwrap().len()),
        (&json!("two doors"), 1)
    );
    assert_eq!(client.get("/exposures/alike?limit=5").await.ok(), json!({"items": [], "next": null}));
    client.get("/exposures/alike?limit=0").await.refused(400, "bad_request");
}

#[tokio::test]
async fn what_a_report_dates_back_is_opened_when_it_comes_in() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let mut old = finding("web", "old", "high");
    old["seen_at"] = json!("2026-10-01T00:00:00Z");
    site.import(&client, &[old]).await;
    let found = async |client: &Client, query: &str| {
        let query = query.replace('<', "%3C").replace('>', "%3E");
        client.get(&format!("/exposures?q={query}")).await.ok()
    };
    let total = async |client: &Client, query: &str| found(client, query).await["total"].as_u64().unwrap();
    assert_eq!((total(&client, "new:true").await, total(&client, "opened:<24h").await), (0, 1));
    assert_eq!((total(&client, "age:>30d").await, total(&client, "opened:>30d").await), (1, 0));
    let row = client.get("/exposures").await.ok()["items"][0].clone();
    assert_eq!(
        (&row["first_seen"], &row["opened"]),
        (&json!("2026-10-01T00:00:00Z"), &json!("2026-11-23T12:00:00Z"))
    );
    // Told again a day later: it was opened when it first came in.
    site.clock.set(Timestamp::parse("2026-11-24T13:00:00Z").unwrap());
    let client = site.as_role("analyst").await;
    site.import(&client, &[finding("web", "old", "high"), finding("web", "fresh", "high")]).await;
    assert_eq!((total(&client, "opened:<24h").await, total(&client, "opened:>=1d").await), (1, 1));
    let two = json!({"other": found(&client, "fresh").await["items"][0]["id"], "reason": "one flaw"});
    let first = found(&client, "opened:>=1d").await["items"][0]["id"].clone();
    client.post(&format!("/exposures/{first}/same"), two).await.ok();
    assert_eq!(
        (total(&client, "opened:<24h").await, total(&client, "opened:>=1d").await),
        (0, 1),
        "one that is as old as its first"
    );
}
