//! Dalfox JSON (`--format json`, `jsonl`): parameters in which scripts of strangers run (XSS), verified or only reflected.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Members, Tree};
use crate::common::{ids, out::Out, text, web};
use crate::format::{Format, Options, Sniff};
use bartizan_model::Finding;
use bartizan_model::observation::WeaknessSeen;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dalfox",
    name: "Dalfox",
    summary: "JSON: cross-site scripting by URL and parameter",
    extensions: &["json", "jsonl"],
    docs: "https://dalfox.hahwul.com/",
    tool: "dalfox",
    sniff: |head| Sniff::when(head.keys().has_all(&["inject_type", "poc_type"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    // The list ends with an object that says nothing.
    if record.as_object().is_some_and(Members::is_empty) {
        return Ok(());
    }
    let (url, parameter) = (record.text("data"), record.text("param"));
    if url.is_empty() {
        return Err("no data".into());
    }
    let (asset, locus) = web::spot(&url, &parameter, options);
    let kind = record.text("type");
    let confidence = match &*kind {
        "V" => "verified",
        "R" => "reflected",
        "G" => "pattern",
        _ => "",
    };
    let inject = record.text("inject_type");
    // A pattern in an answer (`G`) is another weakness than a script that runs.
    let rule = if kind == "G" { format!("grep:{inject}") } else { "xss".to_owned() };
    let mut weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, &record.text("cwe"));
    let message = record.text("message_str");
    let evidence = [
        ("URL", url.clone()),
        ("method", record.text("method")),
        ("injected in", inject),
        ("payload", record.text("payload")),
        ("found", record.text("evidence")),
    ];
    let finding = Finding {
        evidence: text::labelled(evidence.iter().map(|(key, value)| (*key, &**value))),
        confidence: confidence.to_owned(),
        ..Finding::new(
            text::title(&message, &format!("Cross-site scripting in {parameter}")),
            ids::severity(&record.text("severity")),
            weakness,
            asset,
            locus,
        )
    };
    record.tell(finding, out)
}
