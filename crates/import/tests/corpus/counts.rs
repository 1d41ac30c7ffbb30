//! How many findings a report holds.

use crate::{detected, files, left_out, parse};
use bartizan_import::Collected;
use bartizan_model::{Finding, Locus, Observation};
use std::collections::{BTreeMap, BTreeSet};

/// Our counts that differ on purpose: file, mode, ours (`-` where the file is refused), why. One reviewed file.
const DIFFERENCES: &str = include_str!("../corpus_differences.tsv");

type Count = fn(&Collected) -> usize;

/// Where the other importer groups what it reads, by the folder of its tool: the same grouping of ours.
const GROUPED: &[(&str, Count)] = &[
    ("acunetix", |seen| distinct(seen, weakness)),
    ("arachni", |seen| distinct(seen, |finding| finding.title.clone())),
    ("asff", records),
    ("aws_inspector2", records),
    ("aws_prowler_v3plus", open),
    ("awssecurityhub", records),
    ("burp", |seen| distinct(seen, weakness)),
    ("burp_suite_dast", |seen| distinct(seen, weakness)),
    ("coverity_api", |seen| {
        let its = |it: &&Finding| {
            it.tags.iter().any(|tag| tag == "security") || it.weakness.rule == "RESOURCE_LEAK"
        };
        seen.findings().filter(its).count()
    }),
    ("crashtest_security", with_services),
    ("generic", |seen| distinct(seen, |it| (it.title.clone(), it.description.clone(), it.component.clone()))),
    ("gitleaks", lines),
    ("masscan", with_services),
    ("mend", open),
    ("nettacker", with_services),
    ("nikto", |seen| distinct(seen, |finding| finding.title.clone())),
    ("nmap", with_services),
    ("npm_audit_7_plus", |seen| distinct(seen, |finding| finding.component.clone())),
    ("nuclei", |seen| distinct(seen, |finding| (weakness(finding), host(finding)))),
    ("openvex", statements),
    ("qualys_hacker_guardian", |seen| distinct(seen, weakness)),
    ("semgrep", lines),
    ("spotbugs", |seen| distinct(seen, |finding| finding.raw_id.clone())),
    ("stackhawk", records),
    ("testssl", ids),
    ("trufflehog", paths),
    ("trufflehog3", paths),
    ("zap", records),
];

/// A rule at a line of a file is one finding for it.
fn lines(seen: &Collected) -> usize {
    distinct(seen, |finding| {
        (weakness(finding), finding.locus.to_string(), finding.line, finding.evidence.clone())
    })
}

/// A rule in a file is one finding for it.
fn paths(seen: &Collected) -> usize {
    distinct(seen, |finding| match &finding.locus {
        Locus::File { path, .. } => (weakness(finding), path.clone()),
        other => (weakness(finding), other.to_string()),
    })
}

/// What the tool itself set aside is no finding for it.
fn open(seen: &Collected) -> usize {
    seen.findings().filter(|finding| finding.suppressed.is_none()).count()
}

/// It makes findings of open ports.
fn with_services(seen: &Collected) -> usize {
    let services = seen.observations.iter().filter(|(_, o)| matches!(o, Observation::Service(_))).count();
    seen.findings().count() + services
}

/// What is said of products is no finding of ours.
fn statements(seen: &Collected) -> usize {
    seen.observations.iter().filter(|(_, o)| matches!(o, Observation::Statement(_))).count()
}

/// It makes a finding of each CVE of a record.
fn ids(seen: &Collected) -> usize {
    seen.findings().map(|finding| finding.weakness.ids.len().max(1)).sum()
}

/// It makes one finding of a record with several places.
fn records(seen: &Collected) -> usize {
    let findings = seen.observations.iter().filter(|(_, o)| matches!(o, Observation::Finding(_)));
    findings.map(|(at, _)| at.record).collect::<BTreeSet<_>>().len()
}

/// The host, of which a web application is one port.
fn host(finding: &Finding) -> String {
    let name = &finding.asset.name;
    let name = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest);
    name.split_once(':').map_or(name, |(host, _)| host).to_owned()
}

