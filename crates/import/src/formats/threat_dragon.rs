//! OWASP Threat Dragon models, versions 1 and 2: the threats of the elements of data flow diagrams.
//!
//! A threat is on the element of the modelled application that it was noted at. Mitigated threats and those of elements out of scope
//! carry that word.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{assets, ids, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "threat_dragon",
    name: "OWASP Threat Dragon",
    summary: "threat models of versions 1 and 2",
    extensions: &["json"],
    docs: "https://www.threatdragon.com/docs/",
    tool: "threat-dragon",
    sniff: |head| Sniff::when(head.object().has("summary") && head.object().holds("detail", "\"diagrams\"")),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version", "summary"],
    lists: &["detail/diagrams"],
    ..Layout::of(&FORMAT)
};

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let title = record.head("summary").text("title");
    let app = assets::named(AssetKind::Application, &title).filter(|_| options.asset.is_none());
    let app = app.unwrap_or_else(|| options.asset_or(AssetKind::Application));
    let elements = record.items("cells").iter().chain(record.items("diagramJson/cells"));
    for element in elements {
        // Version 2 keeps what an element is in `data`, version 1 in the element.
        let about: &Value<'_> = if element.at("data").is_object() { element.at("data") } else { element };
        let name = about.first(&["name", "labels/0/attrs/text/text"]);
        let name = if name.is_empty() { element.first(&["attrs/text/text", "id"]) } else { name };
        let spared = about.is_true("outOfScope");
        for threat in record.items_of(about, "threats") {
            let (title, kind) = (threat.text("title"), threat.text("type"));
            let id = threat.first(&["id", "threatId", "number", "title"]);
            if id.is_empty() {
                return Err("a threat without id and title".into());
            }
            let status = threat.text("status");
            let settled = ["Mitigated", "NA", "N/A", "NotApplicable"].contains(&&*status);
            let state =
                if settled { Some(status.to_lowercase()) } else { spared.then(|| "out of scope".to_owned()) };
            let weakness = WeaknessSeen { rule: text::name(&id), ..WeaknessSeen::default() };
            let finding = Finding {
                description: text::paragraphs([&*threat.text("description")]),
                fix: text::body(&threat.text("mitigation")),
                raw_id: text::some(&id),
                tags: [&*kind, &*threat.text("modelType")].iter().filter_map(|tag| text::some(tag)).collect(),
                suppressed: state,
                ..Finding::new(
                    text::title(&title, &kind),
                    ids::severity(&threat.text("severity")),
                    weakness,
                    app.clone(),
                    Locus::named("element", &text::name(&name)),
                )
            };
            record.tell_alone(finding, out)?;
        }
    }
    Ok(())
}
