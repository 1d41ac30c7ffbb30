//! Klocwork XML (`kwcheck run -F xml`, `errorList`) and JSON lines of its web API (`action=search`): defects of C, C++, C# and Java code.
//!
//! The method is the anchor. Problems whose state says that they are none or are fixed carry that word.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::xml::Element;
use crate::common::{ids, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "klocwork",
    name: "Klocwork",
    summary: "XML and web API: defects in code",
    extensions: &["xml", "json"],
    docs: "https://help.klocwork.com/",
    tool: "klocwork",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let xml =
        head.root().is_some_and(|(root, namespace)| root == "errorList" && namespace.contains("klocwork"));
    let keys = head.keys();
    let api = keys.has_all(&["severityCode", "taxonomyName", "code"]);
    Sniff::when(xml || api)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    if !start.trimmed().starts_with(b"<") {
        return LAYOUT.parse(input, options, sink, json);
    }
    let mut out = Out::new(sink);
    walk::walk(input, options, &mut out, "klocwork", &["errorList"], &mut |element, xml, out| {
        match element.name.as_str() {
            "errorList" => out.source("klocwork", ""),
            "problem" => {
                let at = out.record(xml.place(), "<problem>");
                let problem = xml.subtree(element)?;
                let get = |name: &str| problem.text_of(name).to_owned();
                let trace = flat(problem.child("trace"));
                match defect(&get, &trace, options) {
                    Some(finding) => out.finding(&at, finding, None)?,
                    None => out.reject(at, "a problem without a code"),
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish("klocwork")
}

fn json(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let get = |name: &str| match name {
        "problemID" => record.text("id").into_owned(),
        "severitylevel" => record.text("severityCode").into_owned(),
        "citingStatus" => record.text("status").into_owned(),
        name => record.text(name).into_owned(),
    };
    let finding = defect(&get, "", options).ok_or("no code")?;
    record.tell(finding, out)
}

fn defect(get: &dyn Fn(&str) -> String, trace: &str, options: &Options) -> Option<Finding> {
    let rule = get("code");
    if rule.is_empty() {
        return None;
    }
    let (method, state, words) = (get("method"), get("citingStatus"), get("message"));
    let level = get("severitylevel");
    let fixed = get("state").eq_ignore_ascii_case("fixed");
    let settled = fixed || ["not a problem", "ignore"].contains(&state.to_lowercase().as_str());
    let hit = Hit {
        rule: &rule,
        title: &words,
        // 1 critical, 2 error, 3 warning, 4 review.
        severity: ids::of_five(&level),
        path: &get("file"),
        line: get("line").parse().ok(),
        anchor: &method,
        ..Hit::default()
    };
    Some(Finding {
        evidence: text::labelled([("Method", method.as_str()), ("Trace", trace)]),
        raw_id: text::some(&get("problemID")),
        tags: text::some(&get("taxonomyName")).into_iter().collect(),
        references: text::links([get("url").as_str()]),
        suppressed: settled.then(|| text::name(if fixed { Finding::FIXED } else { &state })),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    })
}

/// All text and attributes of a trace.
fn flat(element: Option<&Element>) -> String {
    let Some(element) = element else { return String::new() };
    let own = [element.attr("file"), element.attr("line"), element.attr("text"), element.text.trim()];
    let own = own.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let below = element.children.iter().map(|child| flat(Some(child)));
    std::iter::once(own).chain(below).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}
