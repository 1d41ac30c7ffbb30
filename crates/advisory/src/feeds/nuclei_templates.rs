//! nuclei-templates: what can be tested for from outside, each with its severity and CVEs.
//!
//! A template is kept as what it is about; how it tests is never run.

use super::read::data;
use crate::detect::Head;
use crate::feed::{Entry, Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::yaml;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "nuclei_templates",
    name: "nuclei-templates",
    about: "what can be tested for from outside: templates with severity, CVEs and tags",
    address: "https://github.com/projectdiscovery/nuclei-templates/archive/refs/heads/main.zip",
    parts: &[],
    licence: "MIT",
    docs: "https://docs.projectdiscovery.io/templates/structure",
    tells: Tells::Catalogue,
    shape: Shape::Records,
    dated: false,
    fresh_days: 60,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.has_yaml_key("id") && head.has_yaml_key("info")
}

#[derive(Deserialize)]
struct Template {
    id: String,
    info: Info,
}

#[derive(Deserialize)]
struct Info {
    name: String,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    remediation: Option<String>,
    #[serde(default)]
    tags: Value,
    #[serde(default)]
    reference: Value,
    #[serde(default)]
    classification: Option<Classification>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
struct Classification {
    #[serde(default)]
    cve_id: Value,
    #[serde(default)]
    cwe_id: Value,
    #[serde(default)]
    cvss_metrics: Value,
    #[serde(default)]
    cpe: Value,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let incomplete = yaml::files(reader, sink, |path, text, sink| {
        // Lists of words, profiles and helpers lie beside the templates.
        if !Head::of(text.as_bytes()).has_yaml_key("id") {
            return Ok(std::ops::ControlFlow::Continue(()));
        }
        let template: Template = yaml::parse(text)?;
        let id = super::read::id(&template.id)?;
        let info = template.info;
        let classification = info.classification.unwrap_or_default();
        let data = data([
            ("severity", json!(info.severity)),
            ("tags", json!(list(&info.tags))),
            ("cves", json!(list(&classification.cve_id))),
            ("cwes", json!(list(&classification.cwe_id))),
            ("cvss", json!(list(&classification.cvss_metrics).into_iter().next())),
            ("cpe", json!(list(&classification.cpe).into_iter().next())),
            ("references", json!(list(&info.reference))),
            ("remediation", json!(info.remediation)),
            ("path", json!(path)),
        ]);
        let entry = Entry { id, name: info.name, text: info.description.unwrap_or_default(), data };
        Ok(sink.record(Record::Entry(Box::new(entry))))
    })?;
    Ok(Summary { incomplete, ..Summary::default() })
}

/// The items of a list, or of a text that separates them by commas.
fn list(value: &Value) -> Vec<String> {
    let texts: Vec<&str> = match value {
        Value::String(text) => text.split(',').collect(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{entries, read_all};

    const TEMPLATE: &str = "id: thing-test\n\ninfo:\n  name: Thing - Test\n  severity: high\n  description: |\n    It is there.\n  tags: cve,thing\n  classification:\n    cve-id: CVE-2099-0001,CVE-2099-0002\n    cwe-id: CWE-79\n\nhttp:\n  - method: GET\n";

    #[test]
    fn one_and_many() {
        let (records, rejected, _) = read_all(&FEED, TEMPLATE);
        assert_eq!(rejected.len(), 0);
        let thing = entries(&records)["thing-test"];
        assert_eq!((thing.name.as_str(), thing.text.as_str()), ("Thing - Test", "It is there.\n"));
        assert_eq!(thing.data["cves"], json!(["CVE-2099-0001", "CVE-2099-0002"]));
        assert_eq!(
            (&thing.data["severity"], &thing.data["tags"]),
            (&json!("high"), &json!(["cve", "thing"]))
        );
        let line = |content: &str| json!({"path": "a.yaml", "content": content}).to_string();
        let many = format!("{}\n{}\n{}\n", line(TEMPLATE), line("words\n"), line("id: x\ninfo: 7\n"));
        let (records, rejected, _) = read_all(&FEED, many);
        assert_eq!(entries(&records)["thing-test"].data["path"], json!("a.yaml"));
        assert_eq!(rejected.len(), 1);
        assert!(rejected[0].starts_with("line 3: a.yaml: "), "{rejected:?}");
    }
}
