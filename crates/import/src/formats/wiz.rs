//! Wiz: issues and vulnerability findings as CSV exports and as answers of the API (JSON), and `wizcli` scans (JSON).
//! Resolved and rejected ones are told as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::table::Table;
use crate::common::tree::{Tree, links, paragraphs};
use crate::common::{assets, cloud, dates, head, ids, loci, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "wiz",
    name: "Wiz",
    summary: "CSV exports, API JSON and wizcli JSON: issues of cloud resources, vulnerabilities of assets and images",
    extensions: &["json"],
    docs: "https://docs.wiz.io/",
    tool: "wiz",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    heads: &["scanOriginResource", "createdAt"],
    lists: &[
        "data/issues/nodes",
        "data/issuesV2/nodes",
        "data/vulnerabilityFindings/nodes",
        "issues/nodes",
        "vulnerabilityFindings/nodes",
        "result/osPackages",
        "result/libraries",
        "result/applications",
        "result/cpes",
        "result/ruleMatches",
        "result/secrets",
    ],
    ..Layout::of(&FORMAT)
};

const ISSUES: [&str; 4] = ["Title", "Severity", "Issue ID", "Control ID"];
const VULNERABILITIES: [&str; 4] = ["WizURL", "Name", "DetailedName", "FixedVersion"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let api = keys.has_any(&["data", "issues", "vulnerabilityFindings"])
        && head.has("\"nodes\"")
        && head.has_any(&["\"entitySnapshot\"", "\"vulnerableAsset\""]);
    let cli = ["osPackages", "libraries", "ruleMatches", "scanStatistics"];
    let cli = cli.iter().any(|key| head.has(&format!("\"{key}\"")));
    Sniff::when(
        api || keys.has("result") && (keys.has("scanOriginResource") || keys.has("status") && cli)
            || head.csv(&ISSUES)
            || head.csv(&VULNERABILITIES),
    )
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if !head::begins_json(input)? {
        return table(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, |record, options, out| match record.list {
        "result/osPackages" | "result/libraries" | "result/applications" | "result/cpes" => {
            scanned(record, options, out)
        }
        "result/ruleMatches" => matched(record, options, out),
        "result/secrets" => secret(record, options, out),
        list if list.contains("vulnerability") => {
            let finding = vulnerability(|keys| record.first(keys), options)?;
            record.tell(finding, out)
        }
        _ => {
            let finding = issue(|keys| record.first(keys), options)?;
            record.tell(finding, out)
        }
    })
}

fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
    let of_issues = head::csv(&head, &ISSUES);
    let table =
        Table::open(input, &options.limits, "wiz", if of_issues { &ISSUES } else { &VULNERABILITIES })?;
    let mut out = Out::new(sink);
    out.source("wiz", "");
    table.rows(&mut out, &mut |row, at, out| {
        let get = |keys: &[&str]| row.first(keys).to_owned().into();
        let finding = if of_issues { issue(get, options)? } else { vulnerability(get, options)? };
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })?;
    out.finish("wiz")
}

/// A word for what is no longer open.
fn over(status: &str) -> Option<String> {
    let status = status.to_lowercase();
    match status.as_str() {
        "resolved" => Some(Finding::FIXED.to_owned()),
        "rejected" | "ignored" => Some(status),
        _ => None,
    }
}

fn issue<'a>(
    get: impl Fn(&[&str]) -> std::borrow::Cow<'a, str>,
    options: &Options,
) -> Result<Finding, &'static str> {
    let title = get(&["Title", "control/name", "sourceRule/name", "sourceRules/0/name"]);
    let rule = get(&["Control ID", "control/id", "sourceRule/id", "sourceRules/0/id"]);
    if title.is_empty() && rule.is_empty() {
        return Err("neither title nor control");
    }
    let resource = get(&["Resource external ID", "entitySnapshot/providerId", "entitySnapshot/externalId"]);
    let name = get(&["Resource Name", "entitySnapshot/name"]);
    let vertex = get(&["Resource vertex ID", "entitySnapshot/id"]);
    let known = cloud::resource(if resource.is_empty() { &vertex } else { &resource }, &name);
    let asset = known.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    let rule = if rule.is_empty() { title.clone() } else { rule };
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    let account = get(&["Subscription ID", "entitySnapshot/subscriptionExternalId"]);
    let mut tags = cloud::tags(&account, &get(&["Resource Region", "entitySnapshot/region"]));
    let kind = get(&["Resource Type", "entitySnapshot/nativeType", "entitySnapshot/type"]);
    tags.extend(text::tags([("type", &*kind)]));
    let links = [get(&["Wiz URL", "url"]), get(&["Cloud Provider URL", "entitySnapshot/cloudProviderURL"])];
    Ok(Finding {
        description: paragraphs([get(&[
            "Description",
            "control/description",
            "sourceRule/controlDescription",
            "sourceRule/description",
        ])]),
        fix: paragraphs([get(&[
            "Remediation Recommendation",
            "control/resolutionRecommendation",
            "sourceRule/resolutionRecommendation",
        ])]),
        evidence: paragraphs([&*resource, &*get(&["Note"])]),
        raw_id: text::some(&get(&["Issue ID", "id"])),
        found_at: dates::date(&get(&["Created At", "createdAt"])),
        tags,
        references: text::links(links.iter().map(|link| &**link)),
        suppressed: over(&get(&["Status", "status"])),
        ..Finding::new(
            text::title(&title, &rule),
            ids::severity(&get(&["Severity", "severity"])),
            weakness,
            asset,
            Locus::Whole,
        )
    })
}

