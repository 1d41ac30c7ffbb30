//! `feeds sync`, `feeds mirror` and `feeds bundle`, against a server on this machine.

use crate::site::{Server, say};
use crate::support::{Home, content, keys, number};
use std::io::{Cursor, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A mirror of KEV, EPSS and OSV, which can be broken.
struct Site {
    server: Server,
    broken: Arc<AtomicBool>,
}

fn osv() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("GHSA-1.json", zip::write::SimpleFileOptions::default()).unwrap();
    let record = r#"{"schema_version":"1.6.0","id":"GHSA-1","modified":"2026-01-09T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1.0.0"]}]}"#;
    archive.write_all(record.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

impl Site {
    fn new() -> Self {
        let broken = Arc::new(AtomicBool::new(false));
        let (down, kev, epss, osv) = (Arc::clone(&broken), content("kev.json"), content("epss.csv"), osv());
        let server = Server::start(move |_, asked, stream| {
            let (tag, body) = match asked.path.rsplit('/').next() {
                Some("known_exploited_vulnerabilities.json") if down.load(Ordering::SeqCst) => {
                    return say(stream, "404 Not Found", &[], b"");
                }
                Some("known_exploited_vulnerabilities.json") => ("\"kev\"", kev.as_bytes()),
                Some("epss_scores-current.csv.gz") => ("\"epss\"", epss.as_bytes()),
                Some("all.zip") => ("\"osv\"", osv.as_slice()),
                _ => return say(stream, "404 Not Found", &[], b""),
            };
            if asked.header("if-none-match") == Some(tag) {
                return say(stream, "304 Not Modified", &[("ETag", tag)], b"");
            }
            say(stream, "200 OK", &[("ETag", tag)], body);
        });
        Self { server, broken }
    }
}

#[test]
fn twice_and_the_second_time_nothing_is_fetched() {
    let (home, site) = (Home::new(), Site::new());
    let mirror = site.server.url("");
    let words = ["feeds", "sync", "kev", "epss", "osv", "--mirror", &mirror];
    let first = home.ok(&words);
    for line in ["kev: 1 file fetched and loaded", "epss: 1 file fetched and loaded", "osv: "] {
        assert!(first.contains(line), "{line}: {first}");
    }
    let status = home.json(&["feeds", "status", "--json"]);
    let held: Vec<_> =
        status["feeds"].as_array().unwrap().iter().map(|feed| number(feed, "records")).collect();
    assert_eq!(held, [2, 1, 1], "epss, kev, osv: {status}");
    assert_eq!(keys(&status["syncs"][0]), ["done_at", "error", "feed", "tried_at"]);
    let again = home.json(&[&words[..], &["--json"]].concat());
    for feed in again["feeds"].as_array().unwrap() {
        assert_eq!((number(feed, "changed"), number(feed, "bytes")), (0, 0), "{feed}");
        assert!(feed["error"].is_null() && number(feed, "unchanged") > 0, "{feed}");
    }
    let asked = site.server.asked();
    assert_eq!(asked[0].path.matches("https:").count(), 0);
    assert!(
        asked.iter().any(|asked| asked.path
            == "/www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json")
    );
    let conditional = asked.iter().filter(|asked| asked.header("if-none-match").is_some()).count();
    assert_eq!(conditional * 2, asked.len(), "all of the second time, none of the first");
}

#[test]
fn a_failure_is_said_everywhere_and_stops_no_other() {
    let (home, site) = (Home::new(), Site::new());
    let mirror = site.server.url("");
    let words = ["feeds", "sync", "kev", "epss", "--mirror", &mirror];
    home.ok(&words);
    site.broken.store(true, Ordering::SeqCst);
    let ran = home.run(&words);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.starts_with("error: kev: http://") && ran.stderr.contains("the server answered 404"),
        "{ran:?}"
    );
    assert_eq!(ran.stdout, "epss: nothing new\n");
    let status = home.ok(&["feeds", "status"]);
    assert!(
        status.contains("kev: last sync failed (") && status.contains("the server answered 404"),
        "{status}"
    );
    assert_eq!(
        home.json(&["feeds", "status", "--json"])["feeds"].as_array().unwrap().len(),
        2,
        "what is held stays"
    );
    let doctor = home.ok(&["doctor"]);
    let feeds = doctor.lines().find(|line| line.contains("feeds:")).unwrap_or_default();
    let kev = feeds.split(", ").find(|words| words.starts_with("kev ")).unwrap_or_default();
    assert!(kev.contains("last sync failed (") && kev.contains("the server answered 404"), "{doctor}");
}

#[test]
fn never_synced_is_said() {
    let home = Home::new();
    let doctor = home.ok(&["doctor"]);
    assert!(doctor.contains("nothing was ever synced") && doctor.contains("bartizan feeds sync"), "{doctor}");
}

#[test]
fn a_mirror_is_set_shown_and_removed() {
    let (home, site) = (Home::new(), Site::new());
    assert_eq!(home.ok(&["feeds", "mirror"]), "every feed is fetched from its own address\n");
    let all = site.server.url("/all");
    home.ok(&["feeds", "mirror", "all", &all]);
    assert_eq!(home.ok(&["feeds", "mirror", "kev"]), format!("all {all}\n"));
    home.ok(&["feeds", "sync", "kev"]);
    assert!(site.server.asked()[0].path.starts_with("/all/www.cisa.gov/"));
    home.ok(&["feeds", "mirror", "all", "--remove"]);
    assert_eq!(home.ok(&["feeds", "mirror"]), "every feed is fetched from its own address\n");
    assert!(
        home.fails(&["feeds", "mirror", "kev", "ftp://mirror.example/kev"]).contains("only http and https")
    );
}

#[test]
fn offline_refuses_before_anything_is_sent() {
    let (home, site) = (Home::new(), Site::new());
    let mirror = site.server.url("");
    let mut command = home.command(&["feeds", "sync", "--mirror", &mirror]);
    let output = command.env("BARTIZAN_OFFLINE", "1").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("offline (BARTIZAN_OFFLINE)") && said.contains("feeds bundle load"), "{said}");
    assert_eq!(site.server.asked().len(), 0);
    assert!(home.fails(&["feeds", "sync", "nope", "--mirror", &mirror]).contains("there is no feed `nope`"));
}

#[test]
fn a_bundle_goes_from_one_to_the_other() {
    let (outside, inside, site) = (Home::new(), Home::new(), Site::new());
    outside.ok(&["feeds", "sync", "kev", "epss", "--mirror", &site.server.url("")]);
    let (key, bundle) =
        (outside.path("key").display().to_string(), outside.path("feeds.bundle").display().to_string());
    let public = outside.ok(&["feeds", "bundle", "key", &key]);
    let made = outside.ok(&["feeds", "bundle", "create", &bundle, "--key", &key]);
    assert!(made.contains("with 2 files"), "{made}");
    let said = inside.fails(&["feeds", "bundle", "load", &bundle]);
    assert!(said.contains("not trusted here") && said.contains(public.trim()), "{said}");
    assert_eq!(inside.json(&["feeds", "status", "--json"])["feeds"].as_array().unwrap().len(), 0);
    inside.ok(&["feeds", "bundle", "trust", public.trim()]);
    assert_eq!(inside.ok(&["feeds", "bundle", "trust"]), public);
    let loaded = inside.ok(&["feeds", "bundle", "load", &bundle]);
    assert!(loaded.contains("kev/known_exploited_vulnerabilities.json: 1 record of kev"), "{loaded}");
    assert_eq!(inside.json(&["feeds", "status", "--json"])["feeds"].as_array().unwrap().len(), 2);
}
