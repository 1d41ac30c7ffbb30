//! JFrog Xray JSON, in its four shapes: violations exported from the UI (`data`), the unified report (`rows`), the artifact
//! summary API (`artifacts`), and on-demand binary scans (`jf scan`, `jf audit` with `--format json`; where watches apply, those
//! have violations in place of vulnerabilities, or beside them). Licence issues are left out.

use crate::common::kept::Known;
use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "xray",
    name: "JFrog Xray",
    summary: "JSON reports, artifact summaries and on-demand scans: vulnerabilities of components and artifacts",
    extensions: &["json"],
    docs: "https://jfrog.com/help/r/jfrog-security-user-guide/products/xray",
    tool: "xray",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    heads: &["component_id", "artifacts/general", "scan_id"],
    lists: &["data", "rows", "artifacts/issues", "vulnerabilities", "violations"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let empty = keys.names().eq(["total_count", "data"]) && keys.is_empty_list("data");
    let data = keys.has_all(&["total_count", "data"]) && head.has("\"component_versions\"") || empty;
    let rows = keys.has_all(&["total_rows", "rows"]);
    let summary = keys.has("artifacts") && head.has_all(&["\"general\"", "\"component_id\""]);
    let scan =
        keys.has("scan_id") && keys.has_any(&["vulnerabilities", "component_id", "violations", "licenses"]);
    Sniff::when(data || rows || summary || scan)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    // In which list an issue of a component was told. Beyond what can be remembered it is told of each.
    let mut told: Known<&str> = Known::new(options.limits.deferred / 2);
    LAYOUT.parse(input, options, sink, |record, options, out| match record.list {
        "rows" => {
            let named = record.text("vulnerable_component");
            found(record, &named, &record.text("impacted_artifact"), record, options, out)
        }
        "data" => {
            let named = record.first(&["source_comp_id", "source_id", "component"]);
            found(record, &named, "", record.at("component_versions"), options, out)
        }
        "artifacts/issues" => summarized(record, options, out),
        _ => {
            let artifact = record.head("component_id").text("");
            let components = record.at("components").as_object().ok_or("no components")?;
            let issue = record.text("issue_id");
            let mut is_new = |component: &str| {
                let key = text::name(&format!("{issue} {component}"));
                let first = told.get(&key).copied();
                if first.is_none() {
                    told.put(key, record.list, 0);
                }
                issue.is_empty() || first.is_none_or(|list| list == record.list)
            };
            let mut components = components.iter().filter(|(named, _)| is_new(named));
            components.try_for_each(|(named, it)| found(record, named, &artifact, it, options, out))
        }
    })
}

/// An issue of an artifact: its impact paths end with the component.
fn summarized(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let general = record.head("artifacts/general");
    let artifact = general.first(&["component_id", "name"]);
    let artifact = match &*general.text("pkg_type").to_lowercase() {
        "docker" | "oci" if !artifact.contains("://") => format!("docker://{artifact}"),
        _ => artifact.into_owned(),
    };
    let path = record.texts("impact_path").first().cloned().unwrap_or_default();
    let named = path.rsplit('/').next().unwrap_or_default();
    let named = if named.is_empty() { &artifact } else { named };
    found(record, named, &artifact, record, options, out)
}

/// The ecosystem, name and version of `deb://debian:stretch:libx11:2:1.6.4-3`, `gav://org:name:1.0`, `pypi://name:1.0`.
fn component(id: &str) -> (String, String, String) {
    let (scheme, rest) = id.split_once("://").unwrap_or(("generic", id));
    let parts: Vec<_> = rest.split(':').collect();
    let own = |ecosystem: &str, name: &str, version: &str| {
        (ecosystem.to_owned(), name.to_owned(), version.to_owned())
    };
    match (scheme, parts.as_slice()) {
        // The end of an impact path: `3.12:openssl:1.1.1k-r0`, a package of the release of a distribution.
        ("generic", [release, name, version @ ..])
            if release.starts_with(|c: char| c.is_ascii_digit()) && !version.is_empty() =>
        {
            own("generic", name, &version.join(":"))
        }
        ("deb", [distribution, _, name, version @ ..]) => own(distribution, name, &version.join(":")),
        ("alpine", [_, name, version @ ..]) => own("alpine", name, &version.join(":")),
        ("rpm", [_, name, version @ ..]) => own("rpm", name, &version.join(":")),
        ("gav", [group, name, version @ ..]) => own("maven", &format!("{group}:{name}"), &version.join(":")),
        (_, [name, version @ ..]) => {
            own(if scheme == "go" { "golang" } else { scheme }, name, &version.join(":"))
        }
        _ => own("generic", rest, ""),
    }
}

