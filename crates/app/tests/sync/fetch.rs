//! Fetching.

use crate::house::{House, KEV, epss, gzip, kev, tar, xz};
use bartizan_app::{Actor, App, AppError, OpenOptions, RunState, SyncRequest};
use bartizan_model::Timestamp;
use std::io::Read;

#[test]
fn what_did_not_change_is_not_fetched_again() {
    let house = House::new();
    let first = house.sync(&["kev", "epss", "osv"]);
    let counts: Vec<_> = first.feeds.iter().map(|feed| (feed.feed, feed.changed > 0, &feed.error)).collect();
    assert_eq!(counts, [("epss", true, &None), ("kev", true, &None), ("osv", true, &None)]);
    assert_eq!(
        (house.records("kev"), house.records("epss"), house.records("osv")),
        (Some(4), Some(1), Some(1))
    );
    let run = house.app.read(|reader| reader.run(first.run)).unwrap();
    assert_eq!(
        (run.state, run.kind.as_str(), run.label.as_str(), run.gaps),
        (RunState::Finished, "sync", "kev, epss, osv", 0)
    );
    let second = house.sync(&["kev", "epss", "osv"]);
    for feed in &second.feeds {
        assert_eq!((feed.changed, feed.bytes, &feed.error), (0, 0, &None), "{feed:?}");
        assert!(feed.unchanged > 0);
    }
    assert_eq!(house.downloads("kev"), [KEV]);
    // What changed, and only that.
    house.has(KEV, "200 OK", kev(5));
    let third = house.sync(&["kev", "epss"]);
    assert_eq!(third.feeds.iter().map(|feed| feed.changed).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(house.records("kev"), Some(5));
}

#[test]
fn a_database_that_was_put_back_is_brought_up_to_date() {
    let house = House::new();
    house.sync(&["kev"]);
    let other = App::open(OpenOptions {
        data: house.folder.path().join("other"),
        database_url: None,
        clock: house.clock.clone(),
    });
    let other = other.unwrap();
    let copy = other.data().join("downloads/kev");
    std::fs::create_dir_all(&copy).unwrap();
    for file in ["state.json", &format!("kev/{KEV}")] {
        let from = house.app.data().join("downloads").join(file);
        std::fs::copy(from, other.data().join("downloads").join(file)).unwrap();
    }
    let synced = other.sync_feeds(&Actor::system("test"), &house.request(&["kev"]), &()).unwrap();
    assert_eq!(synced.feeds[0].changed, 1, "the files are there, but nothing of them is loaded");
}

#[test]
fn one_that_fails_stops_no_other() {
    let house = House::new();
    house.has(KEV, "500 Oh", b"oh".to_vec());
    let synced = house.sync(&["kev", "epss"]);
    assert_eq!((synced.feeds[0].changed, house.records("epss")), (1, Some(1)));
    let why = synced.feeds[1].error.as_ref().unwrap();
    assert!(why.ends_with("the server answered 500"), "{why}");
    let run = house.app.read(|reader| reader.run(synced.run)).unwrap();
    assert_eq!((run.state, run.gaps), (RunState::Finished, 1));
    let health = house.app.health().unwrap();
    let feeds = health.iter().find(|problem| problem.what == "feeds").unwrap();
    assert!(
        feeds.words.contains("kev is not loaded; last sync failed (2026-01-10T12:01:00Z): "),
        "{}",
        feeds.words
    );
    // And it is good again.
    house.has(KEV, "200 OK", kev(4));
    assert_eq!(house.sync(&["kev"]).feeds[0].error, None);
    let health = house.app.health().unwrap();
    assert!(!health.iter().any(|problem| problem.words.contains("kev")));
}

#[test]
fn what_is_no_feed_leaves_what_is_held() {
    let house = House::new();
    house.sync(&["kev"]);
    let bomb =
        br#"{"catalogVersion":"1","dateReleased":"2026-01-09T00:00:00Z","count":1,"vulnerabilities":["#;
    let bomb = gzip(bomb.chain(std::io::repeat(b' ').take(80 << 20)));
    let cut = gzip(&kev(400)[..]);
    for (body, words) in [
        (
            b"<!doctype html><html><title>Sign in to the guest network</title>".to_vec(),
            "no feed that is known",
        ),
        (b"".to_vec(), "the server's answer is empty"),
        (epss(), "this is of epss, and kev was asked for"),
        (kev(1), "it looks truncated"),
        (kev(4)[..150].to_vec(), "kept"),
        (cut[..cut.len() - 20].to_vec(), "kept"),
        (bomb, "times its size, as no feed does"),
        (vec![b'x'; 9 << 20], "larger than 8388608 bytes"),
    ] {
        house.has(KEV, "200 OK", body);
        let why = house.fails();
        assert!(why.contains(words), "{words}: {why}");
        assert_eq!(house.downloads("kev"), [KEV], "{words}");
    }
    let once = house.app.read(|reader| reader.feed_syncs()).unwrap().pop().unwrap();
    assert!(once.done_at.unwrap() < once.tried_at, "when it last went well stays known");
    // What was loaded is still what is asked about.
    house.has(KEV, "200 OK", kev(4));
    assert_eq!(house.sync(&["kev"]).feeds[0].unchanged, 1);
}

#[test]
fn parts_that_are_missing_are_said() {
    let house = House::new();
    house.has("npm/all.zip", "404 Not Found", Vec::new());
    let osv = house.sync(&["osv"]).feeds.pop().unwrap();
    assert!(
        osv.changed > 1 && osv.error.as_ref().unwrap().contains("/npm/all.zip: the server answered 404"),
        "{osv:?}"
    );
}

#[test]
fn mirrors_are_remembered() {
    let house = House::new();
    let actor = Actor::system("test");
    let refused = |feed, url| house.app.set_feed_mirror(&actor, feed, Some(url)).unwrap_err().to_string();
    assert!(refused("nope", "https://x/").contains("there is no feed `nope`"));
    assert!(refused("osv", "https://x/").contains("needs {}"));
    house.app.set_feed_mirror(&actor, "kev", Some(&house.server.url(&format!("/mine/{KEV}")))).unwrap();
    let request = SyncRequest { mirror: None, ..house.request(&["kev"]) };
    let synced = house.app.sync_feeds(&actor, &request, &()).unwrap();
    assert_eq!(
        (synced.feeds[0].changed, house.server.asked()[0].path.as_str()),
        (1, &*format!("/mine/{KEV}"))
    );
    house.app.set_feed_mirror(&actor, "kev", None).unwrap();
    assert!(house.app.feed_mirrors().unwrap().is_empty());
}

#[test]
fn offline_means_nothing_is_sent() {
    let house = House::new();
    let request = house.request(&["kev"]);
    let House { folder: _folder, app, server, .. } = house;
    let error = app.offline(true).sync_feeds(&Actor::system("test"), &request, &()).unwrap_err();
    assert!(matches!(&error, AppError::Input(words) if words.contains("offline")), "{error}");
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_sync_is_due_once_it_is_old() {
    let house = House::new();
    assert!(house.app.sync_is_due(6).unwrap());
    // One feed alone is not all of them.
    house.sync(&["kev"]);
    assert!(house.app.sync_is_due(6).unwrap());
    house.sync(&[]);
    assert!(!house.app.sync_is_due(6).unwrap());
    house.clock.set(Timestamp::from_micros(house.clock.now().micros() + 6 * 3_600_000_000));
    assert!(house.app.sync_is_due(6).unwrap());
}

const CSAF: &str = r#"{"document":{"category":"csaf_vex","csaf_version":"2.0","title":"t","publisher":{"name":"Red Hat"},
"tracking":{"id":"CVE-2099-0001","current_release_date":"2026-01-09T00:00:00Z"}},
"product_tree":{"branches":[{"category":"product_version","name":"thing-1","product":{"name":"thing","product_id":"thing",
"product_identification_helper":{"purl":"pkg:npm/thing@1"}}}]},
"vulnerabilities":[{"cve":"CVE-2099-0001","product_status":{"known_affected":["thing"]}}]}"#;

