//! xeol JSON (`xeol -o json`): packages and systems past the end of their life. The tool does not rate them.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem};
use crate::common::tree::{Tree, links, paragraphs};
use crate::common::{assets, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "xeol",
    name: "xeol",
    summary: "JSON: packages past the end of their life, with their cycle",
    extensions: &["json"],
    docs: "https://github.com/xeol-io/xeol",
    tool: "xeol",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("descriptor", "version"),
    heads: &["source", "distro", "descriptor"],
    lists: &["matches"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = head.has_any(&["\"Cycle\"", "\"name\": \"xeol\"", "\"name\":\"xeol\""]);
    Sniff::when(keys.has("matches") && ours)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (cycle, artifact) = (record.at("Cycle"), record.at("artifact"));
    let product = cycle.text("ProductName");
    let name = artifact.text("name");
    let name = if name.is_empty() { product.clone() } else { name };
    if name.is_empty() {
        return Err("neither a package nor a product".into());
    }
    let image = assets::image(&record.head("source").text("target/userInput"));
    let image = image.filter(|_| record.head("source").text("type") == "image");
    let asset = image.unwrap_or_else(|| options.asset_or(AssetKind::Repository));
    let (kind, distribution) = (artifact.first(&["language", "type"]), record.head("distro").text("name"));
    let package = Package::given(
        &artifact.text("purl"),
        ecosystem(&kind, &distribution),
        &name,
        &artifact.text("version"),
    );
    let rule = format!("end-of-life:{product}:{}", cycle.text("ReleaseCycle"));
    let title = format!(
        "{product} {} is past the end of its life ({})",
        cycle.text("ReleaseCycle"),
        cycle.text("Eol")
    );
    let mut finding = package.vulnerability(asset, &rule, [""; 0], &title, Severity::Unknown);
    finding.weakness.cwe = vec![672];
    let latest = cycle.text("LatestRelease");
    finding.fix = text::body(&match &*latest {
        "" => format!("Move {product} to a cycle that is maintained."),
        latest => format!("Move {product} to a cycle that is maintained, at least to {latest}."),
    });
    let places = artifact.items("locations").iter().map(|it| it.text("path"));
    finding.evidence = paragraphs(places);
    finding.references = links([cycle.text("ProductPermalink")]);
    let layer = artifact.items("locations").iter().map(|it| it.text("layerID")).find(|it| !it.is_empty());
    finding.tags = text::tags([
        ("digest", &*record.head("source").text("target/manifestDigest")),
        ("layer", &layer.unwrap_or_default()),
    ]);
    record.tell(finding, out)
}