fn found(
    record: &Record<'_>,
    named: &str,
    artifact: &str,
    about: &Value<'_>,
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    let kind = record.first(&["issue_type", "type"]);
    if ["license", "operational_risk"].contains(&&*kind) {
        let kind = if kind == "license" { "licence issue" } else { "operational risk" };
        out.note(text::name(&format!("{kind} of {named}")), "it is no weakness and is not imported");
        return Ok(());
    }
    let (ecosystem, name, version) = component(named);
    let details = record.at("component_versions/more_details");
    let cves = if details.items("cves").is_empty() { record.items("cves") } else { details.items("cves") };
    let own = record.first(&["issue_id", "id"]);
    let ids = cves.iter().map(|it| it.text("cve")).filter(|id| !id.is_empty());
    let id = if own.is_empty() { ids.clone().next().unwrap_or_default() } else { own };
    let summary = record.first(&["summary", "description"]);
    if name.is_empty() || id.is_empty() && summary.is_empty() {
        return Err("no component, or neither id nor summary".into());
    }
    let image = artifact.strip_prefix("docker://").and_then(assets::image);
    // An artifact that is no image is an application known by its own id, without its version.
    let (kind, of, _) = component(artifact);
    let application =
        || Package::new(&kind, &of, "").asset(&of).filter(|_| artifact.contains("://") && artifact != named);
    let asset = options.asset.clone().or(image).or_else(application);
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Application));
    let package = Package::new(&ecosystem, &name, &version);
    let title = text::line(&summary, text::TITLE);
    let mut finding =
        package.vulnerability(asset, &id, [""; 0], &title, ids::severity(&record.text("severity")));
    finding.description = paragraphs([
        record.text("summary"),
        record.text("description"),
        record.text("extended_information/short_description"),
        record.text("extended_information/full_description"),
    ]);
    let fixed: Vec<_> = about
        .texts("fixed_versions")
        .iter()
        .map(|it| it.trim_matches(['[', ']', '≥', ' ']).to_owned())
        .collect();
    fixed_in(&mut finding, &fixed.join(", "));
    let steps = about.items("impact_paths/0").iter().map(|it| it.first(&["full_path", "component_id"]));
    let paths = record.texts("impact_path").into_iter().chain([record.text("path")]).chain(steps);
    finding.evidence = paragraphs(paths);
    finding.raw_id = text::some(&id);
    finding.found_at = dates::date(&record.text("created"));
    finding.seen_at = dates::date(&record.text("artifact_scan_time"));
    finding.references = links(record.texts("references"));
    // Each CVE has scores of its own.
    let named: Vec<_> = cves.chunks(1).filter(|it| !it[0].text("cve").is_empty()).collect();
    for scored in if named.len() > 1 { named } else { vec![cves] } {
        record.tell(rated(finding.clone(), scored), out)?;
    }
    Ok(())
}

/// The finding with the ids, kinds and scores of these CVEs.
fn rated(mut finding: Finding, cves: &[Value<'_>]) -> Finding {
    cves.iter().for_each(|it| ids::push_id(&mut finding.weakness.ids, &it.text("cve")));
    finding.weakness.cwe = cwes(cves.iter().flat_map(|it| it.texts("cwe")));
    // `9.8/CVSS:3.0/AV:N/...`: score and vector in one.
    let both = |key: &str| {
        cves.iter().map(|it| it.text(key).into_owned()).find(|it| !it.is_empty()).unwrap_or_default()
    };
    let combined = [both("cvss_v3"), both("cvss_v2")];
    let bare =
        combined.iter().map(|it| it.split_once('/').map_or("", |(_, vector)| vector).to_owned().into());
    finding.cvss =
        vectors(["cvss_v3_vector", "cvss_v2_vector"].map(|key| both(key).into()).into_iter().chain(bare));
    finding.cvss_score = ["cvss_v3_score", "cvss_v3", "cvss_v2_score", "cvss_v2"]
        .iter()
        .find_map(|key| both(key).split('/').next()?.parse().ok());
    finding
}
