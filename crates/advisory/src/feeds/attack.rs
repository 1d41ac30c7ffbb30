//! MITRE ATT&CK: tactics, techniques, groups, software, mitigations and detections, in STIX 2.0 or 2.1.
//!
//! A file is one domain. Where several objects go by one id (mitigations of before 2019 bear the ids of techniques), the
//! technique counts, and what stands before what is deprecated.

use super::read::{broken, data};
use crate::detect::Head;
use crate::feed::{Entry, Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::json::{Member, members};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "attack",
    name: "MITRE ATT&CK",
    about: "how attackers act: tactics, techniques, groups, software, mitigations",
    address: "https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master/{}.json",
    parts: &["enterprise-attack/enterprise-attack", "mobile-attack/mobile-attack", "ics-attack/ics-attack"],
    licence: "LicenseRef-MITRE-ATTACK",
    docs: "https://github.com/mitre-attack/attack-stix-data/blob/master/USAGE.md",
    tells: Tells::Catalogue,
    shape: Shape::Parts,
    dated: true,
    fresh_days: 400,
    sniff,
    read,
};

/// Under which names ATT&CK's ids stand among an object's references.
const SOURCES: [&str; 3] = ["mitre-attack", "mitre-mobile-attack", "mitre-ics-attack"];

fn sniff(head: &Head<'_>) -> bool {
    head.value("type") == Some(b"bundle")
        && head.has("objects")
        && !head.contains("x_capec_")
        && (head.contains("mitre-attack") || head.contains("x_mitre_"))
}

/// A STIX object, as far as ATT&CK and CAPEC use it.
#[derive(Deserialize)]
pub(super) struct Object {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) modified: Option<String>,
    #[serde(default)]
    pub(super) external_references: Vec<Reference>,
    #[serde(default)]
    revoked: bool,
    #[serde(default)]
    x_mitre_deprecated: bool,
    #[serde(default)]
    kill_chain_phases: Vec<Phase>,
    #[serde(default)]
    x_mitre_platforms: Vec<String>,
    #[serde(default)]
    x_mitre_is_subtechnique: bool,
    #[serde(default)]
    x_mitre_shortname: String,
    #[serde(default)]
    relationship_type: String,
    #[serde(default)]
    source_ref: String,
    #[serde(default)]
    target_ref: String,
    #[serde(default)]
    pub(super) x_capec_abstraction: Value,
    #[serde(default)]
    pub(super) x_capec_likelihood_of_attack: Value,
    #[serde(default)]
    pub(super) x_capec_typical_severity: Value,
    #[serde(default)]
    pub(super) x_capec_status: Value,
}

#[derive(Deserialize)]
pub(super) struct Reference {
    #[serde(default)]
    pub(super) source_name: String,
    #[serde(default)]
    pub(super) external_id: String,
    #[serde(default)]
    pub(super) url: String,
}

#[derive(Deserialize)]
struct Phase {
    #[serde(default)]
    kill_chain_name: String,
    #[serde(default)]
    phase_name: String,
}

/// An object on its way to an entry.
struct Held {
    stix: String,
    technique: bool,
    stands: bool,
    entry: Entry,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut held: Vec<Held> = Vec::new();
    let mut revoked_by: HashMap<String, String> = HashMap::new();
    let mut domains: BTreeMap<String, usize> = BTreeMap::new();
    let mut as_of: Option<String> = None;
    objects(reader, sink, |object| {
        as_of = as_of.take().max(object.modified.as_deref().and_then(crate::text::rfc3339));
        if object.relationship_type == "revoked-by" {
            revoked_by.insert(object.source_ref, object.target_ref);
            return Ok(());
        }
        for phase in &object.kill_chain_phases {
            *domains.entry(phase.kill_chain_name.clone()).or_default() += 1;
        }
        held.extend(hold(object));
        Ok(())
    })?;
    let domain =
        domains.into_iter().filter(|(name, _)| SOURCES.contains(&name.as_str())).max_by_key(|(_, n)| *n);
    let Some((domain, _)) = domain else {
        return Err(FeedError::Format("no technique in it says of which domain it is".to_owned()));
    };
    let part = match domain.as_str() {
        "mitre-mobile-attack" => "mobile",
        "mitre-ics-attack" => "ics",
        _ => "enterprise",
    };
    let ids: HashMap<String, String> =
        held.iter().map(|held| (held.stix.clone(), held.entry.id.clone())).collect();
    // Of several with one id: a technique, then what stands, then the first.
    held.sort_by_key(|held| (!held.technique, !held.stands));
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for Held { stix, mut entry, .. } in held {
        if let Some(heir) = heir(&stix, &revoked_by).and_then(|heir| ids.get(heir)) {
            entry.data.insert("revoked_by".to_owned(), json!(heir));
        }
        entry.data.insert("domain".to_owned(), json!(part));
        entries.entry(entry.id.clone()).or_insert(entry);
    }
    for entry in entries.into_values() {
        if sink.record(Record::Entry(Box::new(entry))).is_break() {
            break;
        }
    }
    Ok(Summary { as_of, part: part.to_owned(), ..Summary::default() })
}

