//! Nuclei JSON lines (`-jsonl`), also as a JSON array (`-json-export`): one result a record.
//!
//! What a web check found is on the *web application* of its URL, at the route, as other scanners of web applications have
//! it; where the record names the address, the application runs on that host. A catalogued vulnerability is a flaw of the
//! software on the machine, whatever it answers to: it is on the *host*, named by DNS name and address, where scanners of
//! networks see the same CVE, at the port that answered. Network checks are on the host too. The full URL stands in the evidence.
//!
//! Nuclei reports only matches and never says what else it looked at, so no finding is covered. An empty file is a run
//! without matches.

use crate::common::flex::{Number, Text, Texts, or_default};
use crate::common::json::{Json, Value};
use crate::common::out::{Out, Stop};
use crate::common::{assets, cvss, dates, ids, loci, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Cpe, Finding, Locus, Severity};
use serde::Deserialize;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nuclei",
    name: "Nuclei",
    summary: "JSON lines or JSON export: template matches with CVE, CWE, URL, request and response",
    extensions: &["jsonl", "json"],
    docs: "https://docs.projectdiscovery.io/opensource/nuclei/running",
    tool: "nuclei",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    if keys.has_any(&["template-id", "templateID"]) && keys.has("info") {
        return Sniff::Yes;
    }
    // A request or template that fills the head may hide the rest.
    let cut = keys.has_any(&["template-url", "template-path"]);
    if cut || head.trimmed() == b"[]" { Sniff::Maybe } else { Sniff::No }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Match<'a> {
    #[serde(borrow, rename = "template-id")]
    template_id: Text<'a>,
    #[serde(borrow, rename = "templateID")]
    template_id_old: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    info: Info<'a>,
    #[serde(borrow, rename = "matcher-name")]
    matcher: Text<'a>,
    #[serde(borrow, rename = "matcher_name")]
    matcher_old: Text<'a>,
    #[serde(rename = "matcher-status")]
    matched: Option<bool>,
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    host: Text<'a>,
    #[serde(borrow)]
    url: Text<'a>,
    port: Number,
    #[serde(borrow)]
    ip: Text<'a>,
    #[serde(borrow, rename = "matched-at")]
    matched_at: Text<'a>,
    #[serde(borrow, rename = "matched")]
    matched_at_old: Text<'a>,
    #[serde(borrow, rename = "extracted-results")]
    extracted: Texts<'a>,
    #[serde(borrow, rename = "fuzzing_parameter")]
    parameter: Text<'a>,
    #[serde(borrow)]
    timestamp: Text<'a>,
    #[serde(borrow)]
    request: Text<'a>,
    #[serde(borrow)]
    response: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Info<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow)]
    impact: Text<'a>,
    #[serde(borrow)]
    remediation: Text<'a>,
    #[serde(borrow)]
    reference: Texts<'a>,
    #[serde(borrow)]
    tags: Texts<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    classification: Classification<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Classification<'a> {
    #[serde(borrow, rename = "cve-id")]
    cve: Texts<'a>,
    #[serde(borrow, rename = "cwe-id")]
    cwe: Texts<'a>,
    #[serde(borrow, rename = "cvss-metrics")]
    cvss: Text<'a>,
    #[serde(rename = "cvss-score")]
    score: Number,
    #[serde(rename = "epss-score")]
    epss: Number,
    #[serde(borrow)]
    cpe: Text<'a>,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut out = Out::new(sink);
    out.source("nuclei", "");
    let mut machines = web::Machines::default();
    json.each_record(&mut out, &mut |value, at, out| record_of(value, at, options, &mut machines, out))?;
    machines.cover(&mut out);
    out.finish(FORMAT.id)
}

