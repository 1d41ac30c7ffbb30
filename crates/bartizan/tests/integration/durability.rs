//! Killed at any moment, and two at once: an import is there in whole or not at all.

use crate::support::{Home, fixture, number};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

const FINDINGS: usize = 20_000;

fn big(name: &str) -> String {
    let row =
        |n: usize| format!("Weakness {n} of {name},high,{name}-{}.example.org,rule-{}\n", n / 20, n % 20);
    let rows: String = (0..FINDINGS).map(row).collect();
    format!("title,severity,asset,rule\n{rows}")
}

fn total(home: &Home, query: &str) -> usize {
    usize::try_from(number(&home.json(&["top", "--json", "--limit", "1", query]), "total")).unwrap()
}

/// The bytes that the database has written so far: what tells that an import is at work.
fn written(home: &Home) -> u64 {
    let size = |name: &str| std::fs::metadata(home.data().join(name)).map_or(0, |meta| meta.len());
    size("bartizan.db") + size("bartizan.db-wal")
}

#[test]
fn killed_imports_leave_all_or_nothing() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    let file = home.file("big.csv", big("big"));
    let import = ["import", "--json", file.as_str()];
    // How long a whole one takes tells where the moments between begin and end lie.
    let reference = Home::new();
    reference.import(fixture("nmap.xml"));
    let begin = Instant::now();
    reference.import(&file);
    let whole = begin.elapsed();
    let mut killed = 0;
    for round in 0..10_u32 {
        let start = written(&home);
        let mut child = home.command(&import).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if round % 2 == 0 {
            // As soon as it writes.
            while written(&home) == start && child.try_wait().unwrap().is_none() {
                sleep(Duration::from_micros(200));
            }
        } else {
            // Spread over its life, also around its commit.
            sleep(whole * (round + 1) / 10);
        }
        child.kill().unwrap();
        killed += u32::from(child.wait().unwrap().code().is_none());
        let seen = total(&home, "asset:big-*");
        assert!(seen == 0 || seen == FINDINGS, "round {round}: {seen} of {FINDINGS}");
        assert_eq!(total(&home, "asset:shop.example.org"), 2, "round {round}: what was acknowledged stays");
        assert_eq!(home.run(&["doctor"]).code, Some(0), "round {round}");
        if seen > 0 {
            break;
        }
    }
    assert!(killed >= 3, "the imports ended before they could be killed");
    let done = home.import(&file);
    assert_eq!(number(&done, "findings"), FINDINGS as i64);
    assert_eq!(total(&home, "asset:big-*"), FINDINGS);
}

#[test]
fn two_at_once() {
    let home = Home::new();
    let files = ["one", "two", "three"].map(|name| home.file(&format!("{name}.csv"), big(name)));
    let start = |file: &String| {
        let words = ["import", "--json", file.as_str()];
        home.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    // The folder is new: they also race to make the database.
    let children = files.each_ref().map(start);
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(number(&line, "created"), FINDINGS as i64, "{line}");
    }
    assert_eq!(total(&home, ""), 3 * FINDINGS);
    home.ok(&["doctor"]);
}
