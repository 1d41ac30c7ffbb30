//! CxSAST XML: queries with their results, each with the path that data takes.

use crate::common::code::Hit;
use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{assets, dates, ids, text, walk};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, AssetRef, Finding};
use std::io::BufRead;

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut home = options.asset_or(AssetKind::Repository);
    let mut query = Element::default();
    walk::walk(input, options, &mut out, "checkmarx", &["CxXMLResults"], &mut |element, xml, out| {
        match element.name.as_str() {
            "CxXMLResults" => {
                out.source("checkmarx", element.attr("CheckmarxVersion"));
                out.summary.seen_at = dates::date(element.attr("ScanStart"));
                let named = assets::named(AssetKind::Repository, element.attr("ProjectName"));
                home = named.filter(|_| options.asset.is_none()).unwrap_or_else(|| home.clone());
            }
            "Query" => query = element,
            "Result" => {
                let at = out.record(xml.place(), "<Result>");
                let result = xml.subtree(element)?;
                if query.attr("id").is_empty() && query.attr("name").is_empty() {
                    out.reject(at, "a result outside of a query");
                    return Ok(());
                }
                let finding =
                    Finding { seen_at: out.summary.seen_at, ..found(&result, &query, home.clone()) };
                out.finding(&at, finding, None)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish("checkmarx")
}

fn found(result: &Element, query: &Element, asset: AssetRef) -> Finding {
    let nothing = Element::default();
    let path = result.child("Path").unwrap_or(&nothing);
    let nodes: Vec<_> = path.children("PathNode").collect();
    let code = |node: &&Element| {
        let line = node.within("Snippet", "Line").next();
        line.map_or("", |line| line.text_of("Code")).trim().to_owned()
    };
    let flow: Vec<_> = nodes
        .iter()
        .map(|node| {
            format!(
                "{}:{} {} {}",
                node.text_of("FileName"),
                node.text_of("Line"),
                node.text_of("Name"),
                code(node)
            )
        })
        .collect();
    let sink = nodes.last();
    let name = query.attr("name").replace('_', " ");
    let similarity = path.attr("SimilarityId");
    let snippet = sink.map(code).unwrap_or_default();
    let hit = Hit {
        rule: if query.attr("name").is_empty() { query.attr("id") } else { query.attr("name") },
        title: &name,
        severity: ids::severity(if result.attr("Severity").is_empty() {
            query.attr("Severity")
        } else {
            result.attr("Severity")
        }),
        cwe: query.attr("cweId"),
        path: result.attr("FileName"),
        line: result.attr("Line").parse().ok(),
        anchor: similarity,
        snippet: &snippet,
    };
    // The states of a result: 0 to verify, 1 not exploitable, 2 confirmed, 3 urgent, 4 proposed not exploitable.
    let state = match (result.attr("state"), result.attr("FalsePositive")) {
        ("1", _) => Some("not exploitable"),
        (_, "True" | "true") => Some("false positive"),
        _ if result.attr("Status").eq_ignore_ascii_case("fixed") => Some(Finding::FIXED),
        _ => None,
    };
    let categories =
        query.attr("categories").split([';', ',']).map(str::trim).filter(|category| !category.is_empty());
    Finding {
        evidence: text::labelled([("Flow", &*flow.join("\n")), ("Remark", result.attr("Remark"))]),
        raw_id: text::some(if similarity.is_empty() { result.attr("NodeId") } else { similarity }),
        found_at: dates::date(result.attr("DetectionDate")),
        compliance: categories.map(text::name).collect(),
        tags: [query.attr("group"), query.attr("Language")]
            .iter()
            .filter_map(|tag| text::some(tag))
            .collect(),
        references: text::links([result.attr("DeepLink")]),
        suppressed: state.map(str::to_owned),
        ..hit.finding(asset)
    }
}
