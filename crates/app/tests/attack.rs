//! The attack graph knows what the log tells, whoever wrote it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions};
use bartizan_model::Timestamp;
use std::io::Cursor;
use std::path::Path;

fn open(folder: &Path) -> App {
    let clock = Clock::fixed(Timestamp::parse("2026-03-01T08:00:00Z").unwrap());
    App::open(OpenOptions { data: folder.to_owned(), database_url: None, clock }).unwrap()
}

#[test]
fn what_another_process_told_is_in_the_graph_before_anything_else_followed_it() {
    let folder = tempfile::tempdir().unwrap();
    let (reading, writing) = (open(folder.path()), open(folder.path()));
    assert_eq!(reading.attack().unwrap().facts().assets().count(), 0);
    let users = r#"{"data":[{"ObjectIdentifier":"S-1-5-21-1-2-3-1101","Properties":{"name":"BOB@CLINIC.TEST","domain":"CLINIC.TEST","domainsid":"S-1-5-21-1-2-3"},"Aces":[],"PrimaryGroupSID":"S-1-5-21-1-2-3-513","IsDeleted":false}],"meta":{"methods":521215,"type":"users","count":1,"version":6}}"#;
    let report = Box::new(Cursor::new(users.as_bytes()));
    let request = ImportRequest::new("users.json", report, users.len() as u64, "users");
    writing.import(&Actor::person("ann"), request).unwrap();
    let bob =
        |app: &App| app.attack().unwrap().facts().assets().any(|(_, asset)| asset.name.starts_with("BOB"));
    assert!(bob(&reading));
    assert!(bob(&writing));
}
