//! Assets, scopes, saved views, demonstration data.

use crate::support::{Site, finding};
use serde_json::json;

#[tokio::test]
async fn assets_are_listed_declared_merged_and_split() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let lines = [
        finding("web-1", "a", "critical"),
        finding("web-1", "b", "low"),
        finding("web-2", "a", "low"),
        finding("db", "c", "info"),
    ];
    site.import(&client, &lines).await;
    let list = client.get("/assets?sort=-open&limit=2").await.ok();
    assert_eq!(
        (&list["total"], &list["items"][0]["name"], &list["items"][0]["open"]),
        (&json!(3), &json!("web-1"), &json!(2))
    );
    let next = client
        .get(&format!("/assets?sort=-open&limit=2&after={}", list["next"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!((next["items"].as_array().unwrap().len(), &next["next"]), (1, &json!(null)));
    assert_eq!(client.get("/assets?q=asset:web*").await.ok()["total"], 2);
    assert_eq!(client.get("/assets?q=unknown:reach%20-db").await.ok()["total"], 2);
    let facets = client.get("/assets/facets?q=web").await.ok();
    assert!(
        facets["facets"]
            .as_array()
            .unwrap()
            .iter()
            .any(|f| f["field"] == "reach" && f["values"][0]["count"] == 2)
    );

    let id = list["items"][0]["id"].as_i64().unwrap();
    let path = format!("/assets/{id}");
    let changed = client
        .patch(&path, json!({"reach": "internet", "criticality": "critical", "data": ["phi"]}))
        .await
        .ok();
    assert_eq!(
        (&changed["reach"], &changed["reach_source"], &changed["data"]),
        (&json!("internet"), &json!("declared"), &json!(["phi"]))
    );
    assert_eq!(changed["exposures"].as_array().unwrap().len(), 2);
    assert_eq!(client.get("/exposures?q=reach:internet").await.ok()["total"], 2);
    assert!(client.patch(&path, json!({"criticality": null})).await.ok()["criticality"].is_null());
    client.patch(&path, json!({"reach": "moon"})).await.refused(400, "bad_request");

    let other = client.get("/assets?q=asset:web-2").await.ok()["items"][0]["id"].as_i64().unwrap();
    client.post(&format!("{path}/merge"), json!({"other": id, "reason": "x"})).await.refused(409, "conflict");
    let merged = client
        .post(&format!("{path}/merge"), json!({"other": other, "reason": "One machine, two names."}))
        .await
        .ok();
    assert_eq!(merged["merges"][0]["reasons"], json!(["One machine, two names."]));
    assert_eq!(client.get("/assets").await.ok()["total"], 2);
    assert_eq!(
        client.get(&format!("/assets/{other}")).await.ok()["id"].as_i64(),
        Some(id),
        "a merged asset answers as the other"
    );
    client.post(&format!("/merges/{}/split", merged["merges"][0]["id"]), json!({})).await.ok();
    assert_eq!(client.get("/assets").await.ok()["total"], 3);
}

#[tokio::test]
async fn a_scope_says_what_its_assets_are_worth() {
    let site = Site::new();
    let (admin, analyst) = (site.as_role("admin").await, site.as_role("analyst").await);
    site.import(&analyst, &[finding("web-1", "a", "high"), finding("db", "a", "high")]).await;
    let body = json!({"name": "Shop", "description": "Sells.", "query": "asset:web*", "criticality": "high", "data": ["pci"]});
    let scope = admin.post("/scopes", body.clone()).await.ok();
    assert_eq!((&scope["assets"], &scope["crown_jewel"]), (&json!(1), &json!(false)));
    assert_eq!(analyst.get("/exposures?q=scope:shop").await.ok()["total"], 1);
    assert_eq!(analyst.get("/assets?q=scope:shop").await.ok()["items"][0]["scopes"], json!(["Shop"]));
    admin.post("/scopes", body).await.refused(409, "conflict");
    admin.post("/scopes", json!({"name": "x", "query": ""})).await.refused(400, "bad_request");
    admin.post("/scopes", json!({"name": "x", "query": "kev:true"})).await.refused(400, "bad_query");
    let path = format!("/scopes/{}", scope["id"]);
    let changed = admin.patch(&path, json!({"crown_jewel": true})).await.ok();
    assert_eq!(
        (&changed["crown_jewel"], &changed["query"], &changed["criticality"]),
        (&json!(true), &json!("asset:web*"), &json!("high"))
    );
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(admin.get("/scopes").await.ok(), json!([]));
    admin.patch(&path, json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn views_are_ones_own() {
    let site = Site::new();
    let (one, other) = (site.as_role("viewer").await, site.as_role("analyst").await);
    let view =
        one.post("/views", json!({"name": "Mine", "query": "kev:true", "sort": "-priority"})).await.ok();
    one.post("/views", json!({"name": "Bad", "query": "("})).await.refused(400, "bad_query");
    assert_eq!(other.get("/views").await.ok(), json!([]));
    let path = format!("/views/{}", view["id"]);
    other.delete(&path).await.refused(404, "not_found");
    assert_eq!(one.delete(&path).await.status, 204);
    assert_eq!(site.as_role("admin").await.delete("/demo").await.status, 204);
}

#[tokio::test]
async fn an_asset_is_worth_what_its_scopes_say_until_somebody_says_otherwise() {
    let site = Site::new();
    let (admin, client) = (site.as_role("admin").await, site.as_role("analyst").await);
    site.import(&client, &[finding("web-1", "a", "high"), finding("db", "b", "high")]).await;
    for (name, criticality, data) in [("one", "low", json!(["phi"])), ("two", "high", json!(["pii"]))] {
        let scope = json!({"name": name, "description": "", "query": "asset:web*", "criticality": criticality,
            "data": data, "crown_jewel": false});
        admin.post("/scopes", scope).await.ok();
    }
    let row = client.get("/assets?q=criticality:high").await.ok()["items"][0].clone();
    assert_eq!(
        (&row["name"], &row["criticality"], &row["data"]),
        (&json!("web-1"), &json!(null), &json!([]))
    );
    assert_eq!((&row["worth"], &row["holds"]), (&json!("high"), &json!(["phi", "pii"])));
    for (q, total) in [("unknown:criticality", 1), ("criticality:low", 0), ("data:pii", 1)] {
        assert_eq!(client.get(&format!("/assets?q={q}")).await.ok()["total"], total, "{q}");
        let listed = format!("/exposures?q={q}");
        assert_eq!(client.get(&listed).await.ok()["total"], total, "{q} means the same of exposures");
    }
    let path = format!("/assets/{}", row["id"]);
    let said = client.patch(&path, json!({"criticality": "low"})).await.ok();
    assert_eq!((&said["criticality"], &said["worth"]), (&json!("low"), &json!("low")));
}

#[tokio::test]
async fn entries_of_attackers_are_set_and_reset() {
    let site = Site::new();
    let (reader, admin) = (site.as_role("viewer").await, site.as_role("admin").await);
    let entries = reader.get("/attack/entries").await.ok();
    assert_eq!(entries.as_array().unwrap().len(), 5);
    assert_eq!((&entries[0]["entry"], &entries[0]["on"]), (&json!("internet"), &json!(true)));
    assert!(entries[0]["set_by"].is_null());

    let path = "/attack/entries/supplier";
    let set = admin.patch(path, json!({"chance": {"value": 0.5, "high": 0.75}})).await.ok();
    assert_eq!(set["chance"], json!({"low": 0.5, "value": 0.5, "high": 0.75}));
    assert!(set["set_by"].is_string() && set["set_at"].is_string());
    let off = admin.patch(path, json!({"on": false})).await.ok();
    assert_eq!((&off["on"], &off["chance"]["value"]), (&json!(false), &json!(0.5)));
    assert_eq!(reader.get("/attack/entries").await.ok()[2], off);
    reader.patch(path, json!({"on": true})).await.refused(403, "forbidden");
    admin.patch(path, json!({"chance": {"value": 2}})).await.refused(400, "bad_request");
    admin.patch("/attack/entries/moon", json!({"on": true})).await.refused(404, "not_found");
    let reset = admin.delete(path).await.ok();
    assert!(reset["on"] == true && reset["set_by"].is_null());
}
