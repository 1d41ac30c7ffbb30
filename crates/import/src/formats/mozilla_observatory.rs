//! Mozilla (MDN) HTTP Observatory: the tests of a scan, as its API and its command line tools write them.
//!
//! A test that did not pass is a finding; how bad it is follows from how much it takes from the score.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{dates, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "mozilla_observatory",
    name: "HTTP Observatory",
    summary: "tests of HTTP headers that did not pass",
    extensions: &["json"],
    docs: "https://github.com/mdn/mdn-http-observatory",
    tool: "http-observatory",
    sniff,
    parse,
};

static SCAN: Layout = Layout { heads: &["scan"], lists: &["tests/*"], ..Layout::of(&FORMAT) };

static TESTS: Layout = Layout { lists: &["*"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let marked = head.has_any(&["\"score_modifier\"", "\"scoreModifier\""]);
    let test = keys.names().next().and_then(|name| keys.value(name)).is_some_and(|it| it.starts_with(b"{"));
    let scan = keys.has_all(&["tests", "scan"]);
    Sniff::when(marked && (scan || test))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    let scan = head.keys().has("tests");
    let layout = if scan { &SCAN } else { &TESTS };
    layout.parse(input, options, sink, test)
}

fn test(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.at("pass").is_null() {
        return Err("no `pass`".into());
    }
    if record.is_true("pass") {
        return Ok(());
    }
    let scan = record.head("scan");
    let host = scan.first(&["host", "hostname", "site"]);
    let url =
        if host.is_empty() || host.contains("://") { host.into_owned() } else { format!("https://{host}") };
    let (asset, locus) = web::spot(&url, "", options);
    let taken = record.first(&["score_modifier", "scoreModifier"]).parse::<f64>().unwrap_or(0.0);
    let severity = match taken {
        n if n <= -50.0 => Severity::High,
        n if n <= -20.0 => Severity::Medium,
        n if n < 0.0 => Severity::Low,
        _ => Severity::Info,
    };
    let rule = text::name(&record.first(&["name", "title"]));
    let weakness = WeaknessSeen {
        rule: if rule.is_empty() { text::name(record.key) } else { rule },
        ..WeaknessSeen::default()
    };
    let what = record
        .first(&["score_description", "scoreDescription", "title"])
        .replace("<p>", "")
        .replace("</p>", "");
    let found = text::labelled([
        ("expected", &*record.text("expectation")),
        ("result", &*record.text("result")),
        ("points", &*record.first(&["score_modifier", "scoreModifier"])),
    ]);
    let finding = Finding {
        description: text::body(&what),
        fix: text::body(&record.text("recommendation")),
        evidence: found,
        raw_id: text::some(&record.text("result")),
        seen_at: dates::date(&scan.first(&["end_time", "scanned_at"])),
        references: text::links([&*record.text("link")]),
        ..Finding::new(text::title(&what, &weakness.rule), severity, weakness, asset, locus)
    };
    record.tell(finding, out)
}
