//! Alpine's security database, and those of Wolfi and Chainguard, which have its form: which package version repairs what.
//!
//! A file is one repository of one branch. It has no ids of its own: an advisory goes by the id that was repaired.

use super::read::{broken, id};
use crate::detect::Head;
use crate::ecosystem::Ecosystem;
use crate::feed::{Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::json::{Member, members};
use crate::record::{Advisory, Affected, Verdict};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "alpine_secdb",
    name: "Alpine secdb",
    about: "which versions of Alpine's, Wolfi's and Chainguard's packages repair which CVEs",
    address: "https://secdb.alpinelinux.org/{}.json",
    parts: &[
        "edge/main",
        "edge/community",
        "v3.23/main",
        "v3.23/community",
        "v3.22/main",
        "v3.22/community",
        "v3.21/main",
        "v3.21/community",
        "v3.20/main",
        "v3.20/community",
        "v3.19/main",
        "v3.19/community",
        "v3.18/main",
        "v3.18/community",
        "v3.17/main",
        "v3.17/community",
        "v3.16/main",
        "v3.16/community",
    ],
    licence: "CC-BY-SA-4.0",
    docs: "https://secdb.alpinelinux.org/",
    tells: Tells::Advisories,
    shape: Shape::Parts,
    dated: false,
    fresh_days: 7,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.has("apkurl") && head.has("urlprefix") || head.has("distroversion") && head.has("reponame")
}

#[derive(Deserialize)]
struct Item {
    pkg: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    secfixes: Option<BTreeMap<String, Option<Vec<Option<String>>>>>,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut about: BTreeMap<String, String> = BTreeMap::new();
    // What was repaired, and where: the keys that say of which branch this is may follow the packages.
    let mut repaired: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut members = members(reader);
    let (mut number, mut ended) = (0_usize, false);
    while let Some(member) = members.next() {
        match member.map_err(broken)? {
            Member::Value(key, value) => {
                if let Ok(text) = serde_json::from_slice(value) {
                    about.insert(key.to_owned(), text);
                }
            }
            Member::Item("packages", item) => {
                number += 1;
                match serde_json::from_slice::<Item>(item) {
                    Ok(item) => take(item.pkg, &mut repaired, sink),
                    Err(error) => sink.reject(format!("package {number}"), error.to_string()),
                }
            }
            Member::Item(..) => {}
            Member::End if ended => {
                return Err(FeedError::Format("it holds more than one branch".to_owned()));
            }
            Member::End => ended = true,
        }
    }
    let text = |key: &str| about.get(key).map_or("", String::as_str);
    let (branch, repository) = (text("distroversion"), text("reponame"));
    let ecosystem = match text("urlprefix") {
        _ if !branch.is_empty() => Ecosystem::distribution("alpine", branch),
        prefix if prefix.contains("wolfi.dev") => Ecosystem::distribution("wolfi", ""),
        prefix if prefix.contains("cgr.dev") => Ecosystem::distribution("chainguard", ""),
        _ => None,
    };
    let ecosystem = ecosystem.ok_or_else(|| {
        FeedError::Format("it does not say of which branch it is (`distroversion`)".to_owned())
    })?;
    for (id, places) in repaired {
        let affected = places.into_iter().map(|(package, version)| {
            let affected = Affected::new(ecosystem.clone(), package);
            // By Alpine's rule, version 0 says that no version was ever affected.
            if version == "0" { affected.all(Verdict::NotAffected) } else { affected.until(version) }
        });
        let advisory = Advisory { id, affected: affected.collect(), ..Advisory::default() };
        if sink.record(Record::Advisory(Box::new(advisory))).is_break() {
            break;
        }
    }
    let branch = if branch.is_empty() { ecosystem.family() } else { branch };
    Ok(Summary { part: format!("{branch}/{repository}"), ..Summary::default() })
}

fn take(package: Package, repaired: &mut BTreeMap<String, Vec<(String, String)>>, sink: &mut dyn Sink) {
    for (version, ids) in package.secfixes.unwrap_or_default() {
        for text in ids.unwrap_or_default().into_iter().flatten() {
            // `CVE-2017-2616 (+ regression fix)`, `CVE-2019-1 CVE-2019-2`: what begins like an id is one.
            let mut found = false;
            for word in text.split_whitespace().filter(|word| word.contains('-')) {
                let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                if let Ok(id) = id(word) {
                    repaired.entry(id).or_default().push((package.name.clone(), version.trim().to_owned()));
                    found = true;
                }
            }
            if !found {
                sink.reject(format!("{} {version}", package.name), format!("`{text}` is no id"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{advisories, read_all, refusal};
    use crate::record::Range;

    const TEXT: &str = r#"{"apkurl":"{{urlprefix}}/x","archs":["x86_64"],"reponame":"main","urlprefix":"https://dl-cdn.alpinelinux.org/alpine",
        "packages":[{"pkg":{"name":"lib","secfixes":{"1.2-r0":["CVE-2099-0001 (+)","CVE-2099-0002 XSA-1"],"0":["CVE-2099-0003"]}}},
        {"pkg":{"name":"other","secfixes":{"3-r1":["CVE-2099-0001","?"]}}},{"pkg":7}],"distroversion":"v3.20"}"#;

    #[test]
    fn a_branch() {
        let (records, rejected, summary) = read_all(&FEED, TEXT);
        assert_eq!((summary.part.as_str(), rejected.len()), ("v3.20/main", 2));
        assert_eq!(rejected[0], "other 3-r1: `?` is no id");
        let found = advisories(&records);
        assert_eq!(
            found.keys().copied().collect::<Vec<_>>(),
            ["CVE-2099-0001", "CVE-2099-0002", "CVE-2099-0003", "XSA-1"]
        );
        let [lib, other] = &found["CVE-2099-0001"].affected[..] else { panic!("two packages") };
        assert_eq!(
            (lib.ecosystem.as_str(), lib.package.as_str(), other.package.as_str()),
            ("alpine:3.20", "lib", "other")
        );
        assert_eq!(lib.ranges, [Range::until("1.2-r0")]);
        assert_eq!(found["CVE-2099-0003"].affected[0].verdict, Verdict::NotAffected);
    }

    #[test]
    fn what_was_cut_or_names_no_branch_is_refused() {
        assert_eq!(refusal(&FEED, &TEXT[..TEXT.len() - 20]), "the file ends within a record");
        let nameless = TEXT.replace("distroversion", "x");
        assert_eq!(refusal(&FEED, nameless), "it does not say of which branch it is (`distroversion`)");
    }
}
