//! CWE: classes of weaknesses, as the whole catalogue (XML), a view of it (CSV) or the REST API's answers (JSON).
//!
//! CWE never takes an id away, it deprecates it: so a file adds to what is held, whichever form it has.

use super::read::{data, each_document, give};
use super::recog::attribute;
use crate::detect::Head;
use crate::feed::{Entry, Feed, FeedError, Shape, Sink, Summary, Tells};
use crate::text::excerpt;
use quick_xml::events::Event;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;

pub(super) const FEED: Feed = Feed {
    id: "cwe",
    name: "CWE",
    about: "the names and meaning of classes of weaknesses",
    address: "https://cwe.mitre.org/data/xml/cwec_latest.xml.zip",
    parts: &[],
    licence: "LicenseRef-MITRE-CWE",
    docs: "https://cwe.mitre.org/data/downloads.html",
    tells: Tells::Catalogue,
    shape: Shape::Records,
    dated: false,
    fresh_days: 400,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.text().starts_with(b"<") && head.contains("<Weakness_Catalog")
        || head.has_column("CWE-ID") && head.has_column("Weakness Abstraction")
        || head.is_object() && head.has("Weaknesses") && head.contains("\"Abstraction\"")
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    match reader.fill_buf()?.iter().find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf)) {
        Some(b'<') => xml(reader, sink),
        Some(b'{' | b'[') => api(reader, sink),
        _ => csv(reader, sink),
    }
}

fn entry(number: &str, kind: &str, mut about: BTreeMap<&str, String>) -> Result<Entry, String> {
    let number = number.trim();
    if number.is_empty() || number.len() > 6 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("`{}` is no CWE number", excerpt(number)));
    }
    let mut take = |key: &str| about.remove(key).unwrap_or_default();
    let (name, text, status) = (take("Name"), take("Description"), take("Status"));
    Ok(Entry {
        id: format!("CWE-{number}"),
        name: words(&name),
        text: words(&text),
        data: data([
            ("kind", json!(kind)),
            ("abstraction", json!(take("Abstraction"))),
            ("parents", json!(take("Parents").split_whitespace().collect::<Vec<_>>())),
            ("deprecated", json!(status == "Deprecated")),
            ("status", json!(status)),
        ]),
    })
}

/// A text without the line breaks of its source.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn xml(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let failed = |error: quick_xml::Error| FeedError::Format(error.to_string());
    let mut xml = quick_xml::Reader::from_reader(reader);
    let mut buffer = Vec::new();
    let mut summary = Summary::default();
    // The entry at hand, with its kind; and the element of it that a text belongs to.
    let mut held: Option<(&str, String, BTreeMap<&str, String>)> = None;
    let (mut depth, mut in_text, mut ended) = (0_usize, 0_usize, false);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(failed)? {
            Event::Eof => break,
            event @ (Event::Start(_) | Event::Empty(_)) => {
                let opens = matches!(event, Event::Start(_));
                let (Event::Start(tag) | Event::Empty(tag)) = &event else { continue };
                depth += usize::from(opens);
                let attribute = |name| attribute(tag, name);
                match (tag.local_name().as_ref(), &mut held) {
                    ("Weakness_Catalog", _) => {
                        summary.as_of = attribute("Date").map(|day| day + "T00:00:00Z");
                    }
                    (name @ ("Weakness" | "Category" | "View"), None) if depth == 3 && opens => {
                        let kind = match name {
                            "Weakness" => "weakness",
                            "Category" => "category",
                            _ => "view",
                        };
                        let keys = ["Name", "Abstraction", "Status"];
                        let about = keys.into_iter().filter_map(|key| Some((key, attribute(key)?)));
                        held = Some((kind, attribute("ID").unwrap_or_default(), about.collect()));
                    }
                    ("Description" | "Summary" | "Objective", Some(_)) if depth == 4 && opens => {
                        in_text = depth;
                    }
                    ("Related_Weakness", Some((_, _, about)))
                        if attribute("Nature").as_deref() == Some("ChildOf") =>
                    {
                        let parent = format!(" CWE-{}", attribute("CWE_ID").unwrap_or_default());
                        let parents = about.entry("Parents").or_default();
                        if !parents.split(' ').any(|known| known == parent.trim()) {
                            parents.push_str(&parent);
                        }
                    }
                    _ => {}
                }
            }
            Event::Text(text) if in_text > 0 => {
                if let Some((_, _, about)) = &mut held {
                    about.entry("Description").or_default().push_str(&text);
                }
            }
            Event::GeneralRef(name) if in_text > 0 => {
                if let Some((_, _, about)) = &mut held {
                    let character = name.resolve_char_ref().ok().flatten();
                    let named = quick_xml::escape::resolve_predefined_entity(&name);
                    let text = about.entry("Description").or_default();
                    text.extend(character);
                    text.push_str(named.unwrap_or_default());
                }
            }
            Event::End(tag) => {
                if depth == in_text {
                    in_text = 0;
                }
                depth = depth.saturating_sub(1);
                ended |= tag.local_name().as_ref() == "Weakness_Catalog";
                if depth == 2
                    && let Some((kind, number, about)) = held.take()
                {
                    let entry = entry(&number, kind, about);
                    if give(entry, sink, || format!("{kind} {}", excerpt(&number))).is_break() {
                        return Ok(summary);
                    }
                }
            }
            _ => {}
        }
    }
    if !ended {
        summary.incomplete.push("the file ends within the catalogue".to_owned());
    }
    Ok(summary)
}