#[test]
fn the_archive_of_the_day_is_found_by_its_name() {
    let house = House::new();
    let archive = |name: &str| zstd::encode_all(&tar(name, CSAF)[..], 3).unwrap();
    house.has("vex/archive_latest.txt", "200 OK", b"csaf_vex_2026-01-09.tar.zst\n".to_vec());
    house.has("vex/csaf_vex_2026-01-09.tar.zst", "200 OK", archive("2099/cve-2099-0001.json"));
    let counts = || {
        let synced = house.sync(&["csaf_vex"]).feeds.pop().unwrap();
        (synced.changed, synced.unchanged, synced.error)
    };
    assert_eq!((counts(), house.records("csaf_vex")), ((1, 0, None), Some(1)));
    assert_eq!(house.downloads("csaf_vex"), ["archive_latest"]);
    assert_eq!(counts(), (0, 1, None));
    // The next day's.
    house.has("vex/archive_latest.txt", "200 OK", b"csaf_vex_2026-01-10.tar.zst".to_vec());
    house.has("vex/csaf_vex_2026-01-10.tar.zst", "200 OK", archive("2099/another-name.json"));
    assert_eq!(counts(), (1, 0, None));
    for text in ["../../etc/passwd", "http://elsewhere/x.tar.zst", ""] {
        house.has("vex/archive_latest.txt", "200 OK", text.as_bytes().to_vec());
        let (changed, _, why) = counts();
        let why = why.unwrap();
        assert!(
            changed == 0 && (why.contains("names no file that lies beside it") || text.is_empty()),
            "{why}"
        );
        assert_eq!(
            (house.records("csaf_vex"), house.downloads("csaf_vex")),
            (Some(1), vec!["archive_latest".to_owned()])
        );
    }
}

