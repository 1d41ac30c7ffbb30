//! The Ruby Advisory Database: gems and Ruby engines, one YAML file each.
//!
//! It lists the *good* versions: patched ones, and ones that never had the weakness. Affected is what no list names.

use super::read::{is_cve, yaml_advisories};
use crate::detect::Head;
use crate::ecosystem::Ecosystem;
use crate::feed::{Feed, FeedError, Shape, Sink, Summary, Tells};
use crate::record::{Advisory, Affected, Range};
use serde::Deserialize;
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "rubysec",
    name: "Ruby Advisory Database",
    about: "advisories of Ruby gems, with the versions that are safe",
    address: "https://github.com/rubysec/ruby-advisory-db/archive/refs/heads/master.zip",
    parts: &[],
    licence: "LicenseRef-public-domain",
    docs: "https://github.com/rubysec/ruby-advisory-db#yaml-schema",
    tells: Tells::Advisories,
    shape: Shape::Records,
    dated: true,
    fresh_days: 60,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    (head.has_yaml_key("gem") || head.has_yaml_key("engine")) && head.has_yaml_key("title")
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    gem: Option<String>,
    #[serde(default)]
    engine: Option<String>,
    #[serde(default)]
    cve: Option<String>,
    #[serde(default)]
    ghsa: Option<String>,
    #[serde(default)]
    osvdb: Option<String>,
    #[serde(default)]
    url: Option<String>,
    title: String,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    cvss_v2: Option<f64>,
    #[serde(default)]
    cvss_v3: Option<f64>,
    #[serde(default)]
    cvss_v4: Option<f64>,
    #[serde(default)]
    related: Option<Related>,
    #[serde(default)]
    patched_versions: Option<Vec<String>>,
    #[serde(default)]
    unaffected_versions: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Related {
    #[serde(default)]
    cve: Option<Vec<String>>,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    yaml_advisories(reader, sink, "title:", advisory)
}

fn advisory(path: &str, file: File) -> Result<Advisory, String> {
    let (ecosystem, package) = match (&file.gem, &file.engine) {
        (Some(gem), _) => (Ecosystem::from_osv("RubyGems"), gem.as_str()),
        // An engine is no gem: it is named as products are.
        (None, Some(engine)) => {
            (Ecosystem::cpe(), if engine == "ruby" { "ruby-lang:ruby" } else { engine.as_str() })
        }
        (None, None) => return Err("it names neither a gem nor an engine".to_owned()),
    };
    let mut affected = Affected::new(ecosystem, package);
    let lists = [&file.patched_versions, &file.unaffected_versions];
    let good: Vec<&str> = lists.into_iter().flatten().flatten().map(|text| text.trim()).collect();
    affected.ranges.push(if good.is_empty() { Range::all() } else { Range::Except(good.join(" || ")) });
    let cve = |text: &String| Some(format!("CVE-{}", text.trim())).filter(|id| is_cve(id));
    let mut aliases: Vec<String> = file.cve.as_ref().and_then(cve).into_iter().collect();
    aliases.extend(file.ghsa.as_ref().map(|id| format!("GHSA-{}", id.trim())));
    let related = file.related.and_then(|related| related.cve).unwrap_or_default();
    let covers: Vec<String> =
        if aliases.is_empty() { related.iter().filter_map(cve).collect() } else { Vec::new() };
    let stem = path.trim_end_matches(".yml").trim_end_matches(".yaml");
    let stem = stem.rsplit_once('/').map_or(stem, |(_, name)| name);
    let name = match (stem, aliases.first(), &file.osvdb) {
        ("", Some(alias), _) => alias.clone(),
        ("", None, Some(number)) => format!("OSVDB-{}", number.trim()),
        ("", None, None) => return Err("it has no id".to_owned()),
        (stem, ..) => stem.to_owned(),
    };
    Ok(Advisory {
        // One weakness may be in several gems, a file each.
        id: super::read::id(&format!("rubysec:{package}/{name}"))?,
        aliases,
        covers,
        title: file.title.trim().to_owned(),
        details: file.description.unwrap_or_default(),
        // Scores without their vectors: the newest version's says how bad it is.
        severity: file
            .cvss_v4
            .or(file.cvss_v3)
            .or(file.cvss_v2)
            .map_or_else(String::new, |score| bartizan_model::Severity::from_cvss(score).as_str().to_owned()),
        published: file
            .date
            .map(|day| format!("{}T00:00:00Z", day.trim()))
            .as_deref()
            .and_then(crate::text::rfc3339),
        references: file.url.into_iter().collect(),
        affected: vec![affected],
        ..Advisory::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{advisories, read_all};

    const FILE: &str = "---\ngem: thing\ncve: 2099-0001\nghsa: aaaa-bbbb-cccc\nurl: https://example.org\ntitle: Bad\n  thing\ndate: 2099-01-02\ncvss_v3: 7.5\npatched_versions:\n  - \"~> 1.2.10\"\n  - \">= 2.1\"\nunaffected_versions:\n  - \"< 1.0\"\n";

    #[test]
    fn one_and_many() {
        let (records, rejected, summary) = read_all(&FEED, FILE);
        assert_eq!((rejected.len(), summary.as_of.as_deref()), (0, Some("2099-01-02T00:00:00Z")));
        let found = advisories(&records);
        let advisory = found["rubysec:thing/CVE-2099-0001"];
        assert_eq!(advisory.aliases, ["CVE-2099-0001", "GHSA-aaaa-bbbb-cccc"]);
        assert_eq!(advisory.affected[0].ranges, [Range::Except("~> 1.2.10 || >= 2.1 || < 1.0".into())]);
        let line = |content: &str| {
            serde_json::json!({"path": "gems/thing/CVE-2099-0001.yml", "content": content}).to_string()
        };
        let never = "gem: thing\ntitle: t\nosvdb: 5\n";
        let many = format!("{}\n{}\n{}\n", line(FILE), line(never), line("title: t\n"));
        let (records, rejected, _) = read_all(&FEED, many);
        assert_eq!((records.len(), rejected.len()), (2, 1));
        assert!(rejected[0].ends_with("it names neither a gem nor an engine"), "{rejected:?}");
    }
}
