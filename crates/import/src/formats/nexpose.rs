//! Nexpose and InsightVM: XML Export 1.0 and 2.0 (`NexposeReport`), and the CSV exports whose columns are the ones of
//! Rapid7's own report templates and SQL examples.
//!
//! A test of a node that is vulnerable (confirmed, by version or potentially) is a finding on the host, at the port of its
//! endpoint. What a test means stands in the definitions at the end of the report. Open endpoints are services.

use crate::common::kept::{Kept, Known};
use crate::common::out::{Out, Stop};
use crate::common::table::{Row, Table};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{assets, cvss, dates, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, ServiceSeen, WeaknessSeen};
use bartizan_model::{AssetRef, Finding, Locus, Observation, Severity, Timestamp};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nexpose",
    name: "Nexpose / InsightVM",
    summary: "XML Export 1.0 and 2.0 and CSV: vulnerable tests, hosts, operating systems, services",
    extensions: &["xml", "csv"],
    docs: "https://docs.rapid7.com/insightvm/understanding-the-report-template-types/",
    tool: "nexpose",
    sniff,
    parse,
};

const ROOTS: &[&str] = &["NexposeReport"];
const SHAPES: [&[&str]; 2] =
    [&["Asset IP Address", "Vulnerability ID"], &["ip_address", "vulnerability_id", "title"]];

fn sniff(head: &Head<'_>) -> Sniff {
    let xml = head.root().is_some_and(|(root, _)| ROOTS.contains(&root));
    Sniff::when(xml || SHAPES.iter().any(|needed| head.csv(needed)))
}

/// A test that waits for its definition.
struct Test {
    at: Place,
    id: String,
    asset: AssetRef,
    locus: Locus,
    proof: String,
    confidence: String,
    key: String,
    since: Option<Timestamp>,
    seen_at: Option<Timestamp>,
}

/// What a test means.
#[derive(Default)]
struct Definition {
    title: String,
    severity: Severity,
    ids: Vec<String>,
    cwe: Vec<u32>,
    score: Option<f64>,
    cvss: Vec<String>,
    description: String,
    fix: String,
    references: Vec<String>,
    tags: Vec<String>,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let head = Head::peek(input)?;
    if !head.trimmed().starts_with(b"<") {
        let shape = SHAPES.into_iter().find(|needed| head.csv(needed)).unwrap_or(SHAPES[0]);
        let table = Table::open(input, &options.limits, FORMAT.id, shape)?;
        table.rows(&mut out, &mut |row, at, out| self::row(row, at, options, out))?;
        return out.finish(FORMAT.id);
    }
    let mut tests = Kept::new(options.limits.deferred);
    let mut definitions: Known<Definition> = Known::new(options.limits.deferred / 2);
    let mut scanned = None;
    walk(input, options, &mut out, FORMAT.id, ROOTS, &mut |element, xml, out| {
        match element.name.as_str() {
            "scan" => {
                scanned =
                    [element.attr("endTime"), element.attr("startTime")].into_iter().find_map(dates::date);
                out.summary.seen_at = out.summary.seen_at.max(scanned);
                if !matches!(element.attr("status"), "" | "finished") {
                    let what = format!("scan {}", text::name(element.attr("name")));
                    out.gap(what, format!("its status is {}", text::name(element.attr("status"))));
                }
            }
            "node" => {
                let at = out.record(xml.place(), "<node>");
                let node = xml.subtree(element)?;
                self::node(&node, &at, scanned, &mut tests, out)?;
            }
            "vulnerability" => {
                let id = text::name(element.attr("id")).to_lowercase();
                let element = xml.subtree(element)?;
                definitions.put(id, definition(&element), element.bytes());
            }
            _ => {}
        }
        Ok(())
    })?;
    definitions.tell("vulnerabilities' descriptions", &mut out);
    let unknown = Definition::default();
    for test in tests {
        let definition = definitions.get(&test.id).unwrap_or(&unknown);
        out.finding(&test.at.clone(), finding(test, definition), None)?;
    }
    out.finish(FORMAT.id)
}

