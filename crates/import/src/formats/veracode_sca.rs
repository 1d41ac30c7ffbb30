//! Veracode Software Composition Analysis (SourceClear): issues of the REST API (JSON) and the CSV export of an agent-based scan's
//! vulnerabilities. What was fixed or ignored is told as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::table::{self};
use crate::common::tree::{Tree, cwes, links, paragraphs, vectors};
use crate::common::{assets, dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, AssetRef, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "veracode_sca",
    name: "Veracode SCA",
    summary: "API JSON and CSV: vulnerabilities of libraries by project",
    extensions: &["json"],
    docs: "https://docs.veracode.com/r/c_sc_what_is",
    tool: "veracode-sca",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { heads: &["page"], lists: &["_embedded/issues"], ..Layout::of(&FORMAT) };

const COLUMNS: [&str; 4] = ["Issue ID", "Library", "Version in use", "Vulnerability ID"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has("_embedded") && head.has_all(&["\"issue_type\"", "\"library\""]) || head.csv(&COLUMNS),
    )
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if !head::begins_json(input)? {
        return table(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, found)
}

fn asset(project: &str, options: &Options) -> AssetRef {
    let known = options.asset.clone().or_else(|| assets::named(AssetKind::Repository, project));
    known.unwrap_or_else(|| options.asset_or(AssetKind::Repository))
}

/// The catalogue writes the number of a CVE without its prefix.
fn cve(number: &str) -> String {
    if number.starts_with(|c: char| c.is_ascii_digit()) { format!("CVE-{number}") } else { number.to_owned() }
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (library, vulnerability) = (record.at("library"), record.at("vulnerability"));
    if library.text("name").is_empty() {
        return Err("no library".into());
    }
    if record.text("issue_type") == "license" {
        out.note(
            text::name(&format!("licence issue of {}", library.text("name"))),
            "licences are not imported",
        );
        return Ok(());
    }
    // `maven:org.example:widget:1.0:`
    let id = library.text("id");
    let mut parts = id.splitn(2, ':');
    let (kind, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let name = match kind {
        "maven" => rest.split(':').take(2).collect::<Vec<_>>().join(":"),
        "" => String::new(),
        _ => rest.split(':').next().unwrap_or_default().to_owned(),
    };
    let name = if name.is_empty() { library.text("name").into_owned() } else { name };
    let package = Package::new(kind, &name, &library.text("version"));
    let score = record.number("severity");
    let severity = score.map_or(Severity::Unknown, Severity::from_cvss);
    let own = vulnerability.text("id");
    let known = cve(&vulnerability.text("cve"));
    let id = if known.is_empty() { &*own } else { &known };
    let mut finding = package.vulnerability(
        asset(&record.text("project_name"), options),
        id,
        [""; 0],
        &vulnerability.text("title"),
        severity,
    );
    finding.component_name = text::name(name.rsplit(':').next().unwrap_or_default());
    finding.description = paragraphs([vulnerability.text("overview")]);
    finding.weakness.cwe = cwes([vulnerability.text("cwe_id")]);
    finding.cvss = vectors([vulnerability.text("cvss3_vector"), vulnerability.text("cvss2_vector")]);
    finding.cvss_score = vulnerability.number("cvss3_score").or(score);
    let latest = library.text("latest_version");
    finding.evidence =
        text::body(&format!("{} {}, the latest is {latest}", library.text("name"), library.text("version")));
    finding.raw_id = text::some(&record.text("id"));
    finding.found_at = dates::date(record.text("created_date").get(..19).unwrap_or_default());
    let branch = record.text("project_branch");
    finding.tags = text::tags([("branch", &*branch)]);
    finding.references = links([record.text("_links/html/href")]);
    finding.suppressed = match () {
        () if record.is_true("ignored") => Some("ignored".to_owned()),
        () if record.text("issue_status") == "fixed" => Some("fixed".to_owned()),
        () => None,
    };
    record.tell(finding, out)
}

fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, &COLUMNS, input, options, sink, |row, at, out| {
        if row.get("Issue type").eq_ignore_ascii_case("license") {
            out.note(
                text::name(&format!("licence issue of {}", row.get("Library"))),
                "licences are not imported",
            );
            return Ok(());
        }
        let (kind, group, artifact) =
            (row.get("Package manager"), row.get("Coordinate 1"), row.get("Coordinate 2"));
        let full = match (group, artifact) {
            ("", "") => row.get("Library").to_owned(),
            (one, "") => one.to_owned(),
            (group, artifact) => format!("{group}:{artifact}"),
        };
        if full.is_empty() {
            return Err("no library".into());
        }
        let package = Package::new(&kind.to_lowercase(), &full, row.get("Version in use"));
        let known = cve(row.get("CVE"));
        let id = if known.is_empty() { row.get("Vulnerability ID") } else { &known };
        // The column holds a number of CVSS.
        let score: Option<f64> = row.get("CVSS score").parse().ok();
        let severity = match ids::severity(row.get("Severity")) {
            _ if row.get("Severity").parse::<f64>().is_ok() => {
                score.map_or(Severity::Unknown, Severity::from_cvss)
            }
            severity => severity,
        };
        let mut finding = package.vulnerability(
            asset(row.get("Project"), options),
            id,
            [""; 0],
            row.get("Title"),
            severity,
        );
        finding.component_name = text::name(if artifact.is_empty() { &full } else { artifact });
        finding.cvss_score = score;
        fixed_in(&mut finding, row.get("Updated Version"));
        finding.raw_id = Some(text::name(row.get("Issue ID"))).filter(|id| !id.is_empty());
        finding.found_at = dates::date(row.get("Issue opened: Scan date"));
        finding.seen_at = dates::date(row.get("Scan date"));
        let status = row.get("Status").to_lowercase();
        finding.suppressed = match () {
            () if row.get("Ignored").eq_ignore_ascii_case("true") => Some("ignored".to_owned()),
            () if ["resolved", "fixed"].contains(&status.as_str()) => Some(Finding::FIXED.to_owned()),
            () => None,
        };
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}
