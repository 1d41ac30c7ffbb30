//! The list of assets follows each change without being read whole.

use crate::support::{Client, Site, finding};
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
