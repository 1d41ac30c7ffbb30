//! `cvss`: known vectors, invalid ones, many at once.

use crate::support::{Home, keys, lines, shared};
use std::io::Read as _;

#[test]
fn one_vector() {
    let home = Home::new();
    assert_eq!(home.ok(&["cvss", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"]), "9.8 critical\n");
    assert_eq!(home.ok(&["cvss", "(AV:N/AC:L/Au:N/C:N/I:N/A:C)"]), "7.8 high\n");
    let four =
        home.json(&["cvss", "--json", "CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N"]);
    assert_eq!(keys(&four), ["base", "score", "severity", "vector", "version"]);
    assert_eq!((&four["version"], &four["score"]), (&"4.0".into(), &5.1.into()));
    let three = home.json(&["cvss", "--json", "CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N/E:U"]);
    assert_eq!(keys(&three), ["base", "environmental", "score", "severity", "temporal", "vector", "version"]);
    let said = home.fails(&["cvss", "CVSS:3.1/AV:N"]);
    assert!(said.contains("`CVSS:3.1/AV:N`") && said.contains("AC"), "{said}");
}

#[test]
fn many_and_some_of_them_wrong() {
    let home = Home::new();
    let ran = home.fed(
        &["cvss", "-"],
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\r\n\nrubbish\x1b[2J\n AV:N/AC:L/Au:N/C:N/I:N/A:C\n",
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), "9.8 critical\n7.8 high\n"));
    assert!(
        ran.stderr.starts_with("error: line 3: `rubbish") && !ran.stderr.contains('\x1b'),
        "{}",
        ran.stderr
    );
}

fn table(name: &str) -> Option<Vec<Vec<String>>> {
    let path = shared("vectors/cvss")?.join(name);
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let row = |line: &str| line.split('\t').map(str::to_owned).collect();
    Some(text.lines().skip(1).map(row).collect())
}

#[test]
fn shared_vectors_with_known_scores() {
    let home = Home::new();
    for name in ["cvss_published.tsv.gz", "cvss_random_dev.tsv.gz"] {
        let Some(rows) = table(name) else { return };
        let input: String = rows.iter().map(|row| format!("{}\n", row[1])).collect();
        let ran = home.fed(&["cvss", "-", "--json"], input);
        let seen = lines(&ran.stdout);
        assert_eq!((ran.code, seen.len()), (Some(0), rows.len()), "{name}: {}", ran.stderr);
        for (row, got) in rows.iter().zip(&seen) {
            assert_eq!((got["version"].as_str(), got["vector"].as_str()), (Some(&*row[0]), Some(&*row[1])));
            for (key, want) in ["base", "temporal", "environmental"].iter().zip(&row[2..5]) {
                assert_eq!(got[*key].as_f64(), want.parse().ok(), "{key} of {got}");
            }
        }
    }
}

#[test]
fn shared_invalid_vectors() {
    let Some(rows) = table("cvss_invalid.tsv.gz") else { return };
    let home = Home::new();
    // The list wants optional groups of v2 whole. Real producers leave metrics out, and calculators agree on the score.
    let partly = ["AV:A/AC:L/Au:N/C:C/I:C/A:C/CDP:H/TD:H/CR:H", "AV:A/AC:L/Au:N/C:C/I:C/A:C/E:F"];
    for row in rows.into_iter().filter(|row| !partly.contains(&row[2].as_str())) {
        let ran = home.run(&["cvss", "--json", &row[2]]);
        // Some are valid, but of another version than the one they were tested as.
        let valid = ran.code == Some(0)
            && lines(&ran.stdout)[0]["version"].as_str().unwrap().starts_with(&row[0][1..]);
        assert_eq!(valid, row[1] == "valid", "{} as {}: {}", row[2], row[0], ran.stderr);
        assert!(ran.code == Some(0) || ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}
