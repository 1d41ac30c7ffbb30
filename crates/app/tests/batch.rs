//! Identities are judged once for all reports that are imported together, and also where that was cut short.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions, RunState, Said};
use bartizan_model::Timestamp;
use std::io::{Cursor, Seek as _, Write as _};
use std::path::Path;

fn open(folder: &Path) -> App {
    let clock = Clock::fixed(Timestamp::parse("2026-03-01T08:00:00Z").unwrap());
    App::open(OpenOptions { data: folder.to_owned(), database_url: None, clock }).unwrap()
}

fn actor() -> Actor {
    Actor::person("ann")
}

/// A file of users without a password, as SharpHound writes it.
fn users(name: &str, rid: u32) -> String {
    format!(
        r#"{{"data":[{{"ObjectIdentifier":"S-1-5-21-1-2-3-{rid}","Properties":{{"name":"{name}@CLINIC.TEST","domain":"CLINIC.TEST","domainsid":"S-1-5-21-1-2-3","enabled":true,"passwordnotreqd":true}},"Aces":[],"IsDeleted":false}}],"meta":{{"methods":521215,"type":"users","count":1,"version":6}}}}"#
    )
}

fn request(text: &str) -> ImportRequest<'static> {
    let bytes = Cursor::new(text.as_bytes().to_vec());
    ImportRequest::new("users.json", Box::new(bytes), text.len() as u64, "users")
}

/// The runs, oldest first: kind, state and what they opened.
fn runs(app: &App) -> Vec<(String, RunState, i64)> {
    let mut all = app.read(|reader| reader.runs(None, 100)).unwrap();
    all.reverse();
    all.into_iter().map(|run| (run.kind, run.state, run.tally.created)).collect()
}

fn run(kind: &str, state: RunState, created: i64) -> (String, RunState, i64) {
    (kind.to_owned(), state, created)
}

#[test]
fn an_archive_is_judged_once_and_one_report_with_itself() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    app.import(&actor(), request(&users("ANN", 1101))).unwrap();
    let [(_, _, opened)] = runs(&app)[..] else { panic!("one run") };
    assert!(opened > 0);
    let mut zip = zip::ZipWriter::new(tempfile::tempfile().unwrap());
    for (name, text) in [("a", users("BOB", 1102)), ("b", users("EVE", 1103)), ("c", "no report".to_owned())]
    {
        zip.start_file(format!("{name}.json"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let mut file = zip.finish().unwrap();
    file.rewind().unwrap();
    let handed_in = app.announce(&actor(), file, "all.zip").unwrap();
    let mut batch = app.batch("all.zip", 3).unwrap();
    app.take_announced(&actor(), handed_in, &Said::default(), &mut batch).unwrap();
    let judged = app.judge_batch(&actor(), &mut batch).unwrap().unwrap();
    assert_eq!((judged.label.as_str(), judged.tally.created), ("identities of all.zip", 2 * opened));
    assert!(app.judge_batch(&actor(), &mut batch).unwrap().is_none(), "once");
    let expected = [
        run("import", RunState::Finished, opened),
        run("import", RunState::Finished, 0),
        run("import", RunState::Finished, 0),
        run("import", RunState::Failed, 0),
        run("match", RunState::Finished, 2 * opened),
    ];
    assert_eq!(runs(&app), expected);
}

#[test]
fn what_a_stop_left_unjudged_is_judged_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    {
        let app = open(folder.path());
        let mut batch = app.batch("all.zip", 2).unwrap();
        let begun = app.begin_import(&actor(), "users.json").unwrap();
        app.run_import_in(&actor(), begun, request(&users("BOB", 1102)), &mut batch).unwrap();
        assert_eq!(runs(&app).last(), Some(&run("match", RunState::Running, 0)));
    }
    let app = open(folder.path());
    assert_eq!(app.settle().unwrap(), 1);
    let [_, (_, cut, 0), (kind, state, opened)] = &runs(&app)[..] else { panic!("{:?}", runs(&app)) };
    assert_eq!((cut, kind.as_str(), state), (&RunState::Interrupted, "match", &RunState::Finished));
    assert!(*opened > 0);
    assert_eq!(app.settle().unwrap(), 0, "nothing is left to do");
}
