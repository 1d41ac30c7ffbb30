//! Vulnerabilities of an image as Clair's early tools tell them: clair-scanner, Klar, and the layer API of Clair 1 and 2
//! (as Quay hands it on). Reports of Clair 4 are another format.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::tree::{Tree, Value, links, paragraphs, vectors};
use crate::common::{assets, ids, out::Out};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "clair",
    name: "Clair",
    summary: "JSON of clair-scanner, Klar and the Clair 1 and 2 API: vulnerabilities of an image's packages",
    extensions: &["json"],
    docs: "https://quay.github.io/clair/",
    tool: "clair",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    heads: &["image", "LayerCount"],
    lists: &["vulnerabilities[]", "Vulnerabilities/*", "Layer/Features", "data/Layer/Features"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let scanner = keys.has("unapproved") && keys.has_any(&["vulnerabilities", "image"]);
    let klar = keys.has_all(&["LayerCount", "Vulnerabilities"]);
    let layer = keys.has_any(&["Layer", "data"]) && head.has_all(&["\"Features\"", "\"NamespaceName\""]);
    Sniff::when(scanner || klar || layer)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if !record.list.ends_with("Features") {
        return found(
            record,
            record,
            [
                &record.first(&["featurename", "FeatureName"]),
                &record.first(&["featureversion", "FeatureVersion"]),
            ],
            options,
            out,
        );
    }
    let named = [record.text("Name"), record.text("Version")];
    record
        .items("Vulnerabilities")
        .iter()
        .try_for_each(|it| found(record, it, [&named[0], &named[1]], options, out))
}

fn found(
    record: &Record<'_>,
    item: &Value<'_>,
    [name, version]: [&str; 2],
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    let id = item.first(&["vulnerability", "Name"]);
    if id.is_empty() || name.is_empty() {
        return Err("no vulnerability or no feature name".into());
    }
    let namespace = item.first(&["namespace", "NamespaceName"]);
    let package = Package::new(ecosystem("", &namespace), name, version);
    let word = item.first(&["severity", "Severity"]);
    // Klar's own word for what must be fixed at once.
    let severity = if word == "Defcon1" { Severity::Critical } else { ids::severity(&word) };
    let image = assets::image(&record.head("image").text(""));
    let asset = image.unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage));
    let mut finding = package.vulnerability(asset, &id, [""; 0], "", severity);
    finding.description = paragraphs([item.first(&["description", "Description"])]);
    finding.cvss = vectors(["CVSSv3", "CVSSv2"].map(|of| item.text(&format!("Metadata/NVD/{of}/Vectors"))));
    finding.cvss_score =
        item.number("Metadata/NVD/CVSSv3/Score").or_else(|| item.number("Metadata/NVD/CVSSv2/Score"));
    fixed_in(&mut finding, &item.first(&["fixedby", "FixedBy"]));
    finding.references = links([item.first(&["link", "Link"])]);
    record.tell(finding, out)
}
