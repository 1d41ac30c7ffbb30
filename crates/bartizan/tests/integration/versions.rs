//! `version compare`: one pair, many, and what is no version.

use crate::support::{Home, shared};
use std::io::Read as _;

#[test]
fn one_pair() {
    let home = Home::new();
    for (ecosystem, left, right, sign) in [
        ("Debian:12", "1.0~rc1", "1.0", "<"),
        ("deb", "1:1.0", "2.0", ">"),
        ("rpm", "1.0^git1", "1.0", ">"),
        ("Alpine:v3.19", "1.2_rc1-r0", "1.2-r0", "<"),
        ("PyPI", "1.0", "1.0.0", "="),
        ("python", "-class.-jw.util.version.version-preview", "1.0", "<"),
        ("npm", "v1.0.0+build", "1.0.0", "="),
        ("go", "go1.21.3", "v1.21.10", "<"),
        ("maven", "1-SNAPSHOT", "1.0", "<"),
        ("redhat", "+", "_", "="),
    ] {
        let printed = home.ok(&["version", "compare", ecosystem, left, right]);
        assert_eq!(printed, format!("{sign}\n"), "{ecosystem} {left} {right}");
    }
}

#[test]
fn what_is_no_version_is_an_error() {
    let home = Home::new();
    for (words, want) in [
        (["nonsense", "1", "2"], "error: `nonsense` is no ecosystem"),
        (["semver", "", "1"], "error: `` is no version of semver: it is empty"),
        (
            ["semver", "1", "not a version"],
            "error: `not a version` is no version of semver: it holds white space",
        ),
        (["pip", "\u{1b}[2J", "1"], "error: `␛[2J` is no version of pep440"),
        (["deb", &"1".repeat(2000), "1"], "error: `111"),
    ] {
        let said = home.fails(&[&["version", "compare"], &words[..]].concat());
        assert!(said.starts_with(want), "{said}");
    }
    let said = home.fails(&["version", "compare", "deb", "1"]);
    assert!(said.starts_with("error: the second version is missing"), "{said}");
}

#[test]
fn many_and_some_of_them_wrong() {
    let home = Home::new();
    let ran = home.fed(&["version", "compare", "debian", "-"], "1\t2\r\n2\t1\n\n1\tx y\n1\t1-0\n");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), "<\n>\n!\n!\n=\n"));
    assert_eq!(
        ran.stderr,
        "error: line 3: there is no tab between two versions\n\
         error: line 4: `x y` is no version of dpkg: it holds white space or control characters\n"
    );
    let ran = home.fed(&["version", "compare", "debian", "-"], "1\t2\n");
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "<\n", ""));
}

#[test]
fn shared_vectors() {
    let Some(folder) = shared("vectors/versions") else { return };
    let home = Home::new();
    for (ecosystem, file) in
        [("debian", "osv-debian-versions-generated.txt.gz"), ("pypi", "osv-pypi-versions-generated.txt.gz")]
    {
        let mut text = String::new();
        let packed = std::fs::File::open(folder.join(file)).unwrap();
        flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(' ').collect()).collect();
        let input: String = rows.iter().map(|row| format!("{}\t{}\n", row[0], row[2])).collect();
        let want: String = rows.iter().map(|row| format!("{}\n", row[1])).collect();
        let ran = home.fed(&["version", "compare", ecosystem, "-"], input);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert!(ran.stdout == want, "{file}");
    }
}
