//! chkrootkit: its text output, whole or quiet (`-q`).
//!
//! A test that says infected, vulnerable, possible or warns is a finding on the host; the lines below it are its evidence. That a
//! file system was skipped or a test not made is a gap.

use crate::common::out::Out;
use crate::common::plain_lines::Lines;
use crate::common::{head, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "chkrootkit",
    name: "chkrootkit",
    summary: "text output: tests that warn of rootkits",
    extensions: &["txt", "log"],
    docs: "https://www.chkrootkit.org/",
    tool: "chkrootkit",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let head = head::trim(head);
    let begins = [&b"ROOTDIR is `"[..], b"Checking `", b"WARNING: chk", b"chkdirs: ", b"chkproc: "];
    Sniff::when(begins.iter().any(|mark| head.starts_with(mark)))
}

/// A test that warned.
struct Hit {
    at: Place,
    rule: String,
    said: String,
    evidence: String,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let mut lines = Lines::new(input, &options.limits);
    let (mut known, mut empty, mut whole, mut tests) = (false, true, false, 0_u64);
    let mut hit: Option<Hit> = None;
    while let Some((at, line)) = lines.next()? {
        let line = line.trim();
        empty &= line.is_empty();
        let test = line.strip_prefix("Checking `").or_else(|| line.strip_prefix("Searching for "));
        whole |= line.starts_with("ROOTDIR is");
        tests += u64::from(test.is_some());
        known |= test.is_some()
            || line.starts_with("ROOTDIR is")
            || line.starts_with("WARNING: chk")
            || line.starts_with("chk");
        if line.contains("Skipping ") || line.ends_with("not tested") {
            let what = test.map_or(line, |test| test.split("...").next().unwrap_or(test));
            out.gap(text::name(what.trim_end_matches('\'')), "chkrootkit did not look at it");
            continue;
        }
        if let Some(test) = test {
            close(hit.take(), options, &mut out)?;
            let (name, said) = test.split_once("...").unwrap_or((test, ""));
            if warns(said) {
                let rule = text::name(name.trim_end_matches('\'').trim_start_matches("for ")).to_lowercase();
                hit = Some(Hit { at, rule, said: text::name(said), evidence: String::new() });
            }
        } else if let Some(hit) = &mut hit {
            if hit.evidence.len() < text::BODY {
                hit.evidence.push_str(line);
                hit.evidence.push('\n');
            }
        } else if warns(line) {
            let words = line.trim_start_matches("WARNING: ").trim_start_matches("Warning: ");
            let rule = text::name(words.split(':').next().unwrap_or(words)).to_lowercase();
            close(
                Some(Hit { at, rule, said: text::name(words), evidence: String::new() }),
                options,
                &mut out,
            )?;
        }
    }
    if empty {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    if !known {
        let why = "no line of it is a test of chkrootkit".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    if whole && tests == 0 {
        return Err(ParseError::Truncated { at: lines.place(), what: "a test was still expected".into() });
    }
    close(hit, options, &mut out)?;
    out.damaged(lines.damaged());
    Ok(out.end())
}

fn warns(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    let harmless = ["not infected", "not vulnerable", "nothing", "not found", "no suspect", "not promisc"];
    ["infected", "vulnerable", "warning", "possible", "suspicious"].iter().any(|word| said.contains(word))
        && !harmless.iter().any(|word| said.contains(word))
}

fn close(hit: Option<Hit>, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let Some(hit) = hit else { return Ok(()) };
    let at = out.record(hit.at, "");
    let infected = hit.said.contains("INFECTED");
    let severity = if infected { Severity::Critical } else { Severity::Medium };
    let weakness = WeaknessSeen { rule: hit.rule.clone(), ..WeaknessSeen::default() };
    let finding = Finding {
        evidence: text::body(&hit.evidence),
        ..Finding::new(
            text::title(&format!("{}: {}", hit.rule, hit.said), &hit.rule),
            severity,
            weakness,
            options.asset_or(AssetKind::Host),
            Locus::Whole,
        )
    };
    out.finding(&at, finding, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_answers() {
        for (said, bad) in [
            ("not infected", false),
            ("INFECTED", true),
            ("nothing found", false),
            ("WARNING", true),
            ("started", false),
        ] {
            assert_eq!(warns(said), bad, "{said}");
        }
    }
}