fn node(
    node: &Element,
    at: &Place,
    seen_at: Option<Timestamp>,
    tests: &mut Kept<Test>,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let names = node.within("names", "name").map(|name| name.text.trim());
    let mac = node.attr("hardware-address");
    let colons: Vec<_> = (0..mac.len()).step_by(2).filter_map(|i| mac.get(i..i + 2)).collect();
    let mac = if mac.len() == 12 { colons.join(":") } else { mac.to_owned() };
    let Some(asset) = assets::machine(names.chain([node.attr("address")]), [mac.as_str()]) else {
        out.reject(at.clone(), "a node without address and name");
        return Ok(());
    };
    let certainty = |os: &&Element| (os.attr("certainty").parse::<f64>().unwrap_or(0.0) * 100.0) as i64;
    let os = node.within("fingerprints", "os").max_by_key(certainty).map(|os| {
        let words = ["vendor", "product", "version"].map(|name| os.attr(name));
        let mut words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.dedup();
        text::name(&words.join(" "))
    });
    out.observe(at, Observation::Asset(AssetSeen { os, seen_at, ..AssetSeen::new(asset.clone()) }), None)?;
    for test in node.within("tests", "test") {
        keep(test, at, &asset, Locus::Whole, seen_at, tests)?;
    }
    for endpoint in node.within("endpoints", "endpoint") {
        let locus = loci::port(endpoint.attr("protocol"), endpoint.attr("port"));
        for service in endpoint.within("services", "service") {
            if let Locus::Port { protocol, port } = &locus
                && endpoint.attr("status") == "open"
            {
                let print = service.within("fingerprints", "fingerprint").next();
                let of = |name: &str| print.map_or(String::new(), |print| text::name(print.attr(name)));
                let seen = ServiceSeen {
                    asset: asset.clone(),
                    protocol: protocol.clone(),
                    port: *port,
                    name: text::name(service.attr("name")).to_lowercase(),
                    product: of("product"),
                    version: of("version"),
                    cpe: String::new(),
                    addresses: Vec::new(),
                    vantage: String::new(),
                };
                out.observe(at, Observation::Service(seen), None)?;
            }
            for test in service.within("tests", "test") {
                keep(test, at, &asset, locus.clone(), seen_at, tests)?;
            }
        }
    }
    Ok(())
}

fn keep(
    test: &Element,
    at: &Place,
    asset: &AssetRef,
    locus: Locus,
    seen_at: Option<Timestamp>,
    tests: &mut Kept<Test>,
) -> Result<(), ParseError> {
    let confidence = match test.attr("status") {
        "vulnerable-exploited" | "vulnerable" | "exception-vulnerable-exploited" => "confirmed",
        "vulnerable-version" | "exception-vulnerable-version" => "by version",
        "potential" | "vulnerable-potential" | "exception-vulnerable-potential" => "potential",
        _ => return Ok(()),
    };
    let proof = text::body(&test.words());
    let texts = proof.len() + asset.name.len() * 4;
    let test = Test {
        at: at.clone(),
        id: text::name(test.attr("id")).to_lowercase(),
        asset: asset.clone(),
        locus,
        proof,
        confidence: confidence.to_owned(),
        key: text::name(test.attr("key")),
        since: dates::date(test.attr("vulnerable-since")),
        seen_at,
    };
    tests.push(at, test, texts)
}

fn definition(element: &Element) -> Definition {
    let mut definition = Definition {
        title: text::title(element.attr("title"), element.attr("id")),
        severity: severity(element.attr("severity")),
        score: element.attr("cvssScore").parse().ok(),
        cvss: cvss::vectors(["cvssV3Vector", "cvssVector"].map(|name| element.attr(name))),
        ..Definition::default()
    };
    let words = |name: &str| element.child(name).map(Element::words).unwrap_or_default();
    definition.description = text::body(&words("description"));
    definition.fix = text::body(&words("solution"));
    let mut links = Vec::new();
    for reference in element.within("references", "reference") {
        match reference.attr("source").to_ascii_uppercase().as_str() {
            "CVE" => ids::push_id(&mut definition.ids, &reference.text),
            "CWE" => ids::cwes_in(&mut definition.cwe, &reference.text),
            "URL" => links.push(reference.text.as_str()),
            _ => {}
        }
    }
    definition.references = text::links(links);
    definition.tags =
        element.within("tags", "tag").filter_map(|tag| text::some(&tag.text)).take(50).collect();
    definition
}

