//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>): a run for each source, as the
//! converter of what it reported.
//!
//! A result is an exposure as one source sees it, with all its places. What SARIF has no words for (the asset of a
//! result, a place that is no code) stands in the properties of the location, so that whoever reads it back knows the
//! same exposure. A judgement is a suppression, and what is fixed is `absent`.

use crate::TOOL;
use crate::exposed::{Exposed, House, Sighting, Weakness};
use bartizan_model::{Finding, Identifier, IdentifierKind, Locus, Severity, Status};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{self, Write};

/// Writes a SARIF log: for each source a run with its rules, then its results.
#[derive(Debug)]
pub struct Sarif {
    version: &'static str,
    source: String,
    /// The index of each rule of the run, by the key of the weakness.
    rules: HashMap<String, usize>,
    runs: usize,
    results: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    short_description: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'a str>,
    default_configuration: Value,
    properties: Value,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Text<'a>,
    locations: Vec<Location<'a>>,
    partial_fingerprints: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Value>,
    provenance: Value,
    properties: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Value>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Properties<'a> {
    bartizan: House<'a>,
}

impl Sarif {
    /// Begins a log; `version` is Bartizan's.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin(version: &'static str, out: &mut dyn Write) -> io::Result<Self> {
        let schema =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
        write!(out, "{{\"$schema\":\"{schema}\",\"version\":\"2.1.0\",\"runs\":[")?;
        Ok(Self { version, source: String::new(), rules: HashMap::new(), runs: 0, results: 0 })
    }

    /// Begins the run of a source; its rules follow.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn run(&mut self, source: &str, out: &mut dyn Write) -> io::Result<()> {
        if self.runs > 0 {
            out.write_all(b"\n]},")?;
        }
        self.runs += 1;
        (self.rules, self.results) = (HashMap::new(), 0);
        source.clone_into(&mut self.source);
        let (name, converter, version) = (Value::from(source), Value::from(TOOL), Value::from(self.version));
        write!(
            out,
            "\n{{\"conversion\":{{\"tool\":{{\"driver\":{{\"name\":{converter},\"semanticVersion\":{version}}}}}}},\n\
             \"tool\":{{\"driver\":{{\"name\":{name},\"rules\":["
        )
    }

    /// Writes a rule of the run: a weakness, and the highest severity of its exposures.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn rule(&mut self, weakness: &Weakness, severity: Severity, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.rules.is_empty() { b"\n" } else { b",\n" })?;
        self.rules.insert(weakness.key.clone(), self.rules.len());
        let is_said = |text: &str| !text.trim().is_empty();
        let title = if is_said(&weakness.title) { &weakness.title } else { &weakness.key };
        let mut tags: Vec<String> = vec!["security".to_owned()];
        tags.extend(weakness.cwe.iter().map(|cwe| format!("external/cwe/cwe-{cwe:03}")));
        let mut properties = json!({ "tags": tags });
        if let Some(score) = score(severity) {
            properties["security-severity"] = score.into();
        }
        if let Some(vector) = &weakness.cvss {
            properties["cvss"] = vector.as_str().into();
        }
        let descriptor = Descriptor {
            id: weakness.rule(&self.source),
            short_description: Text { text: title },
            full_description: is_said(&weakness.description).then_some(Text { text: &weakness.description }),
            help: is_said(&weakness.fix).then_some(Text { text: &weakness.fix }),
            help_uri: weakness.references.iter().map(String::as_str).find(|link| is_uri(link)),
            default_configuration: json!({ "level": level(severity) }),
            properties,
        };
        Ok(serde_json::to_writer(out, &descriptor)?)
    }

    /// Ends the rules of the run; its results follow.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn results(&mut self, out: &mut dyn Write) -> io::Result<()> {
        // That no repository is said to be the one of all results lets a reader take them as they come.
        out.write_all(b"\n]}},\n\"versionControlProvenance\":[],\n\"results\":[")
    }

    /// Writes an exposure as the run's source sees it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn result(&mut self, exposed: &Exposed, out: &mut dyn Write) -> io::Result<()> {
        let places: Vec<&Sighting> = exposed.sightings.iter().filter(|it| it.source == self.source).collect();
        let severity = places.iter().map(|it| it.severity).max().unwrap_or(exposed.severity);
        let finding = places.iter().find_map(|it| it.finding.as_ref());
        let words = finding.map_or("", |finding| finding.description.as_str());
        let words = [words, &exposed.weakness.description, &exposed.weakness.title, &exposed.weakness.key]
            .into_iter()
            .find(|words| !words.trim().is_empty())
            .unwrap_or_default();
        let mut properties = json!({ "priority": exposed.urgency.priority, "band": exposed.urgency.band });
        match score(severity) {
            Some(score) => properties["security-severity"] = score.into(),
            // Where the rule has a score, this result still has none.
            None => {
                properties["security-severity"] = "0.0".into();
                properties["severity"] = severity.as_str().into();
            }
        }
        let locations = places.iter().map(|it| location(exposed, it));
        let first = places.iter().map(|it| it.first_seen).min().unwrap_or(exposed.first_seen);
        let last = places.iter().map(|it| it.last_seen).max().unwrap_or(exposed.last_seen);
        let result = Outcome {
            rule_id: exposed.rule(&self.source),
            rule_index: self.rules.get(&exposed.weakness.key).copied(),
            kind: "fail",
            level: level(severity),
            message: Text { text: words },
            locations: locations.collect(),
            partial_fingerprints: json!({ "bartizanExposure/v1": exposed.fingerprint() }),
            baseline_state: (exposed.status == Status::Fixed).then_some("absent"),
            suppressions: suppressions(exposed, finding),
            provenance: json!({
                "firstDetectionTimeUtc": first.to_string(),
                "lastDetectionTimeUtc": last.to_string(),
            }),
            properties,
        };
        out.write_all(if self.results == 0 { b"\n" } else { b",\n" })?;
        self.results += 1;
        Ok(serde_json::to_writer(out, &result)?)
    }

    /// Ends the log.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn end(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.runs > 0 { b"\n]}\n]}\n" } else { b"]}\n" })
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Unknown => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The least score of the severity, by which code hosts sort.
const fn score(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.0"),
        Severity::High => Some("7.0"),
        Severity::Medium => Some("4.0"),
        Severity::Low => Some("0.1"),
        Severity::Info | Severity::Unknown => None,
    }
}

