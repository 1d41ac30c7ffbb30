//! Calls of the API, as somebody who may do everything: a method, a path, a query string and a body. Whatever is asked, the answer
//! is no panic and no failure of the server.
#![no_main]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use bartizan_app::{Actor, App, Clock, OpenOptions};
use bartizan_iam::Secret;
use bartizan_model::{Role, Timestamp};
use bartizan_server::{Config, Server};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// What takes long for a reason (hashes of passwords), never ends, or looks at this machine.
const LEFT_OUT: &[&str] =
    &["/session", "/setup", "/users", "/events/stream", "/discover/host", "/feeds/sync", "/tokens"];

struct Site {
    runtime: Runtime,
    router: Router,
    secret: Secret,
    _folder: TempDir,
}

/// A server with an administrator, a few assets and what is wrong with them.
fn site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let now = Timestamp::parse("2026-11-23T12:00:00Z").expect("a moment");
        let clock = Clock::fixed(now);
        let options = OpenOptions { data: folder.path().join("data"), database_url: None, clock };
        let app = Arc::new(App::open(options).expect("an empty folder opens").offline(true));
        let secret = Secret::from_bytes(&[7; 32]);
        app.write(&Actor::system("fuzz"), |tx| {
            let account = tx.add_account("admin", "no password fits", Role::Admin)?;
            tx.add_token(account, "fuzz", Role::Admin, &secret.digest(), None)
        })
        .expect("an account can be made");
        let runtime = Runtime::new().expect("threads can be had");
        let config = Config::new(([127, 0, 0, 1], 0).into());
        let (router, _) = {
            let _inside = runtime.enter();
            Server::router_for_tests(app, config).expect("a server can be made")
        };
        let site = Site { runtime, router, secret, _folder: folder };
        let finding = |asset, rule| {
            format!("{{\"title\":\"Weak\",\"severity\":\"high\",\"asset\":\"{asset}\",\"rule\":\"{rule}\",\"cve\":\"CVE-2024-1\"}}\n")
        };
        let report = ["web-1.example.org", "10.0.0.7"].map(|asset| finding(asset, "a") + &finding(asset, "b")).concat();
        site.call(Method::POST, "/imports?name=fuzz.jsonl&format=bartizan", report.into());
        site
    })
}

impl Site {
    fn call(&self, method: Method, path: &str, body: Vec<u8>) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", "127.0.0.1:8420")
            .header("authorization", format!("Bearer {}", self.secret))
            .header("content-type", "application/json")
            .body(Body::from(body));
        // What is no address at all never comes so far.
        let Ok(request) = request else { return };
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.expect("it is infallible");
            let status = response.status();
            let text = to_bytes(response.into_body(), 64 << 20).await.expect("it is whole");
            assert_ne!(status, 500, "{path}: {}", String::from_utf8_lossy(&text));
        });
    }
}

fuzz_target!(|data: &[u8]| {
    let line = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let Ok(line_text) = std::str::from_utf8(&data[..line]) else { return };
    let Some((method, path)) = line_text.split_once(' ') else { return };
    let Ok(method) = Method::from_bytes(method.as_bytes()) else { return };
    if LEFT_OUT.iter().any(|left_out| path.starts_with(left_out)) {
        return;
    }
    site().call(method, path, data.get(line + 1..).unwrap_or_default().to_vec());
});
