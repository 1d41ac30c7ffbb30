//! drHEADer JSON (`drheader scan single --json`, and of many sites with `bulk`): headers of HTTP answers that break its rules.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, Value};
use crate::common::{head, ids, out::Out, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::Finding;
use bartizan_model::observation::WeaknessSeen;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "drheader",
    name: "drHEADer",
    summary: "JSON: HTTP headers that are missing or insecure",
    extensions: &["json"],
    docs: "https://github.com/Santandersecurityresearch/DrHeader",
    tool: "drheader",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    const SAID: [&str; 8] =
        ["rule", "message", "severity", "value", "expected", "avoid", "delimiter", "anomalies"];
    let keys = head.listed();
    let single = keys.has_all(&SAID[..3]) && keys.names().all(|key| SAID.contains(&key));
    let bulk = keys.has("url")
        && keys
            .value("report")
            .is_some_and(|it| SAID[..3].iter().all(|key| head::has(it, &format!("\"{key}\""))))
        && keys.names().all(|key| ["url", "report"].contains(&key));
    Sniff::when(single || bulk)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if !record.at("report").is_array() {
        return found(record, record, "", options, out);
    }
    let url = record.text("url");
    record.items("report").iter().try_for_each(|it| found(record, it, &url, options, out))
}

fn found(record: &Record<'_>, it: &Value<'_>, url: &str, options: &Options, out: &mut Out<'_>) -> Told {
    // `Cookie - session - HttpOnly`: the cookie is a part of the place.
    let (header, message) = (it.text("rule"), it.text("message"));
    if header.is_empty() || message.is_empty() {
        return Err("no rule or no message".into());
    }
    let (asset, locus) = web::spot(url, &header, options);
    let lists = ["expected", "avoid", "anomalies"].map(|key| (key, it.texts(key).join(", ")));
    let value = it.text("value");
    let said = lists.iter().map(|(key, value)| (*key, value.as_str())).chain([("value", &*value)]);
    let weakness = WeaknessSeen {
        rule: text::name(&format!("{header}: {message}")).to_lowercase(),
        ..WeaknessSeen::default()
    };
    let finding = Finding {
        evidence: text::labelled(said),
        ..Finding::new(
            text::title(&format!("{header}: {message}"), ""),
            ids::severity(&it.text("severity")),
            weakness,
            asset,
            locus,
        )
    };
    record.tell(finding, out)
}
