//! Scantist SCA JSON: a list of issues with spaced keys, one a vulnerability and library.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{ids, out::Out, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "scantist",
    name: "Scantist",
    summary: "JSON: vulnerabilities of libraries with their patched versions",
    extensions: &["json"],
    docs: "https://scantist.io/",
    tool: "scantist",
    sniff: |head| Sniff::when(head.keys().has_all(&["Public ID", "Library"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, name) = (record.text("Public ID"), record.text("Library"));
    if id.is_empty() || name.is_empty() {
        return Err("no Public ID or no Library".into());
    }
    // `org.example widget`: group and artifact.
    let (kind, full) = match name.split_once(' ') {
        Some((group, artifact)) => ("maven", format!("{group}:{artifact}")),
        None => ("generic", name.to_string()),
    };
    let package = Package::new(kind, &full, &record.text("Library Version"));
    let asset = options.asset_or(AssetKind::Repository);
    let mut finding = package.vulnerability(asset, &id, [""; 0], "", ids::severity(&record.text("Score")));
    finding.component_name = text::name(&name);
    finding.description = paragraphs([record.text("Description"), record.text("Comments")]);
    fixed_in(&mut finding, &record.text("Patched Version"));
    finding.evidence = text::body(&record.text("File Path"));
    record.tell(finding, out)
}
