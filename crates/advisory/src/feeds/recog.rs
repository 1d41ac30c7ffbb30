//! Recog: fingerprints of services, operating systems and hardware by what they say of themselves.
//!
//! A file is the fingerprints for one kind of text (a banner, a header). Not every file says for which, so a fingerprint
//! goes by that (or its protocol) and a digest of its pattern.

use super::read::data;
use crate::detect::Head;
use crate::feed::{Entry, Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value, json};
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "recog",
    name: "Recog",
    about: "fingerprints of services, operating systems and hardware",
    address: "https://github.com/rapid7/recog/archive/refs/heads/main.zip",
    parts: &[],
    licence: "BSD-2-Clause",
    docs: "https://github.com/rapid7/recog#readme",
    tells: Tells::Catalogue,
    shape: Shape::Records,
    dated: false,
    fresh_days: 400,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.text().starts_with(b"<") && head.contains("<fingerprints ") && head.contains("<fingerprint ")
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let failed = |error: quick_xml::Error| FeedError::Format(error.to_string());
    let mut xml = quick_xml::Reader::from_reader(reader);
    let mut buffer = Vec::new();
    let mut summary = Summary::default();
    let (mut about, mut kind) = (Map::new(), String::new());
    let mut held: Option<(Entry, Vec<Value>)> = None;
    let (mut number, mut in_name, mut ended) = (0_usize, false, false);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(failed)? {
            Event::Eof => break,
            event @ (Event::Start(_) | Event::Empty(_)) => {
                let opens = matches!(event, Event::Start(_));
                let (Event::Start(tag) | Event::Empty(tag)) = &event else { continue };
                match (tag.local_name().as_ref(), &mut held) {
                    ("fingerprints", _) => {
                        let keys = ["matches", "protocol", "database_type", "preference"];
                        about = data(keys.map(|key| (key, json!(attribute(tag, key)))));
                        let known =
                            ["matches", "protocol", "database_type"].iter().find_map(|key| about.get(*key));
                        kind = known.and_then(Value::as_str).unwrap_or("any").to_owned();
                    }
                    ("fingerprint", _) => {
                        number += 1;
                        let pattern = attribute(tag, "pattern").unwrap_or_default();
                        let digest = blake3::hash(pattern.as_bytes()).to_hex();
                        let mut entry = Entry {
                            id: format!("{kind}/{}", digest.get(..16).unwrap_or_default()),
                            text: pattern,
                            data: about.clone(),
                            ..Entry::default()
                        };
                        entry.data.extend(data(
                            ["flags", "certainty"].map(|key| (key, json!(attribute(tag, key)))),
                        ));
                        held = Some((entry, Vec::new()));
                    }
                    ("description", Some(_)) => in_name = opens,
                    ("param", Some((_, params))) => {
                        let keys = ["pos", "name", "value"];
                        params.push(Value::Object(data(keys.map(|key| (key, json!(attribute(tag, key)))))));
                    }
                    _ => {}
                }
            }
            Event::Text(text) if in_name => {
                if let Some((entry, _)) = &mut held {
                    entry.name.push_str(&text);
                }
            }
            Event::GeneralRef(name) if in_name => {
                if let Some((entry, _)) = &mut held {
                    entry.name.extend(name.resolve_char_ref().ok().flatten());
                    entry
                        .name
                        .push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default());
                }
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "description" => in_name = false,
                "fingerprint" => {
                    let Some((mut entry, params)) = held.take() else { continue };
                    if entry.text.is_empty() {
                        sink.reject(format!("fingerprint {number}"), "it has no pattern".to_owned());
                        continue;
                    }
                    entry.name = entry.name.split_whitespace().collect::<Vec<_>>().join(" ");
                    entry.data.extend(data([("params", Value::Array(params))]));
                    if sink.record(Record::Entry(Box::new(entry))).is_break() {
                        return Ok(summary);
                    }
                }
                "fingerprints" => ended = true,
                _ => {}
            },
            _ => {}
        }
    }
    if !ended {
        summary.incomplete.push("the file ends within the fingerprints".to_owned());
    }
    Ok(summary)
}

pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok().flatten()?;
    let text = attribute.value;
    Some(quick_xml::escape::unescape(&text).map_or_else(|_| text.to_string(), std::borrow::Cow::into_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{entries, read_all};

    const XML: &str = r#"<?xml version='1.0'?><fingerprints matches="ssh.banner" protocol="ssh" database_type="service" preference="0.90">
        <!-- a comment --><fingerprint pattern="^Thing_([\d.]+) &amp; more$" flags="REG_ICASE"><description>Thing &lt;SSH&gt;
        server</description><example service.version="1.0">Thing_1.0</example>
        <param pos="0" name="service.vendor" value="Acme"/><param pos="1" name="service.version"/></fingerprint>
        <fingerprint><description>none</description></fingerprint></fingerprints>"#;

    #[test]
    fn a_database() {
        let (records, rejected, summary) =
            read_all(&FEED, XML.replace("<fingerprint>", "<fingerprint x=''>"));
        assert_eq!(
            (summary.incomplete.len(), rejected),
            (0, vec!["fingerprint 2: it has no pattern".to_owned()])
        );
        let found = entries(&records);
        let (id, thing) = found.first_key_value().unwrap();
        assert!(id.starts_with("ssh.banner/") && id.len() == 27, "{id}");
        assert_eq!(
            (thing.name.as_str(), thing.text.as_str()),
            ("Thing <SSH> server", "^Thing_([\\d.]+) & more$")
        );
        assert_eq!(thing.data["params"][0], json!({"pos":"0","name":"service.vendor","value":"Acme"}));
        assert_eq!((&thing.data["flags"], &thing.data["protocol"]), (&json!("REG_ICASE"), &json!("ssh")));
        let cut = &XML[..XML.len() - "</fingerprints>".len()];
        assert_eq!(read_all(&FEED, cut).2.incomplete, ["the file ends within the fingerprints"]);
    }
}
