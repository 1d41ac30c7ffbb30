//! Dockle JSON (`dockle -f json`): checkpoints of an image that are fatal, warn or inform. Skipped, passed and ignored ones are
//! left out.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{assets, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dockle",
    name: "Dockle",
    summary: "JSON: checkpoints of the CIS Docker benchmark and good practice that an image fails",
    extensions: &["json"],
    docs: "https://github.com/goodwithtech/dockle",
    tool: "dockle",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "dockle",
    tool: "dockle",
    version: ("", ""),
    heads: &["image", "summary"],
    lists: &["details"],
};

fn sniff(head: &Head<'_>) -> Sniff {
    let Some(keys) = head.keys() else { return Sniff::No };
    if keys.has("summary") && keys.has("details") && head.has("\"fatal\"") { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let code = record.text("code");
    if code.is_empty() {
        return Err("no code".into());
    }
    let severity = match &*record.text("level").to_uppercase() {
        "FATAL" => Severity::Critical,
        "WARN" => Severity::Medium,
        "INFO" => Severity::Low,
        _ => return Ok(()),
    };
    let image = assets::image(&record.head("image").text(""));
    let weakness = WeaknessSeen { rule: text::name(&code), ..WeaknessSeen::default() };
    let finding = Finding {
        evidence: paragraphs(record.texts("alerts")),
        raw_id: Some(text::name(&code)),
        references: text::links([format!(
            "https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md#{}",
            code.to_lowercase()
        )
        .as_str()]),
        ..Finding::new(
            text::title(&record.text("title"), &code),
            severity,
            weakness,
            image.unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage)),
            Locus::Whole,
        )
    };
    record.tell(finding, out)
}
