//! mix_audit JSON (`mix deps.audit --format json`): advisories for the Hex packages of an Elixir project.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, links, paragraphs};
use crate::common::{ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::AssetKind;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "mix_audit",
    name: "mix_audit",
    summary: "JSON: advisories for the Hex packages of a lock file",
    extensions: &["json"],
    docs: "https://hexdocs.pm/mix_audit/readme.html",
    tool: "mix-audit",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "mix_audit",
    tool: "mix-audit",
    version: ("", ""),
    heads: &["pass"],
    lists: &["vulnerabilities"],
};

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys() {
        Some(keys) if keys.has("pass") && keys.has("vulnerabilities") => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (advisory, dependency) = (record.at("advisory"), record.at("dependency"));
    let (id, name) = (advisory.text("id"), dependency.first(&["package", "name"]));
    if id.is_empty() || name.is_empty() {
        return Err("no advisory or no package".into());
    }
    let package = Package::new("hex", &name, &dependency.text("version"));
    let severity = ids::severity(&advisory.text("severity"));
    let asset = options.asset_or(AssetKind::Repository);
    let known =
        [advisory.text("cve"), advisory.text("url").rsplit('/').next().unwrap_or_default().to_owned().into()];
    let mut finding = package.vulnerability(asset, &id, known, &advisory.text("title"), severity);
    finding.description = paragraphs([advisory.text("description")]);
    fixed_in(&mut finding, &advisory.texts("first_patched_versions").join(", "));
    finding.evidence =
        text::body(&format!("{name} {} in {}", finding.component_version, dependency.text("lockfile")));
    finding.references = links([advisory.text("url")]);
    record.tell(finding, out)
}
