//! Gobuster: the text of `dir`, `dns` and `vhost` modes (`-o`).
//!
//! A path that was found is an informational finding on the web application; of `dns` and `vhost`, a name is an asset. The output
//! names its target only in redirects and in the banner: without them it is the asset that the caller names.

use crate::common::out::{Out, Stop};
use crate::common::plain_lines::Lines;
use crate::common::{assets, head, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, WeaknessSeen};
use bartizan_model::{AssetKind, AssetRef, Finding, Identifier, IdentifierKind, Observation, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "gobuster",
    name: "Gobuster",
    summary: "text output of dir, dns and vhost modes: paths and names that were found",
    extensions: &["txt"],
    docs: "https://github.com/OJ/gobuster",
    tool: "gobuster",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let head = head::trim(head);
    let line = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        (line.contains("(Status: ") && line.contains("[Size: ")) || line.starts_with("Found: ")
    };
    let first = head.split(|b| *b == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    Sniff::when(line(first) || head::has(head, "Gobuster v"))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let mut lines = Lines::new(input, &options.limits);
    let (mut target, mut empty) = (String::new(), true);
    while let Some((at, line)) = lines.next()? {
        let line = text::line(line.trim_start_matches("\u{1b}[2K").trim(), text::NAME).into_owned();
        empty &= line.is_empty();
        if let Some((_, url)) = line.split_once("Url:") {
            target = text::name(url);
        }
        let result = if line.contains("(Status: ") {
            path(&line, &target, options, &out.record(at.clone(), ""), &mut out)
        } else if let Some(name) = line.strip_prefix("Found: ") {
            name_of(name, &out.record(at.clone(), ""), &mut out)
        } else {
            continue;
        };
        let at = Place { record: out.summary.records, ..at };
        out.settle(&at, result)?;
    }
    if empty {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    if out.summary.records == 0 && target.is_empty() {
        let why = "no line of it is a result".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    out.damaged(lines.damaged());
    out.finish(FORMAT.id)
}

/// `/admin  (Status: 301) [Size: 169] [--> http://host/admin/]`.
fn path(line: &str, target: &str, options: &Options, at: &Place, out: &mut Out<'_>) -> Result<(), Stop> {
    let (path, rest) = line.split_once("(Status: ").unwrap_or((line, ""));
    let (status, rest) = rest.split_once(')').unwrap_or((rest, ""));
    let path = path.trim();
    if path.is_empty() {
        return Err("a result without a path".into());
    }
    let redirect = rest.split_once("[--> ").map_or("", |(_, to)| to.trim_end_matches(']'));
    let origin = [target, redirect].into_iter().find_map(assets::Url::parse).and_then(|url| url.origin());
    let url = match path.contains("://") {
        true => path.to_owned(),
        false => format!("{}/{}", origin.unwrap_or_default(), path.trim_start_matches('/')),
    };
    let (asset, locus) = web::spot(&url, "", options);
    let weakness = WeaknessSeen { rule: "path-found".into(), ..WeaknessSeen::default() };
    let finding = Finding {
        evidence: text::labelled([("status", status), ("details", rest.trim())]),
        ..Finding::new(format!("{path} is there (status {status})"), Severity::Info, weakness, asset, locus)
    };
    Ok(out.finding(at, finding, None)?)
}

/// `shop.clinic.example [10.0.0.5]`, `Found: admin.example Status: 200 [Size: 1]`.
fn name_of(line: &str, at: &Place, out: &mut Out<'_>) -> Result<(), Stop> {
    let name = line.split_whitespace().next().unwrap_or_default();
    let asset = AssetRef::new(AssetKind::Domain, name, Identifier::new(IdentifierKind::Fqdn, name));
    let seen = AssetSeen::new(asset.ok_or("a result without a name")?);
    Ok(out.observe(at, Observation::Asset(seen), None)?)
}
