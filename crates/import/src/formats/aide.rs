//! AIDE: the text report of a check (0.15 to 0.19).
//!
//! A file that was added, removed or changed is a finding at its path. A report without its end is cut.

use crate::common::out::Out;
use crate::common::plain_lines::Lines;
use crate::common::{dates, head, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aide",
    name: "AIDE",
    summary: "text report: files that were added, removed or changed",
    extensions: &["txt", "log"],
    docs: "https://aide.github.io/doc/",
    tool: "aide",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let head = head::trim(head);
    let first = &head[..head.len().min(400)];
    let marks = ["(AIDE ", "AIDE found ", "AIDE, version ", "AIDE 0."];
    let is_one =
        marks.iter().any(|mark| head::has(first, mark)) && !matches!(head.first(), Some(b'{' | b'<'));
    Sniff::when(is_one)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let mut lines = Lines::new(input, &options.limits);
    let (mut known, mut empty, mut started, mut ended) = (false, true, false, false);
    let mut section = "";
    while let Some((at, line)) = lines.next()? {
        let line = line.trim_end();
        empty &= line.is_empty();
        known |= line.contains("AIDE");
        if let Some((_, time)) = line.split_once("Start timestamp: ") {
            started = true;
            out.summary.seen_at = dates::date(time.split(" (").next().unwrap_or_default());
        }
        ended |= line.starts_with("End timestamp: ");
        section = match line.trim_end_matches(':') {
            "Added entries" | "Added files" => "added",
            "Removed entries" | "Removed files" => "removed",
            "Changed entries" | "Changed files" => "changed",
            "Detailed information about changes" => "",
            _ if line.starts_with("The attributes of") => "",
            _ => section,
        };
        // `f > ... ....H : /etc/passwd`; before 0.16, `changed: /etc/passwd`.
        let old =
            ["added", "removed", "changed"].into_iter().find(|word| line.starts_with(&format!("{word}: ")));
        let (what, flags, path) = match (old, line.split_once(": ")) {
            (Some(word), Some((_, path))) => (word, "", path),
            (None, Some((flags, path))) if !section.is_empty() && path.trim_start().starts_with('/') => {
                (section, flags.trim_end(), path)
            }
            _ => continue,
        };
        let at = out.record(at, "");
        let path = text::name(path);
        let weakness = WeaknessSeen { rule: format!("file-{what}"), ..WeaknessSeen::default() };
        let finding = Finding {
            evidence: text::labelled([("attributes", flags)]),
            seen_at: out.summary.seen_at,
            ..Finding::new(
                text::title(&format!("{path} was {what}"), what),
                Severity::Medium,
                weakness,
                options.asset_or(AssetKind::Host),
                loci::file(&path, ""),
            )
        };
        out.finding(&at, finding, None)?;
    }
    if empty {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    if !known {
        let why = "it does not name AIDE".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    if started && !ended {
        return Err(ParseError::Truncated {
            at: lines.place(),
            what: "`End timestamp` was still expected".into(),
        });
    }
    out.damaged(lines.damaged());
    Ok(out.end())
}
