//! Nmap XML (`nmap -oX`): hosts, services, and the CVEs that scripts such as vulners report.
//!
//! An open port is a service, not a finding. Coverage is reported only when the run says that it finished: per host
//! that was up, the scanned ports that answered. Filtered ports were not looked at, since a firewall may hide what is
//! still there; and vulnerabilities count as looked for only when a lookup script (vulners, vulscan) ran and visibly
//! worked, at ports that are closed now or whose application was recognised: of one that was not, there was nothing to look up.
//! Scripts that were told to hide some (`mincvss`), or that may have been cut short, close nothing. Reach is unknown: a report does not say from where the scan was made.

use crate::common::out::Out;
use crate::common::xml::{Element, Node, Xml};
use crate::common::{assets, dates, head, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, ServiceSeen};
use bartizan_model::{
    AssetKind, AssetRef, Checks, Covered, Cpe, Identifier, IdentifierKind, Loci, Observation, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

mod scripts;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nmap",
    name: "Nmap",
    summary: "XML output: hosts, ports, services, and CVEs from vulners, vulscan and other vulnerability scripts",
    extensions: &["xml", "nmap.xml"],
    docs: "https://nmap.org/book/nmap-dtd.html",
    tool: "nmap",
    sniff,
    parse,
};

fn sniff(head: &[u8]) -> Sniff {
    match head::xml_root(head) {
        Some((root, _)) if root == "nmaprun" => Sniff::Yes,
        _ => Sniff::No,
    }
}

/// Options by which scripts leave out what they would report, or are stopped before they do.
const NARROWING: [&str; 4] = ["mincvss", "vulscanversiondetection", "vulscandb", "--script-timeout"];

/// Inclusive port ranges by protocol.
type Ranges = BTreeMap<String, Vec<(u16, u16)>>;

/// What is known about the run while hosts go by.
#[derive(Default)]
struct Run {
    args: String,
    started: Option<Timestamp>,
    /// Port ranges by protocol.
    scanned: Ranges,
    /// The lookup scripts that gave any answer: then no answer elsewhere means no CVE.
    lookups: BTreeSet<String>,
    /// What was reached, until the run is known to have finished, and the ports in it whose application is unknown.
    reached: Vec<(AssetRef, Ranges, BTreeMap<String, Vec<u16>>)>,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut xml = Xml::new(input, &options.limits);
    let mut out = Out::new(sink);
    let mut run = Run::default();
    let mut finished = None;
    loop {
        let element = match xml.next()? {
            Node::Eof => break,
            Node::End => continue,
            Node::Start(element) => element,
        };
        match element.name.as_str() {
            "nmaprun" => {
                // Masscan writes the same documents.
                let scanner = element.attr("scanner");
                out.source(if scanner.is_empty() { "nmap" } else { scanner }, element.attr("version"));
                run.args = text::name(element.attr("args"));
                run.started = dates::date(element.attr("start"));
                out.summary.seen_at = run.started;
            }
            "scaninfo" => {
                run.scanned
                    .entry(element.attr("protocol").to_owned())
                    .or_default()
                    .extend(ranges(element.attr("services")));
                xml.skip()?;
            }
            "host" => {
                let at = out.record(xml.place(), "<host>");
                let host = xml.subtree(element)?;
                self::host(&host, &at, options, &mut run, &mut out)?;
            }
            "runstats" => finished = Some(xml.subtree(element)?),
            _ if out.summary.source.name.is_empty() => {
                return Err(ParseError::WrongFormat {
                    format: "nmap",
                    why: format!("its root element is <{}>, not <nmaprun>", text::name(&element.name)),
                });
            }
            _ => xml.skip()?,
        }
    }
    if !xml.seen_root() {
        return Err(ParseError::Empty { format: "nmap" });
    }
    finish(finished.as_ref(), run, &mut out);
    out.damaged(xml.damaged());
    Ok(out.end())
}

