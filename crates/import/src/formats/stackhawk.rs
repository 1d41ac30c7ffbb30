//! StackHawk: the JSON of the scan webhook (`scanCompleted`).
//!
//! One finding per path of a finding, on the web application of its host. A path that was triaged as false positive or accepted
//! says so.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{dates, ids, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::Finding;
use bartizan_model::observation::WeaknessSeen;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "stackhawk",
    name: "StackHawk",
    summary: "scan webhook JSON: findings by path with their triage",
    extensions: &["json"],
    docs: "https://docs.stackhawk.com/workflow-integrations/webhook.html",
    tool: "stackhawk",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, finding),
};

static LAYOUT: Layout = Layout {
    version: ("scanCompleted/scan", "hawkscanVersion"),
    heads: &["scanCompleted/scan"],
    lists: &["scanCompleted/findings"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("scanCompleted") || keys.text("service") == Some("StackHawk"))
}

fn finding(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = text::some(&record.text("pluginId")).ok_or("no pluginId")?;
    let scan = record.head("scanCompleted/scan");
    let paths: Vec<_> = match record.items("paths") {
        [] => vec![&Value::Null],
        paths => paths.iter().collect(),
    };
    for path in paths {
        let weakness = WeaknessSeen { rule: rule.clone(), ..WeaknessSeen::default() };
        let url = format!("{}{}", record.text("host"), path.text("path"));
        let (asset, locus) = web::spot(&url, "", options);
        let suppressed = match &*path.text("status") {
            "FALSE_POSITIVE" => Some("false positive".to_owned()),
            "RISK_ACCEPTED" => Some("risk accepted".to_owned()),
            _ => None,
        };
        let links = [path.text("pathURL"), record.text("findingURL")];
        let method = path.text("method");
        let finding = Finding {
            component_name: text::name(&scan.text("application")),
            component_version: text::name(&scan.text("env")),
            evidence: text::labelled([("URL", url.as_str()), ("method", &*method)]),
            raw_id: Some(rule.clone()),
            seen_at: dates::date(&scan.text("startedTimestamp")),
            tags: text::some(&record.text("category")).into_iter().collect(),
            references: text::links(links.iter().map(|link| &**link)),
            suppressed,
            ..Finding::new(
                text::title(&record.text("pluginName"), &rule),
                ids::severity(&record.text("severity")),
                weakness,
                asset,
                locus,
            )
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
