//! firmwalker: the text of what it found in an extracted firmware.
//!
//! Each file, and each hash, address and URL, is a finding on the firmware; the rule is what was searched for. Of a password hash only
//! the digest is kept.

use crate::common::out::Out;
use crate::common::plain_lines::Lines;
use crate::common::{head, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "firmwalker",
    name: "firmwalker",
    summary: "text output: password files, keys, patterns, binaries and addresses in a firmware",
    extensions: &["txt"],
    docs: "https://github.com/craigz28/firmwalker",
    tool: "firmwalker",
    sniff: |head| Sniff::when(head::trim(head).starts_with(b"***Firmware Directory***")),
    parse,
};

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let mut lines = Lines::new(input, &options.limits);
    let (mut known, mut empty) = (false, true);
    let (mut section, mut sought) = (String::new(), String::new());
    while let Some((at, line)) = lines.next()? {
        let line = line.trim();
        empty &= line.is_empty();
        if let Some(name) = line.strip_prefix("***").and_then(|line| line.strip_suffix("***")) {
            known |= name == "Firmware Directory";
            section = text::name(name).to_lowercase();
            sought.clear();
            continue;
        }
        if let Some(name) = line.strip_prefix("#####") {
            sought = text::name(name.trim_start_matches('#'));
            continue;
        }
        if let Some(name) = line.strip_prefix("-----").filter(|_| line.ends_with('-')) {
            sought = text::name(name.trim_matches('-'));
            continue;
        }
        let wanted = !matches!(section.as_str(), "" | "firmware directory") && !section.starts_with("list ");
        if !wanted || line.is_empty() {
            continue;
        }
        let at = out.record(at, "");
        let what =
            if sought.is_empty() { section.trim_start_matches("search for ") } else { sought.as_str() };
        let (locus, shown) = if section.contains("hash") {
            let (path, hash) = line.split_once(':').unwrap_or(("", line));
            (loci::file(path, &loci::snippet(hash)), text::name(path))
        } else if line.starts_with('/') {
            (loci::file(line, ""), text::name(line))
        } else {
            (Locus::named("text", &text::name(line)), text::name(line))
        };
        let weakness = WeaknessSeen { rule: what.to_lowercase(), ..WeaknessSeen::default() };
        let finding = Finding {
            description: text::body(&section),
            ..Finding::new(
                text::title(&format!("{what}: {shown}"), what),
                Severity::Info,
                weakness,
                options.asset_or(AssetKind::Device),
                locus,
            )
        };
        out.finding(&at, finding, None)?;
    }
    if empty {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    if !known {
        let why = "it has no ***Firmware Directory***".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    if !section.starts_with("search") && !section.starts_with("list") {
        return Err(ParseError::Truncated { at: lines.place(), what: "a search was still expected".into() });
    }
    out.damaged(lines.damaged());
    Ok(out.end())
}