/// The scripts, and categories of them, that a run was asked for by name. An expression of several is none of them.
fn asked(args: &str) -> Vec<&str> {
    let mut words = args.split_whitespace();
    let mut asked = Vec::new();
    while let Some(word) = words.next() {
        let list = if word == "--script" { words.next() } else { word.strip_prefix("--script=") };
        asked.extend(list.into_iter().flat_map(|list| list.split(',')));
    }
    asked
}

/// Reports coverage when the run ended well, else says why there is none.
fn finish(stats: Option<&Element>, run: Run, out: &mut Out<'_>) {
    let finished = stats.and_then(|stats| stats.child("finished"));
    if let Some(at) = finished.and_then(|f| dates::date(f.attr("time"))) {
        out.summary.seen_at = Some(at);
    }
    // Old versions write no `exit`; they write <finished> only at a proper end.
    if !finished.is_some_and(|f| matches!(f.attr("exit"), "success" | "")) {
        let why = finished.map_or("the report has no <finished>", |f| f.attr("errormsg"));
        out.gap("the nmap run", format!("it did not finish: {}", text::name(why)));
        return;
    }
    let asked = asked(&run.args);
    let all = asked.iter().any(|script| matches!(*script, "vuln" | "all"));
    let lookups = run.lookups.iter().filter(|script| asked.contains(&script.as_str())).cloned().collect();
    // Of the scripts that test, none says that it found nothing; they count as run where the lookup beside them answered.
    let narrowed = NARROWING.iter().find(|option| run.args.contains(**option));
    if let Some(option) = narrowed {
        out.gap(
            "what scripts report",
            format!("the run was made with `{option}`, which may hide some of it"),
        );
    }
    let checks = match all && !run.lookups.is_empty() {
        _ if narrowed.is_some() => Checks::Rules(BTreeSet::new()),
        true => Checks::All,
        false => Checks::Rules(lookups),
    };
    let any = all || asked.iter().any(|script| scripts::LOOKUPS.contains(script));
    if any && run.lookups.is_empty() {
        out.gap(
            "vulnerability scripts",
            "they ran and found nothing on any host, as they do when their service cannot be reached",
        );
    }
    for (asset, protocols, unknown) in run.reached {
        for (protocol, ranges) in protocols {
            let known = without(&ranges, unknown.get(&protocol).map_or(&[], Vec::as_slice));
            let mut cover = |checks: &Checks, ranges: Vec<(u16, u16)>| {
                if !ranges.is_empty() {
                    let loci = Loci::Ports { protocol: protocol.clone(), ranges };
                    out.cover(Covered { asset: asset.clone(), checks: checks.clone(), loci });
                }
            };
            // A service that answers without a name is there all the same, whatever it was before.
            if known != ranges {
                cover(&Checks::Rules(BTreeSet::new()), ranges);
            }
            cover(&checks, known);
        }
    }
}