fn record_of(
    value: &Value<'_>,
    at: &Place,
    options: &Options,
    machines: &mut web::Machines,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let record: Match<'_> = value.read()?;
    if record.matched == Some(false) {
        return Ok(());
    }
    let template = first(&record.template_id, &record.template_id_old);
    if template.is_empty() {
        return Err("no template-id".into());
    }
    let matched_at = first(&record.matched_at, &record.matched_at_old);
    let kind = record.kind.trim();
    let matched = assets::Url::parse(matched_at).filter(|_| kind != "file" && kind != "code");
    let known_as =
        [&*record.host, &*record.url].into_iter().find_map(assets::Url::parse).or_else(|| matched.clone());
    let asset = asset(&record, known_as.as_ref(), options);
    let asset = asset.ok_or("neither host nor address; say which asset the report is about")?;
    let at_network = NETWORK.contains(&kind) || ELSEWHERE.contains(&kind);
    let of_web = |url: &&assets::Url| !at_network && matches!(&*url.scheme, "http" | "https");
    let application = [&matched, &known_as].into_iter().flatten().find(of_web).map(|url| {
        let path = matched.as_ref().map_or("/", |url| &url.path);
        (web::application(Some(url), options), loci::route(path, &record.parameter))
    });
    let seen_at = dates::date(&record.timestamp);
    out.summary.seen_at = out.summary.seen_at.max(seen_at);

    let matcher = first(&record.matcher, &record.matcher_old);
    let info = &record.info;
    let mut weakness = WeaknessSeen { rule: text::name(template), ..WeaknessSeen::default() };
    if !matcher.is_empty() {
        weakness.rule = text::name(&format!("{template}:{matcher}"));
    }
    info.classification.cve.iter().for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    if weakness.ids.is_empty() {
        // Templates of CVEs are named by them; very old records have no classification.
        weakness.ids.extend(ids::ids_in(template));
    }
    info.classification.cwe.iter().for_each(|cwe| ids::cwes_in(&mut weakness.cwe, cwe));

    let title = if matcher.is_empty() {
        info.name.trim().to_owned()
    } else {
        format!("{} ({matcher})", info.name.trim())
    };
    let port =
        matched.as_ref().and_then(|url| url.port).or(record.port.whole().and_then(|p| p.try_into().ok()));
    let port = port.or(known_as.as_ref().and_then(|url| url.port));
    let on_host = locus(kind, matched_at, matched.as_ref(), port, &record.parameter);
    if let Some((application, _)) = &application {
        machines.tell(application, &record.ip, at, out)?;
    }
    let (asset, locus) = match application {
        Some(application) if weakness.ids.is_empty() => application,
        Some(_) => (asset, port.map_or(on_host, |port| Locus::port("tcp", port))),
        None => (asset, on_host),
    };
    let finding = Finding {
        description: text::paragraphs([&*info.description, &*info.impact]),
        fix: text::body(&info.remediation),
        cvss: cvss::vectors([&*info.classification.cvss]),
        cvss_score: info.classification.score.0.filter(|score| *score > 0.0),
        epss: info.classification.epss.0.filter(|epss| (0.0..=1.0).contains(epss)),
        component_name: Cpe::parse(&info.classification.cpe)
            .map_or(String::new(), |cpe| text::name(cpe.product())),
        evidence: evidence(&record, matched_at),
        raw_id: Some(text::name(template)),
        seen_at,
        // Old versions: one text with commas.
        tags: info.tags.iter().flat_map(|tags| tags.split(',')).filter_map(text::some).take(50).collect(),
        references: text::links(info.reference.iter()),
        ..Finding::new(
            text::title(&title, template),
            Severity::from_word(&info.severity).unwrap_or_default(),
            weakness,
            asset,
            locus,
        )
    };
    Ok(out.finding(at, finding, Some(value.text.as_bytes()))?)
}

/// Protocols that speak to a port and to no application of the web.
const NETWORK: &[&str] = &["network", "tcp", "ssl", "javascript"];
/// What speaks to no port at all.
const ELSEWHERE: &[&str] = &["file", "code", "dns", "whois"];

fn first<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.trim().is_empty() { other.trim() } else { one.trim() }
}

fn asset(record: &Match<'_>, url: Option<&assets::Url>, options: &Options) -> Option<AssetRef> {
    if matches!(&*record.kind, "file" | "code") {
        return Some(options.asset_or(AssetKind::Host));
    }
    let name = url.map_or(&*record.ip, |url| &url.host);
    if let Some(asset) = options.asset.as_ref().filter(|_| assets::is_loopback(name)) {
        return Some(asset.clone());
    }
    // JavaScript and DNS checks of some versions name no target at all.
    assets::host(name, [name, &*record.ip]).or_else(|| options.asset.clone())
}

fn locus(
    kind: &str,
    matched_at: &str,
    url: Option<&assets::Url>,
    port: Option<u16>,
    parameter: &str,
) -> Locus {
    match kind {
        "file" | "code" => loci::file(matched_at, ""),
        "dns" | "whois" => Locus::Whole,
        kind if NETWORK.contains(&kind) => port.map_or(Locus::Whole, |port| Locus::port("tcp", port)),
        _ => loci::route(url.map_or("/", |url| &url.path), parameter),
    }
}

