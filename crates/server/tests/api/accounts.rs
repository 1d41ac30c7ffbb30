//! Set-up, signing in and out, people, tokens.

use crate::support::{PASSWORD, Site};
use bartizan_model::Timestamp;
use serde_json::json;

#[tokio::test]
async fn the_setup_token_works_once() {
    let site = Site::empty();
    let mut client = site.anonymous();
    assert_eq!(client.get("/setup").await.ok(), json!({"needed": true}));
    let token = site.setup.as_ref().unwrap().to_string();
    let body = |token: &str| json!({"token": token, "name": "ada", "password": PASSWORD});
    let wrong = bartizan_iam::Secret::from_bytes(&[9; 32]).to_string();
    client.post("/setup", body(&wrong)).await.refused(403, "forbidden");
    client.post("/setup", body("x")).await.refused(403, "forbidden");
    let weak = json!({"token": token, "name": "ada", "password": "short"});
    client.post("/setup", weak).await.refused(400, "bad_request");
    let answer = client.post("/setup", body(&token)).await;
    assert_eq!(answer.json()["user"]["role"], "admin", "{}", answer.text);
    client.take_session(&answer);
    assert_eq!(client.get("/session").await.ok()["user"]["name"], "ada");
    site.anonymous().post("/setup", body(&token)).await.refused(403, "forbidden");
    assert_eq!(client.get("/setup").await.ok(), json!({"needed": false}));
    assert_eq!(client.get("/users").await.ok().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_session_begins_ends_and_runs_out() {
    let site = Site::new();
    let client = site.as_role("viewer").await;
    client.get("/overview").await.ok();
    assert_eq!(client.delete("/session").await.status, 204);
    client.get("/overview").await.refused(401, "unauthenticated");
    let client = site.as_role("viewer").await;
    let now = Timestamp::parse("2026-11-23T12:00:00Z").unwrap();
    site.clock.set(now.plus_days(1));
    client.get("/overview").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn guessing_is_slowed_down_and_tells_nothing() {
    let site = Site::new();
    let client = site.anonymous();
    let guess = |name: &str| {
        let (client, name) = (client.clone(), name.to_owned());
        async move { client.post("/session", json!({"name": name, "password": "wrong wrong wrong"})).await }
    };
    let (known, unknown) = (guess("admin").await, guess("nobody").await);
    known.refused(401, "unauthenticated");
    assert_eq!(known.json()["error"]["message"], unknown.json()["error"]["message"]);
    for _ in 0..4 {
        guess("admin").await.refused(401, "unauthenticated");
    }
    let slowed = guess("admin").await;
    slowed.refused(429, "rate_limited");
    assert!(slowed.headers.contains_key("retry-after"));
    let right = json!({"name": "admin", "password": PASSWORD});
    client.post("/session", right).await.refused(429, "rate_limited");
    site.as_role("viewer").await;
}

#[tokio::test]
async fn people_are_managed_and_the_last_admin_stays() {
    let site = Site::new();
    let admin = site.as_role("admin").await;
    let new = json!({"name": "grace", "password": "a fine long password", "role": "analyst"});
    let user = admin.post("/users", new.clone()).await;
    assert_eq!(user.status, 201);
    assert!(!user.text.contains("argon2") && !user.text.contains("password"));
    let id = user.json()["id"].as_i64().unwrap();
    admin.post("/users", new).await.refused(409, "conflict");
    let grace = site.anonymous().sign_in("grace", "a fine long password").await;
    grace.get("/users").await.refused(403, "forbidden");
    admin.patch(&format!("/users/{id}"), json!({"disabled": true})).await.ok();
    grace.get("/overview").await.refused(401, "unauthenticated");
    assert_eq!(admin.delete(&format!("/users/{id}")).await.status, 204);
    admin.patch("/users/3", json!({"role": "viewer"})).await.refused(409, "conflict");
    admin.delete("/users/3").await.refused(409, "conflict");
    admin.delete("/users/99").await.refused(404, "not_found");
    for bad in ["", "a b", "x\u{0}", "<script>"] {
        let body = json!({"name": bad, "password": "a fine long password", "role": "viewer"});
        admin.post("/users", body).await.refused(400, "bad_request");
    }
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let site = Site::new();
    let (mut one, other) = (site.as_role("viewer").await, site.as_role("viewer").await);
    let wrong = json!({"current": "wrong wrong wrong", "new": "another fine password"});
    one.post("/session/password", wrong).await.refused(403, "forbidden");
    let answer =
        one.post("/session/password", json!({"current": PASSWORD, "new": "another fine password"})).await;
    one.take_session(&answer);
    one.get("/session").await.ok();
    other.get("/session").await.refused(401, "unauthenticated");
    site.anonymous().sign_in("viewer", "another fine password").await;
}

#[tokio::test]
async fn a_token_is_shown_once_can_no_more_than_its_owner_and_is_revoked() {
    let site = Site::new();
    let analyst = site.as_role("analyst").await;
    analyst.post("/tokens", json!({"name": "x", "role": "admin"})).await.refused(403, "forbidden");
    let past = json!({"name": "x", "expires": "2020-01-01T00:00:00Z"});
    analyst.post("/tokens", past).await.refused(400, "bad_request");
    let made = analyst.post("/tokens", json!({"name": "ci", "expires": "2026-12-01T00:00:00Z"})).await.ok();
    let secret = made["token"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("btz_"));
    let listed = analyst.get("/tokens").await;
    assert!(!listed.text.contains(&secret) && listed.json()[0]["role"] == "viewer", "{}", listed.text);

    let mut script = site.anonymous();
    script.token = Some(secret);
    script.get("/overview").await.ok();
    script.post("/discover/host", json!({})).await.refused(403, "forbidden");
    script.post("/tokens", json!({"name": "more"})).await.refused(403, "forbidden");
    let id = made["id"].as_i64().unwrap();
    site.as_role("viewer").await.delete(&format!("/tokens/{id}")).await.refused(404, "not_found");
    assert_eq!(analyst.delete(&format!("/tokens/{id}")).await.status, 204);
    script.get("/overview").await.refused(401, "unauthenticated");

    let made =
        analyst.post("/tokens", json!({"name": "ci", "role": "analyst", "expires": "2026-12-01"})).await.ok();
    script.token = made["token"].as_str().map(str::to_owned);
    script.get("/session").await.ok();
    site.clock.set(Timestamp::parse("2026-12-02T00:00:00Z").unwrap());
    script.get("/session").await.refused(401, "unauthenticated");
}
