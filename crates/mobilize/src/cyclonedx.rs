//! CycloneDX 1.6 as JSON (<https://cyclonedx.org/docs/1.6/json/>).
//!
//! Identifiers, operating system and relations of the asset, for which the format has no words, stand in properties
//! (`bartizan:identifier`, ...): whoever reads the document back knows the same asset.

use crate::TOOL;
use crate::bill::{Bill, State, Subject, Vulnerability, seconds, uuid};
use bartizan_model::{AssetKind, IdentifierKind, Locus, Severity};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u32,
    metadata: Metadata<'a>,
    components: Vec<Component<'a>>,
    dependencies: Vec<Dependency<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vulnerabilities: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    timestamp: String,
    tools: Tools,
    component: Component<'a>,
}

#[derive(Serialize)]
struct Tools {
    components: [Component<'static>; 1],
}

#[derive(Serialize, Default)]
struct Component<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "str::is_empty")]
    reference: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    purl: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
}

#[derive(Serialize)]
struct Property {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency<'a> {
    #[serde(rename = "ref")]
    reference: &'a str,
    depends_on: Vec<&'a str>,
}

#[derive(Serialize)]
struct Found<'a> {
    id: &'a str,
    source: Source,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ratings: Vec<Rating<'a>>,
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    cwes: &'a [u32],
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    analysis: Analysis<'a>,
    affects: Vec<Target<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Reference<'a> {
    id: &'a str,
    source: Source,
}

#[derive(Serialize)]
struct Rating<'a> {
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vector: Option<&'a str>,
}

#[derive(Serialize)]
struct Analysis<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    response: Vec<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
}

#[derive(Serialize)]
struct Target<'a> {
    #[serde(rename = "ref")]
    reference: &'a str,
}

/// The reference of the asset itself; no package URL and no name of a part can be it.
const SUBJECT: &str = "bartizan:subject";

/// Writes a bill, which should be [tidy](Bill::tidy).
///
/// # Errors
/// Those of `out`.
pub fn cyclonedx(bill: &Bill, version: &'static str, out: &mut dyn Write) -> io::Result<()> {
    let references = bill.references();
    let purl = bill.subject.purl().map(|purl| purl.to_string()).unwrap_or_default();
    let components: Vec<Component<'_>> = bill
        .parts
        .iter()
        .zip(&references)
        .map(|(part, reference)| Component {
            kind: "library",
            reference,
            name: &part.name,
            version: &part.version,
            purl: &part.purl,
            properties: Vec::new(),
        })
        .collect();
    let tool = Component { kind: "application", name: TOOL, version, ..Component::default() };
    let mut document = Document {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: String::new(),
        version: 1,
        metadata: Metadata {
            timestamp: seconds(bill.as_of),
            tools: Tools { components: [tool] },
            component: Component {
                kind: kind(bill.subject.kind),
                reference: SUBJECT,
                name: name(&bill.subject),
                version: "",
                purl: &purl,
                properties: properties(&bill.subject),
            },
        },
        components,
        dependencies: vec![Dependency {
            reference: SUBJECT,
            depends_on: references.iter().map(String::as_str).collect(),
        }],
        vulnerabilities: found(bill, &references),
    };
    document.serial_number = format!("urn:uuid:{}", uuid(&serde_json::to_vec(&document)?));
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// The name under which the asset is known again: an image's full name.
fn name(subject: &Subject) -> &str {
    let image = subject.identifiers.iter().find(|it| it.kind == IdentifierKind::Image);
    let name = image.map_or(subject.name.as_str(), |image| &image.value);
    if name.is_empty() { "unnamed" } else { name }
}

const fn kind(kind: AssetKind) -> &'static str {
    match kind {
        AssetKind::ContainerImage => "container",
        AssetKind::Host => "operating-system",
        AssetKind::Device => "device",
        AssetKind::DataStore => "data",
        AssetKind::Service | AssetKind::CloudResource => "platform",
        _ => "application",
    }
}

fn properties(subject: &Subject) -> Vec<Property> {
    let mut all = vec![Property { name: "bartizan:kind", value: subject.kind.as_str().to_owned() }];
    let identifiers = subject.identifiers.iter().map(ToString::to_string);
    all.extend(identifiers.map(|value| Property { name: "bartizan:identifier", value }));
    all.extend(subject.os.iter().map(|os| Property { name: "bartizan:os", value: os.clone() }));
    all.extend(subject.links.iter().map(|link| {
        let (verb, outgoing) = &link.verb;
        let arrow = if *outgoing { "->" } else { "<-" };
        Property { name: "bartizan:relation", value: format!("{verb} {arrow} {} {}", link.kind, link.name) }
    }));
    all
}

fn found<'a>(bill: &'a Bill, references: &'a [String]) -> Vec<Found<'a>> {
    let mut by_package: HashMap<String, Vec<&str>> = HashMap::new();
    if !bill.vulnerabilities.is_empty() {
        for (part, reference) in bill.parts.iter().zip(references) {
            by_package.entry(Locus::package(&part.purl).to_string()).or_default().push(reference);
        }
    }
    bill.vulnerabilities
        .iter()
        .map(|each| {
            let packages = each.packages.iter().filter_map(|package| by_package.get(package)).flatten();
            let mut affects: Vec<Target<'_>> = packages.map(|reference| Target { reference }).collect();
            if affects.is_empty() {
                affects.push(Target { reference: SUBJECT });
            }
            let references =
                each.aliases.iter().map(|id| Reference { id, source: Source { name: source(id) } });
            Found {
                id: &each.id,
                source: Source { name: source(&each.id) },
                references: references.collect(),
                ratings: vec![Rating {
                    severity: severity(each.severity),
                    method: each.cvss.as_deref().map(method),
                    vector: each.cvss.as_deref(),
                }],
                cwes: &each.cwe,
                description: &each.title,
                analysis: analysis(each),
                affects,
            }
        })
        .collect()
}

fn source(id: &str) -> &'static str {
    match id.get(..4) {
        Some("CVE-") => "NVD",
        Some("GHSA") => "GitHub Advisories",
        _ => TOOL,
    }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
        Severity::Info => "info",
        Severity::Unknown => "unknown",
    }
}

fn method(vector: &str) -> &'static str {
    match vector.split('/').next() {
        Some("CVSS:4.0") => "CVSSv4",
        Some("CVSS:3.1") => "CVSSv31",
        Some("CVSS:3.0") => "CVSSv3",
        _ => "CVSSv2",
    }
}

fn analysis(each: &Vulnerability) -> Analysis<'_> {
    let (state, response) = match each.state {
        State::Open => ("in_triage", Vec::new()),
        State::Accepted => ("exploitable", vec!["will_not_fix"]),
        State::FalsePositive => ("false_positive", Vec::new()),
        State::NotAffected => ("not_affected", Vec::new()),
        State::Fixed => ("resolved", Vec::new()),
    };
    let justification = each.justification().filter(|_| each.state == State::NotAffected).map(|it| it.1);
    Analysis { state, justification, response, detail: &each.reason }
}
