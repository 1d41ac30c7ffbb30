//! OpenVEX: what somebody says of weaknesses in products, Ubuntu's documents among them.
//!
//! A distribution's statement is about the package of a release: fixed in a version means that those before it are
//! affected. Anybody else's is about exactly the version that it names, or about all where it names none.

use super::read::{each_document, is_cve};
use crate::detect::Head;
use crate::feed::{Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::record::{Advisory, Affected, Range, Verdict};
use crate::text::rfc3339;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;

pub(super) const FEED: Feed = Feed {
    id: "openvex",
    name: "OpenVEX",
    about: "statements of makers, Ubuntu among them, on which weaknesses their products have",
    address: "https://security-metadata.canonical.com/vex/vex-all.tar.xz",
    parts: &[],
    licence: "CC-BY-SA-4.0",
    docs: "https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md",
    tells: Tells::Advisories,
    shape: Shape::Records,
    dated: true,
    fresh_days: 30,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    let context = head.value("@context").unwrap_or_default();
    context.starts_with(b"https://openvex.dev/ns") || context.starts_with(b"https:\\/\\/openvex.dev\\/ns")
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "@id", default)]
    id: String,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    last_updated: Option<String>,
    #[serde(default)]
    statements: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Statement {
    vulnerability: Vulnerability,
    #[serde(default)]
    products: Vec<Product>,
    status: String,
    #[serde(default)]
    status_notes: String,
    #[serde(default)]
    impact_statement: String,
    #[serde(default)]
    action_statement: String,
}

