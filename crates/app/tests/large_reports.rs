//! Reports that are too large for memory, or too slow, keep nobody from writing, and are still all or nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use bartizan_app::{Actor, App, AppError, Clock, ImportRequest, Imported, OpenOptions, RunState};
use bartizan_model::Timestamp;
use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::sync::mpsc::{Receiver, Sender, channel};

fn actor() -> Actor {
    Actor::person("ada")
}

fn house() -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse("2026-01-10T12:00:00Z").unwrap());
    let options = OpenOptions { data: folder.path().to_owned(), database_url: None, clock };
    let app = App::open(options).unwrap();
    (folder, app)
}

fn import(app: &App, at_hand: bool, reader: impl Read + Send) -> Result<Imported, AppError> {
    let request = ImportRequest::new("report.json", Box::new(reader), 0, "fallback");
    app.import(&actor(), ImportRequest { at_hand, ..request })
}

/// JSON lines of at least so many bytes: two findings a CVE, on two hosts, and how many lines there are.
fn report(bytes: usize) -> (String, i64) {
    let description = "The service answers with its version. ".repeat(200);
    let (mut text, mut lines) = (String::new(), 0);
    while text.len() < bytes {
        let (host, cve) = (lines % 2, 1000 + lines / 2);
        writeln!(
            text,
            r#"{{"title":"Finding {lines}","severity":"high","cve":"CVE-2024-{cve}","asset":"web-{host}.example.org","description":"{description}"}}"#
        )
        .unwrap();
        lines += 1;
    }
    (text, lines)
}

const LARGE: usize = 20 << 20;

#[test]
fn a_large_report_is_taken_in_as_a_small_one_is() {
    let (_folder, app) = house();
    let (text, lines) = report(LARGE);
    let first = import(&app, true, text.as_bytes()).unwrap();
    assert_eq!((first.tally.findings, first.tally.created, first.tally.assets), (lines, lines, 2));
    let words = app.read(|reader| reader.sightings(bartizan_model::ExposureId(lines))).unwrap();
    let finding = words[0].finding.clone().unwrap();
    assert_eq!(finding.title, format!("Finding {}", lines - 1));
    assert_eq!(finding.description.len(), "The service answers with its version. ".len() * 200 - 1);
    // The same report by a pipe says nothing new.
    assert_eq!(import(&app, false, text.as_bytes()).unwrap().tally.unchanged, lines);
    // Nor does it in two small parts.
    let middle = text[..text.len() / 2].rfind('\n').unwrap() + 1;
    let parts =
        [&text[..middle], &text[middle..]].map(|part| import(&app, true, part.as_bytes()).unwrap().tally);
    assert_eq!(parts[0].unchanged + parts[1].unchanged, lines);
    let left: Vec<_> = std::fs::read_dir(app.data().join("spool")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_large_report_that_breaks_off_leaves_nothing() {
    let (text, _) = report(LARGE);
    for at_hand in [true, false] {
        let (_folder, app) = house();
        let error = import(&app, at_hand, &text.as_bytes()[..LARGE]).unwrap_err();
        assert!(error.to_string().contains("ends in the middle"), "{error}");
        assert!(app.estate().unwrap().is_empty());
        let runs = app.read(|reader| reader.runs(None, 10)).unwrap();
        assert_eq!((runs.len(), runs[0].state, runs[0].tally.findings), (1, RunState::Failed, 0));
    }
}

#[test]
fn a_reader_that_fails_is_told_of_wherever_it_fails() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let (_folder, app) = house();
    for (bytes, at_hand) in [(100_000, false), (100_000, true), (LARGE, false), (LARGE, true)] {
        let error = import(&app, at_hand, Cursor::new(report(bytes).0).chain(Fails)).unwrap_err();
        assert!(error.to_string().contains("the disk is gone"), "{bytes}: {error}");
    }
    assert!(app.estate().unwrap().is_empty());
}

/// Says that it was read so far, and waits until it may go on.
struct Halts {
    reached: Sender<()>,
    go_on: Receiver<()>,
}

impl Read for Halts {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        // The second time nobody waits any more: the end.
        if self.reached.send(()).is_ok() {
            let _ = self.go_on.recv();
        }
        Ok(0)
    }
}

#[test]
fn others_write_while_a_report_is_read() {
    for bytes in [100_000, LARGE] {
        let (_folder, app) = house();
        let (text, lines) = report(bytes);
        let (reached, is_reached) = channel();
        let (go_on, may_go_on) = channel();
        let imported = std::thread::scope(|scope| {
            let app = &app;
            let halts = Halts { reached, go_on: may_go_on };
            let work = scope.spawn(move || import(app, false, Cursor::new(text).chain(halts)));
            is_reached.recv().unwrap();
            // The import stands still in the middle of its report. If it held the writer, this would wait for ever.
            app.write(&actor(), |tx| tx.begin_run("import", "another")).unwrap();
            drop((go_on, is_reached));
            work.join().unwrap().unwrap()
        });
        assert_eq!(imported.tally.created, lines);
    }
}
