//! The JSON document.

use super::FORMAT;
use super::finding::{Told, findings};
use crate::common::layout::{Layout, Record};
use crate::common::text;
use crate::common::tree::{Tree, Value};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use std::io::BufRead;

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["type", "name", "version"],
    lists: &["findings", "results"],
    ..Layout::of(&FORMAT)
};

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    LAYOUT.parse(input, options, sink, |record, options, out| {
        // The tool that made the findings, where the document names it.
        let tool = record.head("type").text("");
        if !tool.is_empty() && out.summary.records == 1 {
            out.source(&tool, &record.head("version").text(""));
        }
        let get = |name: &str| record.text(name).into_owned();
        let told = Told {
            get: &get,
            ids: record
                .at("vulnerability_ids")
                .items("")
                .iter()
                .map(id)
                .chain(record.texts("vulnerability_ids").iter().map(|id| id.to_string()))
                .collect(),
            tags: record.texts("tags").iter().map(|tag| text::name(tag)).collect(),
            endpoints: endpoints(record),
        };
        for finding in findings(&told, options)? {
            record.tell(finding, out)?;
        }
        Ok(())
    })
}

/// Of the API, where ids are objects.
fn id(value: &Value<'_>) -> String {
    value.text("vulnerability_id").into_owned()
}

/// Endpoints are texts or objects with parts.
fn endpoints(record: &Record<'_>) -> Vec<String> {
    let all = record.at("endpoints").as_array().unwrap_or_default();
    all.iter()
        .map(|endpoint| match endpoint {
            Value::String(url) => url.clone().into_owned(),
            parts => {
                let (protocol, host, port) = (parts.text("protocol"), parts.text("host"), parts.text("port"));
                let scheme = if protocol.is_empty() { String::new() } else { format!("{protocol}://") };
                let port = if port.is_empty() { String::new() } else { format!(":{port}") };
                let path = parts.text("path");
                let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
                let query = parts.text("query");
                let query = if query.is_empty() { String::new() } else { format!("?{query}") };
                format!("{scheme}{host}{port}{slash}{path}{query}")
            }
        })
        .filter(|endpoint| !endpoint.is_empty())
        .collect()
}
