//! Fetching feeds from a server on this machine that answers well, wrongly and maliciously.
#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests only")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../../net/tests/support/mod.rs"]
mod support;

use bartizan_app::{
    Actor, App, AppError, Clock, FeedSynced, Limits, OpenOptions, Proxying, RunState, SyncRequest, Synced,
};
use bartizan_model::Timestamp;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::{Server, say};

/// What the server has: by the end of a path, a status and a body.
type Files = Arc<Mutex<BTreeMap<&'static str, (&'static str, Vec<u8>)>>>;

struct House {
    _folder: tempfile::TempDir,
    app: App,
    clock: Clock,
    server: Server,
    files: Files,
}

const KEV: &str = "known_exploited_vulnerabilities.json";
const EPSS: &str = "epss_scores-current.csv.gz";

fn kev(count: usize) -> Vec<u8> {
    let entry =
        |n| format!(r#"{{"cveID":"CVE-2099-{n:04}","dateAdded":"2099-01-01","dueDate":"2099-01-22"}}"#);
    let entries: Vec<String> = (0..count).map(|n| entry(n + 1)).collect();
    let text = format!(
        r#"{{"catalogVersion":"1","dateReleased":"2026-01-09T00:00:00Z","count":{count},"vulnerabilities":[{}]}}"#,
        entries.join(",")
    );
    text.into_bytes()
}

fn gzip(bytes: impl Read) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::copy(&mut { bytes }, &mut encoder).unwrap();
    encoder.finish().unwrap()
}

fn epss() -> Vec<u8> {
    gzip(
        &b"#model_version:v1,score_date:2026-01-09T00:00:00Z\ncve,epss,percentile\nCVE-2099-0001,0.5,0.9\n"[..],
    )
}

fn osv() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("README.md", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(b"no feed").unwrap();
    archive.start_file("GHSA-1.json", zip::write::SimpleFileOptions::default()).unwrap();
    let record = r#"{"schema_version":"1.6.0","id":"GHSA-1","modified":"2026-01-09T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1.0.0"]}]}"#;
    archive.write_all(record.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

impl House {
    /// A server with three good feeds, which knows of each file whether it changed.
    fn new() -> Self {
        let files: Files = Arc::default();
        let has = Arc::clone(&files);
        let server = Server::start(move |_, asked, stream| {
            let files = has.lock().unwrap();
            let named = files.iter().filter(|(name, _)| asked.path.ends_with(*name));
            let found = named.max_by_key(|(name, _)| name.len());
            let Some((_, (status, body))) = found else { return say(stream, "404 Not Found", &[], b"") };
            let tag = format!("\"{}\"", blake3::hash(body).to_hex());
            if asked.header("if-none-match") == Some(&tag) {
                return say(stream, "304 Not Modified", &[("ETag", &tag)], b"");
            }
            say(stream, status, &[("ETag", &tag)], body);
        });
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse("2026-01-10T12:00:00Z").unwrap());
        let data = folder.path().join("data");
        let app = App::open(OpenOptions { data, database_url: None, clock: clock.clone() }).unwrap();
        let house = Self { _folder: folder, app, clock, server, files };
        house.has(KEV, "200 OK", kev(4));
        house.has(EPSS, "200 OK", epss());
        house.has("/all.zip", "200 OK", osv());
        house
    }

    fn has(&self, name: &'static str, status: &'static str, body: Vec<u8>) {
        self.files.lock().unwrap().insert(name, (status, body));
    }

    fn request(&self, feeds: &[&str]) -> SyncRequest {
        SyncRequest {
            feeds: feeds.iter().map(|feed| (*feed).to_owned()).collect(),
            mirror: Some(self.server.url("/mirror")),
            proxying: Proxying::Direct,
            limits: Limits { first_pause: Duration::ZERO, size: 8 << 20, ..Limits::default() },
            ..SyncRequest::default()
        }
    }

    fn sync(&self, feeds: &[&str]) -> Synced {
        self.clock.set(Timestamp::from_micros(self.clock.now().micros() + 60_000_000));
        self.app.sync_feeds(&Actor::system("test"), &self.request(feeds), &()).unwrap()
    }

    /// Fetches KEV, which must fail and leave what is held.
    fn fails(&self) -> String {
        let held = self.records("kev");
        let synced = self.sync(&["kev"]);
        let [FeedSynced { changed: 0, error: Some(why), .. }] = &synced.feeds[..] else {
            panic!("{synced:?}")
        };
        assert_eq!(self.records("kev"), held);
        let row = self.app.read(|reader| reader.feed_syncs()).unwrap().pop().unwrap();
        assert_eq!((row.tried_at, row.error.as_ref()), (self.clock.now(), Some(why)));
        assert_eq!(self.app.read(|reader| reader.run(synced.run)).unwrap().state, RunState::Failed);
        why.clone()
    }

    fn records(&self, feed: &str) -> Option<i64> {
        let feeds = self.app.read(|reader| reader.feeds()).unwrap();
        feeds.iter().find(|row| row.name == feed).map(|row| row.records)
    }

    /// The names below `downloads`, without ours.
    fn downloads(&self, feed: &str) -> Vec<String> {
        let folder = self.app.data().join("downloads").join(feed);
        folder.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }
}

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
        data: house._folder.path().join("other"),
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
    assert!(feeds.words.contains("the last sync of kev failed (2026-01-10T12:01:00Z): "), "{}", feeds.words);
    // And it is good again.
    house.has(KEV, "200 OK", kev(4));
    assert_eq!(house.sync(&["kev"]).feeds[0].error, None);
    let health = house.app.health().unwrap();
    assert!(!health.iter().any(|problem| problem.words.contains("the last sync")));
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
    let House { _folder, app, server, .. } = house;
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
