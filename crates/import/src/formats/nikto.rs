//! Nikto: XML, JSON (2.1.5 to 2.5, one host or a list) and CSV.
//!
//! One finding per item, on the web application of its host and port, which runs on the host at the address that the report
//! names. Nikto rates nothing: its items are what a checklist met with, so they are informational. The rule is the test id.

use crate::common::flex::Text;
use crate::common::json::{Json, Value};
use crate::common::out::{Out, Stop};
use crate::common::table::Table;
use crate::common::walk::walk;
use crate::common::{dates, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity, Timestamp};
use serde::Deserialize;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nikto",
    name: "Nikto",
    summary: "XML, JSON and CSV output: items with test id, method, URL",
    extensions: &["xml", "json", "csv"],
    docs: "https://github.com/sullo/nikto/wiki/Export-Formats",
    tool: "nikto",
    sniff,
    parse,
};

const COLUMNS: &[&str] = &["host", "ip", "port", "reference", "method", "url", "msg"];

fn sniff(head: &Head<'_>) -> Sniff {
    let xml = head.root().is_some_and(|(root, _)| root == "niktoscan" || root == "niktoscans");
    let keys = head.keys();
    let json = keys.has_all(&["vulnerabilities", "host", "port", "banner"]);
    let csv = head.trimmed().starts_with(b"\"Nikto - v");
    Sniff::when(xml || json || csv)
}

/// The host whose items go by.
#[derive(Default)]
struct Host {
    name: String,
    ip: String,
    port: String,
    /// Where the report gives it whole.
    site: String,
    seen_at: Option<Timestamp>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Item<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, rename = "OSVDB")]
    osvdb: Text<'a>,
    #[serde(borrow)]
    method: Text<'a>,
    #[serde(borrow)]
    url: Text<'a>,
    #[serde(borrow)]
    msg: Text<'a>,
    #[serde(borrow)]
    references: Text<'a>,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut machines = web::Machines::default();
    let head = Head::peek(input)?;
    match head.trimmed().first() {
        None => return Err(ParseError::Empty { format: FORMAT.id }),
        Some(b'<') => xml(input, options, &mut machines, &mut out)?,
        Some(b'{' | b'[') => {
            out.source(FORMAT.tool, "");
            let mut json = Json::new(input, &options.limits);
            json.trailing_commas = true;
            let mut known = false;
            let list = json.peek()? == Some(b'[');
            if list {
                json.array(&mut |json| host(json, &mut known, options, &mut machines, &mut out))?;
            } else {
                host(&mut json, &mut known, options, &mut machines, &mut out)?;
            }
            json.end()?;
            json.tell_flaws(&mut out);
            if !known {
                let why = "no host in it has vulnerabilities".to_owned();
                return Err(ParseError::WrongFormat { format: FORMAT.id, why });
            }
        }
        Some(_) => csv(input, options, &mut machines, &mut out)?,
    }
    machines.cover(&mut out);
    out.finish(FORMAT.id)
}

fn xml(
    input: &mut dyn BufRead,
    options: &Options,
    machines: &mut web::Machines,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let mut host = Host::default();
    walk(input, options, out, FORMAT.id, &["niktoscan", "niktoscans"], &mut |element, xml, out| {
        match element.name.as_str() {
            "niktoscan" if !element.attr("version").is_empty() => {
                out.source(FORMAT.tool, element.attr("version"));
            }
            "scandetails" => {
                if out.summary.source.name.is_empty() {
                    out.source(FORMAT.tool, "");
                }
                host = Host {
                    name: text::name(element.attr("targethostname")),
                    ip: text::name(element.attr("targetip")),
                    port: text::name(element.attr("targetport")),
                    site: text::name(element.attr("sitename")),
                    seen_at: dates::date(element.attr("starttime")),
                };
                out.summary.seen_at = out.summary.seen_at.max(host.seen_at);
                if !matches!(element.attr("errors"), "" | "0") {
                    let errors = text::name(element.attr("errors"));
                    out.gap(format!("host {}", host.name), format!("{errors} requests failed"));
                }
            }
            "item" => {
                let at = out.record(xml.place(), "<item>");
                let element = xml.subtree(element)?;
                let text = |text: &'_ str| Text(text.to_owned().into());
                let item = Item {
                    id: text(element.attr("id")),
                    osvdb: text(element.attr("osvdbid")),
                    method: text(element.attr("method")),
                    url: text(element.text_of("uri")),
                    msg: text(element.text_of("description")),
                    references: text(element.text_of("references")),
                };
                let result = observe(&item, &host, None, &at, options, machines, out);
                out.settle(&at, result)?;
            }
            _ => {}
        }
        Ok(())
    })
}

