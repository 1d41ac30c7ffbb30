//! Masscan: JSON (`-oJ`), JSON lines (`-oD`), the list (`-oL`) and grepable output (`-oG`). Its XML (`-oX`) has the form of Nmap's, which reads it.
//!
//! Open ports are services, banners their product; nothing is a finding. What was scanned is not told, so nothing is covered.

use crate::common::flex::{Number, Text, or_default};
use crate::common::json::{Json, Value};
use crate::common::out::{Out, Stop};
use crate::common::{assets, dates, grepable, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::Observation;
use bartizan_model::observation::ServiceSeen;
use serde::Deserialize;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "masscan",
    name: "Masscan",
    summary: "JSON, JSON lines, list and grepable output: open ports and banners as services",
    extensions: &["json", "txt", "gnmap"],
    docs: "https://github.com/robertdavidgraham/masscan#output",
    tool: "masscan",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    if head.trimmed().starts_with(b"#masscan") || grepable::is(head, "Masscan") {
        return Sniff::Yes;
    }
    let keys = head.keys();
    Sniff::when(keys.has_all(&["ip", "timestamp"]) && keys.has_any(&["ports", "rec_type"]))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Record<'a> {
    #[serde(borrow)]
    ip: Text<'a>,
    #[serde(borrow)]
    timestamp: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    ports: Vec<Port<'a>>,
    #[serde(flatten, borrow)]
    line: Port<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    data: Data<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Port<'a> {
    port: Number,
    #[serde(borrow)]
    proto: Text<'a>,
    #[serde(borrow)]
    status: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    service: Service<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Service<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    banner: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Data<'a> {
    #[serde(borrow)]
    status: Text<'a>,
    #[serde(borrow)]
    service_name: Text<'a>,
    #[serde(borrow)]
    banner: Text<'a>,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let head = Head::peek(input)?;
    match head.trimmed().first() {
        None => return Err(ParseError::Empty { format: FORMAT.id }),
        Some(_) if head.trimmed().starts_with(b"# ") => {
            return grepable::read(input, options, out, FORMAT.id);
        }
        Some(b'#') => return list(input, options, out),
        Some(_) => {}
    }
    let mut json = Json::new(input, &options.limits);
    // Some versions leave a comma after the last record.
    json.trailing_commas = true;
    json.each_record(&mut out, &mut |value, at, out| record(value, at, options, out))?;
    out.finish(FORMAT.id)
}

fn record(value: &Value<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    // Old versions end with a record that is no JSON.
    if value.text.starts_with("{finished:") || value.text.starts_with("{\"finished\"") {
        return Ok(());
    }
    let record: Record<'_> = value.read()?;
    out.summary.seen_at = out.summary.seen_at.max(dates::date(&record.timestamp));
    for port in record.ports.iter().chain([&record.line]) {
        let Some(number) = port.port.whole() else { continue };
        let (name, banner) = match &*record.data.service_name {
            "" => (&*port.service.name, &*port.service.banner),
            name => (name, &*record.data.banner),
        };
        let status = if port.status.is_empty() { &*record.data.status } else { &*port.status };
        service(Seen { ip: &record.ip, number, proto: &port.proto, status, name, banner }, at, options, out)?;
    }
    if record.ip.is_empty() { Err("neither host nor address".into()) } else { Ok(()) }
}

/// One port of one address.
struct Seen<'a> {
    ip: &'a str,
    number: u64,
    proto: &'a str,
    /// Empty in a banner's record.
    status: &'a str,
    name: &'a str,
    banner: &'a str,
}

fn service(seen: Seen<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    if !matches!(seen.status, "" | "open") || seen.proto == "icmp" {
        return Ok(());
    }
    let local = options.asset.clone().filter(|_| assets::is_loopback(seen.ip));
    let asset = local.or_else(|| assets::machine([seen.ip], [])).ok_or("neither host nor address")?;
    let port = u16::try_from(seen.number).map_err(|_| format!("{} is no port number", seen.number))?;
    let service = ServiceSeen {
        asset,
        protocol: if seen.proto.is_empty() {
            "tcp".to_owned()
        } else {
            text::name(seen.proto).to_lowercase()
        },
        port,
        name: text::name(seen.name),
        product: text::title(seen.banner, ""),
        version: String::new(),
        cpe: String::new(),
        addresses: Vec::new(),
        vantage: String::new(),
    };
    Ok(out.observe(at, Observation::Service(service), None)?)
}

/// `open tcp 80 10.0.0.1 1700000000`, `banner tcp 80 10.0.0.1 1700000000 http HTTP/1.1 200 OK`; `# end` is its last line.
fn list(input: &mut dyn BufRead, options: &Options, mut out: Out<'_>) -> Result<Summary, ParseError> {
    let mut ended = false;
    let mut lines = crate::common::plain_lines::Lines::new(input, &options.limits);
    while let Some((at, line)) = lines.next()? {
        if line.starts_with('#') {
            ended |= line.starts_with("# end");
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let at = out.record(at, "");
        let mut words = line.splitn(7, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (status, proto, port, ip, time, name, banner) =
            (word(), word(), word(), word(), word(), word(), word());
        out.summary.seen_at = out.summary.seen_at.max(dates::date(time));
        let result = match (status, port.parse()) {
            ("open" | "banner", Ok(number)) => {
                let status = if status == "banner" { "" } else { status };
                service(Seen { ip, number, proto, status, name, banner }, &at, options, &mut out)
            }
            ("open" | "banner", Err(_)) => Err(format!("`{}` is no port number", text::name(port)).into()),
            _ => Ok(()),
        };
        out.settle(&at, result)?;
    }
    if !ended {
        return Err(ParseError::Truncated { at: lines.place(), what: "`# end` was still expected".into() });
    }
    out.finish(FORMAT.id)
}