fn evidence(record: &Match<'_>, matched_at: &str) -> String {
    let mut evidence = String::from("matched at ");
    evidence.push_str(matched_at);
    if !record.ip.is_empty() {
        evidence.extend(["\naddress ", &record.ip]);
    }
    let extracted: Vec<_> = record.extracted.iter().take(50).collect();
    if !extracted.is_empty() {
        evidence.extend(["\nextracted: ", &extracted.join(", ")]);
    }
    // A long request must not push the response out.
    let half = text::BODY / 2 - 512;
    for (name, value) in [("\nrequest:\n", &record.request), ("\nresponse:\n", &record.response)] {
        if !value.trim().is_empty() {
            evidence.extend([name, &text::clean(value, half)]);
        }
    }
    text::whole(evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Collected;
    use bartizan_model::{Loci, Observation};

    #[test]
    fn what_the_web_shows_is_of_the_application_and_that_runs_on_the_host() {
        let mut seen = Collected::default();
        let line = |kind: &str, ids: &str, host: &str, at: &str| {
            format!(
                r#"{{"template-id":"t","info":{{"name":"x","severity":"low","classification":{{"cve-id":{ids}}}}},
                "type":"{kind}","host":"{host}","matched-at":"{at}","ip":"10.0.0.5"}}"#
            )
        };
        let report = [
            line("http", "null", "https://Shop.example", "https://shop.example/a?b=1"),
            line("http", "null", "https://shop.example", "https://shop.example:8443/"),
            line("http", "[\"CVE-2021-41773\"]", "https://shop.example", "https://shop.example/a"),
            line("http", "null", "shop.example", "shop.example"),
            line("headless", "null", "https://shop.example", ""),
            line("ssl", "null", "https://shop.example", "shop.example:443"),
            line("dns", "null", "https://shop.example", "shop.example"),
        ]
        .join("\n");
        parse(&mut report.as_bytes(), &Options::default(), &mut seen).unwrap();
        let places: Vec<_> =
            seen.findings().map(|it| format!("{} {} {}", it.asset.kind, it.asset.name, it.locus)).collect();
        assert_eq!(
            places,
            [
                "web-application https://shop.example route:/a",
                "web-application https://shop.example:8443 route:/",
                "host shop.example port/tcp/443",
                "host shop.example route:/",
                "web-application https://shop.example route:/",
                "host shop.example port/tcp/443",
                "host shop.example ",
            ]
        );
        let runs: Vec<_> = seen
            .observations
            .iter()
            .filter_map(|(_, it)| match it {
                Observation::Relation(it) => {
                    let known_as: Vec<_> = it.to.identifiers.iter().map(|it| it.value.as_str()).collect();
                    Some(format!("{} {} {}", it.from.name, it.relation, known_as.join(" ")))
                }
                _ => None,
            })
            .collect();
        assert_eq!(
            runs,
            [
                "https://shop.example runs_on shop.example 10.0.0.5",
                "https://shop.example:8443 runs_on shop.example 10.0.0.5",
            ]
        );
        let covered: Vec<_> = seen.covered.iter().map(|it| (it.asset.name.as_str(), &it.loci)).collect();
        assert_eq!(
            covered,
            [("https://shop.example", &Loci::Facts), ("https://shop.example:8443", &Loci::Facts)]
        );
    }

    #[test]
    fn the_same_host_as_other_scanners_name_it() {
        let mut seen = Collected::default();
        let mut line =
            &br#"{"template-id":"CVE-2021-41773","info":{"name":"x","severity":"high"},"type":"http",
            "host":"http://10.0.0.5:8080","matched-at":"http://10.0.0.5:8080/cgi-bin/?a=b","ip":"10.0.0.5"}"#
                [..];
        parse(&mut line, &Options::default(), &mut seen).unwrap();
        let finding = seen.findings().next().unwrap();
        assert_eq!(Some(&finding.asset), AssetRef::host("10.0.0.5").as_ref());
        assert_eq!(
            (finding.weakness.ids.join(","), finding.locus.to_string()),
            ("CVE-2021-41773".into(), "port/tcp/8080".into())
        );
        assert!(finding.evidence.contains("10.0.0.5:8080"));
    }
}
