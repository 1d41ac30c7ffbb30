//! The CSV table.

use super::finding::{Told, findings};
use crate::common::out::Out;
use crate::common::table::Table;
use crate::common::{head, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use std::io::BufRead;

const COLUMNS: &[&str] = &["Title", "Severity", "Description"];

/// Columns of the import, of which one must be there beside the needed ones.
const OTHERS: &[&[&str]] =
    &[&["CweId"], &["Mitigation", "Impact"], &["Vulnerability Id"], &["FalsePositive"], &["false_p"]];

/// DefectDojo's field, and how the import's table calls it where that is something else.
const NAMES: &[(&str, &[&str])] = &[
    ("cwe", &["CweId", "cwe"]),
    ("cve", &["CVE", "Vulnerability Id"]),
    ("false_p", &["FalsePositive", "false_p"]),
    ("cvssv3", &["CVSSV3", "cvssv3"]),
    ("cvssv3_score", &["CVSSV3_score", "cvssv3_score"]),
    ("file_path", &["file_path", "FilePath"]),
    ("component_name", &["component_name", "ComponentName"]),
    ("component_version", &["component_version", "ComponentVersion"]),
    ("unique_id_from_tool", &["unique_id_from_tool", "UniqueId"]),
];

pub(super) fn is_one(head: &[u8]) -> bool {
    OTHERS.iter().any(|more| head::csv(head, &[COLUMNS, more].concat()))
}

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let table = Table::open(input, &options.limits, "generic", COLUMNS)?;
    out.source("generic", "");
    table.rows(&mut out, &mut |row, at, out| {
        let get = |name: &str| {
            let names = NAMES.iter().find(|(field, _)| *field == name).map(|(_, names)| *names);
            names.map_or_else(|| row.get(name), |names| row.first(names)).to_owned()
        };
        let ids = row.get("Vulnerability Id").split([',', ' ', '\n']).map(str::to_owned);
        let told = Told {
            get: &get,
            ids: ids.filter(|id| !id.is_empty()).collect(),
            tags: row.get("tags").split(',').filter_map(text::some).collect(),
            endpoints: row
                .first(&["Url", "endpoints"])
                .split([',', ' ', '\n'])
                .map(str::to_owned)
                .filter(|url| !url.is_empty())
                .collect(),
        };
        for finding in findings(&told, options)? {
            out.finding(at, finding, Some(row.raw().as_bytes()))?;
        }
        Ok(())
    })?;
    out.finish("generic")
}
