//! Checkmarx One: results of several engines in one list.

use crate::common::code::{Hit, Leak};
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{assets, cvss, dates, ids, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

static LAYOUT: Layout =
    Layout { format: "checkmarx", tool: "checkmarx", version: ("", ""), heads: &[], lists: &["results"] };

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (data, details) = (record.at("data"), record.at("vulnerabilityDetails"));
    let similarity = record.text("similarityId");
    let severity = ids::severity(&record.text("severity"));
    let asset = options.asset_or(AssetKind::Repository);
    let kind = record.text("type");
    let secret = kind.contains("secret");
    let named = data.text("packageName");
    let mut finding = if secret {
        let leak = Leak {
            rule: &data.first(&["ruleName", "ruleId"]),
            title: &format!("Secret found: {}", data.first(&["ruleName", "ruleId"])),
            severity,
            path: &data.first(&["fileName", "filename"]),
            line: data.count("line"),
            // Checkmarx covers the secret in it; what stays still tells it from others in the file.
            secret: &data.first(&["snippet", "resultHash"]),
        };
        leak.finding(asset)
    } else if !named.is_empty() {
        let image = format!("{}:{}", data.text("imageName"), data.text("imageTag"));
        let image = assets::image(image.trim_matches(':')).filter(|_| !data.text("imageName").is_empty());
        let package = Package::new("", &named, &data.text("packageVersion"));
        let id = details.first(&["cveName"]);
        let id = if id.is_empty() { record.text("id") } else { id };
        let finding = package.vulnerability(image.unwrap_or(asset), &id, [""; 0], "", severity);
        Finding { evidence: text::body(&data.text("imageFilePath")), ..finding }
    } else if kind.starts_with("sca") || data.at("packageIdentifier").is_string() {
        // `Npm-lodash-4.17.15`
        let identifier = data.text("packageIdentifier");
        let mut parts = identifier.splitn(2, '-');
        let (ecosystem, rest) =
            (parts.next().unwrap_or_default().to_owned(), parts.next().unwrap_or(&identifier));
        let (name, version) = rest.rsplit_once('-').unwrap_or((rest, ""));
        let package = Package::new(&ecosystem, name, version);
        let id = details.first(&["cveName"]);
        let id = if id.is_empty() { record.text("id") } else { id };
        let none: [&str; 0] = [];
        let mut finding = package.vulnerability(asset, &id, none, "", severity);
        fixed_in(&mut finding, &data.text("recommendedVersion"));
        finding
    } else {
        let name = data.first(&["queryName", "ruleName"]);
        let nodes = data.items("nodes");
        let sink = nodes.last().unwrap_or(&Value::Null);
        let file = data.first(&["filename", "fileName"]);
        let path = sink.text("fileName");
        let line = sink.count("line").or(data.count("line"));
        let id = data.first(&["queryId", "queryName", "ruleId"]);
        if name.is_empty() && id.is_empty() {
            return Err("neither a query nor a package".into());
        }
        let flow: Vec<_> = nodes
            .iter()
            .map(|node| format!("{}:{} {}", node.text("fileName"), node.text("line"), node.text("fullName")))
            .collect();
        let hash = data.text("resultHash");
        let hit = Hit {
            rule: if name.is_empty() { &id } else { &name },
            title: &name.replace('_', " "),
            severity,
            cwe: "",
            path: if path.is_empty() { &file } else { &path },
            line,
            anchor: if similarity.is_empty() { &hash } else { &similarity },
            snippet: "",
        };
        let values = [("Expected", data.text("expectedValue")), ("Actual", data.text("value"))];
        let values = text::labelled(values.iter().map(|(label, value)| (*label, &**value)));
        Finding { evidence: paragraphs([flow.join("\n"), values]), ..hit.finding(asset) }
    };
    ids::cwes_in(&mut finding.weakness.cwe, &details.text("cweId"));
    let state = record.text("state");
    let harmless = ["NOT_EXPLOITABLE", "PROPOSED_NOT_EXPLOITABLE"].contains(&&*state);
    let fixed = record.text("status") == "FIXED";
    let vector = details.first(&["cvss/vector", "cvss/vectorString"]);
    let finding = Finding {
        description: text::body(&if secret {
            data.text("ruleDescription")
        } else {
            record.text("description")
        }),
        cvss: cvss::vectors([&*vector]),
        cvss_score: details.number("cvssScore").filter(|score| *score > 0.0),
        raw_id: text::some(&record.first(&["id", "similarityId"])),
        found_at: dates::date(&record.first(&["firstFoundAt", "created"])),
        seen_at: dates::date(&record.text("foundAt")),
        compliance: details.texts("compliances").iter().map(|control| text::name(control)).collect(),
        tags: [&*kind, &*data.text("group"), &*data.text("platform")]
            .iter()
            .filter_map(|tag| text::some(tag))
            .collect(),
        suppressed: (harmless || fixed)
            .then(|| if fixed { Finding::FIXED.to_owned() } else { text::name(&state.to_lowercase()) }),
        ..finding
    };
    if secret { record.tell_alone(finding, out) } else { record.tell(finding, out) }
}
