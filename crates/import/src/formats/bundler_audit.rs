//! bundler-audit (`bundle audit`), as text and as JSON: advisories for the gems of a lock file, and sources without TLS.

use crate::common::layout::Layout;
use crate::common::package::{Package, fixed_in};
use crate::common::tree::Tree;
use crate::common::utf8::Utf8;
use crate::common::{dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Place;
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::io::BufRead;
use std::io::Read;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "bundler_audit",
    name: "bundler-audit",
    summary: "Text and JSON: advisories for the gems of a lock file, insecure sources",
    extensions: &["txt"],
    docs: "https://github.com/rubysec/bundler-audit",
    tool: "bundler-audit",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version", "created_at"],
    lists: &["results"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let json = keys.has_all(&["results", "created_at"])
        && head.has_any(&["unpatched_gem", "insecure_source"])
        || keys.names().eq(["version", "created_at", "results"]);
    let text = head.trimmed();
    let gem = text.starts_with(b"Name: ") && head.has_all(&["\nVersion: ", "\nSolution: "]);
    let said = [&b"Insecure Source URI found:"[..], b"ruby-advisory-db:"];
    let said = said.iter().any(|said| text.starts_with(said));
    Sniff::when(json || gem || said || text == b"No vulnerabilities found")
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    match head::first_byte(input)? {
        None => Err(ParseError::Empty { format: "bundler_audit" }),
        Some(b'{' | b'[') => LAYOUT.parse(input, options, sink, |record, options, out| {
            let seen_at = dates::date(&record.head("created_at").text(""));
            let finding = if record.text("type") == "insecure_source" {
                source(&record.text("source"), options)
            } else {
                gem(|keys| record.first(keys).into_owned(), options)?
            };
            record.tell(Finding { seen_at, ..finding }, out)
        }),
        Some(_) => words(input, options, sink),
    }
}

/// An advisory for a gem, whatever the report is written in.
fn gem(get: impl Fn(&[&str]) -> String, options: &Options) -> Result<Finding, &'static str> {
    let (name, version) = (get(&["gem/name", "Name"]), get(&["gem/version", "Version"]));
    let ghsa = get(&["advisory/ghsa", "GHSA"]);
    let ghsa = if ghsa.is_empty() || ghsa.starts_with("GHSA-") { ghsa } else { format!("GHSA-{ghsa}") };
    let cve = get(&["advisory/cve", "CVE"]);
    let cve = if cve.starts_with(|c: char| c.is_ascii_digit()) { format!("CVE-{cve}") } else { cve };
    let own = get(&["advisory/id", "Advisory"]);
    let id = [&own, &cve, &ghsa].into_iter().find(|id| !id.is_empty()).ok_or("no id of an advisory")?;
    if name.is_empty() {
        return Err("no gem");
    }
    let package = Package::new("gem", &name, &version);
    let severity = ids::severity(&get(&["advisory/criticality", "Criticality"]));
    let asset = options.asset_or(AssetKind::Repository);
    let mut finding =
        package.vulnerability(asset, id, [&cve, &ghsa], &get(&["advisory/title", "Title"]), severity);
    finding.description = text::body(&get(&["advisory/description"]));
    finding.cvss_score = get(&["advisory/cvss_v3", "advisory/cvss_v2"]).parse().ok();
    let solution = get(&["Solution"]);
    let patched = solution.trim_start_matches("upgrade to ").replace('\'', "");
    finding.fix = text::body(&solution);
    if solution.starts_with("upgrade to") {
        fixed_in(&mut finding, &patched);
    }
    finding.references = text::links([get(&["advisory/url", "URL"]).as_str()]);
    Ok(finding)
}

fn source(uri: &str, options: &Options) -> Finding {
    let weakness =
        WeaknessSeen { rule: "insecure-source".to_owned(), cwe: vec![319], ..WeaknessSeen::default() };
    let asset = options.asset_or(AssetKind::Repository);
    Finding {
        description: "Gems are fetched without TLS, so anybody on the way can change them.".to_owned(),
        fix: "Use the https address of the source.".to_owned(),
        ..Finding::new(
            text::title(&format!("Insecure source {uri}"), "Insecure source"),
            Severity::Medium,
            weakness,
            asset,
            Locus::named("source", &text::name(uri)),
        )
    }
}

/// How the text ends, in old versions too.
const ENDS: [&str; 3] = ["ulnerabilities found!", "No vulnerabilities found", "Unpatched versions found!"];

/// The text: a block of `Key: value` lines for each advisory, blocks apart by an empty line.
fn words(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let limit = options.limits.record;
    let mut whole = String::new();
    let read = Utf8::new(input, limit).take(limit as u64 + 1).read_to_string(&mut whole);
    read.map_err(|source| ParseError::Io { at: Place::default(), source })?;
    if whole.len() > limit {
        return Err(ParseError::TooLarge { at: Place::default(), what: "the report", limit });
    }
    let mut out = Out::new(sink);
    out.source("bundler-audit", "");
    let mut line = 1;
    let mut ended = false;
    for block in whole.replace("\r\n", "\n").split("\n\n") {
        let at = Place { line, ..Place::default() };
        line += block.matches('\n').count() as u64 + 2;
        ended |= block.lines().map(str::trim).any(|line| ENDS.iter().any(|end| line.ends_with(end)));
        let get = |keys: &[&str]| {
            let found = keys.iter().find_map(|key| {
                block.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(": "))
            });
            found.unwrap_or_default().trim().to_owned()
        };
        if let Some(uri) =
            block.lines().find_map(|line| line.trim().strip_prefix("Insecure Source URI found:"))
        {
            let at = out.record(at.clone(), "");
            out.finding(&at, source(uri.trim(), options), Some(block.as_bytes()))?;
        }
        if block.lines().any(|line| line.trim().starts_with("Name: ")) {
            let at = out.record(at, "");
            let told = gem(get, options)
                .map_err(Into::into)
                .and_then(|it| Ok(out.finding(&at, it, Some(block.as_bytes()))?));
            out.settle(&at, told)?;
        }
    }
    if !ended && out.summary.records == 0 {
        let why = "it names neither a gem nor a source".to_owned();
        return Err(ParseError::WrongFormat { format: "bundler_audit", why });
    }
    if !ended {
        let at = Place { line, ..Place::default() };
        return Err(ParseError::Truncated { at, what: "the last line, `Vulnerabilities found!`".to_owned() });
    }
    out.finish("bundler_audit")
}
