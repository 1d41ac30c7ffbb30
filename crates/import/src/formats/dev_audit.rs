//! DevAudit JSON (OSS Index): packages of a project with their vulnerabilities.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, cwes, links, vectors};
use crate::common::{ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dev_audit",
    name: "DevAudit",
    summary: "JSON: packages of a project and their vulnerabilities in OSS Index",
    extensions: &["json"],
    docs: "https://github.com/sonatype-nexus-community/DevAudit",
    tool: "devaudit",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "dev_audit", tool: "devaudit", version: ("", ""), heads: &[], lists: &["Packages"] };

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys() {
        Some(keys) if keys.has("Packages") && head.has("\"Package\"") && head.has("\"Vulnerabilities\"") => {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let about = record.at("Package");
    let name = about.first(&["name", "Name"]);
    if name.is_empty() {
        return Err("a package without name".into());
    }
    let kind = about.first(&["pm", "PackageManager"]).to_lowercase();
    let package = Package::new(&kind, &name, &about.first(&["version", "Version"]));
    let asset = options.asset_or(AssetKind::Repository);
    out.observe(&record.at, package.seen(asset.clone()), None)?;
    for item in record.items("Vulnerabilities") {
        let (cve, title) = (item.text("cve"), item.text("title"));
        let id = if cve.is_empty() { item.first(&["id", "title"]) } else { cve };
        let score = item.number("cvssScore");
        let severity = score.map_or(Severity::Unknown, Severity::from_cvss);
        let mut finding = package.vulnerability(asset.clone(), &id, ids::ids_in(&title), &title, severity);
        finding.description = text::body(&item.text("description"));
        finding.weakness.cwe = cwes([item.text("cwe"), title]);
        finding.cvss = vectors([item.text("cvssVector")]);
        finding.cvss_score = score;
        finding.raw_id = text::some(&item.first(&["id", "cve"]));
        finding.references = links([item.text("reference")]);
        record.tell(finding, out)?;
    }
    Ok(())
}
