//! Sonatype IQ Server (Lifecycle): the raw report of an application scan (`/reports/{id}/raw`), with the security issues of its
//! components, and the components themselves. Licences are left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, cwes, links, paragraphs, vectors};
use crate::common::{assets, dates, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "sonatype_iq",
    name: "Sonatype IQ Server",
    summary: "JSON raw report: components of an application and their security issues",
    extensions: &["json"],
    docs: "https://help.sonatype.com/en/report-related-rest-apis.html",
    tool: "sonatype-iq",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &["application", "reportTime", "matchSummary"],
    lists: &["components"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = head.has_any(&["\"componentIdentifier\"", "\"matchState\""]);
    Sniff::when(keys.has("components") && (keys.has("matchSummary") || ours))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let identifier = record.at("componentIdentifier");
    let coordinates = identifier.at("coordinates");
    let kind = identifier.text("format");
    let name = match &*kind {
        "maven" => format!("{}:{}", coordinates.text("groupId"), coordinates.text("artifactId")),
        _ => coordinates.first(&["packageId", "name", "artifactId"]).into_owned(),
    };
    let name = if name.trim_matches(':').is_empty() {
        record.first(&["displayName", "hash"]).into_owned()
    } else {
        name
    };
    if name.is_empty() {
        return Err("a component without name".into());
    }
    let package = Package::given(&record.text("packageUrl"), &kind, &name, &coordinates.text("version"));
    let application = record.head("application");
    let named = assets::named(AssetKind::Application, &application.first(&["publicId", "name"]));
    let asset = options.asset.clone().or(named).unwrap_or_else(|| options.asset_or(AssetKind::Application));
    out.observe(&record.at, package.seen(asset.clone()), None)?;
    for item in record.items("securityData/securityIssues") {
        let score = item.number("severity");
        let severity = score.map_or(Severity::Unknown, Severity::from_cvss);
        let mut finding =
            package.vulnerability(asset.clone(), &item.text("reference"), [""; 0], "", severity);
        finding.cvss_score = score;
        finding.cvss = vectors([item.text("cvssVector")]);
        finding.weakness.cwe = cwes([item.text("cwe")]);
        finding.evidence = paragraphs(record.texts("pathnames"));
        // Milliseconds since 1970.
        finding.seen_at = dates::date(&record.head("reportTime").text(""));
        finding.tags = text::tags([("threat", &*item.text("threatCategory"))]);
        finding.references = links([item.text("url")]);
        let status = item.text("status").to_lowercase();
        finding.suppressed = ["not applicable", "acknowledged"].contains(&status.as_str()).then_some(status);
        record.tell(finding, out)?;
    }
    Ok(())
}
