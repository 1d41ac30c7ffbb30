//! pip-audit JSON (`pip-audit -f json`), as an object and as the array of old versions: known vulnerabilities of Python
//! packages, and the packages themselves. What it skipped is a gap.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "pip_audit",
    name: "pip-audit",
    summary: "JSON: Python packages and their vulnerabilities with fixes",
    extensions: &["json"],
    docs: "https://github.com/pypa/pip-audit",
    tool: "pip-audit",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, dependency),
};

static LAYOUT: Layout = Layout { lists: &["[]", "dependencies[]"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let old = keys.in_array && keys.has("name") && keys.has_any(&["vulns", "skip_reason"]);
    let listed = head.has_any(&["\"vulns\"", "\"skip_reason\""]);
    let new = !keys.in_array && keys.has("dependencies") && (listed || keys.has("fixes"));
    let empty = !keys.in_array && keys.names().eq(["dependencies"]);
    match (old || new, empty) {
        (true, _) => Sniff::Yes,
        (false, true) => Sniff::Maybe,
        (false, false) => Sniff::No,
    }
}

fn dependency(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("name");
    if name.is_empty() {
        return Err("no package name".into());
    }
    let skipped = record.text("skip_reason");
    if !skipped.is_empty() {
        out.note(text::name(&name), text::name(&skipped));
        return Ok(());
    }
    let package = Package::new("pypi", &name, &record.text("version"));
    let asset = options.asset_or(AssetKind::Repository);
    out.observe(&record.at, package.seen(asset.clone()), None)?;
    for found in record.items("vulns") {
        let severity = ids::severity(&found.text("severity"));
        let mut finding =
            package.vulnerability(asset.clone(), &found.text("id"), found.texts("aliases"), "", severity);
        finding.description = paragraphs([found.text("description")]);
        fixed_in(&mut finding, &found.texts("fix_versions").join(", "));
        record.tell(finding, out)?;
    }
    Ok(())
}
