//! `composer audit --format=json`: advisories for PHP packages. Abandoned packages are no weaknesses and are left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::Tree;
use crate::common::{dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "composer_audit",
    name: "Composer audit",
    summary: "JSON: advisories for PHP packages, also ignored ones",
    extensions: &["json"],
    docs: "https://getcomposer.org/doc/03-cli.md#audit",
    tool: "composer-audit",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    lists: &["advisories/*[]", "ignored-advisories/*[]", NUMBERED, IGNORED, "advisories[]"],
    ..Layout::of(&FORMAT)
};
// PHP writes a list of which some were taken out as an object.
const NUMBERED: &str = "advisories/*/*";
const IGNORED: &str = "ignored-advisories/*/*";

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = keys.has_any(&["abandoned", "ignored-advisories"]) || head.has("\"affectedVersions\"");
    Sniff::when(keys.has("advisories") && ours)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("packageName");
    let name = if name.is_empty() { record.key.into() } else { name };
    let id = record.text("advisoryId");
    if id.is_empty() && record.text("title").is_empty() {
        return Err("an advisory without id and title".into());
    }
    let link = record.text("link");
    let sources = record.items("sources").iter().map(|it| it.text("remoteId").into_owned());
    let known = [record.text("cve").into_owned()].into_iter().chain(sources).chain(ids::ids_in(&link));
    let severity = ids::severity(&record.text("severity"));
    let package = Package::new("composer", &name, "");
    let asset = options.asset_or(AssetKind::Repository);
    let mut finding = package.vulnerability(asset, &id, known, &record.text("title"), severity);
    finding.evidence = text::body(&format!("{name} (affected: {})", record.text("affectedVersions")));
    finding.found_at = dates::date(&record.first(&["reportedAt", "reportedAt/date"]));
    finding.references = text::links([&*link]);
    let reason = record.text("ignoreReason");
    let ignored = record.list.starts_with("ignored");
    finding.suppressed = ignored.then(|| text::because("ignored", &reason));
    record.tell(finding, out)
}
