//! OSV: open source advisories of many databases in one schema, GitHub's, PyPA's, RustSec's, Go's and the
//! distributions' among them.
//!
//! GitHub publishes its advisories in this form too (<https://github.com/github/advisory-database>, a folder of files), and
//! so does Ubuntu (<https://security-metadata.canonical.com/osv/>): both load as this feed.

use super::read::each_document;
use crate::detect::Head;
use crate::ecosystem::Ecosystem;
use crate::feed::{Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::record::{Advisory, Affected, Event, Range};
use crate::text::{excerpt, rfc3339};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "osv",
    name: "OSV",
    about: "advisories of open source ecosystems and distributions, with the affected versions",
    address: "https://osv-vulnerabilities.storage.googleapis.com/{}/all.zip",
    parts: &[
        "npm",
        "PyPI",
        "Go",
        "Maven",
        "crates.io",
        "RubyGems",
        "NuGet",
        "Packagist",
        "Hex",
        "Pub",
        "CRAN",
        "Hackage",
        "SwiftURL",
        "GitHub%20Actions",
        "Debian",
        "Ubuntu",
        "Alpine",
        "Rocky%20Linux",
        "AlmaLinux",
        "Red%20Hat",
        "SUSE",
        "openSUSE",
        "Mageia",
        "Wolfi",
        "Chainguard",
        "Photon%20OS",
        "openEuler",
        "Bitnami",
    ],
    licence: "CC-BY-4.0 AND CC0-1.0",
    docs: "https://ossf.github.io/osv-schema/",
    tells: Tells::Advisories,
    shape: Shape::Records,
    dated: true,
    fresh_days: 7,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    let marks = ["affected", "schema_version", "aliases", "withdrawn"];
    head.has("id") && head.has("modified") && marks.iter().any(|mark| head.has(mark))
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut newest: Option<String> = None;
    let incomplete = each_document(reader, sink, |bytes, sink| {
        let advisory = advisory(bytes)?;
        newest = newest.take().max(advisory.modified.clone());
        Ok(sink.record(Record::Advisory(Box::new(advisory))))
    })?;
    Ok(Summary { as_of: newest, incomplete, ..Summary::default() })
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    modified: Option<&'a RawValue>,
    #[serde(borrow, default)]
    published: Option<&'a RawValue>,
    #[serde(borrow, default)]
    withdrawn: Option<&'a RawValue>,
    #[serde(borrow, default)]
    aliases: Option<&'a RawValue>,
    #[serde(borrow, default)]
    upstream: Option<&'a RawValue>,
    #[serde(borrow, default)]
    summary: Option<&'a RawValue>,
    #[serde(borrow, default)]
    details: Option<&'a RawValue>,
    #[serde(borrow, default)]
    severity: Option<&'a RawValue>,
    #[serde(borrow, default)]
    affected: Option<&'a RawValue>,
    #[serde(borrow, default)]
    references: Option<&'a RawValue>,
    #[serde(borrow, default)]
    database_specific: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawAffected<'a> {
    #[serde(borrow, default)]
    package: Option<RawPackage<'a>>,
    #[serde(borrow, default)]
    ranges: Option<Vec<RawRange<'a>>>,
    #[serde(borrow, default)]
    versions: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow, default)]
    severity: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawPackage<'a> {
    #[serde(borrow, default)]
    ecosystem: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RawRange<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Cow<'a, str>,
    #[serde(default)]
    events: Vec<serde_json::Map<String, Value>>,
}

#[derive(Deserialize)]
struct RawSeverity<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    score: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RawReference<'a> {
    #[serde(borrow)]
    url: Cow<'a, str>,
}

