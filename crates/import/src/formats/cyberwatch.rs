//! Cyberwatch: the JSON of its API (version 3): CVEs and security issues with the servers that have them, servers with their CVEs,
//! updates and security issues; one, a list, or both kinds in one document (`cves`, `security_issues`).
//!
//! One finding per weakness and server. A CVE is where its server is, in the product that an update replaces; what is fixed or ignored
//! there is told with that word. CVSS is spelled out in words, and made a vector again.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{self, Tree, Value};
use crate::common::{assets, dates, html, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cyberwatch",
    name: "Cyberwatch",
    summary: "API JSON: CVEs, updates and security issues of servers",
    extensions: &["json"],
    docs: "https://docs.cyberwatch.fr/help/en/API_documentation/",
    tool: "cyberwatch",
    sniff,
    parse: |input, options, sink| {
        let parts = Head::peek(input)?.object().has_any(&["cves", "security_issues"]);
        // A server has security issues too, beside its CVEs.
        let server = Head::peek(input)?.object().has_any(SERVER);
        let layout = if parts && !server { &PARTS } else { &LISTED };
        layout.parse(input, options, sink, found)
    },
};

static PARTS: Layout = Layout { lists: &["cves[]", "security_issues[]"], ..Layout::of(&FORMAT) };
static LISTED: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };
/// What only a server has.
const SERVER: &[&str] = &["cve_announcements", "hostname"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let cve = keys.has_all(&["cve_code", "level"]) || keys.has_all(&["cve_code", "servers"]);
    let server = keys.has("cve_announcements") && keys.has_any(&["hostname", "updates", "computer_name"]);
    let issue = keys.has_all(&["sid", "level", "servers"]);
    let parts =
        keys.holds("cves", "\"cve_code\"") || keys.holds_all("security_issues", &["\"sid\"", "\"level\""]);
    Sniff::when(cve || server || issue || parts)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.get("cve_code").is_some() {
        return of_servers(record, options, out, cve);
    }
    if record.get("sid").is_some() && record.get("hostname").is_none() {
        return of_servers(record, options, out, issue);
    }
    let asset = server(record).ok_or("neither a CVE nor a security issue, nor a server with a name")?;
    for (list, finding) in [("cve_announcements", cve as Make), ("security_issues", issue)] {
        for it in record.items(list) {
            let told = told(it, it, asset.clone(), record.items("updates"), finding);
            let told = told.and_then(|finding| record.tell(finding, out));
            out.settle(&record.at, told)?;
        }
    }
    Ok(())
}

/// Makes the finding of a weakness; the updates are those that its server lacks.
type Make = fn(&Value<'_>, AssetRef, &[Value<'_>]) -> Result<Finding, &'static str>;

/// A weakness with the servers that have it.
fn of_servers(record: &Record<'_>, options: &Options, out: &mut Out<'_>, make: Make) -> Told {
    for it in record.items("servers") {
        let asset = server(it).unwrap_or_else(|| options.asset_or(AssetKind::Host));
        let told = told(record, it, asset, it.items("updates"), make);
        let told = told.and_then(|finding| record.tell(finding, out));
        out.settle(&record.at, told)?;
    }
    if !record.items("servers").is_empty() {
        return Ok(());
    }
    // The list of CVEs says nothing of servers: asked for one server, it is its.
    let asset =
        options.asset.clone().ok_or("no servers; name the one that the list is of, or ask for each CVE")?;
    record.tell(told(record, record, asset, &[], make)?, out)
}

/// With what is known of it at this server.
fn told(
    it: &Value<'_>,
    there: &Value<'_>,
    asset: AssetRef,
    updates: &[Value<'_>],
    make: Make,
) -> Result<Finding, Stop> {
    let finding = make(it, asset, updates)?;
    let fixed = dates::date(&there.text("fixed_at")).is_some() || there.text("active") == "false";
    Ok(Finding {
        found_at: dates::date(&there.text("detected_at")),
        suppressed: match () {
            () if fixed => Some(Finding::FIXED.to_owned()),
            () if there.is_true("ignored") => Some(text::because("ignored", &there.text("comment"))),
            () => None,
        },
        ..finding
    })
}

fn server(it: &Value<'_>) -> Option<AssetRef> {
    let names = ["hostname", "computer_name", "remote_ip", "address"].map(|path| it.text(path));
    let asset = assets::machine(names.iter().map(|name| &**name), [])?;
    let id = assets::agent("cyberwatch", &it.first(&["cyberwatch_id", "server_id", "id"]));
    AssetRef::new(asset.kind, &asset.name, asset.identifiers.clone().into_iter().chain(id))
}

fn severity(it: &Value<'_>) -> Severity {
    ids::severity(it.first(&["level", "severity"]).trim_start_matches("level_"))
}

fn cve(it: &Value<'_>, asset: AssetRef, updates: &[Value<'_>]) -> Result<Finding, &'static str> {
    let id = it.text("cve_code");
    if id.is_empty() {
        return Err("no cve_code");
    }
    let names = |update: &&Value<'_>| {
        let cves = update.items("cve_announcements").iter().map(|cve| cve.text("cve_code"));
        let cves = cves.chain(update.texts("cve_announcements"));
        update.at("cve_announcements").is_null() || cves.into_iter().any(|cve| cve == id)
    };
    let update = updates.iter().find(names).unwrap_or(&Value::Null);
    let part = |path: &str| update.text(path).into_owned();
    let product = part("current/product");
    let mut finding = if product.is_empty() {
        let mut weakness = WeaknessSeen { rule: text::name(&id), ..WeaknessSeen::default() };
        ids::push_id(&mut weakness.ids, &id);
        Finding {
            raw_id: text::some(&id),
            ..Finding::new(text::title(&id, ""), Severity::Unknown, weakness, asset, Locus::Whole)
        }
    } else {
        let package = Package::new(&part("current/type"), &product, &part("current/version"));
        package.vulnerability(asset, &id, [""; 0], "", Severity::Unknown)
    };
    finding.severity = severity(it);
    finding.weakness.cwe = tree::cwes([it.text("cwe/cwe_id")]);
    finding.description = text::body(&it.text("content"));
    finding.cvss = tree::vectors(["cvss_v4", "cvss_v3", "cvss"].map(|path| vector(it.at(path)).into()));
    finding.cvss_score = ["score", "score_v3", "score_v2"].iter().find_map(|path| it.number(path));
    finding.epss = it.number("epss").filter(|epss| (0.0..=1.0).contains(epss));
    finding.tags = text::tags([
        ("exploit", &*it.text("exploit_code_maturity")),
        ("prioritized", &it.text("prioritized")),
    ]);
    fixed_in(&mut finding, &update.text("target/version"));
    Ok(finding)
}

