//! Fetching feeds, from a server on this machine.

use crate::mirror::{Server, say};
use crate::support::Site;
use bartizan_app::Actor;
use serde_json::{Value, json};

const KEV: &str = r#"{"catalogVersion":"1","dateReleased":"2026-11-22T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2099-0001","dateAdded":"2099-01-01","dueDate":"2099-01-22"}]}"#;

/// A mirror that has KEV and nothing else.
fn mirror(site: &Site) -> Server {
    let server =
        Server::start(|_, asked, stream| match asked.path.ends_with("exploited_vulnerabilities.json") {
            true => say(stream, "200 OK", &[], KEV.as_bytes()),
            false => say(stream, "404 Not Found", &[], b""),
        });
    site.app.set_feed_mirror(&Actor::system("test"), "all", Some(&server.url(""))).unwrap();
    server
}

fn feed(list: &Value, name: &str) -> Value {
    list["feeds"].as_array().unwrap().iter().find(|feed| feed["name"] == name).unwrap().clone()
}

#[tokio::test]
async fn an_admin_fetches_and_everyone_sees_how_it_went() {
    let site = Site::new();
    let mirror = mirror(&site);
    let (admin, viewer) = (site.as_role("admin").await, site.as_role("viewer").await);
    assert_eq!(admin.get("/feeds").await.ok()["can_sync"], true);
    site.as_role("analyst").await.post("/feeds/sync", json!({})).await.refused(403, "forbidden");
    assert_eq!(mirror.asked().len(), 0, "nothing is fetched by itself");
    let answer = admin.post("/feeds/sync", json!({})).await;
    assert_eq!(answer.status, 202);
    let run = site.finished(&admin, answer.json()["run"].as_i64().unwrap()).await;
    assert_eq!(
        (&run["kind"], &run["state"], &run["label"], &run["by"]),
        (&json!("sync"), &json!("finished"), &json!("all feeds"), &json!("admin"))
    );
    let gaps = run["gap_list"].as_array().unwrap();
    assert!(gaps.iter().any(|gap| gap["what"] == "feed epss"), "{run}");
    let list = viewer.get("/feeds").await.ok();
    let (kev, epss) = (feed(&list, "kev"), feed(&list, "epss"));
    assert_eq!((&kev["records"], &kev["sync"]["error"]), (&json!(1), &json!(null)));
    assert_eq!((&epss["loaded_at"], &epss["sync"]["done_at"]), (&json!(null), &json!(null)));
    assert!(epss["sync"]["error"].as_str().unwrap().ends_with("the server answered 404"), "{epss}");
    assert_eq!(feed(&viewer.get("/overview").await.ok(), "epss"), epss);
}

#[tokio::test]
async fn offline_nothing_is_fetched() {
    let site = Site::offline().with_people();
    let mirror = mirror(&site);
    let admin = site.as_role("admin").await;
    assert_eq!(admin.get("/feeds").await.ok()["can_sync"], false);
    admin.post("/feeds/sync", json!({})).await.refused(409, "conflict");
    assert_eq!(mirror.asked().len(), 0);
}
