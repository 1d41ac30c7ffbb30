//! The National Vulnerability Database: CVEs with NVD's CVSS, CWE and the products they are in, by CPE.
//!
//! Read are pages of the API 2.0, the yearly files of the same form, and records by themselves. A configuration says which
//! products are vulnerable, and sometimes on which platforms; the platforms are no part of what is matched.

use super::read::broken;
use crate::Problem;
use crate::cve::{Container, CveId, CveRecord, CveState, CvssAssertion, Reference, Source};
use crate::cvss::Vector;
use crate::detect::Head;
use crate::ecosystem::Ecosystem;
use crate::feed::{Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::json::{Broken, Member, members};
use crate::record::{Advisory, Affected, Bounds, Range};
use crate::text::rfc3339;
use bartizan_model::Cpe;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;

pub(super) const FEED: Feed = Feed {
    id: "nvd",
    name: "NVD",
    about: "NVD's CVSS and CWE for CVEs, and the products they are in by CPE",
    address: "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-{}.json.gz",
    parts: &[
        "2002", "2003", "2004", "2005", "2006", "2007", "2008", "2009", "2010", "2011", "2012", "2013",
        "2014", "2015", "2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025",
        "2026",
    ],
    licence: "LicenseRef-NVD-public-domain",
    docs: "https://nvd.nist.gov/developers/vulnerabilities",
    tells: Tells::Weaknesses,
    shape: Shape::Records,
    dated: true,
    fresh_days: 7,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.value("format") == Some(b"NVD_CVE")
        || head.has_within("cve", "sourceIdentifier")
        || head.has_within("cve", "vulnStatus")
}

#[derive(Deserialize)]
struct Item {
    cve: Cve,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cve {
    id: String,
    #[serde(default)]
    vuln_status: String,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    last_modified: Option<String>,
    #[serde(default)]
    descriptions: Vec<Text>,
    #[serde(default)]
    metrics: BTreeMap<String, Vec<Metric>>,
    #[serde(default)]
    weaknesses: Vec<Weakness>,
    #[serde(default)]
    configurations: Vec<Configuration>,
    #[serde(default)]
    references: Vec<Link>,
}

#[derive(Deserialize)]
struct Text {
    lang: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric {
    #[serde(default)]
    source: String,
    #[serde(default)]
    cvss_data: Option<CvssData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CvssData {
    vector_string: String,
    #[serde(default)]
    base_score: Option<f64>,
}

#[derive(Deserialize)]
struct Weakness {
    #[serde(default)]
    description: Vec<Text>,
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    #[serde(default)]
    negate: bool,
    #[serde(default)]
    cpe_match: Vec<CpeMatch>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CpeMatch {
    vulnerable: bool,
    criteria: String,
    #[serde(default)]
    version_start_including: Option<String>,
    #[serde(default)]
    version_start_excluding: Option<String>,
    #[serde(default)]
    version_end_including: Option<String>,
    #[serde(default)]
    version_end_excluding: Option<String>,
}

#[derive(Deserialize)]
struct Link {
    url: String,
    #[serde(default)]
    tags: Vec<String>,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut summary = Summary::default();
    let mut members = members(reader);
    // How many records a page says that it has, and how many came.
    let (mut said, mut number) = (None::<u64>, 0_u64);
    while let Some(member) = members.next() {
        let cve = match member {
            Ok(Member::Item("vulnerabilities", item)) => {
                number += 1;
                serde_json::from_slice::<Item>(item).map(|item| item.cve)
            }
            Ok(Member::Value("cve", value)) => {
                number += 1;
                serde_json::from_slice::<Cve>(value)
            }
            Ok(Member::Value("resultsPerPage", value)) => {
                said = serde_json::from_slice(value).ok();
                continue;
            }
            Ok(Member::Value("timestamp", value)) => {
                let time = serde_json::from_slice::<String>(value).ok();
                summary.as_of = summary.as_of.take().max(time.as_deref().and_then(rfc3339));
                continue;
            }
            Ok(Member::End) => {
                if let Some(said) = said.take().filter(|said| *said > number) {
                    summary.incomplete.push(format!("a page of {said} records has {number}"));
                }
                number = 0;
                continue;
            }
            Ok(_) => continue,
            Err(Broken::Cut) => {
                summary.incomplete.push(Broken::Cut.to_string());
                break;
            }
            Err(error) => return Err(broken(error)),
        };
        let taken = cve.map_err(|error| error.to_string()).and_then(|cve| take(cve, &mut summary, sink));
        match taken {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => break,
            Err(why) => sink.reject(format!("record {number}"), why),
        }
    }
    Ok(summary)
}

fn take(cve: Cve, summary: &mut Summary, sink: &mut dyn Sink) -> Result<ControlFlow<()>, String> {
    let id = CveId::parse(&cve.id).map_err(|error| error.to_string())?;
    let updated = cve.last_modified.as_deref().and_then(rfc3339);
    summary.as_of = summary.as_of.take().max(updated.clone());
    let mut problems = Vec::new();
    let affected = affected(&cve.configurations, &mut problems);
    let record = record(cve, id, updated, problems);
    if affected.is_empty() || record.state == CveState::Rejected {
        return Ok(sink.record(Record::Cve(Box::new(record))));
    }
    let advisory = Advisory {
        id: id.to_string(),
        published: record.published.clone(),
        modified: record.updated.clone(),
        cvss: record.cvss.iter().map(|cvss| cvss.vector.to_string()).collect(),
        cwes: record.cwes.clone(),
        affected,
        ..Advisory::default()
    };
    let flow = sink.record(Record::Cve(Box::new(record)));
    Ok(if flow.is_break() { flow } else { sink.record(Record::Advisory(Box::new(advisory))) })
}

fn record(cve: Cve, id: CveId, updated: Option<String>, mut problems: Vec<Problem>) -> CveRecord {
    let mut cvss = Vec::new();
    for (name, metric) in cve.metrics.iter().flat_map(|(name, all)| all.iter().map(move |one| (name, one))) {
        let Some(data) = &metric.cvss_data else { continue };
        match Vector::parse(data.vector_string.trim()) {
            Ok(vector) => {
                let nvd = metric.source.eq_ignore_ascii_case("nvd@nist.gov");
                let container = if nvd { Container::Adp } else { Container::Cna };
                let provider = if nvd { "NVD".to_owned() } else { metric.source.clone() };
                let source = Source { container, provider };
                cvss.push(CvssAssertion { source, vector, stated_score: data.base_score });
            }
            Err(error) => problems.push(Problem::new(name.clone(), error.to_string())),
        }
    }
    let mut cwes: Vec<String> = Vec::new();
    for text in cve.weaknesses.into_iter().flat_map(|weakness| weakness.description) {
        // `NVD-CWE-noinfo` and its kin say that there is none.
        if text.value.starts_with("CWE-") && !cwes.contains(&text.value) {
            cwes.push(text.value);
        }
    }
    let rejected = cve.vuln_status.eq_ignore_ascii_case("rejected");
    CveRecord {
        id,
        state: if rejected { CveState::Rejected } else { CveState::Published },
        title: None,
        description: cve.descriptions.into_iter().find(|text| text.lang == "en").map(|text| text.value),
        published: cve.published.as_deref().and_then(rfc3339),
        updated,
        cvss,
        cwes,
        references: cve
            .references
            .into_iter()
            .map(|link| Reference { url: link.url, tags: link.tags })
            .collect(),
        affected: Vec::new(),
        ssvc: None,
        kev_added: None,
        problems,
    }
}

fn affected(configurations: &[Configuration], problems: &mut Vec<Problem>) -> Vec<Affected> {
    let mut all: Vec<Affected> = Vec::new();
    let nodes = configurations.iter().flat_map(|one| &one.nodes).filter(|node| !node.negate);
    for criteria in nodes.flat_map(|node| &node.cpe_match).filter(|criteria| criteria.vulnerable) {
        let Some(cpe) = Cpe::parse(&criteria.criteria) else {
            problems
                .push(Problem::new("configurations", format!("`{}` names no product", criteria.criteria)));
            continue;
        };
        let package = cpe.package();
        let at = all.iter().position(|known| known.package == package);
        let at = at.unwrap_or_else(|| {
            all.push(Affected::new(Ecosystem::cpe(), package));
            all.len() - 1
        });
        let bounds = Bounds {
            start_including: criteria.version_start_including.clone(),
            start_excluding: criteria.version_start_excluding.clone(),
            end_including: criteria.version_end_including.clone(),
            end_excluding: criteria.version_end_excluding.clone(),
        };
        match cpe.version() {
            Some(version) if bounds == Bounds::default() => {
                if !all[at].versions.contains(&version) {
                    all[at].versions.push(version);
                }
            }
            _ => {
                let range = Range::Bounds(bounds);
                if !all[at].ranges.contains(&range) {
                    all[at].ranges.push(range);
                }
            }
        }
    }
    let mut told = |why| problems.push(Problem::new("configurations", why));
    let readable = all.into_iter().map(|one| one.readable(&mut told));
    readable.filter(|one| !one.ranges.is_empty() || !one.versions.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{advisories, read_all};

    const CVE: &str = r#"{"cve":{"id":"CVE-2099-0001","sourceIdentifier":"a@example.org","published":"2099-01-01T00:00:00.000","lastModified":"2099-01-02T00:00:00.000",
        "vulnStatus":"Analyzed","descriptions":[{"lang":"es","value":"x"},{"lang":"en","value":"A flaw"}],
        "metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8}},
        {"source":"a@example.org","type":"Secondary","cvssData":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L"}}]},
        "weaknesses":[{"description":[{"lang":"en","value":"CWE-79"},{"lang":"en","value":"NVD-CWE-noinfo"}]}],
        "configurations":[{"operator":"AND","nodes":[{"operator":"OR","negate":false,"cpeMatch":[
        {"vulnerable":true,"criteria":"cpe:2.3:a:acme:thing:*:*:*:*:*:*:*:*","versionStartIncluding":"1.0","versionEndExcluding":"1.5"},
        {"vulnerable":true,"criteria":"cpe:2.3:a:acme:thing:2.0:rc1:*:*:*:*:*:*"},{"vulnerable":true,"criteria":"nonsense"}]},
        {"operator":"OR","cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:o:acme:os:-:*:*:*:*:*:*:*"}]}]}],
        "references":[{"url":"https://example.org","tags":["Patch"]}]}}"#;

    #[test]
    fn a_page() {
        let page = format!(
            r#"{{"resultsPerPage":2,"startIndex":0,"totalResults":2,"format":"NVD_CVE","version":"2.0","timestamp":"2099-01-03T00:00:00.000","vulnerabilities":[{CVE},{{"cve":{{"id":"x"}}}}]}}"#
        );
        let (records, rejected, summary) = read_all(&FEED, &page);
        assert_eq!((records.len(), rejected), (2, vec!["record 2: `x` is not a CVE id".to_owned()]));
        assert_eq!(
            (summary.as_of.as_deref(), summary.incomplete.len()),
            (Some("2099-01-03T00:00:00.000Z"), 0)
        );
        let Record::Cve(record) = &records[0] else { panic!("a CVE: {records:?}") };
        assert_eq!(
            (record.description.as_deref(), record.cwes.as_slice()),
            (Some("A flaw"), &["CWE-79".to_owned()][..])
        );
        // The one who assigned the CVE knows the product: before NVD.
        assert_eq!(record.preferred_cvss().map(|cvss| cvss.source.provider.as_str()), Some("a@example.org"));
        assert_eq!(record.problems.len(), 1);
        let found = advisories(&records);
        let [affected] = &found["CVE-2099-0001"].affected[..] else { panic!("one product") };
        assert_eq!((affected.ecosystem.as_str(), affected.package.as_str()), ("cpe", "acme:thing"));
        assert_eq!(affected.versions, ["2.0-rc1"]);
        let bounds = Bounds {
            start_including: Some("1.0".into()),
            end_excluding: Some("1.5".into()),
            ..Bounds::default()
        };
        assert_eq!(affected.ranges, [Range::Bounds(bounds)]);
    }

    #[test]
    fn short_and_cut_pages_say_so() {
        let page = format!(r#"{{"resultsPerPage":3,"format":"NVD_CVE","vulnerabilities":[{CVE}]}}"#);
        assert_eq!(read_all(&FEED, &page).2.incomplete, ["a page of 3 records has 1"]);
        let (records, _, summary) = read_all(&FEED, &page[..page.len() - 1]);
        assert_eq!((records.len(), summary.incomplete.len()), (2, 1));
        assert_eq!(read_all(&FEED, CVE).0.len(), 2);
    }
}
