//! Dockle JSON (`dockle -f json`): checkpoints of an image that are fatal, warn or inform. Skipped, passed and ignored ones are
//! left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{assets, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dockle",
    name: "Dockle",
    summary: "JSON: checkpoints of the CIS Docker benchmark and good practice that an image fails",
    extensions: &["json"],
    docs: "https://github.com/goodwithtech/dockle",
    tool: "dockle",
    sniff: |head| Sniff::when(head.keys().has_all(&["summary", "details"]) && head.has("\"fatal\"")),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { heads: &["image", "summary"], lists: &["details"], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let code = record.text("code");
    if code.is_empty() {
        return Err("no code".into());
    }
    let severity = match &*record.text("level").to_uppercase() {
        "FATAL" => Severity::Critical,
        "WARN" => Severity::Medium,
        "INFO" => Severity::Low,
        "SKIP" | "PASS" | "IGNORE" => return Ok(()),
        word => return Err(Stop::unknown("level", word)),
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
