//! `feeds`, and what they do to `top` and `explain`.

use crate::support::{Home, content, fixture, keys, number};
use serde_json::Value;

fn loaded(home: &Home, file: &str) {
    home.ok(&["feeds", "load", fixture(file).to_str().unwrap()]);
}

fn one(home: &Home) -> Value {
    home.top("weakness:CVE-2021-41773").pop().unwrap()
}

#[test]
fn knowledge_moves_priorities() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    let before = one(&home);
    for key in [
        "id",
        "weakness",
        "asset",
        "locus",
        "severity",
        "priority",
        "ssvc",
        "status",
        "first_seen",
        "last_seen",
        "sightings",
    ] {
        assert!(!before[key].is_null(), "{key} of {before}");
    }
    loaded(&home, "kev.json");
    let exploited = one(&home);
    assert!(exploited["priority"].as_f64() > before["priority"].as_f64(), "{before} {exploited}");
    assert_eq!(home.top("kev:true").len(), 1);
    loaded(&home, "epss.csv");
    loaded(&home, "cve.json");
    assert_eq!(home.top("exploitation:active ssvc:>=track*").len(), 1);
    assert_eq!(home.top("")[0]["weakness"], "CVE-2021-41773", "what is exploited comes first");

    let why = home.json(&["explain", "--json", &exploited["id"].to_string()]);
    for key in ["priority", "factors", "counterfactual", "path", "sightings", "evidence"] {
        assert!(keys(&why).contains(&key), "{key} of {why}");
    }
    assert_eq!(why["priority"].as_f64(), one(&home)["priority"].as_f64());
    let last = why["path"].as_array().and_then(|path| path.last()).unwrap();
    assert_eq!(last["exposures"], serde_json::json!([exploited["id"]]));
    let factors = why["factors"].as_array().unwrap();
    for factor in factors {
        for key in ["name", "value", "source", "as_of"] {
            assert!(keys(factor).contains(&key), "{factor}");
        }
    }
    let activity = factors.iter().find(|factor| factor["name"] == "activity").unwrap();
    assert!(
        activity["source"].as_str().unwrap().to_lowercase().contains("kev") || activity["source"] == "EPSS",
        "{activity}"
    );
    assert!(!activity["as_of"].is_null(), "{activity}");
    let words = home.ok(&["explain", &exploited["id"].to_string()]);
    assert!(words.contains("CVE-2021-41773") && words.contains("What would change it"), "{words}");
    // What the answer could not rest on is said below it.
    let note = words.lines().last().unwrap_or_default();
    assert!(
        note.starts_with("This rests on less") && note.contains("no feed of advisories is loaded"),
        "{words}"
    );
}

#[test]
fn status_says_what_is_held() {
    let home = Home::new();
    let none = home.json(&["feeds", "status", "--json"]);
    let missing = |status: &Value| {
        let names = status["missing"]
            .as_array()
            .unwrap()
            .iter()
            .map(|feed| feed["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(none["syncs"], serde_json::json!([]));
    assert_eq!((&none["feeds"], missing(&none).len()), (&serde_json::json!([]), 17));
    ["kev.json", "epss.csv", "cve.json"].iter().for_each(|file| loaded(&home, file));
    let status = home.json(&["feeds", "status", "--json"]);
    let feeds = status["feeds"].as_array().unwrap();
    let names: Vec<_> = feeds.iter().map(|feed| feed["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["cve", "epss", "kev"]);
    for feed in feeds {
        assert_eq!(keys(feed), ["as_of", "complete", "loaded_at", "name", "problems", "records"]);
        assert_eq!(
            (feed["complete"].as_bool(), &feed["problems"]),
            (Some(true), &serde_json::json!([])),
            "{feed}"
        );
    }
    assert_eq!(number(&feeds[1], "records"), 2);
    assert!(missing(&status).contains(&"osv".to_owned()) && missing(&status).len() == 14, "{status}");
    let words = home.ok(&["feeds", "status"]);
    assert!(words.contains("not loaded") && words.contains("debian_tracker"), "{words}");
}

#[test]
fn a_bad_file_replaces_nothing() {
    let home = Home::new();
    loaded(&home, "kev.json");
    let held = home.json(&["feeds", "status", "--json"]);
    let whole = content("kev.json");
    let cut = home.file("cut.json", &whole[..whole.len() / 2]);
    let other = home.file("other.txt", "no feed at all");
    let said = home.fails(&["feeds", "load", &cut, &other, "missing.json"]);
    for name in ["cut.json", "other.txt", "missing.json"] {
        assert!(
            said.lines().any(|line| line.starts_with("error: ") && line.contains(name)),
            "{name}: {said}"
        );
    }
    // What is held stays, and says that something newer was refused.
    let now = home.json(&["feeds", "status", "--json"]);
    for key in ["name", "records", "as_of", "loaded_at"] {
        assert_eq!(now["feeds"][0][key], held["feeds"][0][key], "{key}");
    }
    assert_eq!(now["feeds"][0]["complete"].as_bool(), Some(false));
    let problem = now["feeds"][0]["problems"][0].as_str().unwrap();
    assert!(problem.starts_with("a newer load was refused: not a KEV catalog"), "{problem}");
}