fn issue(it: &Value<'_>, asset: AssetRef, _: &[Value<'_>]) -> Result<Finding, &'static str> {
    let rule = it.first(&["sid", "id"]);
    if rule.is_empty() {
        return Err("a security issue without sid");
    }
    let mut weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    let cves = it.items("cve_announcements").iter().map(|cve| cve.text("cve_code"));
    cves.chain(it.texts("cve_announcements")).for_each(|cve| ids::push_id(&mut weakness.ids, &cve));
    Ok(Finding {
        description: text::body(&html::plain(&it.text("description"))),
        fix: text::body(&html::plain(&it.first(&["mitigation", "solution", "remediation"]))),
        cvss_score: it.number("score"),
        evidence: text::body(&it.first(&["payload", "evidence", "info"])),
        raw_id: text::some(&rule),
        references: tree::links(it.texts("references")),
        ..Finding::new(
            text::title(&it.first(&["title", "name"]), &rule),
            severity(it),
            weakness,
            asset,
            Locus::Whole,
        )
    })
}

/// The vector that is told as an object of words (`access_vector: access_vector_network`); a text is one already.
fn vector(words: &Value<'_>) -> String {
    const TWO: &[(&str, &str)] = &[
        ("access_vector", "AV"),
        ("access_complexity", "AC"),
        ("authentication", "Au"),
        ("confidentiality_impact", "C"),
        ("integrity_impact", "I"),
        ("availability_impact", "A"),
    ];
    const THREE: &[(&str, &str)] = &[
        ("access_vector", "AV"),
        ("access_complexity", "AC"),
        ("privileges_required", "PR"),
        ("user_interaction", "UI"),
        ("scope", "S"),
        ("confidentiality_impact", "C"),
        ("integrity_impact", "I"),
        ("availability_impact", "A"),
    ];
    let (prefix, metrics) = match words {
        Value::Object(_) if words.get("scope").is_some() => ("CVSS:3.1/", THREE),
        Value::Object(_) => ("", TWO),
        other => return other.text("").into_owned(),
    };
    let metrics = metrics.iter().map(|(name, short)| {
        let word = words.text(name);
        let value = word.strip_prefix(name).unwrap_or(&word).trim_start_matches('_');
        let value = value.chars().next().map_or('X', |first| first.to_ascii_uppercase());
        format!("{short}:{value}")
    });
    format!("{prefix}{}", metrics.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_a_vector() {
        let read = |text: &str| vector(&serde_json::from_str::<Value<'_>>(text).unwrap());
        assert_eq!(
            read(
                r#"{"scope":"scope_changed","access_vector":"access_vector_adjacent","access_complexity":"access_complexity_low",
                "privileges_required":"privileges_required_none","user_interaction":"user_interaction_required",
                "confidentiality_impact":"confidentiality_impact_high","integrity_impact":"integrity_impact_low",
                "availability_impact":"availability_impact_none"}"#
            ),
            "CVSS:3.1/AV:A/AC:L/PR:N/UI:R/S:C/C:H/I:L/A:N"
        );
        assert_eq!(
            read(
                r#"{"access_vector":"access_vector_network","access_complexity":"access_complexity_medium",
                "authentication":"authentication_single","confidentiality_impact":"confidentiality_impact_partial",
                "integrity_impact":"integrity_impact_complete","availability_impact":"availability_impact_none"}"#
            ),
            "AV:N/AC:M/Au:S/C:P/I:C/A:N"
        );
        assert_eq!((read("null"), read("\"AV:N\"")), (String::new(), "AV:N".to_owned()));
    }
}
