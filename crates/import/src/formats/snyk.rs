//! Snyk CLI JSON: `snyk test` of one project or all (`--all-projects`), `snyk container test` with the applications in the
//! image, and `snyk iac test`. `snyk code test --json` is SARIF.
//!
//! Licence issues are no weaknesses: a gap says how many were left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::{assets, ids, loci, out::Out, purl, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "snyk",
    name: "Snyk CLI",
    summary: "JSON of open source, container and IaC tests: vulnerabilities of packages, misconfigurations",
    extensions: &["json"],
    docs: "https://docs.snyk.io/snyk-cli/cli-commands-and-options-summary",
    tool: "snyk",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    heads: &[
        "projectName",
        "packageManager",
        "displayTargetFile",
        "targetFile",
        "path",
        "docker",
        "applications/packageManager",
        "applications/displayTargetFile",
    ],
    lists: &["vulnerabilities", "applications/vulnerabilities", "infrastructureAsCodeIssues", IGNORED],
    ..Layout::of(&FORMAT)
};

/// What a policy of the project sets aside.
const IGNORED: &str = "filtered/ignore[]";

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let tested = keys.has("vulnerabilities")
        && (head.has_any(&["\"SNYK-", "\"snyk:", "\"npm:"]) && head.has("\"semver\"")
            || keys.has("licensesPolicy")
            || keys.has_all(&["dependencyCount", "ok"]));
    Sniff::when(tested || keys.has("infrastructureAsCodeIssues"))
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.list == "infrastructureAsCodeIssues" {
        misconfigured(record, options, out)
    } else {
        found(record, options, out)
    }
}

/// The image of a container test, else the project.
fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let (project, path) = (record.head("projectName").text(""), record.head("path").text(""));
    let container = record.head("docker").is_object() || project.starts_with("docker-image|");
    // The path of an image is its name with its tag, for applications with what was found in it behind that.
    let name = match path.rsplit_once(':') {
        Some((name, tag)) => format!("{name}:{}", tag.split('/').next().unwrap_or_default()),
        None => path.into_owned(),
    };
    let image = assets::image(&name).filter(|_| container);
    image.unwrap_or_else(|| options.asset_or(AssetKind::Repository))
}

fn target(record: &Record<'_>) -> String {
    let paths = ["applications/displayTargetFile", "displayTargetFile", "targetFile"];
    let found = paths.iter().map(|path| record.head(path).text("")).find(|text| !text.is_empty());
    loci::path(&found.unwrap_or_default())
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, name) = (record.text("id"), record.first(&["packageName", "moduleName", "name"]));
    if id.is_empty() || name.is_empty() {
        return Err("no id or no package".into());
    }
    if record.text("type") == "license" || id.starts_with("snyk:lic:") {
        out.gap(text::name(&format!("licence issue {id}")), "licences are not imported");
        return Ok(());
    }
    let managers = ["applications/packageManager", "packageManager"];
    let manager = managers.iter().map(|path| record.head(path).text("")).find(|text| !text.is_empty());
    let manager =
        Some(record.text("packageManager")).filter(|it| !it.is_empty()).or(manager).unwrap_or_default();
    // `debian:11`; the names of Snyk's package managers otherwise.
    let kind = match manager.split(':').next().unwrap_or_default() {
        "golangmodules" | "govendor" | "dep" => "golang",
        "sbt" | "gradle" => "maven",
        "paket" => "nuget",
        "deb" | "linux" => "debian",
        other => other,
    };
    // Of a distribution's package Snyk names the source and, behind it, the binary.
    let short =
        if purl::kind(kind).is_some_and(|(_, of)| !of.is_empty()) { name.rsplit('/').next() } else { None };
    let package = Package::new(kind, short.unwrap_or(&name), &record.text("version"));
    let aliases = [record.texts("identifiers/CVE"), record.texts("identifiers/GHSA")].concat();
    let severity = ids::severity(&record.first(&["severityWithCritical", "severity"]));
    let mut finding =
        package.vulnerability(asset(record, options), &id, aliases, &record.text("title"), severity);
    finding.component_name = text::name(&name);
    finding.description = paragraphs([record.text("description")]);
    finding.weakness.cwe = cwes(record.texts("identifiers/CWE"));
    let details = record.items("cvssDetails").iter().map(|it| it.text("cvssV3Vector"));
    let sources = record.items("cvssSources").iter().map(|it| it.text("vector"));
    finding.cvss = vectors(std::iter::once(record.text("CVSSv3")).chain(details).chain(sources));
    finding.cvss_score = record.number("cvssScore");
    finding.epss = record.number("epssDetails/probability");
    fixed_in(&mut finding, &record.first(&["nearestFixedInVersion", "fixedIn"]));
    if finding.fixed_version.is_none() {
        fixed_in(&mut finding, &record.texts("fixedIn").join(", "));
    }
    if let Some(upgrade) =
        record.texts("upgradePath").iter().find(|step| **step != "false" && !step.is_empty())
    {
        finding.fix = text::body(&format!("Upgrade to {upgrade}."));
    }
    let path = record.texts("from").join(" > ");
    finding.evidence = paragraphs([path.into(), record.text("dockerfileInstruction"), target(record).into()]);
    finding.confidence = record.text("reachability").into_owned();
    let exploit = record.first(&["exploit", "exploitDetails/maturity"]);
    finding.tags = text::tags([("exploit", &*exploit)]);
    finding.references = links(record.items("references").iter().map(|it| it.text("url")));
    let why = record.items("filtered/ignored").iter().map(|it| it.text("reason")).collect::<Vec<_>>();
    finding.suppressed = (record.list == IGNORED).then(|| text::because("ignored", &why.join(", ")));
    record.tell(finding, out)
}

/// `["CIS-AWS", "v1.2.0", "2.1"]`: a framework, its version and the control.
fn control(listed: &Value<'_>) -> Option<String> {
    let parts = listed.texts("");
    let (control, framework) = parts.split_last()?;
    (!framework.is_empty()).then(|| text::name(&format!("{}:{control}", framework.join(" "))))
}

/// An issue of infrastructure code.
fn misconfigured(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = record.first(&["publicId", "id"]);
    if id.is_empty() {
        return Err("no id".into());
    }
    let place = record.texts("path").join(" > ");
    let weakness = WeaknessSeen { rule: text::name(&id), ..WeaknessSeen::default() };
    let finding = Finding {
        description: paragraphs([
            record.first(&["iacDescription/issue", "issue", "description"]),
            record.first(&["iacDescription/impact", "impact"]),
        ]),
        fix: text::body(&record.first(&["iacDescription/resolve", "resolve", "remediation/terraform"])),
        evidence: text::body(&place),
        line: record.count("lineNumber"),
        raw_id: Some(text::name(&id)),
        compliance: record.items("compliance").iter().filter_map(control).collect(),
        references: links(record.texts("references").into_iter().chain([record.text("documentation")])),
        suppressed: record.is_true("isIgnored").then(|| "ignored".to_owned()),
        ..Finding::new(
            text::title(&record.text("title"), &id),
            ids::severity(&record.text("severity")),
            weakness,
            options.asset_or(AssetKind::Repository),
            loci::file(&target(record), &place),
        )
    };
    record.tell(finding, out)
}
