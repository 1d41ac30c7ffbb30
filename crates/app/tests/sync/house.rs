//! An installation, and a server with three good feeds.

use crate::support::{Server, say};
use bartizan_app::{
    Actor, App, Clock, FeedSynced, Limits, OpenOptions, Proxying, RunState, SyncRequest, Synced,
};
use bartizan_model::Timestamp;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server has: by the end of a path, a status and a body.
type Files = Arc<Mutex<BTreeMap<&'static str, (&'static str, Vec<u8>)>>>;

pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) app: App,
    pub(crate) clock: Clock,
    pub(crate) server: Server,
    files: Files,
}

pub(crate) const KEV: &str = "known_exploited_vulnerabilities.json";
pub(crate) const EPSS: &str = "epss_scores-current.csv.gz";

pub(crate) fn kev(count: usize) -> Vec<u8> {
    let entry =
        |n| format!(r#"{{"cveID":"CVE-2099-{n:04}","dateAdded":"2099-01-01","dueDate":"2099-01-22"}}"#);
    let entries: Vec<String> = (0..count).map(|n| entry(n + 1)).collect();
    let text = format!(
        r#"{{"catalogVersion":"1","dateReleased":"2026-01-09T00:00:00Z","count":{count},"vulnerabilities":[{}]}}"#,
        entries.join(",")
    );
    text.into_bytes()
}

pub(crate) fn gzip(bytes: impl Read) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::copy(&mut { bytes }, &mut encoder).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar of one file.
pub(crate) fn tar(name: &str, content: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, name, content.as_bytes()).unwrap();
    builder.into_inner().unwrap()
}

pub(crate) fn epss() -> Vec<u8> {
    gzip(
        &b"#model_version:v1,score_date:2026-01-09T00:00:00Z\ncve,epss,percentile\nCVE-2099-0001,0.5,0.9\n"[..],
    )
}

pub(crate) fn osv() -> Vec<u8> {
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
    pub(crate) fn new() -> Self {
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
        let house = Self { folder, app, clock, server, files };
        house.has(KEV, "200 OK", kev(4));
        house.has(EPSS, "200 OK", epss());
        house.has("/all.zip", "200 OK", osv());
        house
    }

    pub(crate) fn has(&self, name: &'static str, status: &'static str, body: Vec<u8>) {
        self.files.lock().unwrap().insert(name, (status, body));
    }

    pub(crate) fn request(&self, feeds: &[&str]) -> SyncRequest {
        SyncRequest {
            feeds: feeds.iter().map(|feed| (*feed).to_owned()).collect(),
            mirror: Some(self.server.url("/mirror")),
            proxying: Proxying::Direct,
            limits: Limits { first_pause: Duration::ZERO, size: 8 << 20, ..Limits::default() },
            ..SyncRequest::default()
        }
    }

    pub(crate) fn sync(&self, feeds: &[&str]) -> Synced {
        self.clock.set(Timestamp::from_micros(self.clock.now().micros() + 60_000_000));
        self.app.sync_feeds(&Actor::system("test"), &self.request(feeds), &()).unwrap()
    }

    /// Fetches KEV, which must fail and leave what is held.
    pub(crate) fn fails(&self) -> String {
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

    pub(crate) fn records(&self, feed: &str) -> Option<i64> {
        let feeds = self.app.read(|reader| reader.feeds()).unwrap();
        feeds.iter().find(|row| row.name == feed).map(|row| row.records)
    }

    /// The names below `downloads`, without ours.
    pub(crate) fn downloads(&self, feed: &str) -> Vec<String> {
        let folder = self.app.data().join("downloads").join(feed);
        folder.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }
}
