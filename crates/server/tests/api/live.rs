//! The event stream.

use crate::support::{Client, Site, finding};
use axum::body::{Body, BodyDataStream};
use axum::http::Method;
use futures_util::StreamExt;
use serde_json::Value;
use std::time::Duration;

struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    async fn open(client: &Client, last: Option<i64>) -> Self {
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
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((message, rest)) = self.text.split_once("\n\n") {
                let message = message.to_owned();
                self.text = rest.to_owned();
                if let Some(data) = message.lines().find_map(|line| line.strip_prefix("data: ")) {
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

#[tokio::test]
async fn the_stream_tells_what_happens_and_resumes() {
    let site = Site::new();
    let client = site.as_role("analyst").await;
    let mut stream = Stream::open(&client, None).await;
    site.import(&client, &[finding("web", "rule", "high")]).await;
    let first = stream.next().await.unwrap();
    assert_eq!((first["kind"].as_str(), first["actor"].as_str()), (Some("run.started"), Some("analyst")));
    let mut seen = vec![first["seq"].as_i64().unwrap()];
    loop {
        let event = stream.next().await.unwrap();
        seen.push(event["seq"].as_i64().unwrap());
        if event["kind"] == "run.finished" {
            break;
        }
    }
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
    drop(stream);
    // Away for a while: what happened since comes first.
    let mut again = Stream::open(&client, Some(seen[0])).await;
    for seq in &seen[1..] {
        assert_eq!(again.next().await.unwrap()["seq"].as_i64(), Some(*seq));
    }
    let page = client.get("/events?limit=2").await.ok();
    assert_eq!(page["items"][0]["seq"].as_i64(), seen.last().copied());
    let rest = client.get(&format!("/events?limit=2&after={}", page["next"].as_str().unwrap())).await.ok();
    assert!(rest["items"][0]["seq"].as_i64() < page["items"][1]["seq"].as_i64());
    assert_eq!(client.get("/events?kind=run.").await.ok()["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn who_signs_out_hears_nothing_more() {
    let site = Site::new();
    let (listener, other) = (site.as_role("viewer").await, site.as_role("analyst").await);
    let mut stream = Stream::open(&listener, None).await;
    listener.delete("/session").await;
    site.import(&other, &[finding("web", "rule", "high")]).await;
    assert_eq!(stream.next().await, None);
}
