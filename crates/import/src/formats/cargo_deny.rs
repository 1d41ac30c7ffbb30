//! cargo-deny JSON lines (`cargo deny --format json check`): advisories that affect the crates of a workspace. What it says of licences,
//! sources, bans and crates that nobody maintains is no vulnerability: a gap says so once a kind.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, links, paragraphs, vectors};
use crate::common::{head, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Severity};
use std::collections::BTreeSet;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cargo_deny",
    name: "cargo-deny",
    summary: "JSON lines: RustSec advisories for the crates of a workspace",
    extensions: &["json", "jsonl"],
    docs: "https://embarkstudios.github.io/cargo-deny/",
    tool: "cargo-deny",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let fields = keys.value("fields").unwrap_or_default();
    let ours = match keys.text("type") {
        Some("diagnostic") => head::has(fields, "\"graphs\"") || head::has(fields, "\"labels\""),
        Some("summary") => ["\"advisories\"", "\"bans\""].iter().any(|check| head::has(fields, check)),
        _ => false,
    };
    Sniff::when(ours && !keys.in_array)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut other = BTreeSet::new();
    LAYOUT.parse(input, options, sink, |record, options, out| {
        let code = text::name(&record.text("fields/code"));
        match &*record.text("type") {
            "diagnostic" if ["vulnerability", "unsound"].contains(&&*code) => found(record, options, out),
            "diagnostic" => {
                if other.len() < 100 && other.insert(code.clone()) {
                    out.note(format!("what it says of: {code}"), "it is no vulnerability of a crate");
                }
                Ok(())
            }
            "" => Err("no type".into()),
            _ => Ok(()),
        }
    })
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let advisory = record.at("fields/advisory");
    let id = advisory.text("id");
    let krate = ["fields/graphs/0/Krate", "fields/graphs/0"].map(|path| record.at(path));
    let krate = krate.into_iter().find(|it| it.is_object()).unwrap_or(record);
    let name = advisory.text("package");
    let name = if name.is_empty() { krate.text("name") } else { name };
    if id.is_empty() || name.is_empty() {
        return Err("no advisory id or no package".into());
    }
    let package = Package::new("cargo", &name, &krate.text("version"));
    let asset = options.asset_or(AssetKind::Repository);
    let none = Severity::Unknown;
    let mut finding =
        package.vulnerability(asset, &id, advisory.texts("aliases"), &advisory.text("title"), none);
    finding.description = paragraphs([advisory.text("description")]);
    finding.fix =
        paragraphs(record.texts("fields/notes").into_iter().filter(|note| note.starts_with("Solution")));
    finding.cvss = vectors([advisory.text("cvss")]);
    finding.references = links([advisory.text("url")].into_iter().chain(advisory.texts("references")));
    record.tell(finding, out)
}
