//! Audits of JavaScript packages, in all dialects of the npm registry's answer: `npm audit --json` of npm 6 and of npm 7 and
//! later, `pnpm audit --json`, `yarn audit --json` (lines), `yarn npm audit --json` of Yarn 2 to 4, and `bun audit --json`.
//!
//! One finding an advisory and package. npm 7 also lists packages that are affected only through another one (`via` names
//! it): the finding is on that one. It and Bun name no installed version.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{cvss, dates, head, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::AssetKind;
use bartizan_model::Finding;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "npm_audit",
    name: "npm, pnpm, Yarn and Bun audit",
    summary: "JSON of npm, pnpm, Yarn and Bun audits: advisories for JavaScript packages",
    extensions: &["json", "jsonl"],
    docs: "https://docs.npmjs.com/cli/commands/npm-audit",
    tool: "npm-audit",
    sniff,
    parse: |input, options, sink| {
        let bun = is_bun(&Head::peek(input)?);
        if bun { BUN.parse(input, options, sink, named) } else { LAYOUT.parse(input, options, sink, record) }
    },
};

static LAYOUT: Layout = Layout {
    heads: &["type", "value", "data/resolution", "actions", "auditReportVersion"],
    lists: &["advisories/*", "vulnerabilities/*", "data/advisory", "children"],
    ..Layout::of(&FORMAT)
};

/// Advisories under the name of their package.
static BUN: Layout = Layout { lists: &["*[]"], ..Layout::of(&FORMAT) };

fn is_bun(head: &Head<'_>) -> bool {
    let keys = head.object();
    let first = keys.names().next().and_then(|name| keys.value(name)).unwrap_or_default();
    let begins = first.starts_with(b"[") && !keys.has_any(&["advisories", "actions"]);
    begins && ["\"vulnerable_versions\"", "\"url\""].iter().all(|mark| head::has(first, mark))
}

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let six = keys.has("advisories")
        && (keys.has_any(&["actions", "muted", "metadata"]) || head.has("\"module_name\""));
    // Many actions hide the advisories behind the head, and other messages of Yarn may come first.
    let long = keys.has("actions") && head.has_all(&["\"resolves\"", "\"depth\""]);
    let told = head.has_any(&["\"auditAdvisory\"", "\"auditSummary\""]);
    let yarn = keys.has_all(&["type", "data"]) && told;
    let berry = keys.has_all(&["value", "children"]) && head.has("\"Vulnerable Versions\"");
    Sniff::when(is_bun(head) || keys.has("auditReportVersion") || six || long || yarn || berry)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "vulnerabilities/*" => entry(record, options, out),
        "children" => child(record, options, out),
        _ => advisory(record, options, out),
    }
}

/// An advisory for a package of this name and version.
fn found(
    record: &Value<'_>,
    name: &str,
    version: &str,
    url: &str,
    options: &Options,
) -> Result<Finding, &'static str> {
    if name.is_empty() {
        return Err("no package name");
    }
    let known = ids::ids_in(url).into_iter().chain([record.text("github_advisory_id").into_owned()]);
    let known = known.chain(record.texts("cves").into_iter().map(|id| id.into_owned()));
    let known: Vec<_> = known.filter(|id| !id.is_empty()).collect();
    let own = record.first(&["id", "source", "ID"]);
    let rule = known.first().map_or(&*own, |id| id);
    let severity = ids::severity(&record.first(&["severity", "Severity"]));
    let title = record.first(&["title", "Issue"]);
    if rule.is_empty() && title.is_empty() {
        return Err("an advisory without id and title");
    }
    let package = Package::new("npm", name, version);
    let mut finding =
        package.vulnerability(options.asset_or(AssetKind::Repository), rule, &known, &title, severity);
    finding.description = paragraphs([record.text("overview")]);
    finding.fix = text::body(&record.text("recommendation"));
    fixed_in(&mut finding, &record.text("patched_versions").replace("<0.0.0", ""));
    finding.cvss = cvss::vectors([&*record.text("cvss/vectorString")]);
    finding.cvss_score = record.number("cvss/score").filter(|score| *score > 0.0);
    for cwe in record.texts("cwe") {
        ids::cwes_in(&mut finding.weakness.cwe, &cwe);
    }
    let affected = record.first(&["vulnerable_versions", "range", "Vulnerable Versions"]);
    finding.evidence = text::body(&format!("{name} {version} (affected: {affected})"));
    finding.references = text::links([url, &*record.text("references")]);
    finding.raw_id = Some(text::name(if own.is_empty() { rule } else { &own }));
    Ok(finding)
}

/// Bun: an advisory under the name of its package.
fn named(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let own = record.first(&["id", "url", "title"]);
    if own.is_empty() {
        return Err("an advisory without id and title".into());
    }
    record.tell(found(record, record.key, "", &record.text("url"), options)?, out)
}

/// npm 6, pnpm, Yarn 1 and 2: an advisory with the versions that were found.
fn advisory(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let places = record.items("findings");
    let mut versions: Vec<_> = places.iter().map(|place| place.text("version")).collect();
    versions.sort();
    versions.dedup();
    if versions.is_empty() {
        versions.push(record.text("version"));
    }
    let mut finding =
        found(record, &record.text("module_name"), &versions.join(", "), &record.text("url"), options)?;
    let paths = places.iter().flat_map(|place| place.texts("paths"));
    let paths = paths.chain([record.head("data/resolution").text("path")]).filter(|path| !path.is_empty());
    finding.evidence = paragraphs([finding.evidence.as_str().into()].into_iter().chain(paths));
    finding.found_at = dates::date(&record.text("created"));
    record.tell(finding, out)
}

/// npm 7: a package with the advisories that affect it.
fn entry(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let named = record.text("name");
    // A text names another package, through which this one is affected.
    let via = record.at("via").as_array().ok_or("no list of what it is affected via")?;
    if !via.iter().all(|via| via.is_object() || via.is_string()) {
        return Err("it is affected via what is neither package nor advisory".into());
    }
    for via in via.iter().filter(|via| via.is_object()) {
        let name = via.first(&["dependency", "name"]);
        let mut finding =
            found(via, if name.is_empty() { &named } else { &name }, "", &via.text("url"), options)?;
        let places = record.texts("nodes");
        finding.evidence = paragraphs([finding.evidence.as_str().into()].into_iter().chain(places));
        let fix = record.at("fixAvailable");
        let by = [fix.text("name"), fix.text("version")];
        finding.fix = match (fix.as_bool(), by[0].is_empty()) {
            (_, false) => text::body(&format!("Install {} {}.", by[0], by[1])),
            (Some(true), _) => "Run `npm audit fix`.".to_owned(),
            _ => String::new(),
        };
        record.tell(finding, out)?;
    }
    if named.is_empty() { Err("no package name".into()) } else { Ok(()) }
}

/// Yarn 4: one advisory a line, under the name of the package.
fn child(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let versions = record.texts("Tree Versions").join(", ");
    let name = record.head("value").text("");
    let mut finding = found(record, &name, &versions, &record.text("URL"), options)?;
    finding.evidence =
        paragraphs([finding.evidence.as_str().into()].into_iter().chain(record.texts("Dependents")));
    record.tell(finding, out)
}