/// Reads one record. What identifies it and what it is about must be right; anything else that is wrong costs itself.
fn advisory(bytes: &[u8]) -> Result<Advisory, String> {
    let raw: Raw<'_> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let id = raw.id.trim();
    if id.is_empty() || id.len() > 256 || id.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(format!("`{}` is no id of an advisory", excerpt(id)));
    }
    let mut affected = Vec::new();
    let mut cvss = scores(raw.severity);
    for (n, item) in items::<&RawValue>(raw.affected).into_iter().enumerate() {
        let item: RawAffected<'_> =
            serde_json::from_str(item.get()).map_err(|error| format!("{id}: affected[{n}]: {error}"))?;
        cvss.extend(scores(item.severity));
        // Without a package it is about a commit of a repository, which no inventory names.
        let Some(package) = item.package.filter(|package| !package.name.trim().is_empty()) else { continue };
        affected.push(Affected {
            ecosystem: Ecosystem::from_osv(&package.ecosystem),
            package: package.name.trim().to_owned(),
            verdict: crate::record::Verdict::Affected,
            ranges: item.ranges.unwrap_or_default().into_iter().filter_map(range).collect(),
            versions: item.versions.unwrap_or_default().into_iter().map(Cow::into_owned).collect(),
            arch: String::new(),
            module: String::new(),
        });
    }
    cvss.dedup();
    let database = raw.database_specific.and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
    let word = |key: &str| database.as_ref().and_then(|database| database.get(key)).cloned();
    let aliases = texts(raw.aliases);
    let mut covers = texts(raw.upstream);
    // Debian's and others' updates repair several CVEs: those are what they are about, none is the update itself.
    covers.retain(|id| !aliases.contains(id));
    // Go's records say the year 1 where they mean that nobody knows.
    let known = |time: &String| !time.starts_with("0001");
    let time = |raw: Option<&RawValue>| text(raw).as_deref().and_then(rfc3339).filter(known);
    Ok(Advisory {
        id: id.to_owned(),
        aliases: aliases.into_iter().filter(|alias| alias != id).collect(),
        covers,
        title: text(raw.summary).unwrap_or_default(),
        details: text(raw.details).unwrap_or_default(),
        published: time(raw.published),
        modified: time(raw.modified),
        withdrawn: raw.withdrawn.and_then(|raw| text(Some(raw))),
        cvss,
        severity: word("severity").and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default(),
        cwes: word("cwe_ids").and_then(|ids| serde_json::from_value(ids).ok()).unwrap_or_default(),
        references: items::<RawReference<'_>>(raw.references)
            .into_iter()
            .map(|r| r.url.into_owned())
            .collect(),
        affected,
    })
}

/// The items of a list that are of the right shape.
fn items<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Vec<T> {
    let items =
        raw.and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok()).unwrap_or_default();
    items.into_iter().filter_map(|item| serde_json::from_str(item.get()).ok()).collect()
}

fn texts(raw: Option<&RawValue>) -> Vec<String> {
    items::<String>(raw).into_iter().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect()
}

fn text(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}

fn scores(raw: Option<&RawValue>) -> Vec<String> {
    let scores = items::<RawSeverity<'_>>(raw).into_iter().filter(|score| score.kind.starts_with("CVSS"));
    scores.map(|score| score.score.into_owned()).collect()
}

/// A range of versions; `None` for one of commits.
fn range(raw: RawRange<'_>) -> Option<Range> {
    if raw.kind.eq_ignore_ascii_case("GIT") {
        return None;
    }
    let mut events = Vec::new();
    for (kind, version) in raw.events.iter().flatten() {
        let Some(version) = version.as_str() else { continue };
        let version = version.to_owned();
        match kind.as_str() {
            "introduced" => events.push(Event::Introduced(version)),
            "fixed" => events.push(Event::Fixed(version)),
            "last_affected" => events.push(Event::LastAffected(version)),
            // A limit cuts like a fix; `*` cuts nothing.
            "limit" if version != "*" => events.push(Event::Fixed(version)),
            _ => {}
        }
    }
    Some(Range::Events(events))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::read_all;

    #[test]
    fn a_record() {
        let text = r#"{"schema_version":"1.6.0","id":"GHSA-aaaa-bbbb-cccc","modified":"2024-01-02T03:04:05Z",
            "aliases":["CVE-2024-1000"],"summary":"Bad","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            "affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.3"}]},
            {"type":"GIT","events":[{"introduced":"0"}]}],"versions":["1.0.0"]}],
            "database_specific":{"severity":"HIGH","cwe_ids":["CWE-79"]},"references":[{"type":"WEB","url":"https://example.org/a"},7]}"#;
        let (records, rejected, summary) = read_all(&FEED, text);
        assert_eq!(rejected, [] as [String; 0]);
        assert_eq!(summary.as_of.as_deref(), Some("2024-01-02T03:04:05Z"));
        let [Record::Advisory(advisory)] = &records[..] else { panic!("one advisory: {records:?}") };
        assert_eq!(advisory.aliases, ["CVE-2024-1000"]);
        assert_eq!((advisory.severity.as_str(), advisory.cwes.len(), advisory.cvss.len()), ("HIGH", 1, 1));
        assert_eq!(advisory.references, ["https://example.org/a"]);
        let [affected] = &advisory.affected[..] else { panic!("one package") };
        assert_eq!((affected.ecosystem.as_str(), affected.package.as_str()), ("npm", "left"));
        assert_eq!(
            affected.ranges,
            [Range::Events(vec![Event::Introduced("0".into()), Event::Fixed("1.2.3".into())])]
        );
    }

    #[test]
    fn what_is_wrong_costs_itself() {
        let good = r#"{"id":"PYSEC-1","modified":"2024-01-01T00:00:00Z","aliases":7}"#;
        let text = format!("{good}\n{{\"id\":\"a b\",\"modified\":\"x\"}}\n{{\"id\":5}}\n");
        let (records, rejected, _) = read_all(&FEED, &text);
        assert_eq!(records.len(), 1);
        assert_eq!(rejected.len(), 2);
        assert_eq!(rejected[0], "line 2: `a b` is no id of an advisory");
    }
}
