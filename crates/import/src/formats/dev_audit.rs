//! DevAudit JSON (OSS Index): packages of a project with their vulnerabilities.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, cwes, links, vectors};
use crate::common::{ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dev_audit",
    name: "DevAudit",
    summary: "JSON: packages of a project and their vulnerabilities in OSS Index",
    extensions: &["json"],
    docs: "https://github.com/sonatype-nexus-community/DevAudit",
    tool: "devaudit",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["Packages"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("Packages") && head.has_all(&["\"Package\"", "\"Vulnerabilities\""]))
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
