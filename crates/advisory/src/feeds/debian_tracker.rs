//! Debian's security tracker: what Debian says of each issue in each source package and release.
//!
//! The document lists issues by package; an advisory is an issue with all its packages.

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
    id: "debian_tracker",
    name: "Debian security tracker",
    about: "Debian's own verdict on each issue in each of its packages and releases",
    address: "https://security-tracker.debian.org/tracker/data/json",
    parts: &[],
    // Published without a licence of its own.
    licence: "LicenseRef-Debian-security-tracker",
    docs: "https://security-tracker.debian.org/tracker/data/json",
    tells: Tells::Advisories,
    shape: Shape::Whole,
    dated: false,
    fresh_days: 7,
    sniff,
    read,
};

/// Keys are names of packages, so it is known by what lies within: issues with their releases.
fn sniff(head: &Head<'_>) -> bool {
    head.is_object()
        && (head.has_below_starting("CVE-") || head.has_below_starting("TEMP-"))
        && head.contains("\"releases\"")
        && head.contains("\"repositories\"")
}

#[derive(Deserialize)]
struct Issue {
    #[serde(default)]
    description: String,
    #[serde(default)]
    releases: BTreeMap<String, Release>,
}

#[derive(Deserialize)]
struct Release {
    status: String,
    #[serde(default)]
    fixed_version: Option<String>,
    #[serde(default)]
    urgency: String,
    #[serde(default)]
    nodsa: Option<String>,
    #[serde(default)]
    nodsa_reason: Option<String>,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut advisories: BTreeMap<String, Advisory> = BTreeMap::new();
    let mut members = members(reader);
    while let Some(member) = members.next() {
        let (package, issues) = match member.map_err(broken)? {
            Member::Value(package, issues) => (package, issues),
            Member::Item(package, _) => {
                sink.reject(package.to_owned(), "a list where issues by id should be".to_owned());
                continue;
            }
            Member::End => break,
        };
        let issues: BTreeMap<String, &serde_json::value::RawValue> = match serde_json::from_slice(issues) {
            Ok(issues) => issues,
            Err(error) => {
                sink.reject(package.to_owned(), error.to_string());
                continue;
            }
        };
        for (name, raw) in issues {
            let issue = id(&name).and_then(|id| {
                let issue: Issue = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
                Ok((id, issue))
            });
            match issue {
                Ok((id, issue)) => take(package, id, issue, &mut advisories, sink),
                Err(why) => sink.reject(format!("{package} {name}"), why),
            }
        }
    }
    if members.next().is_some() {
        return Err(FeedError::Format("something follows the document".to_owned()));
    }
    for advisory in advisories.into_values() {
        if sink.record(Record::Advisory(Box::new(advisory))).is_break() {
            break;
        }
    }
    Ok(Summary::default())
}

fn take(
    package: &str,
    id: String,
    issue: Issue,
    advisories: &mut BTreeMap<String, Advisory>,
    sink: &mut dyn Sink,
) {
    let advisory = advisories.entry(id).or_insert_with_key(|id| Advisory {
        id: id.clone(),
        details: issue.description,
        ..Advisory::default()
    });
    let mut rejected = Vec::new();
    for (name, release) in issue.releases {
        match Ecosystem::distribution("debian", &name) {
            None => rejected.push((name, "no release of Debian".to_owned())),
            Some(ecosystem) => match affected(Affected::new(ecosystem, package), &release) {
                Ok(affected) => advisory.affected.push(affected),
                Err(why) => rejected.push((name, why)),
            },
        }
    }
    for (name, why) in rejected {
        sink.reject(format!("{package} {name}"), why);
    }
}

/// What Debian says of a package in a release (<https://security-team.debian.org/security_tracker.html>).
fn affected(affected: Affected, release: &Release) -> Result<Affected, String> {
    match (release.status.as_str(), release.fixed_version.as_deref()) {
        ("resolved", Some("0")) => Ok(affected.all(Verdict::NotAffected)),
        ("resolved", Some(version)) => Ok(affected.until(version)),
        ("resolved", None) => Err("resolved, but not in which version".to_owned()),
        ("undetermined", _) => Ok(affected.all(Verdict::UnderInvestigation)),
        ("open", _) => {
            let verdict = match (release.nodsa_reason.as_deref(), release.nodsa.is_some()) {
                _ if release.urgency == "end-of-life" => Verdict::EndOfLife,
                (Some("ignored"), _) => Verdict::WontFix,
                (Some("postponed"), _) | (_, true) => Verdict::Deferred,
                _ => Verdict::Affected,
            };
            Ok(affected.all(verdict))
        }
        (other, _) => Err(format!("the status `{}` is unknown", crate::text::excerpt(other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{advisories, read_all, refusal};
    use crate::record::Range;

    const TEXT: &str = r#"{"lib":{"CVE-2099-0001":{"description":"d","scope":"remote","releases":{
        "bookworm":{"status":"resolved","repositories":{"bookworm":"1.2-3"},"fixed_version":"1.2-3+deb12u1","urgency":"not yet assigned"},
        "bullseye":{"status":"open","repositories":{"bullseye":"1.0-1"},"urgency":"low","nodsa":"Minor issue","nodsa_reason":"ignored"},
        "buster":{"status":"open","repositories":{"buster":"0.9-1"},"urgency":"end-of-life"},
        "trixie":{"status":"resolved","repositories":{"trixie":"2-1"},"fixed_version":"0","urgency":"unimportant"},
        "sid":{"status":"undetermined","repositories":{"sid":"2-1"},"urgency":"not yet assigned"},
        "forky":{"status":"??","repositories":{}}}}},
        "other":{"CVE-2099-0001":{"releases":{"bookworm":{"status":"open","repositories":{},"nodsa":"Minor issue","nodsa_reason":""}}},"a b":{},"CVE-2099-0002":5}}"#;

    #[test]
    fn verdicts() {
        let (records, rejected, _) = read_all(&FEED, TEXT);
        assert_eq!(rejected[0], "lib forky: the status `??` is unknown");
        assert_eq!(rejected.len(), 3);
        let found = advisories(&records);
        let said: Vec<_> = found["CVE-2099-0001"]
            .affected
            .iter()
            .map(|one| (one.package.as_str(), one.ecosystem.as_str(), one.verdict.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                ("lib", "debian:12", "affected"),
                ("lib", "debian:11", "wont-fix"),
                ("lib", "debian:10", "end-of-life"),
                ("lib", "debian:sid", "under-investigation"),
                ("lib", "debian:13", "not-affected"),
                ("other", "debian:12", "deferred"),
            ]
        );
        assert_eq!(found["CVE-2099-0001"].affected[0].ranges, [Range::until("1.2-3+deb12u1")]);
    }

    #[test]
    fn a_cut_document_is_refused() {
        assert_eq!(refusal(&FEED, &TEXT[..TEXT.len() - 2]), "the file ends within a record");
    }
}
