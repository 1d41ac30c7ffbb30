//! humble: the JSON of an analysis of HTTP headers.
//!
//! Missing, fingerprinting, deprecated, insecure and empty headers are findings on the web application; the rule is the kind and
//! the header. What it says of browsers and of enabled headers is none.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{self, Tree};
use crate::common::{dates, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "humble",
    name: "humble",
    summary: "JSON analysis of HTTP headers: missing, deprecated, insecure and empty ones",
    extensions: &["json"],
    docs: "https://github.com/rfc-st/humble",
    tool: "humble",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, analysis),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

/// How its sections begin, whatever their number, and what is thought of a header there.
const SECTIONS: [(&str, &str, Severity); 5] = [
    ("Missing", "missing", Severity::Medium),
    ("Fingerprint", "fingerprint", Severity::Low),
    ("Deprecated", "deprecated", Severity::Low),
    ("Insecure", "insecure", Severity::Medium),
    ("Empty", "empty", Severity::Low),
];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let names: Vec<_> = keys.names().collect();
    Sniff::when(
        names.iter().any(|name| name.starts_with("[0. Info"))
            || names.iter().any(|name| name.starts_with("[1. ") && name.contains("HTTP")),
    )
}

fn analysis(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let sections = record.as_object().ok_or("it is no object")?;
    let info = sections.iter().find(|(name, _)| name.contains("Info")).map(|(_, info)| info);
    let info = info.ok_or("it has no info")?;
    let (asset, locus) = web::spot(&info.text("URL"), "", options);
    let date = info.text("Date").replace(" - ", " ");
    out.summary.seen_at = dates::date(&date);
    for (section, content) in sections {
        let Some((_, kind, severity)) = SECTIONS.iter().find(|(begins, ..)| section.contains(begins)) else {
            continue;
        };
        let all = content.as_array().ok_or("a section that is no list")?;
        for said in all.iter().map(tree::plain) {
            if said.is_empty() {
                out.reject(record.at.clone(), "a section that holds what is no text");
                continue;
            }
            if said.starts_with("Nothing to report") {
                continue;
            }
            let header = said.split(['(', ':']).next().unwrap_or_default().trim();
            let rule = format!("{kind}:{}", text::name(header).to_lowercase());
            let weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
            let finding = Finding {
                description: text::body(section.trim_matches(['[', ']'])),
                seen_at: out.summary.seen_at,
                ..Finding::new(
                    text::title(&format!("{kind} header: {said}"), kind),
                    *severity,
                    weakness,
                    asset.clone(),
                    locus.clone(),
                )
            };
            out.finding(&record.at, finding, None)?;
        }
    }
    Ok(())
}
