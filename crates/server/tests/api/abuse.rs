//! What a stranger, a forged page or a broken client sends.

use crate::support::{Answer, Site};
use axum::body::Body;
use axum::http::{Method, header};
use serde_json::json;

const HEADERS: [&str; 7] = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "x-request-id",
];

#[track_caller]
fn strict(answer: &Answer) {
    for name in HEADERS {
        assert!(answer.headers.contains_key(name), "{name} is missing: {:?}", answer.headers);
    }
    assert!(
        answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors 'none'")
    );
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control")));
}

#[tokio::test]
async fn every_kind_of_answer_carries_the_strict_headers() {
    let site = Site::new();
    let admin = site.as_role("admin").await;
    strict(&admin.get("/overview").await);
    strict(&admin.get("/nothing").await);
    strict(&admin.post("/session", json!(3)).await);
    strict(&site.anonymous().get("/overview").await);
    strict(&admin.get("/exposures/export").await);
    for path in ["/", "/static/none.js", "/exposures", "/healthz", "/metrics", "/api/v1/openapi.json"] {
        strict(&admin.raw(admin.request(Method::GET, path).body(Body::empty()).unwrap()).await);
    }
    let mut evil = site.anonymous();
    evil.extra.push(("host", "evil.example".into()));
    strict(&evil.get("/setup").await);
    assert_eq!(admin.get("/overview").await.headers["cache-control"], "no-store");
    assert!(!admin.get("/overview").await.headers.contains_key("strict-transport-security"));
    let secure = Site::with(|config| config.public_urls = vec!["https://ctem.example.org".into()]);
    assert!(secure.anonymous().get("/setup").await.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn only_its_own_hosts_are_answered() {
    let site =
        Site::with(|config| config.public_urls = vec!["https://ctem.example.org".into()]).with_people();
    for (host, fine) in [
        ("localhost:8420", true),
        ("[::1]", true),
        ("ctem.example.org", true),
        ("evil.example", false),
        ("127.0.0.1.evil.example", false),
        ("192.0.2.1", false),
    ] {
        let mut client = site.anonymous();
        client.extra.push(("host", host.into()));
        let answer = client.get("/setup").await;
        if fine { drop(answer.ok()) } else { answer.refused(403, "forbidden") }
    }
}

#[tokio::test]
async fn pages_of_other_sites_cannot_call() {
    let site = Site::new();
    for (name, value) in
        [("origin", "http://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let mut client = site.anonymous();
        client.extra.push((name, value.into()));
        client.post("/session", json!({"name": "admin", "password": "x"})).await.refused(403, "csrf");
    }
}

#[tokio::test]
async fn errors_have_one_shape() {
    let site = Site::new();
    let admin = site.as_role("admin").await;
    admin.get("/nothing").await.refused(404, "not_found");
    admin.get("/exposures/none").await.refused(404, "not_found");
    admin.get("/exposures/99").await.refused(404, "not_found");
    admin.get("/assets/99").await.refused(404, "not_found");
    admin.get("/runs/99").await.refused(404, "not_found");
    let wrong_method = admin.send(Method::PUT, "/exposures", None).await;
    wrong_method.refused(405, "bad_request");
    assert!(wrong_method.headers.contains_key("allow"));
    let send = |body: &str| admin.send(Method::POST, "/users", Some(body.to_owned()));
    for body in ["", "{", "[]", "{\"name\":1}", "{\"name\":\"x\",\"password\":\"y\",\"role\":\"god\"}"] {
        send(body).await.refused(400, "bad_request");
    }
    send(&format!("{{\"name\":\"{}\"}}", "x".repeat(2 << 20))).await.refused(413, "too_large");
    let text = admin.request(Method::POST, "/api/v1/users").header("content-type", "text/plain");
    admin.raw(text.body(Body::from("{}")).unwrap()).await.refused(400, "bad_request");
    let query = admin.get("/exposures?q=sevrity:high").await;
    query.refused(400, "bad_query");
    let error = &query.json()["error"];
    assert_eq!(error["span"], json!([0, 7]));
    assert!(error["hint"].as_str().unwrap().contains("severity"));
    for bad in ["sort=nonsense", "limit=0", "limit=501", "limit=x", "after=nonsense"] {
        admin.get(&format!("/exposures?{bad}")).await.refused(400, "bad_request");
        admin.get(&format!("/assets?{bad}")).await.refused(400, "bad_request");
    }
    admin.get("/assets?q=kev:true").await.refused(400, "bad_query");
}

#[tokio::test]
async fn uploads_are_bounded_also_where_the_length_is_not_told() {
    let site = Site::with(|config| config.max_upload = 100_000).with_people();
    let analyst = site.as_role("analyst").await;
    let big = "x".repeat(100_001);
    analyst.send(Method::POST, "/imports", Some(big.clone())).await.refused(413, "too_large");
    let chunks = (0..200).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1_000]));
    let streamed = analyst
        .request(Method::POST, "/api/v1/imports")
        .body(Body::from_stream(futures_util::stream::iter(chunks)));
    analyst.raw(streamed.unwrap()).await.refused(413, "too_large");
    analyst.send(Method::POST, "/imports", Some(String::new())).await.refused(400, "bad_request");
    analyst.send(Method::POST, "/imports?format=none", Some("x".into())).await.refused(400, "bad_request");
    let spool = site.app.data().join("spool");
    assert_eq!(std::fs::read_dir(spool).unwrap().count(), 0, "nothing is left behind");
}