/// Nexpose's levels: 1 to 3 moderate, 4 to 7 severe, 8 to 10 critical; finer here, as their scores are.
fn severity(level: &str) -> Severity {
    match level.trim().parse::<f64>() {
        Ok(level) => Severity::from_cvss(level),
        Err(_) => ids::severity(level),
    }
}

fn finding(test: Test, definition: &Definition) -> Finding {
    let weakness =
        WeaknessSeen { ids: definition.ids.clone(), cwe: definition.cwe.clone(), rule: test.id.clone() };
    Finding {
        description: definition.description.clone(),
        fix: definition.fix.clone(),
        cvss: definition.cvss.clone(),
        cvss_score: definition.score,
        evidence: text::labelled([("Proof", test.proof.as_str()), ("Key", test.key.as_str())]),
        raw_id: Some(test.id.clone()),
        seen_at: test.seen_at,
        found_at: test.since,
        tags: definition.tags.clone(),
        confidence: test.confidence,
        references: definition.references.clone(),
        ..Finding::new(
            if definition.title.is_empty() { test.id } else { definition.title.clone() },
            definition.severity,
            weakness,
            test.asset,
            test.locus,
        )
    }
}

fn row(row: &Row<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let names = [
        row.first(&["Asset Names", "Asset Name", "host_name", "hostname"]),
        row.first(&["Asset IP Address", "ip_address"]),
    ];
    let macs = [row.first(&["Asset MAC Addresses", "mac_address"])];
    let asset =
        assets::machine(names, macs).or_else(|| options.asset.clone()).ok_or("neither host nor address")?;
    let mut weakness = WeaknessSeen {
        rule: text::name(row.first(&["Vulnerability ID", "vulnerability_id", "nexpose_id"])).to_lowercase(),
        ..WeaknessSeen::default()
    };
    if weakness.rule.is_empty() {
        return Err("no vulnerability id".into());
    }
    weakness.ids = ids::ids_in(row.first(&["Vulnerability CVE IDs", "Vulnerability CVE ID", "cve", "cves"]));
    let score = ["Vulnerability CVSSv3 Score", "cvss_v3_score", "Vulnerability CVSS Score", "cvss_score"];
    let level = row.first(&["Vulnerability Severity Level", "severity_score", "severity"]);
    let finding = Finding {
        description: text::paragraphs([row.first(&["Vulnerability Description", "description"])]),
        fix: text::paragraphs([row.first(&["Vulnerability Solution", "solution", "fix", "summary"])]),
        cvss: cvss::vectors(
            ["Vulnerability CVSSv3 Vector", "Vulnerability CVSS Vector", "cvss_vector"].map(|n| row.get(n)),
        ),
        cvss_score: score.into_iter().find_map(|name| row.get(name).parse().ok()),
        evidence: text::body(row.first(&["Vulnerability Proof", "proof"])),
        raw_id: Some(weakness.rule.clone()),
        seen_at: dates::date(row.first(&["Vulnerability Test Date", "scan_finished", "last_seen", "date"])),
        found_at: dates::date(row.first(&["Vulnerable Since", "first_discovered", "first_found"])),
        references: text::links([row.first(&["Vulnerability Reference URLs", "references"])]),
        ..Finding::new(
            text::title(row.first(&["Vulnerability Title", "title"]), &weakness.rule),
            severity(level),
            weakness,
            asset,
            loci::port(row.first(&["Service Protocol", "protocol"]), row.first(&["Service Port", "port"])),
        )
    };
    out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
    Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
}
