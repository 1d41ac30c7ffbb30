//! ClamAV (`clamscan`, `clamdscan`): the text of a scan. One finding a file with a signature that matched; files that could not be read are
//! gaps.

use crate::common::out::Out;
use crate::common::plain_lines::Lines;
use crate::common::{dates, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "clamav",
    name: "ClamAV",
    summary: "text of a scan: files that match a signature of malware",
    extensions: &["txt", "log"],
    docs: "https://docs.clamav.net/manual/Usage/Scanning.html",
    tool: "clamav",
    sniff,
    parse,
};

const SUMMARY: &str = "----------- SCAN SUMMARY -----------";

fn sniff(head: &Head<'_>) -> Sniff {
    let text = head.text();
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(5);
    let file = |line: &str| {
        let result =
            line.rsplit_once(": ").map_or("", |(path, result)| if path.is_empty() { "" } else { result });
        result == "OK" || result == "Empty file" || result.ends_with(" FOUND")
    };
    let summed =
        text.contains(SUMMARY) && (text.contains("\nInfected files: ") || text.contains("\nKnown viruses: "));
    let listed = text.contains(" FOUND") && lines.all(file);
    Sniff::when(summed || listed)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let mut lines = Lines::new(input, &options.limits);
    // A log may hold several scans.
    let (mut within, mut summed, mut empty, mut infected) = (false, false, true, 0_u64);
    while let Some((at, line)) = lines.next()? {
        let line = line.trim();
        empty &= line.is_empty();
        if line.len() > 20 && line.bytes().all(|byte| byte == b'-') {
            within = false;
        }
        within |= line == SUMMARY;
        summed |= within;
        if let Some(count) = line.strip_prefix("Infected files: ") {
            infected += count.trim().parse::<u64>().unwrap_or_default();
        } else if let Some(end) = line.strip_prefix("End Date:") {
            out.summary.seen_at = dates::date(&end.replacen(':', "-", 2));
        }
        let Some((path, result)) = line.rsplit_once(": ").filter(|_| !within) else { continue };
        if let Some(signature) = result.strip_suffix(" FOUND") {
            let at = out.record(at, "");
            out.finding(&at, found(path, signature, options), None)?;
        } else if result.ends_with("ERROR") || result.starts_with("Access denied") {
            out.gap(loci::path(path), text::name(result));
        }
    }
    if empty {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    if out.summary.records == 0 && !summed {
        let why = "it has neither a summary nor a file with a signature".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    if infected > out.summary.findings {
        let what = format!("a line for each of the {infected} infected files that the summary counts");
        return Err(ParseError::Truncated { at: lines.place(), what });
    }
    out.damaged(lines.damaged());
    out.finish(FORMAT.id)
}

/// A potentially unwanted program is less than malware.
fn found(path: &str, signature: &str, options: &Options) -> Finding {
    let severity = if signature.starts_with("PUA.") { Severity::Medium } else { Severity::Critical };
    let weakness = WeaknessSeen { rule: text::name(signature), cwe: vec![506], ..WeaknessSeen::default() };
    Finding {
        fix: "Take the file away from where it can run, and find out how it came there.".to_owned(),
        evidence: text::body(path),
        ..Finding::new(
            text::title(&format!("{signature} in {path}"), ""),
            severity,
            weakness,
            options.asset_or(AssetKind::Host),
            loci::file(path, ""),
        )
    }
}
