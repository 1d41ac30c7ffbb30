//! AppCheck: the JSON list of the vulnerabilities of a scan, of its web scanner and of the engines it runs (OpenVAS, Nmap).
//!
//! What has a URL is on the web application, everything else on the host, at its port. The status is a person's word.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{self, Tree, Value};
use crate::common::{assets, dates, ids, loci, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "appcheck",
    name: "AppCheck",
    summary: "JSON: vulnerabilities of web applications and hosts with status, request and response",
    extensions: &["json"],
    docs: "https://api.appcheck-ng.com/",
    tool: "appcheck",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let scored = ["cvss_vector", "cvss_v3_vector", "solution"];
    Sniff::when(keys.has_all(&["title", "first_detected_at"]) && keys.has_any(&scored))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let title = record.text("title");
    let rule = record.first(&["plugin_id", "vuln_type", "plugin", "title"]).to_lowercase();
    let mut weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    if weakness.rule.is_empty() {
        return Err("neither plugin nor title".into());
    }
    record.texts("cves").iter().for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    weakness.cwe = tree::cwes(["cwe", "cwes", "cwe_id"].iter().flat_map(|path| record.texts(path)));
    let (asset, locus) = spot(record, options);
    let cpe = record.texts("cpe").into_iter().next().unwrap_or_default();
    let product: Vec<_> = cpe.trim_start_matches("cpe:2.3:").trim_start_matches("cpe:/").split(':').collect();
    let part = |at: usize| product.get(at).copied().filter(|part| !matches!(*part, "*" | "-"));
    let score = ["cvss_v4_score", "cvss_v3_score", "cvss_score"].iter().find_map(|path| record.number(path));
    let score = score.filter(|score| (0.0..=10.0).contains(score));
    // AppCheck's severity follows from the score; the impact is one half of its risk, beside the probability.
    let severity = match (ids::severity(&record.text("severity")), score) {
        (Severity::Unknown, Some(score)) => Severity::from_cvss(score),
        (Severity::Unknown, None) => ids::severity(&record.first(&["impact", "risk"])),
        (word, _) => word,
    };
    let (details, request, response) = details(record.at("details"));
    let finding = Finding {
        description: text::paragraphs([&*record.text("description"), &record.text("notes"), &details]),
        fix: text::body(&record.text("solution")),
        cvss: tree::vectors(
            ["cvss_v4_vector", "cvss_v3_vector", "cvss_vector"].map(|path| record.text(path)),
        ),
        cvss_score: score,
        component_name: text::name(part(2).unwrap_or_default()),
        component_version: text::name(part(3).unwrap_or_default()),
        evidence: web::exchange(&record.text("url"), &request, &response),
        raw_id: text::some(&record.first(&["_id", "vuln_id", "id"])),
        seen_at: dates::date(&record.first(&["last_detected_at", "detected_at"])),
        found_at: dates::date(&record.text("first_detected_at")),
        tags: text::tags([("scan", &*record.text("scan_name")), ("category", &record.text("category"))]),
        references: tree::links(record.texts("references")),
        suppressed: match record.text("status").to_lowercase().replace(['_', ' '], "-").as_str() {
            "fixed" => Some(Finding::FIXED.to_owned()),
            "false-positive" => Some("false positive".to_owned()),
            "acceptable-risk" | "accepted-risk" => Some("risk accepted".to_owned()),
            _ => None,
        },
        ..Finding::new(text::title(&title, &rule), severity, weakness, asset, locus)
    };
    record.tell(finding, out)
}

fn spot(record: &Value<'_>, options: &Options) -> (AssetRef, Locus) {
    let url = record.text("url");
    if !url.is_empty() {
        return web::spot(&url, &record.first(&["parameter", "param"]), options);
    }
    let [host, address] = ["host", "ip_address"].map(|path| record.text(path));
    // The web scanner names the page as the host.
    if host.contains("://") {
        return web::spot(&host, "", options);
    }
    let asset = assets::machine([&*host, &*address], []).unwrap_or_else(|| options.asset_or(AssetKind::Host));
    (asset, loci::port(&record.first(&["protocol", "transport"]), &record.text("port")))
}

/// What the engine says more, by its names; the request and the response that its messages hold.
fn details(details: &Value<'_>) -> (String, String, String) {
    let messages = details.text("Messages");
    let exchange = messages.split_once("--->").and_then(|(_, rest)| rest.split_once("<---"));
    let (request, response) = exchange.unwrap_or_default();
    let told = details
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| exchange.is_none() || *name != "Messages");
    let told: Vec<_> = told.map(|(name, value)| (name, value.texts("").join(", "))).collect();
    let told = text::labelled(told.iter().map(|(name, words)| (*name, words.as_str())));
    let told = if told.is_empty() { details.text("").into_owned() } else { told };
    (told, request.trim().to_owned(), response.trim().to_owned())
}
