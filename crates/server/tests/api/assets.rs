//! The list of assets follows each change without being read whole.

use crate::support::{Client, Site, finding};
use axum::http::Method;
use serde_json::{Value, json};

/// Name, open exposures and scopes of all assets, by name.
async fn list(client: &Client) -> Vec<(String, u64, Vec<String>)> {
    let page = client.get("/assets?limit=50&sort=name").await.ok();
    let items = page["items"].as_array().unwrap();
    assert_eq!(page["total"], items.len());
    let words = |value: &Value| value.as_str().unwrap().to_owned();
    let scopes = |item: &Value| item["scopes"].as_array().unwrap().iter().map(words).collect();
    items.iter().map(|item| (words(&item["name"]), item["open"].as_u64().unwrap(), scopes(item))).collect()
}

fn expected(rows: &[(&str, u64, &[&str])]) -> Vec<(String, u64, Vec<String>)> {
    let row = |(name, open, scopes): &(&str, u64, &[&str])| {
        ((*name).to_owned(), *open, scopes.iter().map(|scope| (*scope).to_owned()).collect())
    };
    rows.iter().map(row).collect()
}

#[tokio::test]
async fn what_changes_shows_and_the_rest_stays() {
    let site = Site::new();
    let admin = site.as_role("admin").await;
    assert_eq!(list(&admin).await, []);
    site.import(&admin, &[finding("web-1", "a", "high"), finding("db", "a", "low")]).await;
    assert_eq!(list(&admin).await, expected(&[("db", 1, &[]), ("web-1", 1, &[])]));
    // A new asset and one more exposure of a known one.
    site.import(&admin, &[finding("web-2", "a", "low"), finding("db", "b", "high")]).await;
    assert_eq!(list(&admin).await, expected(&[("db", 2, &[]), ("web-1", 1, &[]), ("web-2", 1, &[])]));
    let body = json!({"q": "asset:db", "verdict": "false-positive", "reason": "seen"});
    admin.post("/decisions", body).await.ok();
    assert_eq!(list(&admin).await, expected(&[("db", 0, &[]), ("web-1", 1, &[]), ("web-2", 1, &[])]));
    admin.post("/scopes", json!({"name": "shop", "query": "asset:web*"})).await.ok();
    assert_eq!(
        list(&admin).await,
        expected(&[("db", 0, &[]), ("web-1", 1, &["shop"]), ("web-2", 1, &["shop"])])
    );
    site.import(&admin, &[finding("web-3", "a", "low")]).await;
    let all = expected(&[
        ("db", 0, &[]),
        ("web-1", 1, &["shop"]),
        ("web-2", 1, &["shop"]),
        ("web-3", 1, &["shop"]),
    ]);
    assert_eq!(list(&admin).await, all);
}

#[tokio::test]
async fn a_network_is_shown_and_asked_for() {
    let site = Site::new();
    let admin = site.as_role("admin").await;
    let mut till = finding("till", "a", "high");
    till["ip"] = json!("10.0.0.5");
    site.import(&admin, &[till.clone(), finding("web", "a", "low")]).await;
    let asked = |path: &'static str| async { admin.get(path).await.ok()["total"].as_u64().unwrap() };
    assert_eq!((asked("/assets?q=network:*").await, asked("/exposures?q=network:*").await), (0, 0));
    // The same machine, as it is known by its name; now with an address in a network.
    let path = "/imports?name=test.jsonl&format=bartizan&network=branch-berlin";
    let run = admin.send(Method::POST, path, Some(till.to_string())).await.ok()["run"].as_i64().unwrap();
    site.finished(&admin, run).await;
    let list = admin.get("/assets?q=network:branch-berlin").await.ok();
    assert_eq!((&list["total"], &list["items"][0]["name"]), (&json!(1), &json!("till")));
    assert_eq!(list["items"][0]["networks"], json!(["branch-berlin"]));
    assert_eq!(admin.get("/assets/1").await.ok()["networks"], json!(["branch-berlin"]));
    assert_eq!(asked("/assets?q=-network:*").await, 1);
    assert_eq!(asked("/exposures?q=network:branch-*").await, 1);
    let facets = admin.get("/assets/facets").await.ok();
    let facet =
        facets["facets"].as_array().unwrap().iter().find(|facet| facet["field"] == "network").unwrap();
    let value = json!({"label": "branch-berlin", "value": "branch-berlin", "count": 1});
    assert_eq!(facet["values"], json!([value]));
    admin.post("/scopes", json!({"name": "Berlin", "query": "network:branch-berlin"})).await.ok();
    assert_eq!(asked("/exposures?q=scope:Berlin").await, 1);
}
