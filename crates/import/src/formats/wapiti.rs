//! Wapiti: JSON and XML reports (`-f json`, `-f xml`).
//!
//! Vulnerabilities, anomalies and additional records stand in groups by what they are, which is the rule; words about a group stand
//! apart. The asset is the target. Levels are 0 (information) to 4 (critical).

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::tree::{Tree, paragraphs};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{dates, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Timestamp};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "wapiti",
    name: "Wapiti",
    summary: "JSON and XML reports: vulnerabilities and anomalies of web applications with request and parameter",
    extensions: &["json", "xml"],
    docs: "https://wapiti-scanner.github.io/",
    tool: "wapiti",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    version: ("infos", "version"),
    heads: &["infos", "classifications"],
    lists: &["vulnerabilities/*", "anomalies/*", "additionals/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let page = head.is_root("report");
    let keys = head.keys();
    let document =
        keys.has("classifications") && (keys.has_any(&["vulnerabilities", "infos"]) || head.has("\"wstg\""));
    Sniff::when(document || page && head.has("<report_infos>"))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    if start.trimmed().starts_with(b"<") {
        return document(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, entry)
}

/// What a report says of one of its records.
struct Entry<'a> {
    kind: &'a str,
    target: &'a str,
    path: &'a str,
    parameter: &'a str,
    level: &'a str,
    info: &'a str,
    request: &'a str,
    module: &'a str,
    seen_at: Option<Timestamp>,
}

impl Entry<'_> {
    fn finding(&self, options: &Options) -> Result<Finding, Stop> {
        if self.kind.is_empty() || self.info.is_empty() && self.path.is_empty() {
            return Err("no kind, or neither info nor path".into());
        }
        let url = match self.path.contains("://") {
            true => self.path.to_owned(),
            false => {
                let end = self.target.find("://").map_or(0, |at| at + 3);
                let end = self.target[end..].find('/').map_or(self.target.len(), |slash| end + slash);
                format!("{}/{}", &self.target[..end], self.path.trim_start_matches('/'))
            }
        };
        let (asset, locus) = web::spot(&url, self.parameter, options);
        let mut weakness =
            WeaknessSeen { rule: text::name(self.kind).to_lowercase(), ..WeaknessSeen::default() };
        weakness.ids = ids::ids_in(self.info).into_iter().filter(|id| id.starts_with("CVE-")).collect();
        Ok(Finding {
            evidence: text::paragraphs([self.info, &web::exchange(&url, self.request, "")]),
            seen_at: self.seen_at,
            tags: text::tags([("module", self.module)]),
            ..Finding::new(text::title(self.kind, ""), ids::severity(self.level), weakness, asset, locus)
        })
    }
}

fn entry(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let infos = record.head("infos");
    let texts = ["path", "parameter", "level", "info", "http_request", "module"].map(|key| record.text(key));
    let [path, parameter, level, info, request, module] = texts.each_ref().map(|text| &**text);
    let target = infos.text("target");
    let seen_at = dates::date(&infos.text("date"));
    let entry =
        Entry { kind: record.key, target: &target, path, parameter, level, info, request, module, seen_at };
    let about = record.head("classifications").get(record.key).cloned().unwrap_or_default();
    let links = about.at("ref").as_object().into_iter().flat_map(|links| links.values());
    let links: Vec<_> = links.filter_map(|link| link.as_str()).collect();
    let finding = Finding {
        description: paragraphs([about.text("desc")]),
        fix: text::body(&about.text("sol")),
        compliance: record
            .texts("wstg")
            .iter()
            .map(|control| text::name(&format!("WSTG:{control}")))
            .collect(),
        references: text::links(links),
        ..entry.finding(options)?
    };
    record.tell(finding, out)
}

fn document(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let (mut target, mut seen_at) = (String::new(), None);
    walk(input, options, &mut out, FORMAT.id, &["report"], &mut |element, xml, out| {
        match element.name.as_str() {
            "report" => out.source(FORMAT.tool, ""),
            "info" => {
                let info = xml.subtree(element)?;
                match info.attr("name") {
                    "target" => target = text::name(&info.text),
                    "date" | "dateOfScan" => {
                        seen_at = dates::date(&info.text);
                        out.summary.seen_at = seen_at;
                    }
                    _ => {}
                }
            }
            "vulnerability" | "anomaly" | "additional" => {
                let place = xml.place();
                let group = xml.subtree(element)?;
                for entry in group.within("entries", "entry") {
                    let at = out.record(place.clone(), "<entry>");
                    let told = listed(entry, &group, &target, seen_at, options);
                    let told = told.and_then(|finding| Ok(out.finding(&at, finding, None)?));
                    out.settle(&at, told)?;
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish(FORMAT.id)
}

fn listed(
    entry: &Element,
    group: &Element,
    target: &str,
    seen_at: Option<Timestamp>,
    options: &Options,
) -> Result<Finding, Stop> {
    let found = Entry {
        kind: group.attr("name"),
        target,
        path: entry.text_of("path"),
        parameter: entry.text_of("parameter"),
        level: entry.text_of("level"),
        info: entry.text_of("info"),
        request: entry.text_of("http_request"),
        module: entry.text_of("module"),
        seen_at,
    };
    let links = group.within("references", "reference").map(|reference| reference.text_of("url"));
    Ok(Finding {
        description: text::body(group.text_of("description")),
        fix: text::body(group.text_of("solution")),
        references: text::links(links),
        ..found.finding(options)?
    })
}