/// Hands every object of a bundle to `each`. One that does not read costs itself.
pub(super) fn objects(
    reader: &mut dyn BufRead,
    sink: &mut dyn Sink,
    mut each: impl FnMut(Object) -> Result<(), String>,
) -> Result<(), FeedError> {
    let mut members = members(reader);
    let (mut number, mut ended) = (0_usize, false);
    while let Some(member) = members.next() {
        match member.map_err(broken)? {
            Member::Item("objects", item) => {
                number += 1;
                let object = serde_json::from_slice(item).map_err(|error| error.to_string());
                if let Err(error) = object.and_then(&mut each) {
                    sink.reject(format!("object {number}"), error);
                }
            }
            Member::End if ended => {
                return Err(FeedError::Format("it holds more than one bundle".to_owned()));
            }
            Member::End => ended = true,
            _ => {}
        }
    }
    Ok(())
}

/// What replaces a revoked object in the end. Those that replace each other in a circle have no heir.
fn heir<'a>(stix: &str, revoked_by: &'a HashMap<String, String>) -> Option<&'a str> {
    let mut heir = revoked_by.get(stix)?;
    for _ in 0..revoked_by.len() {
        match revoked_by.get(heir) {
            Some(next) => heir = next,
            None => return Some(heir),
        }
    }
    None
}

fn hold(object: Object) -> Option<Held> {
    let reference =
        object.external_references.iter().find(|one| SOURCES.contains(&one.source_name.as_str()))?;
    if reference.external_id.is_empty() || object.name.is_empty() {
        return None;
    }
    let technique = object.kind == "attack-pattern";
    let parent = reference.external_id.split_once('.').filter(|_| object.x_mitre_is_subtechnique);
    let tactics: Vec<_> = object.kill_chain_phases.iter().map(|phase| phase.phase_name.as_str()).collect();
    let entry = Entry {
        id: reference.external_id.clone(),
        name: object.name,
        text: object.description,
        data: data([
            ("kind", json!(kind(&object.kind))),
            ("tactics", json!(tactics)),
            ("shortname", json!(object.x_mitre_shortname)),
            ("platforms", json!(object.x_mitre_platforms)),
            ("parent", json!(parent.map(|(parent, _)| parent))),
            ("url", json!(reference.url)),
            ("revoked", json!(object.revoked)),
            ("deprecated", json!(object.x_mitre_deprecated)),
        ]),
    };
    Some(Held { stix: object.id, technique, stands: !object.revoked && !object.x_mitre_deprecated, entry })
}

/// ATT&CK's own word for a type of STIX object.
fn kind(stix: &str) -> &str {
    match stix {
        "attack-pattern" => "technique",
        "intrusion-set" => "group",
        "course-of-action" => "mitigation",
        other => other.strip_prefix("x-mitre-").unwrap_or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{entries, read_all, refusal};

    const BUNDLE: &str = r#"{"type":"bundle","id":"bundle--1","spec_version":"2.0","objects":[
        {"type":"attack-pattern","id":"a--1","name":"Run","description":"d","modified":"2099-01-02T00:00:00.000Z",
         "external_references":[{"source_name":"other","external_id":"X"},{"source_name":"mitre-attack","external_id":"T1000","url":"https://example.org"}],
         "kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"execution"}],"x_mitre_platforms":["Linux"]},
        {"type":"attack-pattern","id":"a--2","name":"Run Shell","x_mitre_is_subtechnique":true,
         "external_references":[{"source_name":"mitre-attack","external_id":"T1000.001"}]},
        {"type":"attack-pattern","id":"a--3","name":"Old","revoked":true,"external_references":[{"source_name":"mitre-attack","external_id":"T0900"}]},
        {"type":"attack-pattern","id":"a--4","name":"Older","revoked":true,"external_references":[{"source_name":"mitre-attack","external_id":"T0800"}]},
        {"type":"course-of-action","id":"c--1","name":"Run Mitigation","x_mitre_deprecated":true,"external_references":[{"source_name":"mitre-attack","external_id":"T1000"}]},
        {"type":"relationship","id":"r--1","relationship_type":"revoked-by","source_ref":"a--3","target_ref":"a--1"},
        {"type":"relationship","id":"r--2","relationship_type":"revoked-by","source_ref":"a--4","target_ref":"a--3"},
        {"type":"identity","id":"i--1","name":"MITRE"},{"type":5}]}"#;

    #[test]
    fn a_domain() {
        let (records, rejected, summary) = read_all(&FEED, BUNDLE);
        assert_eq!((summary.part.as_str(), rejected.len()), ("enterprise", 1));
        assert_eq!(summary.as_of.as_deref(), Some("2099-01-02T00:00:00.000Z"));
        let found = entries(&records);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["T0800", "T0900", "T1000", "T1000.001"]);
        assert_eq!(found["T1000"].name, "Run");
        assert_eq!(found["T1000"].data["tactics"], json!(["execution"]));
        assert_eq!(found["T1000.001"].data["parent"], json!("T1000"));
        // Followed to what stands in the end.
        assert_eq!(found["T0800"].data["revoked_by"], json!("T1000"));
    }

    #[test]
    fn circles_end_and_cuts_are_refused() {
        let circle = BUNDLE.replace("\"a--3\",\"target_ref\":\"a--1\"", "\"a--3\",\"target_ref\":\"a--4\"");
        let (records, ..) = read_all(&FEED, circle);
        assert!(!entries(&records)["T0800"].data.contains_key("revoked_by"));
        assert_eq!(refusal(&FEED, &BUNDLE[..BUNDLE.len() - 2]), "the file ends within a record");
    }
}
