//! Lynis: the report data file (`lynis-report.dat`).
//!
//! A warning, a suggestion and a vulnerable package is a finding on the host; the rule is the test. A report that ends with
//! `finish=true` covers the tests it says were executed.

use crate::common::out::{Out, Stop};
use crate::common::plain_lines::Lines;
use crate::common::{assets, dates, head, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, WeaknessSeen};
use bartizan_model::{AssetKind, AssetRef, Checks, Covered, Finding, Loci, Locus, Observation, Severity};
use std::collections::BTreeMap;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "lynis",
    name: "Lynis",
    summary: "report data: warnings, suggestions, vulnerable packages, and the host",
    extensions: &["dat"],
    docs: "https://cisofy.com/documentation/lynis/#report-data",
    tool: "lynis",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let head = head::trim(head);
    Sniff::when(
        head.starts_with(b"# Lynis Report")
            || (head.starts_with(b"report_version_major=") && head::has(head, "\nlynis_version=")),
    )
}

/// What lines say of the host and of the run.
const KNOWN: [&str; 12] = [
    "hostname",
    "domainname",
    "os_fullname",
    "os_name",
    "os_version",
    "hostid2",
    "tests_executed",
    "lynis_version",
    "report_datetime_end",
    "report_datetime_start",
    "finish",
    "linux_version",
];

/// A report's lines.
#[derive(Default)]
struct Report {
    known: BTreeMap<String, String>,
    addresses: Vec<String>,
    /// Where a finding stands, its key and what it says.
    found: Vec<(Place, String, String)>,
}

impl Report {
    fn read(lines: &mut Lines<'_>, out: &mut Out<'_>) -> Result<Self, ParseError> {
        let (mut report, mut empty) = (Self::default(), true);
        while let Some((at, line)) = lines.next()? {
            empty &= line.trim().is_empty();
            let Some((key, value)) = line.split_once('=').filter(|(key, _)| !key.starts_with('#')) else {
                continue;
            };
            match key {
                "warning[]" | "suggestion[]" | "vulnerable_package[]" => {
                    report.found.push((out.record(at, ""), key.to_owned(), text::body(value)));
                }
                "network_ipv4_address[]" | "network_ipv6_address[]" => {
                    report.addresses.push(text::name(value));
                }
                key if KNOWN.contains(&key) => {
                    report.known.insert(key.to_owned(), text::clean(value, 1 << 20).into_owned());
                }
                _ => {}
            }
        }
        if empty { Err(ParseError::Empty { format: FORMAT.id }) } else { Ok(report) }
    }

    fn of(&self, key: &str) -> &str {
        self.known.get(key).map_or("", String::as_str)
    }

    fn host(&self, options: &Options) -> AssetRef {
        let (name, domain) = (self.of("hostname"), self.of("domainname"));
        let full = if domain.is_empty() { name.to_owned() } else { format!("{name}.{domain}") };
        let routable = self.addresses.iter().map(String::as_str).filter(|ip| !assets::is_loopback(ip));
        let named = || assets::machine([&*full, name].into_iter().chain(routable), []);
        let asset = options.asset.clone().or_else(named);
        asset.unwrap_or_else(|| options.asset_or(AssetKind::Host))
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut lines = Lines::new(input, &options.limits);
    let report = Report::read(&mut lines, &mut out)?;
    let of = |key: &str| report.of(key);
    if of("lynis_version").is_empty() {
        let why = "it names no lynis_version".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    out.source(FORMAT.tool, of("lynis_version"));
    let seen_at = dates::date(of("report_datetime_end")).or_else(|| dates::date(of("report_datetime_start")));
    out.summary.seen_at = seen_at;
    let asset = report.host(options);
    let os = [of("os_fullname"), of("os_name")].into_iter().find_map(text::some);
    let seen = AssetSeen { os, seen_at, ..AssetSeen::new(asset.clone()) };
    out.observe(&lines.place(), Observation::Asset(seen), None)?;
    for (at, key, value) in &report.found {
        let result = finding(key, value, &asset).map_err(Stop::from);
        let result = result.and_then(|finding| {
            Ok(out.finding(at, Finding { seen_at, ..finding }, Some(value.as_bytes()))?)
        });
        out.settle(at, result)?;
    }
    if of("finish") != "true" {
        return Err(ParseError::Truncated {
            at: lines.place(),
            what: "`finish=true` was still expected".into(),
        });
    }
    let tests = of("tests_executed").split('|').filter_map(text::some);
    let tests: std::collections::BTreeSet<_> = tests.map(|test| format!("{}:{test}", FORMAT.tool)).collect();
    if !tests.is_empty() {
        out.cover(Covered::new(asset, Checks::Only(tests), Loci::All));
    }
    out.damaged(lines.damaged());
    Ok(out.end())
}

/// `TEST-1234|What is wrong|details|solution|`; of a package, `name|version`.
fn finding(key: &str, value: &str, asset: &AssetRef) -> Result<Finding, String> {
    let mut fields = value.split('|').map(|field| if field.trim() == "-" { "" } else { field.trim() });
    let mut field = || fields.next().unwrap_or_default();
    let (test, what, details, solution) = (field(), field(), field(), field());
    if test.is_empty() {
        return Err("no test".to_owned());
    }
    if key == "vulnerable_package[]" {
        let weakness = WeaknessSeen { rule: "vulnerable-package".into(), ..WeaknessSeen::default() };
        let title = format!("{test} has known vulnerabilities");
        return Ok(Finding {
            component_name: text::name(test),
            component_version: text::name(what),
            ..Finding::new(title, Severity::High, weakness, asset.clone(), Locus::named("package", test))
        });
    }
    let weakness = WeaknessSeen { rule: text::name(test), ..WeaknessSeen::default() };
    // Lynis' words: a warning is to be looked at, a suggestion hardens.
    let severity = if key == "warning[]" { Severity::Medium } else { Severity::Low };
    Ok(Finding {
        evidence: text::body(details),
        fix: text::body(solution.trim_start_matches("text:")),
        raw_id: Some(weakness.rule.clone()),
        ..Finding::new(text::title(what, test), severity, weakness, asset.clone(), setting(details))
    })
}

/// A suggestion about one setting names it: `PermitRootLogin (set YES to NO)`.
fn setting(details: &str) -> Locus {
    match details.split_once(" (") {
        Some((name, rest)) if rest.contains("set ") && !name.contains(' ') => Locus::named("setting", name),
        _ => Locus::Whole,
    }
}
