//! Data in and out: exports, a folder that is watched, tables with columns of their own.

use crate::support::{Home, fixture, lines, number};
use serde_json::Value;

#[test]
fn what_is_exported_is_read_back_elsewhere() {
    let home = Home::new();
    for file in ["nmap.xml", "trivy.json", "people.csv", "semgrep.sarif"] {
        home.import(fixture(file));
    }
    let known = home.top("");
    for format in ["csv", "json", "sarif", "ocsf"] {
        let path = home.path(&format!("out.{format}")).display().to_string();
        home.ok(&["export", "exposures", "--format", format, "--output", &path]);
        let other = Home::new();
        other.import(&path);
        let names = |rows: &[Value]| {
            let mut all: Vec<_> = rows
                .iter()
                .map(|row| {
                    format!("{} {} {} {}", row["weakness"], row["asset"], row["locus"], row["severity"])
                })
                .collect();
            all.sort();
            all
        };
        assert_eq!(names(&other.top("")), names(&known), "{format}");
        let again = home.import(&path);
        assert_eq!((number(&again, "created"), number(&again, "reopened")), (0, 0), "{format}: {again}");
    }
    let some = home.ok(&["export", "exposures", "severity:critical", "--format", "csv"]);
    assert_eq!(some.lines().next().unwrap().split(',').count(), 25);
    let path = home.path("all.zip").display().to_string();
    home.ok(&["export", "exposures", "--format", "cyclonedx", "-o", &path]);
    let told = lines(&home.ok(&["import", "--json", &path]));
    assert!(
        !told.is_empty() && told.iter().all(|line| line["format"] == "cyclonedx" && line["created"] == 0),
        "{told:?}"
    );
    assert!(home.fails(&["export", "exposures", "(", "--format", "csv"]).contains("query"));
}

#[test]
fn a_watched_folder_is_emptied() {
    let home = Home::new();
    let inbox = home.path("inbox");
    std::fs::create_dir(&inbox).unwrap();
    std::fs::write(inbox.join("good.csv"), "title,severity,asset,rule\nOld,high,web-1,r1\n").unwrap();
    std::fs::write(inbox.join("bad.txt"), "Dear all\n").unwrap();
    let words = ["watch", "--once", "--every", "0", "--json", inbox.to_str().unwrap()];
    let ran = home.run(&words);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let told = lines(&ran.stdout);
    assert_eq!((told.len(), &told[1]["file"]), (2, &"good.csv".into()));
    assert!(
        told[1]["reports"][0]["error"].is_null() && told[0]["reports"][0]["error"].is_string(),
        "{told:?}"
    );
    assert_eq!(number(&told[1]["reports"][0], "created"), 1, "{told:?}");
    assert!(inbox.join("done/good.csv").exists() && inbox.join("failed/bad.txt.reason.txt").exists());
    assert_eq!(home.top("").len(), 1);
    assert_eq!(home.ok(&words), "");
    assert!(home.fails(&["watch", "--once", "/nowhere/at/all"]).contains("is no folder"));
}

#[test]
fn a_table_is_read_by_what_was_said_of_its_columns() {
    let home = Home::new();
    let table = home.file("cmdb.csv", "CI;Address\nward-1;10.0.0.9\n");
    assert!(home.fails(&["import", &table]).contains("say what its columns mean (CI, Address)"));
    let map = home.file("map.toml", "source = \"cmdb\"\n[columns]\nCI = \"asset\"\nAddress = \"ip\"\n");
    let told: Value = home.json(&["import", "--json", "--map", &map, &table]);
    assert_eq!((number(&told, "assets"), &told["format"]), (1, &"bartizan".into()));
    for (text, why) in [
        ("[columns]\nCI = \"nonsense\"\n", "no field `nonsense`"),
        ("columns = 1", "map.toml"),
        ("[columns]\nX = \"ip\"\n", "no column `X`"),
    ] {
        let map = home.file("map.toml", text);
        let said = home.fails(&["import", "--map", &map, &table]);
        assert!(said.contains(why), "{said}");
    }
    assert!(home.ok(&["formats", "--fields"]).contains("criticality"));
}
