//! Retire.js JSON (`retire --outputformat json` and `jsonsimple`): known vulnerabilities of the JavaScript libraries in files.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, cwes, links};
use crate::common::{ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "retire_js",
    name: "Retire.js",
    summary: "JSON: vulnerable JavaScript libraries by file",
    extensions: &["json"],
    docs: "https://retirejs.github.io/retire.js/",
    tool: "retire.js",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout =
    Layout { version: ("version", ""), heads: &["version"], lists: &["[]", "data"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let found = head.has_all(&["\"component\"", "\"detection\""]);
    // A long report hides what comes behind its data.
    let new = keys.has("data") && (keys.has_all(&["messages", "errors"]) || found);
    let old = keys.in_array && keys.has("results") && (keys.has("file") || found);
    Sniff::when(new || old && found)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let file = record.first(&["file", "uri"]);
    if record.get("results").is_none() {
        return Err("no results".into());
    }
    for library in record.items("results") {
        let (name, version) = (library.first(&["npmname", "component"]), library.text("version"));
        let package = Package::new("npm", &name, &version);
        let asset = options.asset_or(AssetKind::Repository);
        out.observe(&record.at, package.seen(asset.clone()), None)?;
        for item in record.items_of(library, "vulnerabilities") {
            let about = item.at("identifiers");
            let known = [about.texts("CVE"), about.texts("githubID"), about.texts("GHSA")].concat();
            let own = about.first(&["retid", "issue", "bug", "osvdb"]);
            let summary = about.text("summary");
            let id = known.first().cloned().unwrap_or(own);
            let id = if id.is_empty() { summary.clone() } else { id };
            let told = item.texts("info").into_iter().next().unwrap_or_default();
            let id = if id.is_empty() { told } else { id };
            if id.is_empty() {
                out.reject(record.at.clone(), "a vulnerability without identifiers and info");
                continue;
            }
            let mut finding = package.vulnerability(
                asset.clone(),
                &id,
                &known,
                &summary,
                ids::severity(&item.text("severity")),
            );
            finding.component_name = text::name(&library.text("component"));
            finding.weakness.cwe = cwes(item.texts("cwe"));
            fixed_in(&mut finding, &item.text("below"));
            finding.evidence = text::body(&match &*library.text("detection") {
                "" => format!("{name} {version} in {file}"),
                how => format!("{name} {version} in {file} (found by {how})"),
            });
            finding.references = links(item.texts("info"));
            record.tell(finding, out)?;
        }
    }
    Ok(())
}
