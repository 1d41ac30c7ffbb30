//! Results of a pipeline scan (`results.json`), which knows no numbers of flaws: a flaw goes by the digest that Veracode makes of it.

use super::{FORMAT, Flaw, app};
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::Tree;
use crate::common::{assets, head, html, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use bartizan_model::Finding;
use std::io::BufRead;

static LAYOUT: Layout = Layout {
    heads: &["scan_status", "project_name", "project_uri", "project_ref", "commit_hash"],
    lists: &["findings"],
    ..Layout::of(&FORMAT)
};

pub(super) fn is_one(keys: &head::Keys<'_>) -> bool {
    keys.has("findings")
        && (keys.has("pipeline_scan")
            || keys.has("scan_id") && keys.has_any(&["scan_status", "modules_count"])
            || keys.value("findings").is_some_and(|list| head::has(list, "\"flaw_match\"")))
}

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    LAYOUT.parse(input, options, sink, found)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, category) = (record.text("issue_id"), record.first(&["issue_type", "title"]));
    if category.is_empty() {
        return Err("no issue_type".into());
    }
    let file = record.at("files/source_file");
    let hashes = ["flaw_hash", "flaw_hash_ordinal"].map(|key| record.text(&format!("flaw_match/{key}")));
    let hash = if hashes[0].is_empty() { id.to_string() } else { hashes.join("-") };
    let flaw = Flaw {
        id: &hash,
        cwe: &record.text("cwe_id"),
        category: &category,
        level: &record.text("severity"),
        path: &file.text("file"),
        parameter: "",
        function: &file.first(&["qualified_function_name", "function_name"]),
        module: "",
    };
    let about = |head: &str| record.head(head).text("");
    let finding = Finding {
        tags: history(&[("commit", &about("commit_hash")), ("branch", &about("project_ref"))]),
        description: text::body(&html::plain(&record.text("display_text"))),
        line: file.count("line"),
        raw_id: text::some(&id),
        references: text::links([&*record.text("flaw_details_link")]),
        ..flaw.finding(
            options
                .asset
                .clone()
                .or_else(|| assets::repository(&about("project_uri")))
                .unwrap_or_else(|| app(&about("project_name"), options)),
        )
    };
    record.tell(finding, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Collected;

    #[test]
    fn a_flaw_is_known_by_its_digest() {
        let mut report = &br#"{"scan_id":"a","scan_status":"SUCCESS","findings":[{"title":"println","issue_id":1000,
            "severity":4,"issue_type_id":"taint","issue_type":"SQL Injection","cwe_id":"89",
            "display_text":"<span>A query is <b>built</b>.</span>","files":{"source_file":{"file":"src/Pay.java",
            "line":12,"function_name":"pay","qualified_function_name":"shop.Pay.pay"}},
            "flaw_match":{"flaw_hash":"77","flaw_hash_ordinal":"1"}}],"pipeline_scan":"24.1"}"#[..];
        assert_eq!(crate::format::detect(report).map(|format| format.id), Ok("veracode"));
        let mut seen = Collected::default();
        (FORMAT.parse)(&mut report, &Options::default(), &mut seen).unwrap();
        let finding = seen.findings().next().unwrap();
        assert_eq!(
            (finding.title.as_str(), finding.weakness.cwe.as_slice(), finding.line),
            ("SQL Injection", &[89][..], Some(12))
        );
        assert_eq!(
            (finding.locus.to_string(), finding.raw_id.as_deref(), finding.description.as_str()),
            ("file:src/Pay.java#77-1".into(), Some("1000"), "A query is built.")
        );
    }
}
