//! Vulnerability reports of Clair 4 (claircore; `clairctl report -o json` and the matcher's API): packages and vulnerabilities
//! by their numbers, and which package has which.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::tree::{Tree, Value, links, paragraphs};
use crate::common::{assets, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "clair_core",
    name: "Clair 4",
    summary: "JSON vulnerability report of Clair 4: packages of an image and their vulnerabilities",
    extensions: &["json"],
    docs: "https://quay.github.io/clair/reference/api.html",
    tool: "clair",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &["manifest_hash", "packages", "distributions", "environments", "vulnerabilities"],
    lists: &["package_vulnerabilities/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("manifest_hash") && keys.has_any(&["packages", "vulnerabilities"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let known = record.head("vulnerabilities").get(&record.text("")).unwrap_or(&Value::Null);
    let package = record.head("packages").get(record.key).unwrap_or(&Value::Null);
    let (id, name) = (known.text("name"), package.text("name"));
    if id.is_empty() || name.is_empty() {
        return Err("the report does not hold the vulnerability or the package that it speaks of".into());
    }
    let place = record.head("environments").items(record.key).first().unwrap_or(&Value::Null);
    let own = record.head("distributions").get(&place.text("distribution_id")).unwrap_or(&Value::Null);
    let distribution = known.first(&["distribution/did", "dist/did"]);
    let distribution = if distribution.is_empty() { own.text("did") } else { distribution };
    let package = Package::new(ecosystem("", &distribution), &name, &package.text("version"));
    let severity = ids::severity(&known.first(&["normalized_severity", "severity"]));
    let asset = options.asset.clone().or_else(|| assets::image(&record.head("manifest_hash").text("")));
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage));
    // The name of an update may hold the ids of what it fixes, else its links do.
    let mut named = ids::ids_in(&id);
    if named.is_empty() {
        named = ids::ids_in(&known.text("links"));
    }
    let mut finding = package.vulnerability(asset, &id, named, "", severity);
    finding.description = paragraphs([known.text("description")]);
    fixed_in(&mut finding, &known.text("fixed_in_version"));
    finding.references = links([known.text("links")]);
    let layer = place.text("introduced_in");
    finding.tags = text::tags([("layer", &*layer)]);
    record.tell(finding, out)
}
