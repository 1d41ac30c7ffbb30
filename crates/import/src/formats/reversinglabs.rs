//! ReversingLabs Spectra Assure JSON (`report.rl.json`): components of a software package and their known vulnerabilities.
//!
//! The package that was analysed is the asset. Vulnerabilities that were triaged carry that word.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::Package;
use crate::common::tree::{Tree, Value};
use crate::common::{assets, head, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "reversinglabs",
    name: "ReversingLabs Spectra Assure",
    summary: "report.rl.json: components of a software package and their vulnerabilities",
    extensions: &["rl.json"],
    docs: "https://docs.secure.software/",
    tool: "reversinglabs",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, component),
};

static LAYOUT: Layout = Layout {
    heads: &["report/info/file", "report/metadata/vulnerabilities"],
    lists: &["report/metadata/components/*", "report/metadata/dependencies/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(keys.value("report").is_some_and(|report| {
        head::has(report, "\"info\"")
            && (head::has(report, "\"detections\"") || head::has(report, "\"inhibitors\""))
    }))
}

fn component(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    // A dependency is its identity; a component has one.
    let identity: &Value<'_> = match record.at("identity") {
        Value::Null => record,
        identity @ Value::Object(_) => identity,
        _ => return Err("its identity is no object".into()),
    };
    let vulnerabilities = identity.at("vulnerabilities");
    if !vulnerabilities.is_null() && !vulnerabilities.is_object() {
        return Err("its vulnerabilities are no object".into());
    }
    let (product, file) = (identity.text("product"), record.text("name"));
    let name = if product.is_empty() { &file } else { &product };
    if name.is_empty() {
        return Ok(());
    }
    let main = record.head("report/info/file");
    let app = main.first(&["name", "identity/product"]);
    let asset = assets::named(AssetKind::Application, &app).filter(|_| options.asset.is_none());
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Application));
    let version = identity.first(&["version"]);
    let package = Package::given(&identity.text("purl"), "", name, &version);
    if !product.is_empty() {
        out.observe(&record.at, package.seen(asset.clone()), None)?;
    }
    let told = record.head("report/metadata/vulnerabilities");
    for (state, list) in [("active", "vulnerabilities/active"), ("triaged", "vulnerabilities/triaged")] {
        for id in identity.texts(list) {
            let about = told.get(&id).unwrap_or(&Value::Null);
            let score = about.number("cvss/baseScore");
            let none: [&str; 0] = [];
            let severity = score.map_or(Severity::Unknown, Severity::from_cvss);
            let finding = package.vulnerability(asset.clone(), &id, none, "", severity);
            let metrics: Vec<_> = about
                .items("cvss/metrics")
                .iter()
                .map(|pair| pair.text("0") + ": " + pair.text("1"))
                .collect();
            let path = record.text("path");
            let finding = Finding {
                description: text::paragraphs([&*about.text("name"), &metrics.join(", ")]),
                cvss_score: score.filter(|score| *score > 0.0),
                evidence: text::labelled([("File", &*file), ("At", &loci::path(&path))]),
                tags: about.texts("exploit").iter().map(|tag| text::name(&tag.to_lowercase())).collect(),
                suppressed: (state == "triaged").then(|| state.to_owned()),
                ..finding
            };
            // The raw record may be the description of a whole component; what matters is here.
            record.tell_alone(finding, out)?;
        }
    }
    Ok(())
}
