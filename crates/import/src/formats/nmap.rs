//! Nmap XML (`nmap -oX`) and grepable output (`-oG`, hosts and services alone): hosts, services, the CVEs that scripts such as vulners report, and the exposures that scripts show:
//! weak TLS and SSH, anonymous logins, open stores, shares and relays.
//!
//! An open port is a service, not a finding. Coverage is reported only when the run says that it finished (`coverage`). Reach is
//! unknown: a report does not say from where the scan was made.

use crate::common::out::Out;
use crate::common::xml::{Element, Node, Xml};
use crate::common::{assets, dates, grepable, head, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, ServiceSeen};
use bartizan_model::{AssetKind, AssetRef, Cpe, Identifier, IdentifierKind, Observation};
use coverage::{Ports, Run};
use std::io::BufRead;

mod answers;
mod coverage;
mod exposures;
mod scripts;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nmap",
    name: "Nmap",
    summary: "XML and grepable output: hosts, ports, services, CVEs from vulners and other vulnerability scripts, exposures that scripts show",
    extensions: &["xml", "nmap.xml", "gnmap"],
    docs: "https://nmap.org/book/nmap-dtd.html",
    tool: "nmap",
    sniff: |head| Sniff::when(head.is_root("nmaprun") || grepable::is(head, "Nmap")),
    parse,
};

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    if head::first_byte(input)? == Some(b'#') {
        out.source("nmap", "");
        return grepable::read(input, options, out, "nmap");
    }
    let mut xml = Xml::new(input, &options.limits);
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
                run.begin(element.attr("args"), dates::date(element.attr("start")));
                out.summary.seen_at = run.started;
            }
            "scaninfo" => {
                run.scans(element.attr("protocol"), element.attr("services"));
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
    run.finish(finished.as_ref(), &mut out);
    out.damaged(xml.damaged());
    Ok(out.end())
}

/// What Nmap and Masscan tell ports of; `ip` are the protocols themselves, by their numbers.
const PROTOCOLS: [&str; 5] = ["tcp", "udp", "sctp", "icmp", "ip"];

/// Where scripts that look at a host by SMB do so, the preferred port last.
const SMB: [(&str, u16); 2] = [("tcp", 139), ("tcp", 445)];

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

    let address = host.children("address").find(|it| it.attr("addrtype") != "mac");
    let address = text::name(address.map_or("", |it| it.attr("addr")));
    let mut ports = Ports::of(host, &address);
    let mut smb = None;
    for port in host.within("ports", "port") {
        let Ok(number) = port.attr("portid").parse::<u16>() else {
            out.reject(at.clone(), format!("`{}` is no port number", text::name(port.attr("portid"))));
            continue;
        };
        let protocol = text::name(port.attr("protocol")).to_lowercase();
        if !PROTOCOLS.contains(&protocol.as_str()) {
            out.reject(
                at.clone(),
                format!("port {number} has the protocol `{protocol}`, which is not known"),
            );
            continue;
        }
        let state = port.child("state").map_or("", |state| state.attr("state"));
        ports.saw(&protocol, number, state);
        if state != "open" {
            continue;
        }
        ports.open(&protocol, number, port, run);
        let service = port.child("service");
        let of = |name: &str| service.map_or(String::new(), |service| text::name(service.attr(name)));
        let service = ServiceSeen {
            asset: asset.clone(),
            protocol,
            port: number,
            name: of("name"),
            // Masscan's documents have the banner as it came.
            product: [of("product"), of("banner")].into_iter().find(|it| !it.is_empty()).unwrap_or_default(),
            version: of("version"),
            cpe: service.map_or(String::new(), application),
            addresses: text::some(&address).into_iter().collect(),
            vantage: address.clone(),
        };
        let place = scripts::Where { asset: &asset, address: &address, service: Some(&service), seen_at };
        let mut findings = Vec::new();
        for script in port.children("script") {
            match scripts::read(script, &place, &mut findings) {
                Ok(lookup) => run.lookups.extend(lookup),
                Err(why) => out.reject(at.clone(), why),
            }
        }
        if SMB.contains(&(service.protocol.as_str(), number)) {
            smb = Some(service.clone());
        }
        out.observe(at, Observation::Service(service), None)?;
        for finding in findings {
            out.finding(at, finding, None)?;
        }
    }
    let mut findings = Vec::new();
    for script in host.within("hostscript", "script") {
        let service = smb.as_ref().filter(|_| {
            script.attr("id").starts_with("smb") && exposures::known(script.attr("id")).is_some()
        });
        let place = scripts::Where { asset: &asset, address: &address, service, seen_at };
        match scripts::read(script, &place, &mut findings) {
            Ok(lookup) => run.lookups.extend(lookup),
            Err(why) => out.reject(at.clone(), why),
        }
    }
    if let Some(smb) = &smb {
        ports.looks(&smb.protocol, smb.port, coverage::answered(host.within("hostscript", "script")));
    }
    for finding in findings {
        out.finding(at, finding, None)?;
    }
    if host.attr("timedout") == "true" {
        out.gap(format!("host {}", asset.name), "nmap gave up on it (--host-timeout)");
    } else {
        run.reach(&asset, &ports);
    }
    Ok(())
}

