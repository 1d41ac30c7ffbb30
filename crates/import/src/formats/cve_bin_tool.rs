//! CVE Binary Tool: JSON (both forms) and CSV. CVEs of the components found in binaries, package lists and SBOMs.

use crate::common::layout::Layout;
use crate::common::package::Package;
use crate::common::table::{self};
use crate::common::tree::{Tree, vectors};
use crate::common::{head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::borrow::Cow;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cve_bin_tool",
    name: "CVE Binary Tool",
    summary: "JSON and CSV: CVEs of the components of binaries and SBOMs",
    extensions: &["json", "csv"],
    docs: "https://cve-bin-tool.readthedocs.io/en/latest/MANUAL.html",
    tool: "cve-bin-tool",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &["[]", "vulnerabilities/report/entries"], ..Layout::of(&FORMAT) };

const COLUMNS: [&str; 5] = ["vendor", "product", "version", "cve_number", "severity"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let listed = keys.in_array && keys.has_all(&["cve_number", "product", "vendor"]);
    let report = keys.value("vulnerabilities").filter(|_| keys.has("metadata"));
    Sniff::when(
        listed
            || report.is_some_and(|it| head::has(it, "\"report\"") && head::has(it, "\"cve_number\""))
            || head.csv(&COLUMNS),
    )
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if matches!(head::first_byte(input)?, None | Some(b'{' | b'[')) {
        return LAYOUT.parse(input, options, sink, |record, options, out| {
            record.tell(found(|key| record.text(key), options)?, out)
        });
    }
    table::parse(&FORMAT, &COLUMNS, input, options, sink, |row, at, out| {
        let finding = found(|key| row.get(key).into(), options)?;
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

fn found<'a>(get: impl Fn(&str) -> Cow<'a, str>, options: &Options) -> Result<Finding, &'static str> {
    let (product, id) = (get("product"), get("cve_number"));
    if product.is_empty() || id.is_empty() {
        return Err("no product or no cve_number");
    }
    let package = Package::new("", &product, &get("version"));
    let asset = options.asset_or(AssetKind::Application);
    let mut finding = package.vulnerability(asset, &id, [""; 0], "", ids::severity(&get("severity")));
    finding.cvss = vectors([get("cvss_vector")]);
    finding.cvss_score = get("score").parse().ok().filter(|score| (0.1..=10.0).contains(score));
    finding.evidence = text::labelled([
        ("Vendor", &*get("vendor")),
        (
            "Found in",
            if get("paths").is_empty() { get("location") } else { get("paths") }.trim_matches(['{', '}']),
        ),
        ("Comments", &get("comments")),
    ]);
    finding.tags = text::tags([("source", &*get("source"))]);
    // What people decided, by the tool's words: NewFound, Unexplored, Confirmed, Mitigated, FalsePositive, NotAffected.
    let remarks = get("remarks");
    let settled = ["mitigated", "false", "notaffected", "ignored"];
    let word = remarks.to_lowercase().replace([' ', '_'], "");
    finding.suppressed = settled.iter().any(|start| word.starts_with(start)).then(|| text::name(&remarks));
    Ok(finding)
}
