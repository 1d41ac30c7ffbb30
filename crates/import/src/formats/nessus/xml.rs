//! `.nessus` files: version 2 (`NessusClientData_v2`, since 2009) and version 1.

use super::item::{Item, finding};
use super::{FORMAT, cwes, said};
use crate::common::out::{Out, Stop};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{assets, dates, text};
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, ServiceSeen};
use bartizan_model::{AssetKind, AssetRef, Locus, Observation, Timestamp};
use std::collections::BTreeSet;
use std::io::BufRead;

pub(super) const ROOTS: &[&str] = &["NessusClientData_v2", "NessusClientData"];

/// The host whose items go by.
#[derive(Default)]
struct Host {
    name: String,
    asset: Option<AssetRef>,
    seen_at: Option<Timestamp>,
    services: BTreeSet<(String, u16)>,
}

pub(super) fn read(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut host = Host::default();
    walk(input, options, out, FORMAT.id, ROOTS, &mut |element, xml, out| {
        match element.name.as_str() {
            "ReportHost" => host = Host { name: text::name(element.attr("name")), ..Host::default() },
            // Version 1 names the host in elements of its own.
            "HostName" => host.name = text::name(&xml.subtree(element)?.text),
            "stopTime" | "endTime" => host.seen_at = dates::date(&xml.subtree(element)?.text),
            "HostProperties" => {
                let at = out.record(xml.place(), "<HostProperties>");
                let properties = xml.subtree(element)?;
                self::host(&properties, &mut host, &at, options, out)?;
            }
            "ReportItem" => {
                let at = out.record(xml.place(), "<ReportItem>");
                let element = xml.subtree(element)?;
                let result = item(&element, &mut host, &at, options, out);
                out.settle(&at, result)?;
            }
            "Policy" | "Policies" => xml.skip()?,
            _ => {}
        }
        Ok(())
    })
}

fn host(
    properties: &Element,
    host: &mut Host,
    at: &Place,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let tag = |name: &str| {
        properties.children("tag").find(|tag| tag.attr("name") == name).map_or("", |tag| tag.text.trim())
    };
    let netbios = tag("netbios-name").rsplit('\\').next().unwrap_or_default();
    let names =
        [tag("host-fqdn"), tag("host-ip"), tag("host-rdns"), tag("hostname"), netbios, host.name.as_str()];
    let local = assets::is_loopback(tag("host-ip")) || assets::is_loopback(&host.name);
    host.asset = match options.asset.as_ref().filter(|_| local) {
        Some(asset) => Some(asset.clone()),
        None => assets::machine(names, [tag("mac-address")]),
    };
    let ended = [tag("HOST_END_TIMESTAMP"), tag("HOST_END")].into_iter().find_map(dates::date);
    let started = [tag("HOST_START_TIMESTAMP"), tag("HOST_START")].into_iter().find_map(dates::date);
    host.seen_at = ended.or(started);
    out.summary.seen_at = out.summary.seen_at.max(host.seen_at);
    let Some(asset) = host.asset.as_mut() else { return Ok(()) };
    if let Some(agent) = assets::agent("nessus", tag("host-uuid"))
        && let Some(more) =
            AssetRef::new(AssetKind::Host, &asset.name, asset.identifiers.iter().cloned().chain([agent]))
    {
        *asset = more;
    }
    if ended.is_none() && started.is_some() {
        out.gap(format!("host {}", asset.name), "the scan of it did not end");
    }
    if tag("Credentialed_Scan").eq_ignore_ascii_case("false") {
        let why = "it was scanned without logging in, so what only shows from inside was not looked at";
        out.gap(format!("host {}", asset.name), why);
    }
    let mut seen = AssetSeen { seen_at: host.seen_at, ..AssetSeen::new(asset.clone()) };
    seen.os = text::some(tag("operating-system")).or_else(|| text::some(tag("os")));
    if let Some(kind) = text::some(tag("system-type")) {
        seen.attributes.insert("system-type".into(), kind);
    }
    out.observe(at, Observation::Asset(seen), None)
}