/// The CPE of the application that a service runs: what it names of the system below, nmap tells without a version.
fn application(service: &Element) -> String {
    let named = service.children("cpe").map(|cpe| text::name(&cpe.text));
    let mut named = named.filter(|text| Cpe::parse(text).is_some_and(|cpe| cpe.part() == "a"));
    named.next().unwrap_or_default()
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
    use bartizan_model::{Checks, Loci};

    /// What a run covers that was asked for this, by port ranges.
    /// Ports, and the rules that were looked for there: all where there is no list.
    type Looked = (Vec<(u16, u16)>, Option<Vec<String>>);

    fn covered(args: &str, ports: &str) -> Vec<Looked> {
        let report = format!(
            r#"<?xml version="1.0"?><nmaprun scanner="nmap" args="{args}" start="1718000000" version="7.95">
            <scaninfo type="syn" protocol="tcp" numservices="3" services="21,80-81"/>
            <host><status state="up"/><address addr="192.0.2.7" addrtype="ipv4"/><ports>{ports}</ports></host>
            <runstats><finished time="1718000100" exit="success"/></runstats></nmaprun>"#
        );
        let mut seen = crate::Collected::default();
        parse(&mut report.as_bytes(), &Options::default(), &mut seen).unwrap();
        let covered = seen.covered.into_iter().map(|covered| match (covered.loci, covered.checks) {
            (Loci::Ports { ranges, .. }, Checks::Rules(rules)) => (ranges, Some(rules.into_iter().collect())),
            (Loci::Ports { ranges, .. }, Checks::All) => (ranges, None),
            other => panic!("{other:?}"),
        });
        covered.collect()
    }

    fn port(number: u16, inner: &str) -> String {
        format!("<port protocol=\"tcp\" portid=\"{number}\"><state state=\"open\"/>{inner}</port>")
    }

    fn rules(names: &[&str]) -> Option<Vec<String>> {
        Some(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn a_run_looked_for_what_it_was_asked_for() {
        let script = "<script id=\"vulners\" output=\"CVE-2021-41773 7.5\"/>";
        let web = port(80, &format!("<service name=\"http\" product=\"Apache httpd\"/>{script}"));
        for (args, expected) in [
            ("nmap -sV --script vulners 192.0.2.7", rules(&["vulners"])),
            ("nmap -sV --script=default,vulners 192.0.2.7", rules(&["vulners"])),
            ("nmap -sV --script http-vuln-cve2021-41773 192.0.2.7", rules(&[])),
            ("nmap -sV --script vulners --script-args mincvss=7.0 192.0.2.7", rules(&[])),
            ("nmap -sV --script vuln --script-timeout 10s 192.0.2.7", rules(&[])),
            ("nmap -sV 192.0.2.7", rules(&[])),
        ] {
            let closed = (vec![(21, 21), (81, 81)], None);
            assert_eq!(covered(args, &web), [(vec![(80, 80)], expected), closed], "{args}");
        }
        let unknown = port(80, script);
        assert_eq!(covered("nmap -sV --script vulners 192.0.2.7", &unknown)[0].1, rules(&[]));
        let tests = covered("nmap -sV --script vuln 192.0.2.7", &web).remove(0).1.unwrap();
        let has = |rule: &str| tests.iter().any(|it| it == rule);
        assert!(has("http-shellshock") && has("vulners") && has("http-git") && !has("ftp-anon"));
    }

    #[test]
    fn a_script_looked_where_it_spoke_or_would_have_spoken() {
        let filtered = "<extraports state=\"filtered\" count=\"2\"/>";
        let of = |args: &str, inner: &str| covered(args, &format!("{filtered}{}", port(21, inner)));
        let at = |names: &[&str]| [(vec![(21, 21)], rules(names))];
        let ftp = "<service name=\"ftp\" method=\"probed\"/>";
        let guessed = "<service name=\"ftp\" method=\"table\"/>";
        let anonymous = ["ftp-anon", "ftp-anon:writable"];
        assert_eq!(of("nmap --script ftp-anon 192.0.2.7", ftp), at(&anonymous));
        assert_eq!(of("nmap -sV 192.0.2.7", ftp), at(&[]), "nobody asked for it");
        assert_eq!(of("nmap --script ftp-anon 192.0.2.7", guessed), at(&[]), "nothing of FTP answered");
        let failed = format!("{ftp}<script id=\"ftp-anon\" output=\"ERROR: Script execution failed\"/>");
        assert_eq!(of("nmap --script ftp-anon 192.0.2.7", &failed), at(&[]));
        let speaks = "<script id=\"telnet-encryption\" output=\"Telnet server supports encryption\"/>";
        assert_eq!(of("nmap -sV 192.0.2.7", speaks), at(&["telnet-encryption"]));
        let guesses = format!("{ftp}<script id=\"ftp-brute\" output=\"Accounts: No valid accounts found\"/>");
        assert_eq!(
            of("nmap --script ftp-brute 192.0.2.7", &guesses),
            at(&[]),
            "other words might have been right"
        );
    }
}