fn host(
    json: &mut Json<'_>,
    known: &mut bool,
    options: &Options,
    machines: &mut web::Machines,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let mut host = Host::default();
    json.object(&mut |json, key| {
        let field = match key {
            "host" => &mut host.name,
            "ip" => &mut host.ip,
            "port" => &mut host.port,
            "vulnerabilities" => {
                *known = true;
                return json.each_of("vulnerabilities[]", out, &mut |value: &Value<'_>, at, out| {
                    observe(&value.read()?, &host, Some(value.text.as_bytes()), at, options, machines, out)
                });
            }
            _ => return json.skip(),
        };
        *field = text::name(&json.value()?.read::<Text<'_>>().unwrap_or_default());
        Ok(())
    })
}

fn csv(
    input: &mut dyn BufRead,
    options: &Options,
    machines: &mut web::Machines,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let mut version = Vec::new();
    std::io::Read::take(&mut *input, 4096)
        .read_until(b'\n', &mut version)
        .map_err(|source| ParseError::Io { at: Place::default(), source })?;
    let version = String::from_utf8_lossy(&version);
    let Some((_, version)) = version.split_once("Nikto - v") else {
        let why = "its first line is not `Nikto - v...`".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    };
    out.source(FORMAT.tool, version.split('/').next().unwrap_or_default().trim().trim_matches('"'));
    let table = Table::headless(input, &options.limits, COLUMNS);
    table.rows(out, &mut |row, at, out| {
        let of = |name: &str| row.get(name).to_owned();
        let host = Host { name: of("host"), ip: of("ip"), port: of("port"), ..Host::default() };
        let reference = row.get("reference");
        let item = Item {
            osvdb: Text(reference.strip_prefix("OSVDB-").unwrap_or_default().into()),
            references: Text(reference.into()),
            method: Text(row.get("method").into()),
            url: Text(row.get("url").into()),
            msg: Text(row.get("msg").into()),
            ..Item::default()
        };
        observe(&item, &host, Some(row.raw().as_bytes()), at, options, machines, out)
    })
}

fn observe(
    item: &Item<'_>,
    host: &Host,
    raw: Option<&[u8]>,
    at: &Place,
    options: &Options,
    machines: &mut web::Machines,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let message = item.msg.trim();
    // Newer versions put the path before the message.
    let message = message.strip_prefix(&*item.url).unwrap_or(message).trim_start_matches([':', ' ']);
    // The CSV has no test ids: the words without what is in quotes are all there is.
    let rule = text::some(&item.id)
        .or_else(|| text::some(&message.split(['\'', '"']).next()?.to_lowercase()))
        .or_else(|| text::some(&message.to_lowercase()));
    let mut weakness =
        WeaknessSeen { rule: rule.ok_or("neither an id nor a message")?, ..WeaknessSeen::default() };
    for id in ids::ids_in(message).into_iter().chain(ids::ids_in(&item.references)) {
        ids::push_id(&mut weakness.ids, &id);
    }
    let known = [host.name.as_str(), host.ip.as_str()].into_iter().find(|name| !name.is_empty());
    let name = known.unwrap_or_default();
    let secure = host.port == "443" || message.contains("SSL");
    let origin = match (host.site.as_str(), name, host.port.as_str()) {
        ("", "", _) => String::new(),
        ("", name, "") => format!("http://{name}"),
        ("", name, port) => format!("{}://{name}:{port}", if secure { "https" } else { "http" }),
        (site, ..) => site.trim_end_matches('/').to_owned(),
    };
    let url = format!("{origin}{}", &*item.url);
    let (asset, locus) = web::spot(&url, "", options);
    machines.tell(&asset, &host.ip, at, out)?;
    let osvdb = text::some(&item.osvdb).filter(|id| id != "0").map(|id| format!("osvdb:{id}"));
    let finding = Finding {
        description: text::body(message),
        evidence: text::labelled([("URL", url.as_str()), ("method", &*item.method), ("address", &host.ip)]),
        raw_id: text::some(&item.id),
        seen_at: host.seen_at,
        tags: osvdb.into_iter().collect(),
        references: text::links(item.references.split([',', ' '])),
        ..Finding::new(text::title(message, &weakness.rule), Severity::Info, weakness, asset, locus)
    };
    Ok(out.finding(at, finding, raw)?)
}
