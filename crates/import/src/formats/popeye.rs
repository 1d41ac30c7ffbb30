//! Popeye JSON (`popeye -o json`), with sanitizers (old) or sections: one finding an issue of a Kubernetes resource that is
//! worth a note, a warning or an error.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{assets, dates, out::Out, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "popeye",
    name: "Popeye",
    summary: "JSON: issues of the resources of a Kubernetes cluster",
    extensions: &["json"],
    docs: "https://popeyecli.io/",
    tool: "popeye",
    sniff: |head| Sniff::when(head.keys().has("popeye")),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &[
        "ClusterName",
        "popeye/report_time",
        "popeye/sanitizers/gvr",
        "popeye/sections/gvr",
        "popeye/sanitizers/sanitizer",
        "popeye/sections/linter",
    ],
    lists: &["popeye/sanitizers/issues/*", "popeye/sections/issues/*"],
    ..Layout::of(&FORMAT)
};

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let message = record.text("message");
    let severity = match record.number("level") {
        Some(0.0) => return Ok(()),
        Some(1.0) => Severity::Info,
        Some(2.0) => Severity::Low,
        Some(3.0) => Severity::High,
        _ => return Err("no level".into()),
    };
    // `[POP-106] No resources requests/limits defined`
    let (code, words) = message
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .map_or(("", &*message), |(code, words)| (code, words.trim()));
    let rule = if code.is_empty() { words } else { code };
    if rule.is_empty() {
        return Err("no message".into());
    }
    let kinds =
        ["popeye/sections/linter", "popeye/sanitizers/sanitizer"].map(|path| record.head(path).text(""));
    let kind = kinds.into_iter().find(|kind| !kind.is_empty()).unwrap_or_default();
    let cluster = record.head("ClusterName").text("");
    let parts = [&*cluster, &*kind, record.key]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/");
    let asset = assets::named(AssetKind::CloudResource, &parts)
        .unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    let group = record.text("group");
    let locus = if group.is_empty() || group == "__root__" {
        Locus::Whole
    } else {
        Locus::named("container", &text::name(&group))
    };
    let weakness = WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() };
    let finding = Finding {
        evidence: text::body(&format!("{kind} {}: {message}", record.key)),
        raw_id: Some(text::name(rule)),
        seen_at: dates::date(&record.head("popeye/report_time").text("")),
        ..Finding::new(text::title(words, rule), severity, weakness, asset, locus)
    };
    record.tell(finding, out)
}
