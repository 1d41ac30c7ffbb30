//! CAPEC: patterns of attacks, with the weaknesses they use, in STIX 2.1.

use super::attack::objects;
use super::read::data;
use crate::detect::Head;
use crate::feed::{Entry, Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "capec",
    name: "CAPEC",
    about: "patterns of attacks, with the classes of weaknesses that they use",
    address: "https://raw.githubusercontent.com/mitre/cti/master/capec/2.1/stix-capec.json",
    parts: &[],
    licence: "LicenseRef-MITRE-CAPEC",
    docs: "https://github.com/mitre/cti/blob/master/USAGE-CAPEC.md",
    tells: Tells::Catalogue,
    shape: Shape::Whole,
    dated: true,
    fresh_days: 1500,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.value("type") == Some(b"bundle") && head.has("objects") && head.contains("x_capec_")
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut as_of: Option<String> = None;
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    objects(reader, sink, |object| {
        as_of = as_of.take().max(object.modified.as_deref().and_then(crate::text::rfc3339));
        let ids = |source: &str| {
            let of = object.external_references.iter().filter(|one| one.source_name == source);
            of.map(|one| one.external_id.clone()).collect::<Vec<_>>()
        };
        let Some(id) = ids("capec").into_iter().next().filter(|_| object.kind == "attack-pattern") else {
            return Ok(());
        };
        let status = object.x_capec_status;
        let data = data([
            ("cwes", json!(ids("cwe"))),
            ("techniques", json!(ids("ATTACK"))),
            ("abstraction", object.x_capec_abstraction),
            ("likelihood", object.x_capec_likelihood_of_attack),
            ("severity", object.x_capec_typical_severity),
            ("deprecated", json!(status == "Deprecated" || object.name.starts_with("DEPRECATED"))),
            ("status", status),
        ]);
        entries.insert(id.clone(), Entry { id, name: object.name, text: object.description, data });
        Ok(())
    })?;
    for entry in entries.into_values() {
        if sink.record(Record::Entry(Box::new(entry))).is_break() {
            break;
        }
    }
    Ok(Summary { as_of, ..Summary::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{entries, read_all};

    #[test]
    fn patterns() {
        let (records, rejected, summary) = read_all(
            &FEED,
            r#"{"type":"bundle","id":"bundle--1","objects":[
            {"type":"attack-pattern","id":"a--1","spec_version":"2.1","name":"Flood","description":"d","modified":"2099-01-02T00:00:00Z",
             "x_capec_abstraction":"Standard","x_capec_status":"Draft","x_capec_typical_severity":"High",
             "external_references":[{"source_name":"capec","external_id":"CAPEC-1"},{"source_name":"cwe","external_id":"CWE-770"},
             {"source_name":"ATTACK","external_id":"T1498.001"}]},
            {"type":"course-of-action","id":"c--1","name":"coa-1-0","external_references":[{"source_name":"capec","external_id":"CAPEC-1"}]}]}"#,
        );
        assert_eq!((records.len(), rejected.len()), (1, 0));
        assert_eq!(summary.as_of.as_deref(), Some("2099-01-02T00:00:00Z"));
        let flood = &entries(&records)["CAPEC-1"];
        assert_eq!(flood.name, "Flood");
        assert_eq!(flood.data["cwes"], json!(["CWE-770"]));
        assert_eq!(flood.data["techniques"], json!(["T1498.001"]));
        assert!(!flood.data.contains_key("deprecated"));
    }
}
