//! `parse`: what a report says, without a store, and importing that again.

use crate::support::{Home, content, fixture, lines};
use serde_json::Value;

#[test]
fn prints_observations_and_touches_no_store() {
    let home = Home::new();
    let seen = lines(&home.ok(&["parse", fixture("nmap.xml").to_str().unwrap()]));
    let of = |kind: &str| seen.iter().filter(|line| line["kind"] == kind).collect::<Vec<_>>();
    assert_eq!((of("finding").len(), of("asset").len(), of("service").len()), (2, 1, 2));
    for finding in of("finding") {
        for key in ["title", "severity", "weakness", "asset", "locus"] {
            assert!(!finding[key].is_null(), "{finding}");
        }
        for key in ["ids", "cwe", "rule"] {
            assert!(!finding["weakness"][key].is_null(), "{finding}");
        }
    }
    let piped = home.fed(&["parse", "-"], content("nmap.xml"));
    assert_eq!(lines(&piped.stdout), seen);
    assert!(!home.data().exists());
}

#[test]
fn a_break_comes_after_what_was_before_it() {
    let home = Home::new();
    let whole = content("nmap.xml");
    let broken = home.file("cut.xml", &whole[..whole.find("<runstats>").unwrap()]);
    let ran = home.run(&["parse", &broken]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(lines(&ran.stdout).iter().filter(|line| line["kind"] == "finding").count(), 2);
    assert!(
        lines(&ran.stdout).iter().all(|line| line["kind"] != "coverage"),
        "a broken report proves nothing"
    );
    assert!(ran.stderr.contains("cut.xml") && ran.stderr.contains("ends in the middle"), "{}", ran.stderr);
}

#[test]
fn importing_what_parse_printed_is_importing_the_report() {
    for file in ["nmap.xml", "nuclei.jsonl", "trivy.json", "people.csv", "semgrep.sarif", "bom.cdx.json"] {
        let (direct, through) = (Home::new(), Home::new());
        let path = fixture(file);
        let name = ["--asset", "shop"];
        direct.ok(&[&["import", path.to_str().unwrap()], &name[..]].concat());
        let printed = through.ok(&[&["parse", path.to_str().unwrap()], &name[..]].concat());
        let ran = through.fed(&["import", "-"], printed);
        assert_eq!(ran.code, Some(0), "{file}: {}", ran.stderr);
        assert_eq!(told(&through), told(&direct), "{file}");
    }
    // Coverage too: a later scan closes what an earlier one saw, whichever way either came.
    let home = Home::new();
    for file in ["nmap.xml", "nmap-later.xml"] {
        let printed = home.ok(&["parse", fixture(file).to_str().unwrap()]);
        assert_eq!(home.fed(&["import", "-"], printed).code, Some(0));
    }
    assert_eq!((home.top("").len(), home.top("status:fixed").len()), (1, 1));
}

/// What `top` says, without what the time of the import decides.
fn told(home: &Home) -> Vec<Value> {
    let mut all = home.top("");
    for row in &mut all {
        for key in ["id", "first_seen", "last_seen"] {
            row[key].take();
        }
    }
    all.sort_by_key(|row| (row["weakness"].to_string(), row["locus"].to_string()));
    all
}
