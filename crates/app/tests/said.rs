//! What tools said, word for word: kept for a time, beside what was made of it, and never a secret.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions, SAID_DAYS};
use bartizan_model::Timestamp;
use std::io::Cursor;

const RESULT: &str =
    r#"{"ruleId": "py.eval",  "message": {"text": "eval of input"}, "level": "error", "locations": []}"#;
const SECRET: &str = r#"[{"RuleID":"aws-access-token","Description":"AWS","StartLine":3,"EndLine":3,"StartColumn":1,"EndColumn":9,
"Match":"AKIAIOSFODNN7EXAMPLE","Secret":"AKIAIOSFODNN7EXAMPLE","File":"a.env","SymlinkFile":"","Commit":"","Entropy":3.5,
"Author":"","Email":"","Date":"","Message":"","Tags":[],"Fingerprint":"a.env:aws-access-token:3"}]"#;

fn sarif(results: &str) -> String {
    format!(
        r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"checker","rules":[]}}}},"versionControlProvenance":[],
        "invocations":[{{"endTimeUtc":"2026-03-09T08:00:00Z"}}],"results":[{results}]}}]}}"#
    )
}

struct House {
    app: App,
    clock: Clock,
    _folder: tempfile::TempDir,
}

fn house(days: u16) -> House {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse("2026-03-10T08:00:00Z").unwrap());
    let options = OpenOptions { data: folder.path().to_owned(), database_url: None, clock: clock.clone() };
    House { app: App::open(options).unwrap().keeping_said(days), clock, _folder: folder }
}

impl House {
    fn import(&self, text: &str) {
        let request = ImportRequest::new(
            "report",
            Box::new(Cursor::new(text.to_owned().into_bytes())),
            text.len() as u64,
            "report",
        );
        self.app.import(&Actor::person("ann"), request).unwrap();
    }

    /// What is kept of each exposure's sightings.
    fn said(&self) -> Vec<Option<String>> {
        self.app
            .read(|reader| {
                let mut ids = Vec::new();
                reader.each_exposure(|row| ids.push(row.id))?;
                let mut all = Vec::new();
                for id in ids {
                    for sighting in reader.sightings(id)? {
                        all.push(reader.said(&sighting)?);
                    }
                }
                Ok(all)
            })
            .unwrap()
    }
}

#[test]
fn it_is_kept_word_for_word_and_forgotten_in_time() {
    let house = house(SAID_DAYS);
    let long = RESULT.replace("py.eval", "py.long").replace("eval of input", &"x".repeat(70_000));
    house.import(&sarif(&[RESULT, &long].join(",")));
    let said = house.said();
    assert_eq!(said[0].as_deref(), Some(RESULT));
    let told = said[1].as_deref().unwrap();
    assert!(told.starts_with(r#"{"ruleId": "py.long""#) && told.len() < 66_000);
    assert!(
        told.ends_with(&format!("\n[the record goes on: it has {} bytes]", long.len())),
        "{}",
        &told[told.len() - 80..]
    );
    // The same again is nothing new, and keeps nothing anew.
    house.clock.set(Timestamp::parse("2026-03-20T08:00:00Z").unwrap());
    house.import(&sarif(RESULT));
    house.clock.set(Timestamp::parse("2026-04-09T07:00:00Z").unwrap());
    house.app.tick().unwrap();
    assert_eq!(house.said()[0].as_deref(), Some(RESULT));
    house.clock.set(Timestamp::parse("2026-04-09T09:00:00Z").unwrap());
    house.app.tick().unwrap();
    assert_eq!(house.said(), [None, None]);
}

#[test]
fn a_large_report_keeps_it_too() {
    let house = house(SAID_DAYS);
    let results: Vec<String> = (0..300)
        .map(|n| {
            RESULT.replace("py.eval", &format!("rule.{n}")).replace("eval of input", &"y".repeat(60_000))
        })
        .collect();
    house.import(&sarif(&results.join(",")));
    let said = house.said();
    assert_eq!(said.len(), 300);
    for (said, result) in said.iter().zip(&results) {
        assert_eq!(said.as_ref(), Some(result));
    }
}

#[test]
fn nothing_is_kept_where_nobody_wants_it_and_never_a_secret() {
    let off = house(0);
    off.import(&sarif(RESULT));
    assert_eq!(off.said(), [None]);
    let on = house(SAID_DAYS);
    on.import(SECRET);
    on.import(&sarif(&RESULT.replace("py.eval", "hardcoded-password")));
    assert_eq!(on.said(), [None, None]);
}
