//! Semgrep JSON (`semgrep --json`), and the vulnerabilities of its Supply Chain API.
//!
//! A result is known by its rule, its file and its code; where Semgrep keeps the code back from users without an account
//! (`requires login`) the rule and the file remain. Supply Chain findings, in both shapes, are vulnerabilities of a
//! package. What Semgrep could not parse is told as a gap; it never says that a file was looked at whole, so there is no coverage.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{assets, dates, head, ids, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

mod platform;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "semgrep",
    name: "Semgrep",
    summary: "JSON of scans (code, secrets, supply chain) and of the Supply Chain API",
    extensions: &["json"],
    docs: "https://semgrep.dev/docs/semgrep-appsec-platform/json-and-sarif",
    tool: "semgrep",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version"],
    lists: &["results", "vulns", "findings", "errors"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let has = |list: &str, mark: &str| keys.value(list).is_some_and(|records| head::has(records, mark));
    let scanned = has("paths", "\"scanned\"") || keys.has_any(&["skipped_rules", "interfile_languages_used"]);
    match () {
        () if has("results", "\"check_id\"") && has("results", "\"path\"") => Sniff::Yes,
        () if has("findings", "\"match_based_id\"") && has("findings", "\"rule_name\"") => Sniff::Yes,
        () if has("vulns", "\"advisory\"") || (keys.has("results") && scanned) => Sniff::Yes,
        () if keys.has_all(&["results", "errors"]) && keys.names().count() <= 3 => Sniff::Maybe,
        () => Sniff::No,
    }
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "errors" => {
            let what = record.first(&["path", "rule_id", "type"]);
            let why = record.first(&["message", "long_msg", "short_msg"]);
            let why = text::line(&why, text::TITLE);
            match &*record.text("level") {
                // A line that it could not parse, in a file that it looked at.
                "warn" | "info" => out.note(text::name(&what), why),
                _ => out.gap(text::name(&what), why),
            }
            Ok(())
        }
        "vulns" => supply_chain(record, options, out),
        "findings" => platform::finding(record, options, out),
        _ => result(record, options, out),
    }
}

fn result(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path, extra) = (record.text("check_id"), record.text("path"), record.at("extra"));
    if rule.is_empty() || path.is_empty() {
        return Err("no check_id or no path".into());
    }
    let about = extra.at("metadata");
    let asset = options.asset_or(AssetKind::Repository);
    let own = ids::of_rule(&extra.text("severity"));
    let package = extra.at("sca_info/dependency_match/found_dependency");
    let cwe = about.texts("cwe").join(" ");
    let kept_back = |given: &str| if given == "requires login" { String::new() } else { given.to_owned() };
    let (code, print) = (kept_back(&extra.text("lines")), kept_back(&extra.text("fingerprint")));
    let secret =
        !extra.text("validation_state").is_empty() && extra.text("validation_state") != "NO_VALIDATOR";
    let code = if secret { text::mask(&code) } else { code };
    let hit = Hit {
        rule: &rule,
        title: &rule,
        severity: own,
        cwe: &cwe,
        path: &path,
        line: record.count("start/line"),
        anchor: "",
        snippet: &code,
    };
    let mut finding = if package.is_object() {
        let package =
            Package::new(&package.text("ecosystem"), &package.text("package"), &package.text("version"));
        let known = about.first(&["sca-vuln-database-identifier", "ghsa"]);
        let id = if known.is_empty() { &rule } else { &known };
        let mut finding = package.vulnerability(asset, id, about.texts("ghsa"), "", own);
        ids::cwes_in(&mut finding.weakness.cwe, &cwe);
        Finding { evidence: text::labelled([("Named in", &*loci::path(&path))]), line: hit.line, ..finding }
    } else {
        hit.finding(asset)
    };
    let fixed = about.items("sca-fix-versions").iter().filter_map(Value::as_object);
    let fixed: Vec<_> = fixed.flat_map(|it| it.values()).map(|version| version.text("")).collect();
    fixed_in(&mut finding, &fixed.join(", "));
    finding.weakness.rule = text::name(&rule);
    finding.description = paragraphs([extra.text("message")]);
    let fix = extra.first(&["fix", "rendered_fix"]);
    if !fix.is_empty() {
        finding.fix = text::body(&fix);
    }
    // Without an account every fingerprint is the same words.
    finding.raw_id = text::some(&print);
    finding.confidence = text::name(&about.text("confidence"));
    finding.compliance = about.texts("owasp").iter().map(|it| text::name(&format!("OWASP:{it}"))).collect();
    let links = about.texts("references").into_iter().chain([about.first(&["source", "source-rule-url"])]);
    finding.references = text::links(links.collect::<Vec<_>>().iter().map(|link| &**link));
    let kinds = ["category", "subcategory", "vulnerability_class", "technology"];
    let kinds = kinds.iter().flat_map(|key| about.texts(key)).filter(|kind| **kind != *"None");
    finding.tags = kinds.map(|kind| text::name(&kind)).take(20).collect();
    finding.suppressed = extra.is_true("is_ignored").then(|| "nosemgrep".to_owned());
    if secret { record.tell_alone(finding, out) } else { record.tell(finding, out) }
}

fn supply_chain(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (advisory, matched) = (record.at("advisory"), record.at("matchedDependency"));
    let name = matched.text("name");
    if name.is_empty() {
        return Err("no matchedDependency".into());
    }
    let about = advisory.at("references");
    let repository = record.text("repositoryName");
    let asset = assets::named(AssetKind::Repository, &repository).filter(|_| options.asset.is_none());
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository));
    let package = Package::new(&advisory.text("ecosystem"), &name, &matched.text("versionSpecifier"));
    let cves = about.texts("cveIds");
    let rule = advisory.text("ruleId");
    let title = record.first(&["title", "advisory/title"]);
    let severity = ids::of_rule(&advisory.text("severity"));
    let mut finding = package.vulnerability(asset, &rule, cves, &title, severity);
    about.texts("cweIds").iter().for_each(|cwe| ids::cwes_in(&mut finding.weakness.cwe, cwe));
    finding.description = paragraphs([
        advisory.text("description").into_owned(),
        text::labelled([("Reachable if", &*advisory.text("reachableIf"))]),
    ]);
    fixed_in(&mut finding, &record.text("closestSafeDependency/versionSpecifier"));
    finding.line = record.count("dependencyFileLocation/startLine");
    finding.evidence =
        text::labelled([("Named in", &*loci::path(&record.text("dependencyFileLocation/path")))]);
    finding.raw_id = text::some(&record.text("groupKey"));
    finding.found_at = dates::date(&record.text("openedAt"));
    finding.tags = ["exposureType", "transitivity"]
        .iter()
        .map(|key| record.text(key).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    finding.references = text::links(about.texts("urls").iter().map(|link| &**link));
    let triage = record.text("triage/status");
    finding.suppressed = ["IGNORED", "FIXED", "REMOVED"]
        .contains(&&*triage)
        .then(|| text::name(&format!("{}: {}", triage.to_lowercase(), record.text("triage/dismissReason"))));
    record.tell(finding, out)
}