fn host(
    host: &Element,
    at: &Place,
    options: &Options,
    run: &mut Run,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let state = host.child("status").map_or("", |status| status.attr("state"));
    if state == "down" {
        return Ok(());
    }
    let Some(asset) = asset(host, options) else {
        out.reject(at.clone(), "a host without address and name");
        return Ok(());
    };
    let seen_at =
        [host.attr("endtime"), host.attr("starttime")].into_iter().find_map(dates::date).or(run.started);
    let os =
        host.within("os", "osmatch").next().map(|os| text::name(os.attr("name"))).filter(|os| !os.is_empty());
    let seen = AssetSeen { os, seen_at, ..AssetSeen::new(asset.clone()) };
    out.observe(at, Observation::Asset(seen), None)?;

    let mut answered: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    let mut silent: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    let mut unknown: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for port in host.within("ports", "port") {
        let Ok(number) = port.attr("portid").parse::<u16>() else {
            out.reject(at.clone(), format!("`{}` is no port number", text::name(port.attr("portid"))));
            continue;
        };
        let protocol = text::name(port.attr("protocol")).to_lowercase();
        let state = port.child("state").map_or("", |state| state.attr("state"));
        let list = if matches!(state, "open" | "closed") { &mut answered } else { &mut silent };
        list.entry(protocol.clone()).or_default().push(number);
        if state != "open" {
            continue;
        }
        let service = port.child("service");
        let of = |name: &str| service.map_or(String::new(), |service| text::name(service.attr(name)));
        if of("product").is_empty() && service.is_none_or(|service| service.child("cpe").is_none()) {
            unknown.entry(protocol.clone()).or_default().push(number);
        }
        let service = ServiceSeen {
            asset: asset.clone(),
            protocol,
            port: number,
            name: of("name"),
            product: of("product"),
            version: of("version"),
            cpe: service.map_or(String::new(), application),
            addresses: Vec::new(),
        };
        let place = scripts::Where { asset: &asset, service: Some(&service), seen_at };
        let mut findings = Vec::new();
        for script in port.children("script") {
            run.lookups.extend(scripts::read(script, &place, &mut findings));
        }
        out.observe(at, Observation::Service(service), None)?;
        for finding in findings {
            out.finding(at, finding, None)?;
        }
    }
    let place = scripts::Where { asset: &asset, service: None, seen_at };
    let mut findings = Vec::new();
    for script in host.within("hostscript", "script") {
        run.lookups.extend(scripts::read(script, &place, &mut findings));
    }
    for finding in findings {
        out.finding(at, finding, None)?;
    }
    if host.attr("timedout") == "true" {
        out.gap(format!("host {}", asset.name), "nmap gave up on it (--host-timeout)");
    } else {
        run.reached.push((asset, looked_at(host, run, &answered, &silent), unknown));
    }
    Ok(())
}

/// The CPE of the application that a service runs: what it names of the system below, nmap tells without a version.
fn application(service: &Element) -> String {
    let named = service.children("cpe").map(|cpe| text::name(&cpe.text));
    let mut named = named.filter(|text| Cpe::parse(text).is_some_and(|cpe| cpe.part() == "a"));
    named.next().unwrap_or_default()
}

/// The ports of each scanned protocol that gave an answer.
fn looked_at(
    host: &Element,
    run: &Run,
    answered: &BTreeMap<String, Vec<u16>>,
    silent: &BTreeMap<String, Vec<u16>>,
) -> Ranges {
    // <extraports> sums up ports by state; which ones they are is only said by newer versions, in <extrareasons>.
    let filtered = host.within("ports", "extraports").any(|extra| extra.attr("state").contains("filtered"));
    let closed = host.within("ports", "extraports").filter(|extra| extra.attr("state") == "closed");
    let closed: Vec<_> = closed.flat_map(|extra| extra.children("extrareasons")).collect();
    let none = Vec::new();
    let mut all = BTreeMap::new();
    for (protocol, scanned) in &run.scanned {
        let answered = answered.get(protocol).unwrap_or(&none);
        let mut list: Vec<(u16, u16)> = if filtered {
            let proto = |e: &&&Element| e.attr("proto").is_empty() || e.attr("proto") == protocol;
            let named = closed.iter().filter(proto).flat_map(|extra| ranges(extra.attr("ports")));
            answered.iter().map(|port| (*port, *port)).chain(named).collect()
        } else {
            without(scanned, silent.get(protocol).unwrap_or(&none))
        };
        list.sort_unstable();
        list.dedup();
        all.insert(protocol.clone(), list);
    }
    all
}

