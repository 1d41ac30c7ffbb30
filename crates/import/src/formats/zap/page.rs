//! ZAP's HTML reports: traditional, traditional plus, and modern in all its themes. Each alert is a table of labels and values.
//!
//! Structure: the templates of ZAP's add-on "Report Generation". The labels are those of an English ZAP.

use super::{Alert, FORMAT, Instance, Named, alert};
use crate::common::flex::Text;
use crate::common::out::Out;
use crate::common::plain_lines::Lines;
use crate::common::{dates, html, text};
use crate::error::ParseError;
use crate::format::{Head, Options};
use crate::sink::Place;
use std::io::BufRead;

/// Whether this is such a page.
pub(super) fn is_one(head: &Head<'_>) -> bool {
    head.is_page(&["<!-- The ZAP Logo -->", "<title>ZAP Scanning Report", "alt=\"The ZAP logo\""])
}

/// What stands on the page around the alerts.
#[derive(Default)]
struct Around {
    version: String,
    /// Whether it has a table that sums up.
    has_summary: bool,
    /// Alerts that such a table links to.
    links: usize,
    ended: bool,
}

impl Around {
    fn read(&mut self, part: &str, out: &mut Out<'_>) {
        if let Some((_, at)) = part.split_once("Generated on ") {
            out.summary.seen_at = dates::date(html::plain(at).lines().next().unwrap_or_default());
        }
        if let Some((_, version)) = part.split_once("ZAP Version: ") {
            self.version = html::plain(version);
        }
        self.has_summary |= part.contains("class=\"summary\"") || part.contains("class=\"alerts\"");
        self.links += part.matches("href=\"#").count();
        self.ended |= part.contains("</html>");
    }
}

pub(super) fn read(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut lines = Lines::new(input, &options.limits);
    let mut around = Around::default();
    let mut table: Option<(Place, String)> = None;
    while let Some((at, line)) = lines.next()? {
        let mut rest = line;
        loop {
            if let Some((begun, mut block)) = table.take() {
                let (part, after) =
                    rest.split_once("</table>").map_or((rest, None), |(part, after)| (part, Some(after)));
                if block.len() + part.len() > options.limits.record {
                    let what = "one alert";
                    return Err(ParseError::TooLarge { at, what, limit: options.limits.record });
                }
                block.push_str(part);
                block.push('\n');
                let Some(after) = after else {
                    table = Some((begun, block));
                    break;
                };
                let at = out.record(begun, "table");
                let result = told(&block, &at, options, out);
                out.settle(&at, result)?;
                rest = after;
            } else {
                let Some((before, after)) = rest.split_once("class=\"results\"") else {
                    around.read(rest, out);
                    break;
                };
                around.read(before, out);
                if out.summary.source.name.is_empty() {
                    out.source(FORMAT.tool, &around.version);
                }
                table = Some((at.clone(), String::new()));
                rest = after;
            }
        }
    }
    if !around.ended {
        return Err(ParseError::Truncated { at: lines.place(), what: "</html> was still expected".into() });
    }
    if out.summary.records == 0 && (around.links > 0 || !around.has_summary) {
        let why = "it has no details of its alerts; report with a traditional or modern template and all its sections, or as XML or JSON";
        return Err(ParseError::WrongFormat { format: FORMAT.id, why: why.to_owned() });
    }
    if out.summary.source.name.is_empty() {
        out.source(FORMAT.tool, &around.version);
    }
    out.damaged(lines.damaged());
    Ok(())
}

/// The cells of a table's rows, as HTML.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let cells = |row: &'_ str| -> Vec<usize> {
        let mut starts: Vec<_> =
            ["<td", "<th"].iter().flat_map(|tag| row.match_indices(tag)).map(|(at, _)| at).collect();
        starts.sort_unstable();
        starts
    };
    table.split("<tr").skip(1).map(move |row| {
        let starts = cells(row);
        let ends = starts.iter().skip(1).copied().chain([row.len()]);
        starts.iter().zip(ends).map(|(&from, to)| &row[from..to]).collect()
    })
}

fn told(
    table: &str,
    at: &Place,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), crate::common::out::Stop> {
    let plain = |cell: &str| Text(html::plain(cell).into());
    let inner =
        |cell: &str| Text(cell.split_once('>').map_or("", |(_, inner)| inner).trim().to_owned().into());
    let mut told = Alert::default();
    let mut instances: Vec<Instance<'_>> = Vec::new();
    for (number, cells) in rows(table).enumerate() {
        let [label, value, ..] = cells.as_slice() else { continue };
        if number == 0 {
            heading(label, value, &mut told);
            continue;
        }
        let label = html::plain(label).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        match label.as_str() {
            "description" => told.desc = inner(value),
            "solution" => told.solution = inner(value),
            "reference" => told.reference = inner(value),
            "cwe id" => told.cweid = plain(value),
            "wasc id" => told.wascid = plain(value),
            "plugin id" => told.pluginid = plain(value),
            "tags" => told.tags = Named(html::plain(value).lines().filter_map(text::some).collect()),
            "url" => instances.push(Instance { uri: plain(value), ..Instance::default() }),
            label => {
                let Some(instance) = instances.last_mut() else { continue };
                match label {
                    "method" => instance.method = plain(value),
                    "parameter" => instance.param = plain(value),
                    "attack" => instance.attack = plain(value),
                    "evidence" => instance.evidence = plain(value),
                    "other info" | "other information" => instance.otherinfo = inner(value),
                    // "Request Header - size: 240 bytes."
                    label if label.starts_with("request header") => instance.request_header = plain(value),
                    label if label.starts_with("request body") => instance.request_body = plain(value),
                    label if label.starts_with("response header") => instance.response_header = plain(value),
                    label if label.starts_with("response body") => instance.response_body = plain(value),
                    _ => {}
                }
            }
        }
    }
    told.instances = Some(instances);
    alert(&told, "", at, None, options, out)
}

/// The first row: the risk, in words and by the class of its cell (`risk-2`), and the alert's name.
fn heading(risk: &str, name: &str, told: &mut Alert<'_>) {
    let level = risk.split_once("risk-").and_then(|(_, level)| level.chars().next());
    told.riskcode = Text(level.filter(char::is_ascii_digit).map(String::from).unwrap_or_default().into());
    let words = html::plain(risk);
    // Old versions: "Medium (High)" is the risk with the confidence.
    let confidence = words.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
    told.confidence = Text(if risk.contains("risk--1") { "0" } else { confidence }.to_owned().into());
    told.riskdesc = Text(words.clone().into());
    told.name = Text(html::plain(name).into());
}