#[test]
fn an_archive_in_xz_is_opened_within_bounds() {
    const VEX: &str = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/1","author":"Maker","timestamp":"2026-01-09T00:00:00Z","version":1,
    "statements":[{"vulnerability":{"name":"CVE-2099-0001"},"products":[{"@id":"pkg:npm/thing@1"}],"status":"affected","action_statement":"Wait."}]}"#;
    let house = House::new();
    let good = xz(&tar("vex/cve/2099/CVE-2099-0001.json", VEX));
    house.has("vex-all.tar.xz", "200 OK", good.clone());
    let error = || house.sync(&["openvex"]).feeds.pop().unwrap().error;
    assert_eq!((error(), house.records("openvex")), (None, Some(1)));
    // A block that asks for 4 GiB of memory: the size of its dictionary is the fifth byte of its header.
    let mut greedy = good.clone();
    let header = 12..12 + (usize::from(good[12]) + 1) * 4 - 4;
    greedy[16] = 40;
    let mut sum = flate2::Crc::new();
    sum.update(&greedy[header.clone()]);
    greedy[header.end..header.end + 4].copy_from_slice(&sum.sum().to_le_bytes());
    let mut bomb = br#"{"@context":"https://openvex.dev/ns/v0.2.0","statements":["#.to_vec();
    bomb.resize(80 << 20, b' ');
    let bomb = xz(&bomb);
    for (body, words) in [
        (greedy, "memory"),
        (bomb, "times its size, as no feed does"),
        (good[..good.len() - 40].to_vec(), "kept"),
    ] {
        house.has("vex-all.tar.xz", "200 OK", body);
        let why = error().unwrap();
        assert!(why.contains(words), "{words}: {why}");
        assert_eq!(house.records("openvex"), Some(1));
    }
}
