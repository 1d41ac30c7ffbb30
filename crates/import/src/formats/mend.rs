//! Mend (WhiteSource) JSON: the vulnerability report of the API 1 and of the unified agent, the inventory of the CLI (`libraries`),
//! and findings of the platform's API 3 (`response`). What is no longer there or was ignored is told as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, links, paragraphs, vectors};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, AssetRef};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "mend",
    name: "Mend (WhiteSource)",
    summary: "JSON of the APIs and the CLI: vulnerabilities of libraries, with fixes",
    extensions: &["json"],
    docs: "https://docs.mend.io/",
    tool: "mend",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    heads: &["projectVitals"],
    lists: &["vulnerabilities", "libraries", "components", "response", "retVal"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let report = keys.has("vulnerabilities") && head.has_any(&["\"keyUuid\"", "\"topFix\""]);
    let inventory = keys.has("projectVitals") && keys.has_any(&["libraries", "productName"]);
    let ours = head.has("\"findingInfo\"") || keys.has("supportToken");
    let api = keys.has_any(&["response", "retVal", "components"]) && ours;
    let agent = keys.has("libraries") && head.has("\"keyUuid\"");
    match (report || inventory || api || agent, keys.names().eq(["vulnerabilities"])) {
        (true, _) => Sniff::Yes,
        // What a project without vulnerabilities gives.
        (false, true) => Sniff::Maybe,
        (false, false) => Sniff::No,
    }
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "libraries" => library(record, options, out),
        "vulnerabilities" => found(record, record, record, record.at("library"), options, out),
        // A component with its findings.
        "components" => record.items("response").iter().try_for_each(|it| {
            let about = if it.at("component").is_object() { it.at("component") } else { record };
            found(record, it, it.at("vulnerability"), about, options, out)
        }),
        _ => found(record, record, record.at("vulnerability"), record.at("component"), options, out),
    }
}

/// The project, wherever its name stands.
fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let vitals = record.head("projectVitals").text("name");
    let (own, nested) = (record.text("project"), record.text("project/name"));
    let name = [vitals, own, nested].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let known = assets::repository(&name).or_else(|| assets::named(AssetKind::Application, &name));
    options.asset.clone().or(known).unwrap_or_else(|| options.asset_or(AssetKind::Application))
}

/// The ecosystem of Mend's library types.
fn kind(word: &str) -> &str {
    match word.to_uppercase().as_str() {
        "MAVEN_ARTIFACT" | "JAVA_ARCHIVE" | "JAVA" => "maven",
        "NODE_PACKAGED_MODULE" | "JAVA_SCRIPT_LIBRARY" | "JAVASCRIPT/NODE.JS" => "npm",
        "PYTHON_PACKAGE" => "pypi",
        "NUGET_PACKAGE_MODULE" | "DOT_NET_RESOURCE" | "DOT_NET_AS_GENERIC_RESOURCE" => "nuget",
        "RUBYGEM" | "RUBY_GEM" => "gem",
        "PHP_PACKAGE" => "composer",
        "GO_PACKAGE" => "golang",
        "RUST_CRATE" | "CARGO_PACKAGE" => "cargo",
        "DEBIAN_PACKAGE" => "debian",
        "ALPINE_PACKAGE" => "alpine",
        "RPM_PACKAGE" => "redhat",
        _ => "generic",
    }
}

fn package(about: &Value<'_>) -> Package {
    let (group, artifact) = (about.text("groupId"), about.text("artifactId"));
    let word = about.first(&["type", "libraryType"]);
    let kind = kind(&word);
    let full = match kind {
        "maven" if !group.is_empty() && !artifact.is_empty() && !artifact.ends_with(".jar") => {
            format!("{group}:{artifact}")
        }
        "npm" if !group.is_empty() => group.into_owned(),
        _ => about.first(&["artifactId", "name"]).into_owned(),
    };
    Package::new(kind, &full, &about.text("version"))
}

/// A library of the inventory: it is there, and has these vulnerabilities.
fn library(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.first(&["name", "artifactId"]).is_empty() {
        return Err("a library without name".into());
    }
    out.observe(&record.at, package(record).seen(asset(record, options)), None)?;
    record.items("vulnerabilities").iter().try_for_each(|it| found(record, record, it, record, options, out))
}

/// A vulnerability (`item`) of a library (`about`); `told` is what stands around both.
fn found(
    record: &Record<'_>,
    told: &Value<'_>,
    item: &Value<'_>,
    about: &Value<'_>,
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    let id = item.first(&["name", "vulnerabilityId"]);
    if id.is_empty() || about.first(&["name", "artifactId", "filename"]).is_empty() {
        return Err("no name of a vulnerability or of a library".into());
    }
    let package = package(about);
    let severity = ids::severity(&item.first(&["cvss3_severity", "severity"]));
    let mut finding = package.vulnerability(asset(record, options), &id, [""; 0], "", severity);
    finding.description = paragraphs([item.text("description")]);
    finding.cvss = vectors([item.text("scoreMetadataVector"), told.text("scoreMetadataVector")]);
    finding.cvss_score =
        item.number("cvss3_score").or_else(|| item.number("score")).filter(|score| *score > 0.0);
    let epss = told.number("threatAssessment/epssPercentage");
    finding.epss = epss.map(|percent| percent / 100.0);
    let fix = if item.at("topFix").is_object() { item.at("topFix") } else { told.at("topFix") };
    finding.fix = paragraphs([fix.text("fixResolution")]);
    let version = fix.text("fixResolution");
    let version = version.rsplit([' ', ':']).next().unwrap_or_default();
    if fix.text("type") == "UPGRADE_VERSION" && version.starts_with(|c: char| c.is_ascii_digit()) {
        fixed_in(&mut finding, version);
    }
    let places = told.items("locations").iter().map(|it| it.text("path"));
    let source = item.items("sourceFiles").iter().map(|it| it.text("localPath"));
    finding.evidence =
        paragraphs([about.first(&["filename", "name"])].into_iter().chain(places).chain(source));
    finding.raw_id = text::some(&told.text("uuid")).or(finding.raw_id);
    finding.found_at = dates::date(&told.text("findingInfo/detectedAt"));
    finding.seen_at = dates::date(&told.text("findingInfo/modifiedAt"));
    finding.references = links([item.text("url"), fix.text("url")]);
    let status = told.text("findingInfo/status");
    let over = !status.is_empty() && status != "ACTIVE";
    finding.suppressed = over.then(|| text::name(&status.to_lowercase().replace('_', " ")));
    record.tell(finding, out)
}
