//! FriendsOfPHP's security advisories: PHP packages of Packagist, one YAML file each.
//!
//! A branch lists the constraints that an affected version satisfies all of.

use super::read::{is_cve, yaml_advisories};
use crate::detect::Head;
use crate::ecosystem::Ecosystem;
use crate::feed::{Feed, FeedError, Shape, Sink, Summary, Tells};
use crate::record::{Advisory, Affected, Range};
use crate::text::rfc3339;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "friendsofphp",
    name: "FriendsOfPHP security advisories",
    about: "advisories of PHP packages, with the affected versions of each branch",
    address: "https://github.com/FriendsOfPHP/security-advisories/archive/refs/heads/master.zip",
    parts: &[],
    licence: "Unlicense",
    docs: "https://github.com/FriendsOfPHP/security-advisories#contributing",
    tells: Tells::Advisories,
    shape: Shape::Records,
    dated: true,
    fresh_days: 60,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.has_yaml_key("branches") && head.has_yaml_key("reference")
}

#[derive(Deserialize)]
struct File {
    title: String,
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    cve: Option<String>,
    branches: BTreeMap<String, Branch>,
    reference: String,
}

#[derive(Deserialize)]
struct Branch {
    #[serde(default)]
    time: Option<String>,
    versions: Vec<String>,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    yaml_advisories(reader, sink, "branches:", advisory)
}

fn advisory(path: &str, file: File) -> Result<Advisory, String> {
    let package = file.reference.strip_prefix("composer://").ok_or("its reference is no Composer package")?;
    let mut affected = Affected::new(Ecosystem::from_osv("Packagist"), package);
    let mut times: Vec<String> = Vec::new();
    for branch in file.branches.into_values() {
        if branch.versions.is_empty() {
            return Err("a branch names no versions".to_owned());
        }
        times.extend(branch.time.as_deref().and_then(rfc3339));
        affected.ranges.push(Range::Constraint(branch.versions.join(", ")));
    }
    times.sort();
    let cve = file.cve.filter(|cve| is_cve(cve.trim())).map(|cve| cve.trim().to_owned());
    // Where there is no CVE, the file's name is the only id: its path, or else what it is about.
    let stem = path.trim_end_matches(".yaml").trim_end_matches(".yml");
    let own = match (stem, &file.link) {
        ("", Some(link)) => {
            format!("{package}#{}", blake3::hash(link.as_bytes()).to_hex().get(..12).unwrap_or(""))
        }
        ("", None) => {
            format!("{package}#{}", blake3::hash(file.title.as_bytes()).to_hex().get(..12).unwrap_or(""))
        }
        (stem, _) => stem.to_owned(),
    };
    Ok(Advisory {
        id: super::read::id(&format!("friendsofphp:{own}"))?,
        aliases: cve.into_iter().collect(),
        title: file.title,
        published: times.first().cloned(),
        modified: times.last().cloned(),
        references: file.link.into_iter().collect(),
        affected: vec![affected],
        ..Advisory::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{advisories, read_all};

    const FILE: &str = "title: Bad\nlink: https://example.org/1\ncve: CVE-2099-0001\nbranches:\n    1.x:\n        time: 2099-01-02 03:04:05\n        versions: ['>=1.0', '<1.10']\n    2.x:\n        time: ~\n        versions: ['<2.1']\nreference: composer://acme/thing\n";

    #[test]
    fn one_and_many() {
        let (records, rejected, summary) = read_all(&FEED, FILE);
        assert_eq!((records.len(), rejected.len()), (1, 0));
        assert_eq!(summary.as_of.as_deref(), Some("2099-01-02T03:04:05Z"));
        let line =
            |content: &str| serde_json::json!({"path": "acme/thing/1.yaml", "content": content}).to_string();
        let other = FILE.replace("cve: CVE-2099-0001", "cve: ~").replace("composer:", "pear:");
        let (records, rejected, _) = read_all(&FEED, format!("{}\n{}\n", line(FILE), line(&other)));
        assert_eq!(rejected, ["line 2: acme/thing/1.yaml: its reference is no Composer package"]);
        let found = advisories(&records);
        let advisory = found["friendsofphp:acme/thing/1"];
        assert_eq!(
            (advisory.aliases.as_slice(), advisory.title.as_str()),
            (&["CVE-2099-0001".to_owned()][..], "Bad")
        );
        assert_eq!(advisory.affected[0].package, "acme/thing");
        let constraints = [">=1.0, <1.10", "<2.1"].map(|text| Range::Constraint(text.to_owned()));
        assert_eq!(advisory.affected[0].ranges, constraints);
    }
}
