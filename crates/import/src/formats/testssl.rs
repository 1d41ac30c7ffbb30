//! testssl.sh: CSV (`--csvfile`), flat JSON (`--jsonfile`) and pretty JSON (`--jsonfile-pretty`).
//!
//! One finding per row that is not `OK`, which closes what it said before, at the port of the host; the rule is the row's id. Ratings and scores are no findings. A
//! row of severity `WARN`, `FATAL` or `DEBUG` says that something could not be tested: a gap.

use crate::common::layout::Layout;
use crate::common::out::{Out, Stop};
use crate::common::table::{self};
use crate::common::tree::Tree;
use crate::common::{assets, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::Finding;
use bartizan_model::observation::WeaknessSeen;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "testssl",
    name: "testssl.sh",
    summary: "CSV and JSON output: protocols, ciphers, certificates and vulnerabilities of TLS servers",
    extensions: &["csv", "json"],
    docs: "https://testssl.sh/doc/testssl.1.html",
    tool: "testssl.sh",
    sniff,
    parse,
};

const COLUMNS: &[&str] = &["id", "fqdn/ip", "port", "severity", "finding"];

static FLAT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

static PRETTY: Layout = Layout {
    version: ("version", ""),
    heads: &["version", "scanResult/targetHost", "scanResult/ip", "scanResult/port"],
    lists: &["scanResult/*[]"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let row = keys.has_all(&["id", "ip", "finding", "severity"]);
    let json = row || (keys.has("scanResult") && keys.has_any(&["Invocation", "at", "openssl"]));
    Sniff::when(json || head.csv(COLUMNS))
}

/// One row, from whichever file.
struct Row<'a> {
    id: &'a str,
    /// `name/address`.
    target: &'a str,
    port: &'a str,
    severity: &'a str,
    finding: &'a str,
    cve: &'a str,
    cwe: &'a str,
    hint: &'a str,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    if head.is_json() {
        let pretty = head.keys().has("scanResult");
        let layout = if pretty { &PRETTY } else { &FLAT };
        return layout.parse(input, options, sink, |record, options, out| {
            let name = record.head("scanResult/targetHost").text("");
            let target = match record.text("ip") {
                ip if ip.is_empty() => format!("{name}/{}", record.head("scanResult/ip").text("")),
                ip => ip.into_owned(),
            };
            let port = match record.text("port") {
                port if port.is_empty() => record.head("scanResult/port").text(""),
                port => port,
            };
            observe(
                &Row {
                    id: &record.text("id"),
                    target: &target,
                    port: &port,
                    severity: &record.text("severity"),
                    finding: &record.text("finding"),
                    cve: &record.text("cve"),
                    cwe: &record.text("cwe"),
                    hint: &record.text("hint"),
                },
                record.raw,
                &record.at,
                options,
                out,
            )
        });
    }
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        let fields = Row {
            id: row.get("id"),
            target: row.get("fqdn/ip"),
            port: row.get("port"),
            severity: row.get("severity"),
            finding: row.get("finding"),
            cve: row.get("cve"),
            cwe: row.get("cwe"),
            hint: row.get("hint"),
        };
        observe(&fields, row.raw().as_bytes(), at, options, out)
    })
}

fn observe(row: &Row<'_>, raw: &[u8], at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    if row.id.is_empty() {
        return Err("no id".into());
    }
    let severity = row.severity.to_ascii_uppercase();
    let rating = row.id.to_ascii_lowercase();
    if ["rating", "score", "grade"].iter().any(|word| rating.contains(word)) {
        return Ok(());
    }
    let (name, ip) = row.target.split_once('/').unwrap_or((row.target, ""));
    let asset = assets::machine([name, ip], []).or_else(|| options.asset.clone());
    if matches!(severity.as_str(), "WARN" | "FATAL" | "DEBUG") {
        out.gap(
            format!("{} of {}", text::name(row.id), text::name(row.target)),
            text::title(row.finding, &severity),
        );
        return Ok(());
    }
    if severity == "OK" && asset.is_none() {
        return Ok(());
    }
    let asset = asset.ok_or("neither host nor address")?;
    let mut weakness = WeaknessSeen { rule: text::name(row.id), ..WeaknessSeen::default() };
    row.cve.split([' ', ',']).for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    row.cwe.split([' ', ',']).for_each(|cwe| ids::cwes_in(&mut weakness.cwe, cwe));
    let finding = Finding {
        description: text::body(row.finding),
        fix: text::body(row.hint),
        raw_id: Some(weakness.rule.clone()),
        ..Finding::new(
            text::title(&format!("{}: {}", row.id, row.finding), row.id),
            ids::severity(&severity),
            weakness,
            asset,
            loci::port("tcp", row.port),
        )
    };
    if severity == "OK" {
        out.clear(&finding);
        return Ok(());
    }
    out.finding(at, finding, Some(raw))?;
    let is_id = |word: &&str| {
        let mut ids = Vec::new();
        ids::push_id(&mut ids, word);
        !ids.is_empty()
    };
    // What it calls by a CVE is another exposure than what it calls by its own name.
    match row.cve.split([' ', ',']).find(|word| word.contains(char::is_alphanumeric) && !is_id(word)) {
        Some(word) => Err(format!("`{}` among its CVEs is none", text::name(word)).into()),
        None => Ok(()),
    }
}
