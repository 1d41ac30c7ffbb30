//! `discover host`: this machine, twice, and carried to another.

use crate::support::{Home, lines, number};
use bartizan_model::{AssetRef, Network};

#[test]
fn looking_twice_changes_nothing() {
    let home = Home::new();
    let first = home.ok(&["discover", "host"]);
    assert!(first.starts_with("This host: "), "{first}");
    let before = home.top("source:bartizan");
    assert!(!before.is_empty(), "a test machine has something to say");
    let second = home.ok(&["discover", "host"]);
    // Between two looks a machine on which tests run may open a port or finish an update, but hardly gains weaknesses.
    let first_line = second.lines().next().unwrap();
    assert!(
        first_line.contains(" 0 new, 0 changed, ") && first_line.contains(" 0 back, 0 fixed"),
        "{first_line}"
    );
    let ids = |list: &[serde_json::Value]| list.iter().map(|row| number(row, "id")).collect::<Vec<_>>();
    let mut now = ids(&home.top("source:bartizan"));
    let mut then = ids(&before);
    now.sort_unstable();
    then.sort_unstable();
    assert_eq!(now, then);
}

#[test]
fn what_is_printed_here_can_be_imported_there() {
    let (here, there) = (Home::new(), Home::new());
    let printed = here.ok(&["discover", "host", "--json"]);
    assert!(!here.data().exists(), "--json stores nothing");
    let seen = lines(&printed);
    assert_eq!(seen.first().unwrap()["kind"], "source");
    assert_eq!(seen.last().unwrap()["kind"], "coverage");
    let findings = seen.iter().filter(|line| line["kind"] == "finding").count();
    let file = there.file("host.jsonl", &printed);
    let done = there.import(&file);
    assert_eq!((number(&done, "findings"), number(&done, "closed")), (findings as i64, 0), "{done}");
    assert_eq!(there.top("").len() as i64, number(&done, "created"));
    assert_eq!(number(&there.import(&file), "unchanged"), findings as i64);
    // A later look without one finding means that it is fixed: the coverage came along.
    let Some(gone) = seen.iter().find(|line| line["kind"] == "finding") else { return };
    let rule = &gone["weakness"]["rule"];
    let again = here.ok(&["discover", "host", "--json"]);
    let kept: String = again
        .lines()
        .zip(lines(&again))
        .filter(|(_, line)| line["kind"] != "finding" || &line["weakness"]["rule"] != rule)
        .map(|(text, _)| format!("{text}\n"))
        .collect();
    let later = there.import(there.file("later.jsonl", kept));
    assert!(number(&later, "closed") > 0, "{later}");
}

#[test]
fn the_addresses_of_this_machine_are_of_the_network_that_it_is_said_to_be_in() {
    let home = Home::new();
    let known = |more: &[&str]| -> AssetRef {
        let seen = lines(&home.ok(&[&["discover", "host", "--json"], more].concat()));
        let asset = seen.iter().find(|line| line["kind"] == "asset").unwrap()["asset"].clone();
        serde_json::from_value(asset).unwrap()
    };
    let berlin: Network = "branch-berlin".parse().unwrap();
    let here = known(&["--network", "branch-berlin"]);
    assert_eq!(here, known(&[]).within(&berlin));
    let mut look = home.command(&["discover", "host"]);
    assert!(look.env("BARTIZAN_NETWORK", "branch-berlin").status().unwrap().success());
    let has_private = here.identifiers.iter().any(|one| one.network().is_some());
    assert_eq!(home.top("network:branch-berlin").is_empty(), !has_private);
    assert!(
        home.run(&["discover", "host", "--network", "a/b"])
            .stderr
            .contains("cannot be the name of a network")
    );
}
