//! `backup`, `restore`, `doctor`, `demo`, and what the registries list.

use crate::support::{Home, fixture, lines};

#[test]
fn a_backup_brings_everything_back() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    home.ok(&["feeds", "load", fixture("kev.json").to_str().unwrap()]);
    let before = home.top("");
    let file = home.path("copy.db").display().to_string();
    home.ok(&["backup", &file]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    }
    assert!(home.fails(&["backup", &file]).contains("exists already"));

    home.import(fixture("people.csv"));
    assert_ne!(home.top(""), before);
    home.ok(&["restore", &file]);
    assert_eq!(home.top(""), before);
    let elsewhere = Home::new();
    elsewhere.ok(&["restore", &file]);
    assert_eq!(elsewhere.top(""), before);
    elsewhere.ok(&["doctor"]);
}

#[test]
fn what_is_no_backup_is_refused() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    let before = home.top("");
    let letter = home.file("letter.txt", "Dear Sir or Madam");
    for file in [letter.as_str(), "missing.db"] {
        assert!(home.fails(&["restore", file]).contains(file.rsplit('/').next().unwrap()));
    }
    assert_eq!(std::fs::read_to_string(letter).unwrap(), "Dear Sir or Madam");
    assert_eq!(home.top(""), before);
}

#[test]
fn the_doctor_is_plain() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    let healthy = home.json(&["doctor", "--json"]);
    assert_eq!(healthy["healthy"], true);
    let feeds = healthy["checks"].as_array().unwrap().iter().find(|check| check["what"] == "feeds").unwrap();
    assert_eq!(feeds["level"], "warning");
    assert!(feeds["fix"].as_str().unwrap().contains("feeds load"), "{feeds}");
    assert!(home.ok(&["doctor"]).contains("database"));

    std::fs::write(home.data().join("bartizan.db"), "this is no database, whatever its name says").unwrap();
    let ran = home.run(&["doctor", "--json"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(lines(&ran.stdout)[0]["healthy"], false, "{ran:?}");
}

#[test]
fn a_damaged_database_is_seen() {
    let home = Home::new();
    for file in ["nmap.xml", "nuclei.jsonl", "trivy.json"] {
        home.import(fixture(file));
    }
    let path = home.data().join("bartizan.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[4096..middle].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(home.run(&["doctor"]).code, Some(1));
}

#[test]
fn a_made_up_hospital_comes_and_goes() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    let before = home.top("");
    home.ok(&["demo", "--assets", "40", "--seed", "7"]);
    assert!(home.top("demo:true").len() > 40);
    let other = Home::new();
    other.ok(&["demo", "--assets", "40", "--seed", "7"]);
    assert_eq!(other.top("").len(), home.top("demo:true").len(), "the same seed makes the same hospital");
    home.ok(&["demo", "--remove"]);
    assert_eq!(home.top(""), before);
}

#[test]
fn registries() {
    let home = Home::new();
    let formats = home.json(&["formats", "--json"]);
    let ids: Vec<_> =
        formats["formats"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap()).collect();
    assert!(
        ["bartizan", "cyclonedx", "nmap", "nuclei", "sarif", "trivy"].iter().all(|id| ids.contains(id)),
        "{ids:?}"
    );
    let checks = home.json(&["checks", "--json"]);
    let checks = checks["checks"].as_array().unwrap();
    assert!(checks.len() > 50);
    assert!(checks.iter().all(|check| !check["fix"].as_str().unwrap().is_empty()));
    assert!(home.ok(&["formats"]).contains("nmap") && home.ok(&["checks"]).contains("sshd-root-login"));
    assert!(home.ok(&["completions", "bash"]).contains("bartizan"));
    assert!(home.ok(&["--version"]).starts_with("bartizan "));
    assert!(home.ok(&["top", "--help"]).contains("severity:critical"));
    assert!(!home.data().exists(), "none of these needs data");
}