fn vulnerability<'a>(
    get: impl Fn(&[&str]) -> std::borrow::Cow<'a, str>,
    options: &Options,
) -> Result<Finding, &'static str> {
    let (id, name) = (get(&["Name", "name"]), get(&["DetailedName", "detailedName"]));
    if id.is_empty() {
        return Err("no name of a vulnerability");
    }
    let resource =
        get(&["ProviderUniqueId", "vulnerableAsset/providerUniqueId", "AssetID", "vulnerableAsset/id"]);
    let shown = get(&["AssetName", "vulnerableAsset/name"]);
    let asset =
        cloud::resource(&resource, &shown).unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    let package =
        Package::new("generic", if name.is_empty() { &id } else { &name }, &get(&["Version", "version"]));
    let severity = ids::severity(&get(&[
        "VendorSeverity",
        "vendorSeverity",
        "CVSSSeverity",
        "severity",
        "CVSSSeverity",
    ]));
    let mut finding = package.vulnerability(asset, &id, [""; 0], "", severity);
    finding.description = paragraphs([get(&["CVEDescription", "Description", "description"])]);
    finding.fix = paragraphs([get(&["Remediation", "remediation"])]);
    fixed_in(&mut finding, &get(&["FixedVersion", "fixedVersion"]));
    finding.cvss_score = get(&["Score", "score"]).parse().ok();
    finding.epss = get(&["EpssProbability", "epssProbability"]).parse().ok();
    finding.evidence =
        paragraphs([get(&["LocationPath", "locationPath"]), get(&["DetectionMethod", "detectionMethod"])]);
    finding.raw_id = text::some(&get(&["ID", "id"]));
    finding.found_at = dates::date(&get(&["FirstDetected", "firstDetectedAt"]));
    finding.seen_at = dates::date(&get(&["LastDetected", "lastDetectedAt"]));
    finding.tags = cloud::tags(
        &get(&["SubscriptionExternalId", "vulnerableAsset/subscriptionExternalId"]),
        &get(&["AssetRegion", "vulnerableAsset/region"]),
    );
    let known = [
        ("exploit-available", get(&["HasExploit", "hasExploit"])),
        ("known-exploited", get(&["HasCisaKevExploit", "hasCisaKevExploit"])),
    ];
    let known = known.into_iter().filter(|(_, is)| is.eq_ignore_ascii_case("true"));
    finding.tags.extend(known.map(|(tag, _)| tag.to_owned()));
    let links = [get(&["Link", "link"]), get(&["WizURL", "portalUrl"])];
    finding.references = text::links(links.iter().map(|link| &**link));
    finding.suppressed = over(&get(&["FindingStatus", "status", "Status"]));
    Ok(finding)
}

/// A package of a wizcli scan.
fn scanned(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("name");
    if name.is_empty() {
        return Err("a package without name".into());
    }
    let image = assets::image(&record.head("scanOriginResource").text("name"));
    let asset = image.unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage));
    let package = Package::new("generic", &name, &record.text("version"));
    out.observe(&record.at, package.seen(asset.clone()), None)?;
    for found in record.items("vulnerabilities") {
        let severity = ids::severity(&found.text("severity"));
        let mut finding = package.vulnerability(asset.clone(), &found.text("name"), [""; 0], "", severity);
        finding.description = text::body(&found.text("description"));
        fixed_in(&mut finding, &found.text("fixedVersion"));
        finding.cvss_score = found.number("score");
        finding.evidence = text::body(&record.text("path"));
        finding.seen_at = dates::date(&record.head("createdAt").text(""));
        finding.references = links([found.text("source")]);
        record.tell(finding, out)?;
    }
    Ok(())
}

/// A rule of a wizcli scan of infrastructure code, with the places that match it.
fn matched(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, title) = (record.text("rule/id"), record.text("rule/name"));
    if id.is_empty() && title.is_empty() {
        return Err("a match without rule".into());
    }
    let rule = if id.is_empty() { &title } else { &id };
    for place in record.items("matches") {
        let resource = place.text("resourceName");
        let weakness = WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() };
        let finding = Finding {
            fix: text::body(&place.text("expected")),
            evidence: paragraphs([place.text("found"), place.text("matchContent")]),
            component_name: text::name(&resource),
            line: place.count("lineNumber"),
            raw_id: Some(text::name(rule)),
            seen_at: dates::date(&record.head("createdAt").text("")),
            ..Finding::new(
                text::title(&title, rule),
                ids::severity(&record.text("severity")),
                weakness,
                options.asset_or(AssetKind::Repository),
                loci::file(&place.text("fileName"), &text::name(&resource)),
            )
        };
        record.tell(finding, out)?;
    }
    Ok(())
}

/// A secret of a wizcli scan: its kind and place, nothing of it.
fn secret(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (path, kind) = (record.text("path"), record.first(&["type", "contains/0/type"]));
    if path.is_empty() {
        return Err("a secret without path".into());
    }
    let named = record.first(&["contains/0/name", "description"]);
    let id = record.text("id");
    let weakness = WeaknessSeen { rule: text::name(&kind), cwe: vec![798], ..WeaknessSeen::default() };
    let image = assets::image(&record.head("scanOriginResource").text("name"));
    let finding = Finding {
        fix: "Revoke the secret, then remove it from where it lies.".to_owned(),
        line: record.count("lineNumber"),
        raw_id: text::some(&id),
        ..Finding::new(
            text::title(&format!("{named} in {path}"), &kind),
            ids::severity(&record.text("severity")),
            weakness,
            image.unwrap_or_else(|| options.asset_or(AssetKind::Repository)),
            loci::file(&path, &text::name(&id)),
        )
    };
    record.tell_alone(finding, out)
}
