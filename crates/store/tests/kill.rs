//! A write that returned survives the death of the process, and one that did not leaves nothing.
//!
//! The child is this test binary again. It prints the number of each write that returned; the parent kills it after
//! some line and looks at what the file holds.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetRef, Coverage, EventSeq, Finding, Locus, Observation, Severity, Timestamp};
use bartizan_store::{Actor, Ingest, IngestOptions, RunResult, RunState, Store, StoreError};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const FOLDER: &str = "BARTIZAN_TEST_KILL";
const FINDINGS: i64 = 200;
const ROUNDS: u64 = 10;

fn finding(number: i64, rule: i64) -> Finding {
    Finding {
        description: "words ".repeat(100),
        ..Finding::new(
            "title",
            Severity::High,
            WeaknessSeen { rule: format!("rule-{rule}"), ..WeaknessSeen::default() },
            AssetRef::host(&format!("h{number}.example.org")).unwrap(),
            Locus::port("tcp", 80),
        )
    }
}

/// One import, in one write.
fn commit(store: &Store, number: i64) {
    let now = Timestamp::from_seconds(number);
    store
        .write::<_, StoreError>(&Actor::system("test"), now, |tx| {
            let run = tx.begin_run("import", &number.to_string())?;
            let mut ingest = Ingest::new(
                tx,
                IngestOptions { run, tool: "tool", seen_at: now, demo: false, network: None },
            )?;
            for rule in 0..FINDINGS {
                ingest.push(Observation::Finding(Box::new(finding(number, rule))))?;
            }
            let tally = ingest.finish(&Coverage::default())?;
            let result =
                RunResult { tool: "tool", bytes: 0, tally, gaps: &[], rejected: &[], rejected_total: 0 };
            tx.finish_run(run, &result)?;
            tx.put_meta("last", &number.to_string())
        })
        .unwrap();
}

fn last(store: &Store) -> i64 {
    let value = store.read::<_, StoreError>(|reader| reader.meta("last")).unwrap();
    value.map_or(0, |value| value.parse().unwrap())
}

/// The child: writes until it is killed. Without its folder it is no test.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = Store::open_sqlite(&Path::new(&folder).join("bartizan.db")).unwrap();
    for number in last(&store) + 1.. {
        commit(&store, number);
        println!("\nwritten {number}");
    }
}

#[test]
fn what_was_acknowledged_is_there_and_nothing_is_half_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bartizan.db");
    let mut random = 7u64;
    for round in 0..ROUNDS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let lines = 1 + (random >> 33) % 12;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut acknowledged = 0;
        let written =
            |line: std::io::Result<String>| line.ok()?.strip_prefix("written ")?.parse::<i64>().ok();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        for number in output.by_ref().filter_map(written).take(lines as usize) {
            acknowledged = number;
        }
        // SIGKILL on Unix, wherever the child is by now.
        child.kill().unwrap();
        child.wait().unwrap();
        // What it still managed to say counts too.
        acknowledged = output.filter_map(written).last().unwrap_or(acknowledged);
        assert!(acknowledged > 0, "round {round}: the child wrote nothing");
        look(&path, acknowledged);
    }
}

fn look(path: &Path, acknowledged: i64) {
    let store = Store::open_sqlite(path).unwrap();
    assert_eq!(store.check().unwrap(), None);
    let last = last(&store);
    assert!(
        last == acknowledged || last == acknowledged + 1,
        "{acknowledged} was acknowledged, {last} is there"
    );
    let runs = store.read::<_, StoreError>(|reader| reader.runs(None, i64::MAX)).unwrap();
    let labels: Vec<i64> = runs.iter().rev().map(|run| run.label.parse().unwrap()).collect();
    assert_eq!(labels, (1..=last).collect::<Vec<_>>());
    assert!(runs.iter().all(|run| run.state == RunState::Finished && run.tally.created == FINDINGS));
    let mut exposures: BTreeMap<i64, i64> = BTreeMap::new();
    let mut sightings = 0;
    store
        .read::<_, StoreError>(|reader| {
            reader.each_exposure(|row| {
                *exposures.entry(row.asset.0).or_default() += 1;
                sightings += row.sightings;
            })
        })
        .unwrap();
    assert_eq!(exposures.len() as i64, last);
    assert!(exposures.values().all(|count| *count == FINDINGS));
    assert_eq!(sightings, last * FINDINGS);
    let newest = store
        .read::<_, StoreError>(|reader| reader.exposure(bartizan_model::ExposureId(last * FINDINGS)))
        .unwrap();
    let words = store.read::<_, StoreError>(|reader| reader.sightings(newest.id)).unwrap();
    assert_eq!(words[0].finding.as_ref(), Some(&finding(last, FINDINGS - 1)));
    let events = store.read::<_, StoreError>(|reader| reader.events_after(EventSeq(0), i64::MAX)).unwrap();
    assert!(events.iter().map(|event| event.seq.0).eq(1..=events.len() as i64));
}
