//! DSOP (Iron Bank): what the scanners of the hardening pipeline say of a container image. One workbook (each sheet is read as a
//! table), or a CSV per scanner: OpenSCAP compliance and OVAL, Twistlock, Anchore vulnerabilities and gates.
//!
//! Checks that pass and definitions that do not apply are no findings. A justification of the Repo One team stands as the reason
//! why a finding is set aside.

use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::table::{self, Row};
use crate::common::{assets, cvss, dates, head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dsop",
    name: "DSOP",
    summary: "Iron Bank workbook or CSV: OpenSCAP, Twistlock and Anchore results of a container image",
    extensions: &["xlsx", "csv"],
    docs: "https://repo1.dso.mil/dsop/dccscr",
    tool: "dsop",
    sniff: |head| Sniff::when(SHEETS.iter().any(|(columns, _)| head.csv(columns))),
    parse,
};

/// What makes a finding of a row; `None` where the row says that all is well.
type Make = fn(&Row<'_>, &Options) -> Result<Option<Finding>, &'static str>;

/// The columns of each sheet.
const SHEETS: [(&[&str], Make); 5] = [
    (&["ruleid", "result", "severity", "identifiers", "title"], compliance),
    (&["id", "result", "cls", "ref", "title"], definition),
    (&["id", "packageName", "packageVersion", "vecStr"], twistlock),
    (&["cve", "package", "package_path", "fix", "tag"], anchore),
    (&["image_id", "repo_tag", "trigger_id", "gate", "gate_action"], gate),
];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let beginning = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
    let sheet = SHEETS.iter().find(|(columns, _)| head::csv(&beginning, columns));
    let (columns, make) = sheet.copied().unwrap_or(SHEETS[0]);
    table::parse(&FORMAT, columns, input, options, sink, |row, at, out| {
        let Some(finding) = make(row, options)? else { return Ok(()) };
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        let suppressed = justified(row);
        Ok(out.finding(at, Finding { suppressed, ..finding }, Some(row.raw().as_bytes()))?)
    })
}

fn image(name: &str, options: &Options) -> AssetRef {
    assets::image(name).unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage))
}

/// What the pipeline writes beside a gate that stands for a package: where the package is judged, and no judgement.
const ELSEWHERE: &str = "See Anchore CVE Results sheet";

fn justified(row: &Row<'_>) -> Option<String> {
    let word = row.get("Justification");
    (!word.is_empty() && word != ELSEWHERE).then(|| text::because("justified", word))
}

/// A rule of the guide by its public id, or by that of the benchmark.
fn compliance(row: &Row<'_>, options: &Options) -> Result<Option<Finding>, &'static str> {
    let (rule, result) = (row.get("ruleid"), row.get("result").to_lowercase());
    if rule.is_empty() {
        return Err("no ruleid");
    }
    let open = match result.as_str() {
        "fail" => "",
        "notchecked" | "error" | "unknown" => "not checked",
        _ => return Ok(None),
    };
    let listed =
        |name: &str| row.get(name).split([',', '\n', ';']).filter_map(text::some).collect::<Vec<_>>();
    let controls = [listed("identifiers"), listed("refs")].concat();
    let weakness = WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() };
    let (links, controls): (Vec<_>, Vec<_>) = controls.into_iter().partition(|it| it.contains("://"));
    Ok(Some(Finding {
        description: text::paragraphs([row.get("desc"), row.get("rationale")]),
        evidence: text::labelled([("result", &*result)]),
        raw_id: text::some(rule),
        seen_at: dates::date(row.get("scanned_date")),
        compliance: controls,
        tags: text::some(open).into_iter().collect(),
        references: text::links(links.iter().map(String::as_str)),
        ..Finding::new(
            text::title(row.get("title"), rule),
            ids::severity(row.get("severity")),
            weakness,
            options.asset_or(AssetKind::ContainerImage),
            Locus::Whole,
        )
    }))
}