/// In the first versions of the format, a name alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Vulnerability {
    Name(String),
    Described {
        #[serde(default)]
        name: String,
        #[serde(rename = "@id", default)]
        id: String,
        #[serde(default)]
        description: String,
        #[serde(default)]
        aliases: Vec<String>,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Product {
    Name(String),
    Described {
        #[serde(rename = "@id", default)]
        id: String,
        #[serde(default)]
        identifiers: BTreeMap<String, String>,
        #[serde(default)]
        subcomponents: Vec<Self>,
    },
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut newest: Option<String> = None;
    let incomplete = each_document(reader, sink, |bytes, sink| {
        let document: Document = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let time = document.last_updated.or(document.timestamp).as_deref().and_then(rfc3339);
        newest = newest.take().max(time.clone());
        if document.id.is_empty() {
            return Err("it has no `@id`".to_owned());
        }
        let mut advisories: BTreeMap<String, Advisory> = BTreeMap::new();
        for (number, statement) in document.statements.into_iter().enumerate() {
            let statement = serde_json::from_value(statement).map_err(|error| error.to_string());
            let taken = statement.and_then(|one: Statement| take(&document.id, one, &mut advisories));
            if let Err(why) = taken {
                sink.reject(format!("{}: statements[{number}]", document.id), why);
            }
        }
        for mut advisory in advisories.into_values().filter(|advisory| !advisory.affected.is_empty()) {
            advisory.modified.clone_from(&time);
            if sink.record(Record::Advisory(Box::new(advisory))).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Summary { as_of: newest, incomplete, ..Summary::default() })
}

fn take(
    document: &str,
    statement: Statement,
    advisories: &mut BTreeMap<String, Advisory>,
) -> Result<(), String> {
    let (name, description, mut aliases) = match statement.vulnerability {
        Vulnerability::Name(name) => (name, String::new(), Vec::new()),
        Vulnerability::Described { name, id, description, aliases } => {
            (if name.is_empty() { id } else { name }, description, aliases)
        }
    };
    let name = super::read::id(&name)?;
    let status = statement.status.as_str();
    let affected: Vec<Affected> = statement
        .products
        .iter()
        .flat_map(packages)
        .map(|(affected, version)| judged(affected, &version, status))
        .collect::<Result<_, _>>()?;
    if affected.is_empty() {
        return Err("no product in it has a package URL or CPE that names a package".to_owned());
    }
    aliases.retain(|alias| !alias.trim().is_empty() && *alias != name);
    aliases.push(name.clone());
    let advisory = advisories.entry(name.clone()).or_insert_with(|| Advisory {
        // Another document may speak of the same weakness, so its name is no id here.
        id: format!("{document}#{name}"),
        aliases: aliases.clone(),
        title: description,
        ..Advisory::default()
    });
    // A CVE and its other names are one weakness; a list of CVEs is none.
    advisory.aliases.retain(|alias| !is_cve(alias) || !is_cve(&name) || *alias == name);
    for text in [statement.status_notes, statement.impact_statement, statement.action_statement] {
        if !text.is_empty() && !advisory.details.contains(&text) {
            if !advisory.details.is_empty() {
                advisory.details.push('\n');
            }
            advisory.details.push_str(&text);
        }
    }
    advisory.affected.extend(affected);
    Ok(())
}

/// The packages that a product is: its subcomponents where it has some, which are what the statement is about.
fn packages(product: &Product) -> Vec<(Affected, String)> {
    let names: Vec<&str> = match product {
        Product::Name(name) => vec![name],
        Product::Described { subcomponents, .. } if !subcomponents.is_empty() => {
            return subcomponents.iter().flat_map(packages).collect();
        }
        Product::Described { id, identifiers, .. } => {
            let named = ["purl", "cpe23", "cpe22"].into_iter().filter_map(|kind| identifiers.get(kind));
            named.map(String::as_str).chain([id.as_str()]).collect()
        }
    };
    names.into_iter().find_map(Affected::by_name).into_iter().collect()
}

fn judged(affected: Affected, version: &str, status: &str) -> Result<Affected, String> {
    let distribution = affected.ecosystem.is_distribution();
    let on = |affected: Affected, verdict: Verdict| {
        if version.is_empty() || distribution {
            affected.all(verdict)
        } else {
            Affected { verdict, versions: vec![version.to_owned()], ..affected }
        }
    };
    match status {
        "fixed" if distribution && !version.is_empty() => {
            Ok(Affected { ranges: vec![Range::until(version)], ..affected })
        }
        "fixed" | "not_affected" => Ok(on(affected, Verdict::NotAffected)),
        "affected" => Ok(on(affected, Verdict::Affected)),
        "under_investigation" => Ok(on(affected, Verdict::UnderInvestigation)),
        other => Err(format!("the status `{}` is unknown", crate::text::excerpt(other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{advisories, read_all};

    #[test]
    fn statements() {
        let text = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex-1","author":"x","timestamp":"2099-01-02T00:00:00Z","version":1,
            "statements":[
            {"vulnerability":{"name":"CVE-2099-0001","aliases":["GHSA-aaaa-bbbb-cccc"]},"status":"fixed","status_notes":"done",
             "products":[{"@id":"pkg:deb/ubuntu/lib@1.2-3ubuntu1?arch=source&distro=jammy"}]},
            {"vulnerability":{"name":"CVE-2099-0001"},"status":"affected","products":[{"@id":"pkg:deb/ubuntu/lib@1.0?arch=source&distro=noble"}]},
            {"vulnerability":"CVE-2099-0002","status":"not_affected","products":["pkg:npm/left@1.0.0",
             {"@id":"pkg:oci/image","subcomponents":[{"identifiers":{"purl":"pkg:pypi/right"}}]}]},
            {"vulnerability":"CVE-2099-0003","status":"??","products":["pkg:npm/left"]},
            {"vulnerability":"CVE-2099-0004","status":"affected","products":["the thing"]}]}"#;
        let (records, rejected, summary) = read_all(&FEED, text);
        assert_eq!(rejected.len(), 2);
        assert_eq!(rejected[0], "https://example.org/vex-1: statements[3]: the status `??` is unknown");
        assert_eq!(summary.as_of.as_deref(), Some("2099-01-02T00:00:00Z"));
        let found = advisories(&records);
        let first = found["https://example.org/vex-1#CVE-2099-0001"];
        assert_eq!(first.aliases, ["GHSA-aaaa-bbbb-cccc", "CVE-2099-0001"]);
        assert_eq!(first.affected[0].ecosystem.as_str(), "ubuntu:22.04");
        assert_eq!(first.affected[0].ranges, [Range::until("1.2-3ubuntu1")]);
        assert_eq!(
            (first.affected[1].ecosystem.as_str(), &first.affected[1].ranges[..]),
            ("ubuntu:24.04", &[Range::all()][..])
        );
        let [left, right] = &found["https://example.org/vex-1#CVE-2099-0002"].affected[..] else {
            panic!("two")
        };
        assert_eq!(
            (left.verdict, left.versions.as_slice()),
            (Verdict::NotAffected, &["1.0.0".to_owned()][..])
        );
        assert_eq!((right.package.as_str(), &right.ranges[..]), ("right", &[Range::all()][..]));
    }
}
