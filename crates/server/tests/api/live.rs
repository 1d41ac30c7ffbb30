//! The event stream.

use crate::support::{Site, Stream, finding};

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