fn item(
    element: &Element,
    host: &mut Host,
    at: &Place,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let of = |name: &str| match element.attr(name) {
        "" => element.text_of(name),
        attribute => attribute,
    };
    // Version 1: `http (80/tcp)`, `general/tcp`.
    let inner = of("port").split_once('(').map_or(of("port"), |(_, inner)| inner.trim_end_matches(')'));
    let (port, protocol) = inner.split_once('/').unwrap_or((inner, of("protocol")));
    let known = host.asset.clone().or_else(|| assets::machine([host.name.as_str()], []));
    let asset = known.or_else(|| options.asset.clone()).ok_or("neither host nor address")?;
    host.asset = Some(asset.clone());
    let all = |name| element.children(name).map(|child| child.text.trim());
    let mut cwe = Vec::new();
    all("cwe").for_each(|number| crate::common::ids::cwes_in(&mut cwe, number));
    all("xref").for_each(|reference| cwes(&mut cwe, reference));
    let tags = all("xref").chain(all("iava")).filter(|tag| !tag.starts_with("CWE")).filter_map(text::some);
    let mut tags: Vec<_> = tags.take(50).collect();
    if element.text_of("exploit_available") == "true" {
        tags.push("exploit-available".to_owned());
    }
    tags.extend(text::tags([("vpr", element.text_of("vpr_score"))]));
    let see_also = all("see_also").collect::<Vec<_>>().join("\n");
    let check = element.text_of("compliance-check-name");
    let result = element.text_of("compliance-result");
    let check_id = match element.text_of("compliance-check-id") {
        "" => check,
        id => id,
    };
    let policy = [element.text_of("compliance-policy-value"), element.text_of("compliance-actual-value")];
    let output = match check {
        "" if of("plugin_output").is_empty() => text::body(element.text_of("data")),
        "" => text::body(of("plugin_output")),
        _ => text::labelled([("Result", result), ("Expected", policy[0]), ("Actual", policy[1])]),
    };
    let first = |names: [&'static str; 2]| names.map(|name| element.text_of(name));
    let name = match (check, element.attr("pluginName")) {
        ("", "") => first(["pluginName", "plugin_name"]).into_iter().find(|n| !n.is_empty()).unwrap_or(""),
        ("", name) => name,
        (check, _) => check,
    };
    let item = Item {
        plugin: if check.is_empty() { of("pluginID") } else { check_id },
        name,
        family: of("pluginFamily"),
        severity: of("severity"),
        protocol,
        port,
        synopsis: element.text_of("synopsis"),
        description: match check {
            "" => element.text_of("description"),
            _ => element.text_of("compliance-info"),
        },
        solution: match element.text_of("solution") {
            "" => element.text_of("compliance-solution"),
            solution => solution,
        },
        output: &output,
        references: &see_also,
        cves: all("cve").collect(),
        cwes: cwe,
        vectors: ["cvss4_vector", "cvss3_vector", "cvss_vector", "cvssv3", "cvss"]
            .map(|name| element.text_of(name))
            .to_vec(),
        scores: ["cvss4_base_score", "cvss3_base_score", "cvssv3", "cvss_base_score", "cvss"]
            .map(|name| element.text_of(name))
            .to_vec(),
        epss: element.text_of("epss_score"),
        cpe: element.text_of("cpe"),
        tags,
        compliance: compliance(element.text_of("compliance-reference")),
        seen: host.seen_at,
        ..Item::default()
    };
    let finding = finding(&item, &asset).ok_or("no pluginID")?;
    if result.eq_ignore_ascii_case("PASSED") {
        out.clear(&finding);
        return Ok(());
    }
    if let Locus::Port { protocol, port } = &finding.locus
        && host.services.insert((protocol.clone(), *port))
    {
        let name = text::name(said(of("svc_name")).trim_end_matches('?'));
        let name = if matches!(name.as_str(), "unknown" | "general") { String::new() } else { name };
        let (product, version) = Default::default();
        let service = ServiceSeen {
            asset,
            protocol: protocol.clone(),
            port: *port,
            name,
            product,
            version,
            cpe: String::new(),
            addresses: Vec::new(),
            vantage: String::new(),
        };
        out.observe(at, Observation::Service(service), None)?;
    }
    Ok(out.finding(at, finding, None)?)
}

/// `800-53|AC-2,CSF|PR.AC-1` as `800-53:AC-2`, ...
fn compliance(references: &str) -> Vec<String> {
    let pairs = references.split([',', '\n']).filter_map(|pair| pair.trim().split_once('|'));
    pairs.map(|(framework, control)| text::name(&format!("{framework}:{control}"))).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_have_their_framework() {
        assert_eq!(compliance("800-53|AC-2,CSF|PR.AC-1,x"), ["800-53:AC-2", "CSF:PR.AC-1"]);
    }
}