/// An OVAL definition that applies; only patches tell a severity, in their title (`RHSA-2024:1: bash security update (Important)`).
fn definition(row: &Row<'_>, options: &Options) -> Result<Option<Finding>, &'static str> {
    if !row.get("result").eq_ignore_ascii_case("true") {
        return Ok(None);
    }
    let (id, title) = (row.get("id"), row.get("title"));
    let mut weakness = WeaknessSeen { rule: text::name(id), ..WeaknessSeen::default() };
    if weakness.rule.is_empty() {
        return Err("no id of a definition");
    }
    weakness.ids.extend([row.get("ref"), title].into_iter().flat_map(ids::ids_in));
    weakness.ids.sort();
    weakness.ids.dedup();
    let word = title.rsplit_once('(').map_or("", |(_, word)| word.trim_end_matches(')'));
    let asset = options.asset_or(AssetKind::ContainerImage);
    let severity = Severity::from_word(word).unwrap_or_default();
    Ok(Some(Finding {
        evidence: text::labelled([("class", row.get("cls")), ("reference", row.get("ref"))]),
        raw_id: text::some(id),
        ..Finding::new(text::title(title, id), severity, weakness, asset, Locus::Whole)
    }))
}

fn twistlock(row: &Row<'_>, options: &Options) -> Result<Option<Finding>, &'static str> {
    let id = text::some(row.get("id")).ok_or("no id")?;
    let package = Package::new("generic", row.get("packageName"), row.get("packageVersion"));
    let asset = options.asset_or(AssetKind::ContainerImage);
    let mut finding = package.vulnerability(asset, &id, [""; 0], "", ids::severity(row.get("severity")));
    finding.description = text::body(row.get("desc"));
    finding.cvss = cvss::vectors([row.get("vecStr")]);
    finding.cvss_score = row.get("cvss").parse().ok().filter(|score| *score > 0.0);
    finding.evidence = text::labelled([("status", row.get("status"))]);
    finding.references = text::links([row.get("link")]);
    if let Some(versions) = row.get("status").strip_prefix("fixed in ") {
        fixed_in(&mut finding, versions);
    }
    Ok(Some(finding))
}

fn anchore(row: &Row<'_>, options: &Options) -> Result<Option<Finding>, &'static str> {
    let id = text::some(row.get("cve")).ok_or("no cve")?;
    let (whole, version) = (row.get("package"), row.get("package_version"));
    let (name, version) = match whole.strip_suffix(version) {
        Some(name) if !version.is_empty() => (name.trim_end_matches('-'), version),
        _ => parts(whole),
    };
    let package = Package::new(ecosystem(row.get("package_type"), row.get("feed_group")), name, version);
    let asset = image(row.get("tag"), options);
    let mut finding = package.vulnerability(asset, &id, [""; 0], "", ids::severity(row.get("severity")));
    finding.description = told(row.get("description"));
    finding.cvss = cvss::vectors([
        row.get("nvd_cvss_v3_vector"),
        row.get("vendor_cvss_v3_vector"),
        row.get("nvd_cvss_v2_vector"),
        row.get("vendor_cvss_v2_vector"),
    ]);
    fixed_in(&mut finding, row.get("fix"));
    finding.evidence = text::labelled([
        ("package", whole),
        ("path", &*told(row.get("package_path"))),
        ("feed", row.get("feed")),
    ]);
    finding.tags = text::tags([("inherited", row.get("inherited"))]);
    // One address, or a list as Python writes it: `[{'source': 'nvd', 'url': 'https://...'}]`.
    finding.references = text::links(row.get("url").split(['\'', '"']));
    Ok(Some(finding))
}

/// A text of Anchore's: `none` stands where it has none, and `pkgdb` where a package lies in the database of its manager.
fn told(text: &str) -> String {
    let nothing = ["none", "pkgdb"].iter().any(|word| text.eq_ignore_ascii_case(word));
    if nothing { String::new() } else { text::body(text) }
}

/// Name and version of a package that is written as one (`glibc-common-2.28-101.el8`).
fn parts(package: &str) -> (&str, &str) {
    let begins = |at: &usize| package[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    let at = package.match_indices('-').map(|(at, _)| at).find(begins);
    at.map_or((package, ""), |at| (&package[..at], &package[at + 1..]))
}

/// A gate of the policy that stops the image or warns of it.
fn gate(row: &Row<'_>, options: &Options) -> Result<Option<Finding>, &'static str> {
    let (gate, trigger) = (row.get("gate"), row.get("trigger"));
    if gate.is_empty() {
        return Err("no gate");
    }
    let severity = match row.get("gate_action").to_lowercase().as_str() {
        "go" => return Ok(None),
        "stop" => Severity::High,
        "warn" => Severity::Medium,
        _ => Severity::Unknown,
    };
    let known = ids::ids_in(row.get("trigger_id").split('+').next().unwrap_or_default());
    let weakness = WeaknessSeen {
        ids: known,
        rule: text::name(&format!("{gate}:{trigger}")),
        ..WeaknessSeen::default()
    };
    let words = row.get("check_output");
    Ok(Some(Finding {
        description: text::body(words),
        evidence: text::labelled([("policy", row.get("policy_id")), ("action", row.get("gate_action"))]),
        raw_id: text::some(row.get("trigger_id")),
        tags: text::tags([("inherited", row.get("inherited"))]),
        ..Finding::new(
            text::title(words, gate),
            severity,
            weakness,
            image(row.get("repo_tag"), options),
            Locus::named("trigger", row.get("trigger_id")),
        )
    }))
}
