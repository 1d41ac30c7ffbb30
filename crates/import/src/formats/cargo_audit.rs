//! cargo-audit JSON (`cargo audit --json`): RustSec advisories that affect the lock file.
//!
//! Warnings (unmaintained, unsound, yanked) are no vulnerabilities: a gap says how many were left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{cvss, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::AssetKind;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cargo_audit",
    name: "cargo-audit",
    summary: "JSON: RustSec advisories for the crates of a lock file",
    extensions: &["json"],
    docs: "https://docs.rs/crate/cargo-audit/latest",
    tool: "cargo-audit",
    sniff: |head| Sniff::when(head.keys().has_all(&["vulnerabilities", "lockfile"])),
    parse,
};

static LAYOUT: Layout =
    Layout { lists: &["vulnerabilities/list", "warnings/*", "warnings[]"], ..Layout::of(&FORMAT) };

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut warnings = 0_u64;
    LAYOUT.parse(input, options, sink, |record, options, out| {
        if record.list == "vulnerabilities/list" {
            return found(record, options, out);
        }
        warnings += 1;
        out.gap(
            text::name(&format!(
                "warning {warnings}: {} is {}",
                record.text("package/name"),
                record.text("kind")
            )),
            "warnings of cargo-audit are no vulnerabilities",
        );
        Ok(())
    })
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let advisory = record.at("advisory");
    let (id, name) = (advisory.text("id"), record.first(&["package/name", "advisory/package"]));
    if id.is_empty() || name.is_empty() {
        return Err("no advisory id or no package".into());
    }
    let package = Package::new("cargo", &name, &record.text("package/version"));
    let vectors = cvss::vectors([&*advisory.text("cvss")]);
    let severity = ids::severity(&advisory.text("severity"));
    let asset = options.asset_or(AssetKind::Repository);
    let mut finding =
        package.vulnerability(asset, &id, advisory.texts("aliases"), &advisory.text("title"), severity);
    finding.description = paragraphs([advisory.text("description")]);
    finding.cvss = vectors;
    fixed_in(&mut finding, &record.texts("versions/patched").join(", "));
    let links: Vec<_> = [advisory.text("url")].into_iter().chain(advisory.texts("references")).collect();
    finding.references = text::links(links.iter().map(|link| &**link));
    record.tell(finding, out)
}
