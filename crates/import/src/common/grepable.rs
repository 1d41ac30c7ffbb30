//! Grepable output (`-oG`) of Nmap and Masscan: a line for a host and its ports.
//!
//! Open ports are services. Which ports were scanned is told for the run as a whole, without saying of which hosts: nothing is covered.

use super::out::{Out, Stop};
use super::plain_lines::Lines;
use super::{assets, dates, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, ServiceSeen};
use bartizan_model::{AssetRef, Observation};
use std::io::BufRead;

/// Whether a text begins as the grepable output of this tool does.
pub(crate) fn is(head: &[u8], tool: &str) -> bool {
    let begins = |line: &[u8]| line.starts_with(format!("# {tool} ").as_bytes());
    let host = |line: &[u8]| line.starts_with(b"Host: ") || line.starts_with(b"Timestamp: ");
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    lines.next().is_some_and(begins) && lines.find(|line| !line.starts_with(b"#")).is_some_and(host)
}

/// Reads it up to the line that says that the tool was done.
pub(crate) fn read(
    input: &mut dyn BufRead,
    options: &Options,
    mut out: Out<'_>,
    format: &'static str,
) -> Result<Summary, ParseError> {
    let mut lines = Lines::new(input, &options.limits);
    let mut done = false;
    while let Some((at, line)) = lines.next()? {
        if let Some(words) = line.strip_prefix('#') {
            done |= words.contains(" done at ");
            // `Nmap 7.94 scan initiated Sat Jun  1 08:00:00 2024 as: ...`.
            if let Some((_, begun)) = words.split_once(" initiated ") {
                let begun = begun.split(" as: ").next().unwrap_or_default();
                out.summary.seen_at = out.summary.seen_at.max(dates::date(begun));
            }
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let at = out.record(at, "");
        let told = host(line, &at, options, &mut out);
        out.settle(&at, told)?;
    }
    if !done {
        return Err(ParseError::Truncated {
            at: lines.place(),
            what: "`# ... done` was still expected".into(),
        });
    }
    out.damaged(lines.damaged());
    out.finish(format)
}

/// `Host: 10.0.0.7 (db.example), Ports: 22/open/tcp//ssh//OpenSSH 9.1/, ..., OS: Linux 5`.
fn host(line: &str, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let fields: Vec<_> = line.split('\t').filter_map(|field| field.split_once(": ")).collect();
    let field =
        |name: &str| fields.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| value.trim());
    let (address, name) = field("Host").split_once(' ').unwrap_or((field("Host"), ""));
    let name = name.trim_matches(['(', ')']);
    let seen_at = dates::date(field("Timestamp")).or(out.summary.seen_at);
    if field("Status").eq_ignore_ascii_case("down") {
        return Ok(());
    }
    let local = options.asset.clone().filter(|_| assets::is_loopback(address));
    let asset = local.or_else(|| assets::machine([name, address], [])).ok_or("neither host nor address")?;
    let os = text::some(field("OS"));
    if os.is_some() || field("Ports").is_empty() {
        let seen = AssetSeen { os, seen_at, ..AssetSeen::new(asset.clone()) };
        out.observe(at, Observation::Asset(seen), None)?;
    }
    out.summary.seen_at = out.summary.seen_at.max(seen_at);
    for port in field("Ports").split(", ").filter(|port| !port.is_empty()) {
        if let Some(service) = service(port, &asset, address)? {
            out.observe(at, Observation::Service(service), None)?;
        }
    }
    Ok(())
}

/// `22/open/tcp/owner/service/rpc/version/`, where a `/` of the version is written as `|`.
fn service(port: &str, asset: &AssetRef, address: &str) -> Result<Option<ServiceSeen>, Stop> {
    let parts: Vec<_> = port.split('/').collect();
    let part = |at: usize| parts.get(at).map_or("", |part| part.trim());
    if part(1) != "open" {
        return Ok(None);
    }
    let number = part(0).parse().map_err(|_| format!("`{}` is no port number", text::name(part(0))))?;
    Ok(Some(ServiceSeen {
        asset: asset.clone(),
        protocol: text::name(part(2)).to_lowercase(),
        port: number,
        name: text::name(part(4)),
        product: text::name(&part(6).replace('|', "/")),
        version: String::new(),
        cpe: String::new(),
        addresses: Vec::new(),
        vantage: text::name(address),
    }))
}