/// Ranges without some single ports.
fn without(ranges: &[(u16, u16)], ports: &[u16]) -> Vec<(u16, u16)> {
    let mut ports = ports.to_vec();
    ports.sort_unstable();
    let mut out = Vec::new();
    for &(low, high) in ranges {
        let mut from = u32::from(low);
        for &port in ports.iter().filter(|port| (low..=high).contains(port)) {
            if u32::from(port) > from {
                out.push((from as u16, port - 1));
            }
            from = u32::from(port) + 1;
        }
        if from <= u32::from(high) {
            out.push((from as u16, high));
        }
    }
    out
}

/// Reads `1-1000,8080`.
fn ranges(text: &str) -> Vec<(u16, u16)> {
    let range = |part: &str| {
        let (low, high) = part.split_once('-').unwrap_or((part, part));
        Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
            .filter(|(low, high): &(u16, u16)| low <= high)
    };
    text.split(',').filter_map(range).collect()
}

fn asset(host: &Element, options: &Options) -> Option<AssetRef> {
    let mut identifiers = Vec::new();
    let (mut address, mut name) = ("", "");
    for element in host.children("address") {
        let kind = if element.attr("addrtype") == "mac" { IdentifierKind::Mac } else { IdentifierKind::Ip };
        let Some(identifier) = Identifier::new(kind, element.attr("addr")) else { continue };
        if kind == IdentifierKind::Ip && address.is_empty() {
            address = element.attr("addr");
        }
        identifiers.push(identifier);
    }
    for element in host.within("hostnames", "hostname") {
        let given = element.attr("name");
        // A PTR record is also a name by which other tools know the host; `user` names come first.
        if name.is_empty() || element.attr("type") == "user" {
            name = given;
        }
        identifiers.extend(Identifier::host(&text::name(given)));
    }
    if let Some(asset) = &options.asset
        && assets::is_loopback(address)
    {
        return Some(asset.clone());
    }
    let name = text::name(if name.is_empty() { address } else { name.trim_end_matches('.') });
    AssetRef::new(AssetKind::Host, &name, identifiers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_ranges() {
        assert_eq!(ranges("22,80-443,x,9-1"), [(22, 22), (80, 443)]);
        assert_eq!(without(&[(1, 10), (65535, 65535)], &[10, 5, 1, 65535]), [(2, 4), (6, 9)]);
    }

    #[test]
    fn a_run_looked_for_what_it_was_asked_for() {
        let checks = |args: &str| {
            let report = format!(
                r#"<?xml version="1.0"?><nmaprun scanner="nmap" args="{args}" start="1718000000" version="7.95">
                <scaninfo type="syn" protocol="tcp" numservices="1" services="80"/>
                <host><status state="up"/><address addr="192.0.2.7" addrtype="ipv4"/><ports><port protocol="tcp" portid="80">
                <state state="open"/><service name="http" product="Apache httpd"/><script id="vulners" output="CVE-2021-41773 7.5"/></port></ports></host>
                <runstats><finished time="1718000100" exit="success"/></runstats></nmaprun>"#
            );
            let mut seen = crate::Collected::default();
            parse(&mut report.as_bytes(), &Options::default(), &mut seen).unwrap();
            seen.covered.into_iter().map(|covered| covered.checks).collect::<Vec<_>>()
        };
        let rules = |names: &[&str]| Checks::Rules(names.iter().map(|name| (*name).to_owned()).collect());
        for (args, expected) in [
            ("nmap -sV --script vulners 192.0.2.7", rules(&["vulners"])),
            ("nmap -sV --script=default,vulners 192.0.2.7", rules(&["vulners"])),
            ("nmap -sV --script vuln 192.0.2.7", Checks::All),
            ("nmap -sV --script http-vuln-cve2021-41773 192.0.2.7", rules(&[])),
            ("nmap -sV --script vulners --script-args mincvss=7.0 192.0.2.7", rules(&[])),
            ("nmap -sV --script vuln --script-timeout 10s 192.0.2.7", rules(&[])),
            ("nmap -sV 192.0.2.7", rules(&[])),
        ] {
            assert_eq!(checks(args), [expected], "{args}");
        }
    }
}
