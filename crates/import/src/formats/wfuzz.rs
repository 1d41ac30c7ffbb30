//! wfuzz JSON (`wfuzz -o json`, `-f FILE,json`): answers to requests with payloads put in.
//!
//! An answer that no filter hid is an informational finding on its web application, as a path that was found.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "wfuzz",
    name: "wfuzz",
    summary: "JSON: answers of a web application to payloads, with status and size",
    extensions: &["json"],
    docs: "https://wfuzz.readthedocs.io/",
    tool: "wfuzz",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, answer),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let marks = ["chars", "words", "lines", "payload", "code", "url"];
    let keys = head.keys();
    Sniff::when(keys.has_all(&marks))
}

fn answer(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (url, code) = (record.text("url"), record.text("code"));
    if url.is_empty() || code.is_empty() {
        return Err("no url or no code".into());
    }
    let (asset, locus) = web::spot(&url, "", options);
    let weakness = WeaknessSeen { rule: "path-found".into(), ..WeaknessSeen::default() };
    let texts =
        ["method", "payload", "post_data", "chars", "location", "server"].map(|key| (key, record.text(key)));
    let told = [("URL", &*url), ("status", &*code)].into_iter();
    let finding = Finding {
        evidence: text::labelled(told.chain(texts.iter().map(|(key, value)| (*key, &**value)))),
        ..Finding::new(
            text::title(&format!("{url} is there (status {code})"), ""),
            Severity::Info,
            weakness,
            asset,
            locus,
        )
    };
    record.tell(finding, out)
}
