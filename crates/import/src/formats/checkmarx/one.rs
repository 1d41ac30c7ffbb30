//! Checkmarx One: results of several engines in one list.

use super::FORMAT;
use crate::common::code::{Hit, Leak};
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{assets, cvss, dates, ids, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, AssetRef, Finding, Severity};
use std::io::BufRead;

static LAYOUT: Layout = Layout { lists: &["results"], ..Layout::of(&FORMAT) };

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    LAYOUT.parse(input, options, sink, found)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (data, details) = (record.at("data"), record.at("vulnerabilityDetails"));
    let asset = options.asset_or(AssetKind::Repository);
    let kind = record.text("type");
    let is_secret = kind.contains("secret");
    let mut finding = if is_secret {
        secret(record, asset)
    } else if !data.text("packageName").is_empty() {
        package_of_image(record, asset)
    } else if kind.starts_with("sca") || data.at("packageIdentifier").is_string() {
        package(record, asset)
    } else {
        code(record, asset)?
    };
    ids::cwes_in(&mut finding.weakness.cwe, &details.text("cweId"));
    let state = record.text("state");
    let harmless = ["NOT_EXPLOITABLE", "PROPOSED_NOT_EXPLOITABLE"].contains(&&*state);
    let fixed = record.text("status") == "FIXED";
    let vector = details.first(&["cvss/vector", "cvss/vectorString"]);
    let finding = Finding {
        description: text::body(&if is_secret {
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
    if is_secret { record.tell_alone(finding, out) } else { record.tell(finding, out) }
}

fn severity(record: &Record<'_>) -> Severity {
    ids::severity(&record.text("severity"))
}

fn secret(record: &Record<'_>, asset: AssetRef) -> Finding {
    let data = record.at("data");
    let rule = data.first(&["ruleName", "ruleId"]);
    let leak = Leak {
        rule: &rule,
        title: &format!("Secret found: {rule}"),
        severity: severity(record),
        path: &data.first(&["fileName", "filename"]),
        line: data.count("line"),
        // Checkmarx covers the secret in it; what stays still tells it from others in the file.
        secret: &data.first(&["snippet", "resultHash"]),
    };
    leak.finding(asset)
}

fn vulnerability(record: &Record<'_>, package: &Package, asset: AssetRef) -> Finding {
    let cve = record.text("vulnerabilityDetails/cveName");
    let id = if cve.is_empty() { record.text("id") } else { cve };
    package.vulnerability(asset, &id, [""; 0], "", severity(record))
}

fn package_of_image(record: &Record<'_>, asset: AssetRef) -> Finding {
    let data = record.at("data");
    let (image, tag) = (data.text("imageName"), data.text("imageTag"));
    let named = assets::image(format!("{image}:{tag}").trim_matches(':')).filter(|_| !image.is_empty());
    let package = Package::new("", &data.text("packageName"), &data.text("packageVersion"));
    let evidence = text::body(&data.text("imageFilePath"));
    Finding { evidence, ..vulnerability(record, &package, named.unwrap_or(asset)) }
}

fn package(record: &Record<'_>, asset: AssetRef) -> Finding {
    // `Npm-lodash-4.17.15`
    let identifier = record.text("data/packageIdentifier");
    let (ecosystem, rest) = identifier.split_once('-').unwrap_or((&*identifier, &*identifier));
    let (name, version) = rest.rsplit_once('-').unwrap_or((rest, ""));
    let mut finding = vulnerability(record, &Package::new(ecosystem, name, version), asset);
    fixed_in(&mut finding, &record.text("data/recommendedVersion"));
    finding
}

fn code(record: &Record<'_>, asset: AssetRef) -> Result<Finding, &'static str> {
    let data = record.at("data");
    let (name, id) =
        (data.first(&["queryName", "ruleName"]), data.first(&["queryId", "queryName", "ruleId"]));
    if name.is_empty() && id.is_empty() {
        return Err("neither a query nor a package");
    }
    let nodes = data.items("nodes");
    let sink = nodes.last().unwrap_or(&Value::Null);
    let (file, path) = (data.first(&["filename", "fileName"]), sink.text("fileName"));
    let (similarity, hash) = (record.text("similarityId"), data.text("resultHash"));
    let hit = Hit {
        rule: &super::rule(&name, &id),
        title: &name.replace('_', " "),
        severity: severity(record),
        cwe: "",
        path: if path.is_empty() { &file } else { &path },
        line: sink.count("line").or(data.count("line")),
        anchor: if similarity.is_empty() { &hash } else { &similarity },
        snippet: "",
    };
    let flow: Vec<_> = nodes
        .iter()
        .map(|node| format!("{}:{} {}", node.text("fileName"), node.text("line"), node.text("fullName")))
        .collect();
    let values = [("Expected", data.text("expectedValue")), ("Actual", data.text("value"))];
    let values = text::labelled(values.iter().map(|(label, value)| (*label, &**value)));
    Ok(Finding { evidence: paragraphs([flow.join("\n"), values]), ..hit.finding(asset) })
}
