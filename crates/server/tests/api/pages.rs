//! The UI, the probes, the metrics.

use crate::support::{Answer, Client, Site, finding};
use axum::body::Body;
use axum::http::Method;

async fn raw(client: &Client, method: Method, path: &str) -> Answer {
    client.raw(client.request(method, path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn pages_are_the_ui_and_missing_assets_are_missing() {
    let site = Site::empty();
    let client = site.anonymous();
    for path in [
        "/",
        "/exposures",
        "/exposures/7",
        "/assets",
        "/asset/7",
        "/setup?token=x",
        "/index.html",
        "/.gitignore",
    ] {
        let page = raw(&client, Method::GET, path).await;
        assert_eq!(
            (page.status.as_u16(), page.headers["cache-control"].as_bytes()),
            (200, &b"no-store"[..]),
            "{path}"
        );
        assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
        assert!(page.text.contains("Bartizan"), "{path}");
    }
    assert_eq!(raw(&client, Method::GET, "/static/none.js").await.status, 404);
    assert_eq!(raw(&client, Method::GET, "/static/../../../Cargo.toml").await.status, 404);
    assert!(!raw(&client, Method::GET, "/../../Cargo.toml").await.text.contains("[package]"));
    assert_eq!(raw(&client, Method::POST, "/exposures").await.status, 405);
    raw(&client, Method::GET, "/api/v2/x").await.refused(404, "not_found");
    raw(&client, Method::GET, "/api").await.refused(404, "not_found");
}

#[tokio::test]
async fn the_probes_and_metrics_answer_and_name_nothing() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    site.import(&client, &[finding("secret-host-name", "rule", "high")]).await;
    assert_eq!(raw(&site.anonymous(), Method::GET, "/healthz").await.text, "ok\n");
    assert_eq!(raw(&site.anonymous(), Method::GET, "/readyz").await.text, "ready\n");
    let metrics = raw(&site.anonymous(), Method::GET, "/metrics").await.text;
    for line in [
        "bartizan_exposures{status=\"open\"} 1",
        "bartizan_runs 1",
        "bartizan_http_requests_total{route=\"/api/v1/imports\",method=\"POST\",status=\"202\"} 1",
        "# TYPE bartizan_http_request_duration_seconds histogram",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    assert!(!metrics.contains("secret-host-name") && !metrics.contains("analyst"));
}