fn csv(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
    let names = rows.headers().map_err(|error| FeedError::Format(error.to_string()))?.clone();
    for (number, row) in rows.records().enumerate() {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.is_io_error() => return Err(FeedError::Io(error.into())),
            Err(error) => {
                sink.reject(format!("row {}", number + 1), error.to_string());
                continue;
            }
        };
        let cell = |name: &str| {
            let place = names.iter().position(|known| known.trim_start_matches('\u{feff}') == name);
            place.and_then(|place| row.get(place)).unwrap_or_default()
        };
        // `::NATURE:ChildOf:CWE ID:74:VIEW ID:1000:ORDINAL:Primary::`
        let related = cell("Related Weaknesses").split("::").filter_map(|one| {
            let number = one.strip_prefix("NATURE:ChildOf:CWE ID:")?.split(':').next()?;
            Some(format!("CWE-{number}"))
        });
        let mut parents: Vec<String> = related.collect();
        parents.dedup();
        let about = BTreeMap::from([
            ("Name", cell("Name").to_owned()),
            ("Description", cell("Description").to_owned()),
            ("Abstraction", cell("Weakness Abstraction").to_owned()),
            ("Status", cell("Status").to_owned()),
            ("Parents", parents.join(" ")),
        ]);
        let entry = entry(cell("CWE-ID"), "weakness", about);
        if give(entry, sink, || format!("row {}", number + 1)).is_break() {
            break;
        }
    }
    Ok(Summary::default())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    weaknesses: Vec<Weakness>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Weakness {
    #[serde(rename = "ID")]
    id: String,
    name: String,
    #[serde(default)]
    abstraction: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    related_weaknesses: Vec<Related>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Related {
    #[serde(default)]
    nature: String,
    #[serde(rename = "CweID", default)]
    cwe_id: String,
}

fn api(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let incomplete = each_document(reader, sink, |bytes, sink| {
        let answer: Answer = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        for weakness in answer.weaknesses {
            let parents = weakness.related_weaknesses.iter().filter(|one| one.nature == "ChildOf");
            let mut parents: Vec<_> = parents.map(|one| format!("CWE-{}", one.cwe_id)).collect();
            parents.dedup();
            let about = BTreeMap::from([
                ("Name", weakness.name),
                ("Description", weakness.description),
                ("Abstraction", weakness.abstraction),
                ("Status", weakness.status),
                ("Parents", parents.join(" ")),
            ]);
            let entry = entry(&weakness.id, "weakness", about);
            if give(entry, sink, || "Weaknesses".to_owned()).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Summary { incomplete, ..Summary::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{entries, read_all};

    const XML: &str = r#"<?xml version="1.0"?><Weakness_Catalog Name="CWE" Version="4.99" Date="2099-01-02" xmlns="http://cwe.mitre.org/cwe-7">
        <Weaknesses><Weakness ID="79" Name="Bad &amp; Output" Abstraction="Base" Structure="Simple" Status="Stable">
        <Description>It does not
           neutralize &lt;input&gt;.</Description><Related_Weaknesses><Related_Weakness Nature="ChildOf" CWE_ID="74" View_ID="1000"/>
        <Related_Weakness Nature="ChildOf" CWE_ID="74" View_ID="1003"/><Related_Weakness Nature="PeerOf" CWE_ID="352" View_ID="1000"/></Related_Weaknesses>
        <Observed_Examples><Observed_Example><Reference>x</Reference><Description>not this</Description></Observed_Example></Observed_Examples></Weakness>
        <Weakness ID="x" Name="n"></Weakness></Weaknesses>
        <Categories><Category ID="16" Name="Configuration" Status="Deprecated"><Summary>Old.</Summary></Category></Categories></Weakness_Catalog>"#;

    #[test]
    fn the_catalogue() {
        let (records, rejected, summary) = read_all(&FEED, XML);
        assert_eq!(rejected, ["weakness x: `x` is no CWE number"]);
        assert_eq!((summary.as_of.as_deref(), summary.incomplete.len()), (Some("2099-01-02T00:00:00Z"), 0));
        let found = entries(&records);
        let output = found["CWE-79"];
        assert_eq!(
            (output.name.as_str(), output.text.as_str()),
            ("Bad & Output", "It does not neutralize <input>.")
        );
        assert_eq!(
            (&output.data["parents"], &output.data["abstraction"]),
            (&json!(["CWE-74"]), &json!("Base"))
        );
        assert_eq!(found["CWE-16"].data["deprecated"], json!(true));
        let cut = &XML[..XML.len() - "</Categories></Weakness_Catalog>".len()];
        assert_eq!(read_all(&FEED, cut).2.incomplete, ["the file ends within the catalogue"]);
    }

    #[test]
    fn a_view_and_an_answer() {
        let text = "CWE-ID,Name,Weakness Abstraction,Status,Description,Extended Description,Related Weaknesses,\n\
             79,Bad Output,Base,Stable,Text,,::NATURE:ChildOf:CWE ID:74:VIEW ID:1000:ORDINAL:Primary::,\nx,,,,,,,\n";
        let (records, rejected, _) = read_all(&FEED, text);
        assert_eq!(
            (entries(&records)["CWE-79"].data["parents"].clone(), rejected.len()),
            (json!(["CWE-74"]), 1)
        );
        let text = r#"{"Weaknesses":[{"ID":"79","Name":"Bad Output","Abstraction":"Base","Status":"Stable","Description":"Text","RelatedWeaknesses":[{"Nature":"ChildOf","CweID":"74","ViewID":"1000"}]}]}"#;
        let (records, ..) = read_all(&FEED, text);
        assert_eq!(entries(&records)["CWE-79"].name, "Bad Output");
    }
}
