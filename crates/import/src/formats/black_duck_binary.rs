//! Black Duck Binary Analysis (Protecode SC) CSV: vulnerabilities of the components found in a binary, by the object that holds
//! them.

use crate::common::package::Package;
use crate::common::table::{self};
use crate::common::text;
use crate::common::tree::{paragraphs, vectors};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "black_duck_binary",
    name: "Black Duck Binary Analysis",
    summary: "CSV: vulnerabilities of the components of a binary",
    extensions: &["csv"],
    docs: "https://documentation.blackduck.com/bundle/bdba/",
    tool: "black-duck-binary",
    sniff: |head| Sniff::when(head.csv(&COLUMNS)),
    parse,
};

const COLUMNS: [&str; 5] = ["Component", "Version", "CVE", "Object full path", "CVSS"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, &COLUMNS, input, options, sink, |row, at, out| {
        let (name, version, id) = (row.get("Component"), row.get("Version"), row.get("CVE"));
        if name.is_empty() || id.is_empty() {
            return Err("no component or no CVE".into());
        }
        let package = Package::new("generic", name, version);
        let score: Option<f64> =
            [row.get("CVSS3"), row.get("CVSS")].iter().find_map(|score| score.parse().ok());
        let severity = score.map_or(Severity::Unknown, Severity::from_cvss);
        let asset = options.asset_or(AssetKind::Application);
        let mut finding = package.vulnerability(asset, id, [""; 0], "", severity);
        finding.description = text::body(row.get("Summary"));
        finding.cvss = vectors(
            ["CVSS vector (v3)", "CVSS vector (v2)", "CVSS vector"]
                .map(|name| row.get(name).to_owned().into()),
        );
        finding.cvss_score = score;
        let latest = row.get("Latest version");
        let latest =
            if latest.is_empty() { String::new() } else { format!("the latest version is {latest}") };
        finding.evidence = paragraphs([row.get("Object full path"), row.get("Object"), &latest]);
        finding.raw_id =
            text::some(row.get("Object SHA1")).map(|digest| format!("{digest}:{id}")).or(finding.raw_id);
        finding.references = text::links([row.get("Vulnerability URL")]);
        let triage = row.first(&["Triage vectors", "Unresolving triage vectors"]);
        let state = row.get("Note type");
        finding.tags = text::tags([("match", row.get("Matching type")), ("triage", triage), ("note", state)]);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}
