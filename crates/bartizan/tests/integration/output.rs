//! What reaches a terminal or a pipe: nothing that steers, nothing that panics, errors where errors belong.

use crate::support::{Home, fixture, lines};
use std::io::Read as _;
use std::process::Stdio;

fn steers(text: &str) -> bool {
    let bad = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().any(bad)
}

#[test]
fn hostile_names_are_harmless() {
    let home = Home::new();
    let hostile = fixture("hostile.csv");
    let report = home.file("re\x1b[2Jport\u{9b}31m.csv", std::fs::read(&hostile).unwrap());
    let letter = home.file("let\x1b[2Jter.txt", "no \x1b[31mreport\n");
    let mut all = Vec::new();
    for words in [
        vec!["import", &report, &letter],
        vec!["import", "--json", &report, &letter],
        vec!["parse", &report],
        vec!["parse", &letter],
        vec!["top"],
        vec!["top", "--json"],
        vec!["top", "title\x1b[2J:"],
        vec!["explain", "1"],
        vec!["explain", "1", "--json"],
        vec!["explain", "2"],
        vec!["feeds", "load", &letter],
        vec!["token", "create", "--user", "e\x1b[2Jve"],
    ] {
        let ran = home.run(&words);
        assert!(!ran.stdout.is_empty() || !ran.stderr.is_empty());
        all.push((words, ran));
    }
    for (words, ran) in all {
        assert!(!steers(&ran.stdout), "{words:?}: {:?}", ran.stdout);
        assert!(!steers(&ran.stderr), "{words:?}: {:?}", ran.stderr);
    }
    assert_eq!(home.top("").len(), 2);
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let home = Home::new();
    let rows: String =
        (0..3_000).map(|n| format!("Title number {n},high,host-{n}.example.org,r{n}\n")).collect();
    home.import(home.file("many.csv", format!("title,severity,asset,rule\n{rows}")));
    for words in [["top", "--limit=3000"], ["top", "--json"], ["parse", "many"], ["checks", "--json"]] {
        let many = home.path("many.csv").display().to_string();
        let words = words.map(|word| if word == "many" { many.as_str() } else { word });
        let mut child = home.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Nobody ever reads: the other end is closed at once.
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let status = child.wait().unwrap();
        assert_eq!((status.code(), said.as_str()), (Some(141), ""), "{words:?}");
    }
}

#[test]
fn no_colour_and_no_progress_in_a_pipe() {
    let home = Home::new();
    let ran = home.run(&["import", fixture("nmap.xml").to_str().unwrap()]);
    assert_eq!((ran.code, ran.stderr.as_str(), ran.stdout.lines().count()), (Some(0), "", 1), "{ran:?}");
    let table = home.ok(&["top"]);
    // A header, two exposures, and which feeds are missing.
    assert!(!table.contains('\x1b') && table.lines().count() == 4, "{table}");
}

#[test]
fn json_is_one_document() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    for words in [
        vec!["top", "--json"],
        vec!["explain", "1", "--json"],
        vec!["feeds", "status", "--json"],
        vec!["formats", "--json"],
        vec!["checks", "--json"],
        vec!["user", "list", "--json"],
        vec!["token", "list", "--json"],
        vec!["doctor", "--json"],
    ] {
        assert_eq!(lines(&home.ok(&words)).len(), 1, "{words:?}");
    }
}

#[test]
fn errors_say_what_and_what_to_do() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    let cases: [(&[&str], &str, &str); 4] = [
        (&["top", "sverity:high"], "sverity", "severity"),
        (&["explain", "4711"], "4711", "bartizan top"),
        (&["import", "missing.xml"], "missing.xml", "Check the path"),
        (&["import", "--scope", "shop", "x"], "scope", "query"),
    ];
    for (words, what, help) in cases {
        let said = home.fails(words);
        assert!(said.contains(what) && said.contains(help), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    for words in [&["tpo"][..], &["top", "--limit", "0"], &["import"]] {
        let ran = home.run(words);
        assert!(ran.code == Some(2) && ran.stderr.starts_with("error: "), "{ran:?}");
    }
}

#[test]
fn a_mistyped_folder_is_not_taken_for_an_empty_one() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    let typo = home.path("dta").display().to_string();
    let ran = home.run(&["top", "--json", "--data", &typo]);
    assert!(ran.stderr.contains("held no data") && ran.stderr.contains("dta"), "{ran:?}");
    assert_eq!(home.run(&["--data", home.data().to_str().unwrap(), "top"]).stderr, "");
}