fn weakness(finding: &Finding) -> String {
    format!("{} {}", finding.weakness.rule, finding.weakness.ids.join(" "))
}

fn distinct<K: Ord>(seen: &Collected, key: impl Fn(&Finding) -> K) -> usize {
    seen.findings().map(key).collect::<BTreeSet<_>>().len()
}

/// Reasons for rejecting a record of a report that is otherwise sound.
const FAIR: &[&str] = &["neither host nor address"];

#[test]
fn counts_are_those_of_the_corpus() {
    let Some(files) = files("reports.tar.gz") else { return };
    let expected = String::from_utf8(files["reports/expected.tsv"].clone()).unwrap();
    let differences: BTreeMap<_, _> = DIFFERENCES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<_> = line.split('\t').collect();
            assert_eq!(fields.len(), 4, "file, mode, ours, why: {line}");
            ((fields[0], fields[1]), fields[2])
        })
        .collect();
    let (mut right, mut explained, mut wrong) = (0, 0, Vec::new());
    let mut read: BTreeMap<&str, bool> = BTreeMap::new();
    let mut unread = Vec::new();
    for row in expected.lines().skip(1) {
        let fields: Vec<_> = row.split('\t').collect();
        let (tool, file, wanted, mode) = (fields[0], fields[2], fields[3], fields[4]);
        if left_out(file) {
            continue;
        }
        let bytes = &files[&format!("reports/{file}")];
        let (ours, complaint) = match detected(bytes) {
            Err(error) => (None, Some(error)),
            Ok(format) => {
                *read.entry(tool).or_default() = true;
                let (seen, result) = parse(format, bytes);
                let rejected =
                    seen.rejected.iter().find(|(_, why)| !FAIR.iter().any(|fair| why.starts_with(fair)));
                let complaint = rejected.map(|(at, why)| format!("{format}: {at}: {why}"));
                let count = GROUPED.iter().find(|(folder, _)| *folder == tool);
                let count = count.map_or_else(|| seen.findings().count(), |(_, count)| count(&seen));
                match result {
                    Ok(_) => (Some(count), complaint),
                    Err(error) => (None, Some(format!("{format}: {error}"))),
                }
            }
        };
        read.entry(tool).or_default();
        let agrees = match wanted {
            "error" => ours.is_none(),
            // Nothing can be told of an empty file, and nothing is in it.
            "0" => ours.is_none_or(|ours| ours == 0),
            "?" => ours.is_some(),
            number => ours.is_some_and(|ours| number == ours.to_string()),
        };
        let ours = ours.map_or("-".to_owned(), |ours| ours.to_string());
        if std::env::var_os("CORPUS").is_some() {
            println!("{file}\t{mode}\t{ours} of {wanted}\t{}", complaint.as_deref().unwrap_or_default());
        }
        if agrees && (wanted == "error" || wanted == "0" || complaint.is_none()) {
            right += 1;
        } else if differences.get(&(file, mode)).is_some_and(|on_purpose| *on_purpose == ours) {
            explained += 1;
        } else {
            unread.push((tool, wrong.len()));
            wrong.push(format!(
                "{file}\t{mode}\t{ours} instead of {wanted}\t{}",
                complaint.unwrap_or_default()
            ));
        }
    }
    let not_read: Vec<_> = read.iter().filter(|(_, read)| !**read).map(|(tool, _)| *tool).collect();
    println!(
        "{right} right, {explained} explained; {} tools not read: {}",
        not_read.len(),
        not_read.join(" ")
    );
    // A tool that no format is for yet is no wrong count.
    let skipped: BTreeSet<_> =
        unread.iter().filter(|(tool, _)| not_read.contains(tool)).map(|(_, at)| *at).collect();
    let wrong: Vec<_> = wrong
        .iter()
        .enumerate()
        .filter(|(at, _)| !skipped.contains(at))
        .map(|(_, text)| text.as_str())
        .collect();
    assert!(wrong.is_empty(), "{right} right, {explained} explained, but:\n{}", wrong.join("\n"));
}
