//! DefectDojo's generic findings import (JSON and CSV), and what its API and its CSV export give back.
//!
//! The field names are DefectDojo's. A finding is on its endpoints, one finding each; else on a package, a file, or the product as
//! a whole. Mitigated, false positive, duplicate, out of scope and accepted findings carry that word.

use crate::common::head;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use std::io::BufRead;

mod finding;
mod json;
mod table;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "generic",
    name: "Generic findings (DefectDojo)",
    summary: "JSON and CSV of DefectDojo's generic findings import, and its exports",
    extensions: &["json", "csv"],
    docs: "https://docs.defectdojo.com/supported_tools/parsers/generic_findings_import/",
    tool: "generic",
    sniff,
    parse,
};

/// Fields that only DefectDojo names like this.
const MARKS: &[&str] = &[
    "\"false_p\"",
    "\"out_of_scope\"",
    "\"vuln_id_from_tool\"",
    "\"unique_id_from_tool\"",
    "\"severity_justification\"",
    "\"steps_to_reproduce\"",
    "\"static_finding\"",
    "\"nb_occurences\"",
    "\"epss_percentile\"",
    "\"risk_accepted\"",
    "\"file_path\"",
    "\"component_name\"",
    "\"verified\"",
    "\"cvssv3\"",
    "\"mitigation\"",
];

fn sniff(head: &Head<'_>) -> Sniff {
    if table::is_one(head) {
        return Sniff::Yes;
    }
    let keys = head.object();
    let has = |list: &str| {
        let Some(records) = keys.value(list) else { return Sniff::No };
        let told = ["\"title\"", "\"severity\"", "\"description\""].iter().all(|key| head::has(records, key));
        match (told, MARKS.iter().any(|mark| head::has(records, mark))) {
            (true, true) => Sniff::Yes,
            (true, false) => Sniff::Maybe,
            _ => Sniff::No,
        }
    };
    // Dependency-Track's project findings have some of these names too.
    if keys.has_any(&["meta", "project"]) {
        return Sniff::No;
    }
    let named = keys.has_all(&["name", "type"]);
    match has("findings") {
        Sniff::No if named && keys.is_empty_list("findings") => Sniff::Maybe,
        Sniff::No if keys.has("count") => has("results"),
        found => found,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    match start.trimmed().first() {
        Some(b'{' | b'[') => json::parse(input, options, sink),
        _ => table::parse(input, options, sink),
    }
}