fn suppressions(exposed: &Exposed, finding: Option<&Finding>) -> Vec<Value> {
    let judged = exposed.set_aside();
    let own = finding.and_then(|finding| finding.suppressed.clone());
    let all = judged.into_iter().chain(own);
    all.map(|why| json!({ "kind": "external", "status": "accepted", "justification": why })).collect()
}

fn location<'a>(exposed: &'a Exposed, sighting: &'a Sighting) -> Location<'a> {
    let finding = sighting.finding.as_ref();
    let mut logical = Vec::new();
    let mut physical = None;
    let named = &exposed.asset.named;
    match &sighting.locus {
        Locus::File { path, anchor } => {
            physical = Some(physical_of(path, finding));
            if !anchor.is_empty() {
                logical.push(json!({ "fullyQualifiedName": anchor }));
            }
        }
        Locus::Route { path, parameter } => {
            let origin = named.identifiers.iter().find(|it| it.kind == IdentifierKind::Origin);
            let uri = format!("{}{path}", origin.map_or("", Identifier::bare));
            physical = Some(physical_of(&uri, finding));
            if !parameter.is_empty() {
                logical.push(json!({ "name": parameter, "kind": "parameter" }));
            }
        }
        Locus::Package(purl) => {
            let full = finding.and_then(|finding| finding.component.as_deref()).unwrap_or(purl);
            logical.push(json!({ "fullyQualifiedName": full, "kind": "package" }));
        }
        Locus::Port { protocol, port } => {
            logical.push(json!({ "name": format!("{protocol}/{port}"), "kind": "port" }));
        }
        Locus::Named { kind, name } => logical.push(json!({ "name": name, "kind": kind })),
        Locus::Whole => {}
    }
    logical.push(json!({ "name": named.name, "kind": named.kind.as_str() }));
    Location {
        physical_location: physical,
        logical_locations: logical,
        properties: Properties { bartizan: exposed.house(sighting) },
    }
}

fn physical_of(path: &str, finding: Option<&Finding>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(path) } });
    let line = finding.and_then(|finding| finding.line);
    if let Some(line) = line.filter(|line| *line > 0) {
        physical["region"] = json!({ "startLine": line });
        let evidence = finding.map_or("", |finding| finding.evidence.as_str());
        if !evidence.is_empty() {
            physical["region"]["snippet"] = json!({ "text": evidence });
        }
    }
    physical
}

/// A path or address as a URI reference (RFC 3986): what may not stand in one is percent-encoded.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::with_capacity(path.len());
    // A first segment with a colon would read as a scheme.
    let scheme = path.starts_with("http://") || path.starts_with("https://");
    if !scheme && path.split('/').next().is_some_and(|first| first.contains(':')) {
        uri.push_str("./");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=:@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn is_uri(link: &str) -> bool {
    let web = link.starts_with("https://") || link.starts_with("http://");
    web && link.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        for (path, reference) in [
            ("src/main.rs", "src/main.rs"),
            ("a b/ü.c", "a%20b/%C3%BC.c"),
            ("C:/x.c", "./C:/x.c"),
            ("https://a.example/b?c", "https://a.example/b%3Fc"),
        ] {
            assert_eq!(uri(path), reference);
        }
        assert!(is_uri("https://a.example/b?c=d#e") && !is_uri("https://a b") && !is_uri("javascript:1"));
    }
}
