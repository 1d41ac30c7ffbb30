//! PVS-Studio JSON (`plog-converter -t json`): warnings about C, C++, C# and Java code.
//!
//! PVS-Studio's navigation hashes (of the line and those around it) are the anchor. False alarms carry that word.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::text;
use crate::common::tree::{Tree, Value};
use crate::format::{Format, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "pvs_studio",
    name: "PVS-Studio",
    summary: "JSON: warnings about C, C++, C# and Java code",
    extensions: &["json"],
    docs: "https://pvs-studio.com/en/docs/manual/0038/",
    tool: "pvs-studio",
    sniff: |head| Sniff::when(head.object().holds_all("warnings", &["\"positions\"", "\"falseAlarm\""])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["warnings"], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.text("code");
    if rule.is_empty() {
        return Err("no code".into());
    }
    let severity = match &*record.text("level") {
        "1" => Severity::High,
        "2" => Severity::Medium,
        "3" => Severity::Low,
        _ => Severity::Unknown,
    };
    let position = record.items("positions").first().unwrap_or(&Value::Null);
    let around =
        ["previousLine", "currentLine", "nextLine"].map(|key| position.text(&format!("navigation/{key}")));
    let around =
        around.iter().filter(|hash| !hash.is_empty()).map(|hash| &**hash).collect::<Vec<_>>().join("-");
    let words = record.text("message");
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity,
        cwe: &record.text("cwe"),
        path: &position.text("file"),
        line: position.count("line"),
        anchor: &around,
        snippet: "",
    };
    let standard = text::some(&record.text("sastId"));
    let finding = Finding {
        compliance: standard.into_iter().collect(),
        suppressed: record.is_true("falseAlarm").then(|| "false alarm".to_owned()),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
