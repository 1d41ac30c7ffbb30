//! The attack graph as a picture, and the steps behind it.

use crate::support::Site;
use bartizan_app::{Actor, DemoRequest};
use serde_json::Value;
use std::collections::BTreeMap;

fn hospital() -> Site {
    let site = Site::new();
    let request = DemoRequest { assets: 60, seed: 1 };
    site.app.demo(&Actor::system("test"), request, &mut |_, _| ()).unwrap();
    site
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().unwrap()
}

#[tokio::test]
async fn the_picture_has_spots_links_and_the_steps_behind_each() {
    let site = hospital();
    let client = site.as_role("viewer").await;
    let graph = client.get("/attack/graph").await.ok();
    let spots = list(&graph, "spots");
    let by_key: BTreeMap<&str, &Value> =
        spots.iter().map(|spot| (spot["key"].as_str().unwrap(), spot)).collect();
    assert_eq!(by_key.len(), spots.len(), "a key names one spot");
    assert_eq!(
        (&by_key["internet"]["kind"], by_key["internet"]["depth"].as_u64()),
        (&"entry".into(), Some(0))
    );
    assert!(spots.iter().all(|spot| spot["chance"]["value"].as_f64().unwrap() > 0.0));
    assert!(spots.iter().any(|spot| spot["value"].as_f64().unwrap() > 0.0), "it leads to something valued");
    assert!(!list(&graph, "techniques").is_empty());
    let links = list(&graph, "links");
    let end = |link: &Value, end: &str| {
        let at = usize::try_from(link[end].as_u64().unwrap()).unwrap();
        spots[at]["key"].as_str().unwrap().to_owned()
    };
    for link in links.iter().take(5) {
        let (from, to) = (end(link, "from"), end(link, "to"));
        let steps = client.get(&format!("/attack/steps?from={from}&to={to}")).await.ok();
        assert!(steps["total"].as_u64() >= link["steps"].as_u64(), "{from} {to} {steps}");
        for step in list(&steps, "steps") {
            assert_eq!(step["gains"]["spot"], to);
            assert!(list(step, "needs").iter().any(|need| need["spot"] == from));
            assert!(!list(step, "facts").is_empty(), "{step}");
        }
    }
    let from_outside = client.get("/attack/steps?from=internet").await.ok();
    assert!(from_outside["total"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn what_is_left_out_is_said_and_what_is_unknown_is_refused() {
    let site = hospital();
    let client = site.as_role("viewer").await;
    let all = client.get("/attack/graph").await.ok();
    let few = client.get("/attack/graph?limit=4").await.ok();
    let shown = list(&few, "spots").len();
    assert!((1..=4).contains(&shown), "{shown}");
    assert_eq!(few["spots_left_out"].as_u64().unwrap(), (list(&all, "spots").len() - shown) as u64);
    client.get("/attack/steps").await.refused(400, "bad_request");
    for key in ["asset:999999", "asset:x", "moon"] {
        client.get(&format!("/attack/steps?to={key}")).await.refused(404, "not_found");
    }
    let jewel = client.get("/attack").await.ok()["jewels"][0]["asset"]["id"].as_i64().unwrap();
    let on_asset = client.get(&format!("/attack/assets/{jewel}")).await.ok();
    let last = list(&on_asset["ways"][0], "steps").last().unwrap();
    assert_eq!(last["gains"]["spot"], format!("asset:{jewel}"));
    let worth: f64 =
        list(&on_asset, "valued_with_it").iter().map(|jewel| jewel["value"].as_f64().unwrap()).sum();
    assert_eq!(on_asset["worth_with_it"].as_f64(), Some(worth), "fewer than a hundred, so all are named");
}
