//! A whole server in a temporary folder, with an admin, and short words for calling it.

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use bartizan_app::{Actor, App, Clock, OpenOptions};
use bartizan_iam::{Secret, password};
use bartizan_model::Role;
use bartizan_model::Timestamp;
use bartizan_server::{Config, Server};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A server under test.
pub(crate) struct Site {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Clock,
    pub(crate) setup: Option<Secret>,
    router: Router,
    _folder: tempfile::TempDir,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.code().as_str()), (status, code), "{}", self.text);
        let error = &self.json()["error"];
        assert!(error["message"].as_str().is_some_and(|words| !words.is_empty()));
        assert_eq!(error["request_id"].as_str(), self.headers["x-request-id"].to_str().ok());
    }
}

/// Who calls, and how.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) extra: Vec<(&'static str, String)>,
}

impl Site {
    /// A server without any account.
    pub(crate) fn empty() -> Self {
        Self::with(|_| ())
    }

    /// A server that may fetch nothing.
    pub(crate) fn offline() -> Self {
        Self::made(true, |_| ())
    }

    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::made(false, change)
    }

    fn made(offline: bool, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse("2026-11-23T12:00:00Z").unwrap());
        let options =
            OpenOptions { data: folder.path().join("data"), database_url: None, clock: clock.clone() };
        let app = Arc::new(App::open(options).unwrap().offline(offline));
        let mut config = Config::new("127.0.0.1:0".parse().unwrap());
        config.follow_every = Duration::from_millis(20);
        change(&mut config);
        let (router, setup) = Server::router_for_tests(Arc::clone(&app), config).unwrap();
        Self { app, clock, setup, router, _folder: folder }
    }

    /// A server with one account of each role, named like it.
    pub(crate) fn new() -> Self {
        Self::with(|_| ()).with_people()
    }

    pub(crate) fn with_people(self) -> Self {
        let hash = password::hash(PASSWORD).unwrap();
        self.app
            .write(&Actor::system("test"), |tx| {
                tx.add_account("viewer", &hash, Role::Viewer)?;
                tx.add_account("analyst", &hash, Role::Analyst)?;
                tx.add_account("admin", &hash, Role::Admin)
            })
            .unwrap();
        self
    }

    pub(crate) fn anonymous(&self) -> Client {
        Client { router: self.router.clone(), cookie: None, csrf: None, token: None, extra: Vec::new() }
    }

    /// Signs in as one of the accounts of [`Self::new`].
    pub(crate) async fn as_role(&self, role: &str) -> Client {
        self.anonymous().sign_in(role, PASSWORD).await
    }

    /// Imports findings as the house's own format and waits for the end of the run.
    pub(crate) async fn import(&self, client: &Client, lines: &[Value]) -> Value {
        let body: String = lines.iter().map(|line| line.to_string() + "\n").collect();
        let answer = client.send(Method::POST, "/imports?name=test.jsonl&format=bartizan", Some(body)).await;
        let run = answer.ok()["run"].as_i64().unwrap();
        self.finished(client, run).await
    }

    /// Waits for the event that ends a run.
    pub(crate) async fn finished(&self, client: &Client, run: i64) -> Value {
        let mut stream = Stream::open(client, Some(0)).await;
        loop {
            let event = stream.next().await.unwrap();
            if event["run"] == run && matches!(event["kind"].as_str(), Some("run.finished" | "run.failed")) {
                return client.get(&format!("/runs/{run}")).await.ok();
            }
        }
    }
}

/// The event stream, as a page hears it.
pub(crate) struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    pub(crate) async fn open(client: &Client, last: Option<i64>) -> Self {
        let mut request = client.request(Method::GET, "/api/v1/events/stream");
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = client.open(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"));
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event; `None` where the stream ends.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((message, rest)) = self.text.split_once("\n\n") {
                let message = message.to_owned();
                self.text = rest.to_owned();
                if let Some(data) = message.lines().find_map(|line| line.strip_prefix("data: ")) {
                    if message.contains("event: derived") {
                        continue;
                    }
                    assert!(message.contains("event: change"));
                    return Some(serde_json::from_str(data).unwrap());
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.body.next()).await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }
}

/// A finding in the house's own format.
pub(crate) fn finding(asset: &str, rule: &str, severity: &str) -> Value {
    json!({"title": format!("About {rule}"), "severity": severity, "asset": asset, "rule": rule})
}

impl Client {
    pub(crate) async fn sign_in(mut self, name: &str, password: &str) -> Self {
        let answer = self.post("/session", json!({"name": name, "password": password})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.take_session(&answer);
        self
    }

    pub(crate) fn take_session(&mut self, answer: &Answer) {
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        self.csrf = answer.json()["csrf"].as_str().map(str::to_owned);
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body.to_string())).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Calls a path below `/api/v1`.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        let request = self.request(method, &format!("/api/v1{path}"));
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body)),
            None => request.body(Body::empty()),
        };
        self.raw(request.unwrap()).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path);
        if !self.extra.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "127.0.0.1:8420");
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-bartizan-csrf", csrf);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.extra {
            request = request.header(*name, value);
        }
        request
    }

    pub(crate) async fn raw(&self, request: Request<Body>) -> Answer {
        let response = self.open(request).await;
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(crate) async fn open(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }
}
