//! Killed at any moment, and two at once: an import is there in whole or not at all.

use crate::support::{Home, fixture, number};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

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

#[test]
fn killed_imports_leave_all_or_nothing() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    let report = big("big");
    let mut killed = 0;
    for round in 0..10 {
        let mut child = home
            .command(&["import", "--json", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut line = String::new();
        // In the middle of its report; then while it takes it in and commits, as far as it comes while another command
        // runs from begin to end so many times; at last when it said that it is done.
        let fed = if round < 3 { report.len() * (round + 1) / 4 } else { report.len() };
        input.write_all(&report.as_bytes()[..fed]).unwrap();
        if round >= 3 {
            drop(input);
            (3..round).for_each(|_| drop(home.ok(&["formats"])));
        }
        if round == 9 {
            BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        }
        child.kill().unwrap();
        killed += u32::from(child.wait().unwrap().code().is_none());
        let seen = total(&home, "asset:big-*");
        assert!(seen == 0 || seen == FINDINGS, "round {round}: {seen} of {FINDINGS}");
        assert!(line.is_empty() || seen == FINDINGS, "what it said is stored");
        assert!(round >= 3 || seen == 0, "round {round}: the report was not whole");
        assert_eq!(total(&home, "asset:shop.example.org"), 2, "round {round}: what was acknowledged stays");
        assert_eq!(home.run(&["doctor"]).code, Some(0), "round {round}");
        if seen > 0 {
            break;
        }
    }
    assert!(killed >= 3, "the imports ended before they could be killed");
    let file = home.file("big.csv", report);
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
