//! mix_audit JSON (`mix deps.audit --format json`): advisories for the Hex packages of an Elixir project.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, links, paragraphs};
use crate::common::{ids, out::Out, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "mix_audit",
    name: "mix_audit",
    summary: "JSON: advisories for the Hex packages of a lock file",
    extensions: &["json"],
    docs: "https://hexdocs.pm/mix_audit/readme.html",
    tool: "mix-audit",
    sniff: |head| Sniff::when(head.keys().has_all(&["pass", "vulnerabilities"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { heads: &["pass"], lists: &["vulnerabilities"], ..Layout::of(&FORMAT) };

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
