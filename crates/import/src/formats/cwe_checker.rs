//! cwe_checker JSON (`cwe_checker --json`): weaknesses in compiled programs.
//!
//! The place is the function; addresses change with each build and stand in the evidence.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cwe_checker",
    name: "cwe_checker",
    summary: "JSON: weaknesses in compiled programs",
    extensions: &["json"],
    docs: "https://github.com/fkie-cad/cwe_checker",
    tool: "cwe_checker",
    sniff: |head| Sniff::when(head.keys().has_all(&["tids", "addresses", "symbols"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, words) = (record.text("name"), record.text("description"));
    if rule.is_empty() {
        return Err("no name".into());
    }
    let mut weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, &rule);
    let symbols = record.texts("symbols");
    let function = symbols.first().map_or("", |symbol| &**symbol);
    let locus =
        if function.is_empty() { Locus::Whole } else { Locus::named("function", &text::name(function)) };
    // `(Use of ...) where`: the words in brackets are the weakness.
    let title = words.trim_start_matches('(').split(')').next().unwrap_or_default();
    let asset = options.asset_or(AssetKind::Application);
    let (addresses, symbols) = (record.texts("addresses").join(", "), symbols.join(", "));
    let finding = Finding {
        description: text::body(&words),
        evidence: text::labelled([("Addresses", &*addresses), ("Symbols", &symbols)]),
        ..Finding::new(text::title(title, &rule), Severity::Unknown, weakness, asset, locus)
    };
    record.tell(finding, out)
}
