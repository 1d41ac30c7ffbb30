//! Crashtest Security: the findings of a scan, with their descriptions.
//!
//! An open port is a service; everything else is a finding, of each CVE of a fingerprinted product one of its own. What a finding is
//! about stands in the descriptions at the end.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{dates, head, ids, loci, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::{ServiceSeen, WeaknessSeen};
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Observation, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "crashtest_security",
    name: "Crashtest Security",
    summary: "scan findings JSON: web, TLS and fingerprint findings, CVEs, ports",
    extensions: &["json"],
    docs: "https://www.crashtest-security.com/",
    tool: "crashtest-security",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, finding),
};

static LAYOUT: Layout = Layout {
    heads: &["descriptions", "data/descriptions"],
    lists: &["findings/*[]", "data/findings/*[]"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let marked = |findings: &[u8]| {
        ["\"finding_description_slug\"", "\"commandinjection\""].iter().any(|mark| head::has(findings, mark))
    };
    let keys = head.keys();
    Sniff::when(
        keys.value("findings").is_some_and(marked)
            || keys.value("data").is_some_and(|data| head::has(data, "\"findings\"") && marked(data)),
    )
}

/// What stands after a word, in quotes of either kind or up to a space.
fn named<'a>(text: &'a str, after: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(after) else { return "" };
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => rest[1..].split(quote).next().unwrap_or_default(),
        None => rest.split([' ', '(', ',']).next().unwrap_or_default(),
    }
}

/// The web application and the place that the words name.
fn spot(words: &str, options: &Options) -> (AssetRef, Locus) {
    let parameter = named(words, "parameter ");
    let at = words.find("https://").or_else(|| words.find("http://"));
    let url = at.map(|at| words[at..].split(['"', ' ', '\'']).next().unwrap_or_default());
    let bare = named(words, " on site ");
    let bare = if bare.is_empty() { String::new() } else { format!("https://{bare}") };
    web::spot(url.unwrap_or(&bare).trim_end_matches('.'), parameter.trim_end_matches('.'), options)
}

/// The service on an open port.
fn service(words: &str, options: &Options) -> Option<ServiceSeen> {
    let (port, protocol) = named(words, "port ").split_once('/').unwrap_or_default();
    let Locus::Port { protocol, port } = loci::port(protocol, port) else { return None };
    Some(ServiceSeen {
        asset: options.asset_or(AssetKind::Host),
        protocol,
        port,
        name: String::new(),
        product: text::name(named(words, "service name ")),
        version: String::new(),
        cpe: String::new(),
        addresses: Vec::new(),
        vantage: String::new(),
    })
}

fn finding(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let words = record.text("information");
    let seen_at = dates::date(&record.text("created_at"));
    let slug = text::some(&record.first(&["finding_description_slug", "service_type"]))
        .ok_or("no finding_description_slug")?;
    if slug == "portscan"
        && let Some(service) = service(&words, options)
    {
        out.summary.seen_at = out.summary.seen_at.max(seen_at);
        return Ok(out.observe(&record.at, Observation::Service(service), Some(record.raw))?);
    }
    let heads = [record.head("descriptions"), record.head("data/descriptions")];
    let empty = Value::Null;
    let description =
        heads.iter().flat_map(|head| head.items("")).find(|it| it.text("slug") == slug).unwrap_or(&empty);
    let (asset, locus) = spot(&words, options);
    let product = text::name(&record.text("product"));
    let version = text::name(&record.text("version"));
    let links = [description.text("reference_owasp"), description.text("reference_resolution")];
    let base = description.number("baseScore").filter(|score| (0.0..=10.0).contains(score));
    let told = Finding {
        description: text::body(&description.text("description")),
        fix: text::body(&description.text("how_to_fix")),
        cvss_score: base,
        component_name: product.clone(),
        component_version: version.clone(),
        evidence: text::body(&words),
        raw_id: Some(slug.clone()),
        seen_at,
        references: text::links(links.iter().map(|link| &**link)),
        ..Finding::new(
            text::title(&description.text("title"), &slug),
            base.map_or(Severity::Unknown, Severity::from_cvss),
            WeaknessSeen { rule: slug.clone(), ..WeaknessSeen::default() },
            asset.clone(),
            locus,
        )
    };
    record.tell(told, out)?;
    for cve in record.items("cve_findings") {
        let id = text::some(&cve.text("cve_id")).ok_or("a CVE finding without cve_id")?;
        let mut weakness = WeaknessSeen { rule: id.clone(), ..WeaknessSeen::default() };
        ids::push_id(&mut weakness.ids, &id);
        let score = cve.number("cvss").filter(|score| (0.0..=10.0).contains(score));
        let finding = Finding {
            description: text::body(&cve.text("information")),
            cvss_score: score,
            component_name: product.clone(),
            component_version: version.clone(),
            raw_id: Some(id.clone()),
            seen_at,
            ..Finding::new(
                text::title(&format!("{id} in {product} {version}"), &id),
                score.map_or(Severity::Unknown, Severity::from_cvss),
                weakness,
                asset.clone(),
                Locus::named("product", &product),
            )
        };
        record.tell(finding, out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_places() {
        let options = Options::default();
        let place = |words: &str| {
            let (asset, locus) = spot(words, &options);
            format!("{} {locus}", asset.name)
        };
        assert_eq!(
            place(
                "Found it in parameter \"ip\" with method \"post\" for URL \"https://a.example/exec/\", with"
            ),
            "https://a.example route:/exec?ip"
        );
        assert_eq!(
            place("Found XSS on site a.example/xss/. The parameter 'name' seems vulnerable"),
            "https://a.example route:/xss?name"
        );
        assert!(place("nothing").ends_with("route:/"));
    }
}
