//! Prisma Cloud Compute (Twistlock): scans by `twistcli` (`results`), images and hosts from the console's API, and the
//! console's CSV exports: vulnerabilities of packages and failed compliance checks of images and hosts.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::table::Table;
use crate::common::tree::{Tree, links, paragraphs, vectors};
use crate::common::{assets, dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "prisma_cloud",
    name: "Prisma Cloud Compute",
    summary: "twistcli JSON, console API JSON and CSV: vulnerabilities and compliance of images and hosts",
    extensions: &["json"],
    docs: "https://docs.prismacloud.io/en/compute-edition",
    tool: "twistlock",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    heads: &[
        "results/id",
        "results/name",
        "results/distro",
        "results/digest",
        "results/scanTime",
        "results/hostname",
        "repoTag",
        "hostname",
        "_id",
        "distro",
        "scanTime",
    ],
    lists: &["results/vulnerabilities", "results/compliances", "vulnerabilities", "complianceIssues"],
    ..Layout::of(&FORMAT)
};

const COLUMNS: [&str; 5] = ["CVE ID", "Compliance ID", "Packages", "Package Version", "Fix Status"];

fn sniff(head: &Head<'_>) -> Sniff {
    let distributions = ["\"vulnerabilityDistribution\"", "\"complianceDistribution\""];
    let counted = || head.has_any(&distributions);
    // A long list of packages or checks hides what is counted behind it.
    let scanned = || {
        let lists = ["\"collections\"", "\"compliances\"", "\"packageVersion\""];
        head.has("\"distro\"") && head.has_any(&lists)
    };
    let scan = head.keys().has("results") && (counted() || scanned());
    let listed = head.listed().has_any(&["repoTag", "complianceIssues", "hostDevices"]) && counted();
    Sniff::when(scan || listed || head.csv(&COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if !head::begins_json(input)? {
        return table(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, |record, options, out| {
        if record.list.ends_with("vulnerabilities") {
            found(record, options, out)
        } else {
            failed(record, options, out)
        }
    })
}

/// How bad, in Prisma's words: it also knows `unimportant`.
fn severity(word: &str) -> Severity {
    if word.eq_ignore_ascii_case("unimportant") { Severity::Low } else { ids::severity(word) }
}

fn image(registry: &str, repository: &str, tag: &str) -> Option<AssetRef> {
    let name =
        [registry, repository].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    if repository.is_empty() {
        return None;
    }
    assets::image(if tag.is_empty() { name } else { format!("{name}:{tag}") }.as_str())
}

fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let tag = record.head("repoTag");
    let (name, id, host) = (
        record.head_text(&["results/name", "name"]),
        record.head_text(&["results/id", "id"]),
        record.head_text(&["results/hostname", "hostname"]),
    );
    let named =
        image(&tag.text("registry"), &tag.text("repo"), &tag.text("tag")).or_else(|| assets::image(&name));
    let host = || assets::host(&host, [&*host]);
    let known = named.or_else(host).or_else(|| options.asset.clone()).or_else(|| assets::image(&id));
    known.unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage))
}

/// `fixed in 1.2, 2.0` names versions; other words of the status do not.
fn fixed_by(status: &str) -> &str {
    status.strip_prefix("fixed in ").unwrap_or_default()
}

/// The distribution of a package of the operating system: `Debian GNU/Linux 12 (bookworm)`.
fn distribution(kind: &str, distro: &str) -> String {
    let of = distro.split(' ').next().unwrap_or_default().to_lowercase();
    let of = if distro.starts_with("Red Hat") { "redhat".to_owned() } else { of };
    ecosystem(kind, &of).to_owned()
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, name) = (record.first(&["cve", "id"]), record.text("packageName"));
    if id.is_empty() || name.is_empty() {
        return Err("no CVE or no package".into());
    }
    let kind = record.first(&["packageType", "type"]);
    let kind = if kind == "image" || kind == "host" { "".into() } else { kind };
    let package = Package::new(
        &distribution(&kind, &record.head_text(&["results/distro", "distro"])),
        &name,
        &record.text("packageVersion"),
    );
    let mut finding =
        package.vulnerability(asset(record, options), &id, [""; 0], "", severity(&record.text("severity")));
    finding.description = paragraphs([record.text("description"), record.text("cause")]);
    finding.cvss = vectors([record.first(&["vector", "vecStr"])]);
    finding.cvss_score = record.number("cvss").filter(|score| *score > 0.0);
    let status = record.text("status");
    fixed_in(&mut finding, fixed_by(&status));
    finding.evidence = paragraphs([
        &*format!("{name} {} ({status})", record.text("packageVersion")),
        &*record.text("packagePath"),
    ]);
    finding.found_at = dates::date(&record.first(&["discoveredDate", "discovered"]));
    finding.seen_at = dates::date(&record.head_text(&["results/scanTime", "scanTime"]));
    finding.references = links([record.text("link")]);
    let digest = record.head_text(&["results/digest", "repoDigest"]);
    let risks = record.at("riskFactors").as_object().into_iter().flat_map(|it| it.keys());
    finding.tags = text::tags([("digest", &*digest), ("layer", &*record.text("layerInstruction"))]);
    finding.tags.extend(risks.take(20).map(text::name));
    record.tell(finding, out)
}

/// A compliance check that failed.
fn failed(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, title) = (record.text("id"), record.text("title"));
    if id.is_empty() && title.is_empty() {
        return Err("a compliance check without id and title".into());
    }
    let finding = Finding {
        description: paragraphs([record.text("description")]),
        evidence: text::body(&record.text("cause")),
        ..compliance(&id, &title, severity(&record.text("severity")), asset(record, options))
    };
    record.tell(
        Finding { seen_at: dates::date(&record.head_text(&["results/scanTime", "scanTime"])), ..finding },
        out,
    )
}

/// `(CIS_Docker_v1.5.0 - 4.6) Add HEALTHCHECK`: the title names the control.
fn compliance(id: &str, title: &str, severity: Severity, asset: AssetRef) -> Finding {
    let control = title
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .and_then(|(control, _)| control.split_once(" - "));
    let rule = if id.is_empty() { title } else { id };
    Finding {
        raw_id: Some(text::name(rule)),
        compliance: control
            .iter()
            .map(|(framework, control)| text::name(&format!("{framework}:{control}")))
            .collect(),
        ..Finding::new(
            text::title(title, rule),
            severity,
            WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() },
            asset,
            Locus::Whole,
        )
    }
}

/// A CSV export of images, registries, hosts or CI scans.
fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let table = Table::open(input, &options.limits, "prisma_cloud", &COLUMNS)?;
    let mut out = Out::new(sink);
    out.source("twistlock", "");
    // Two columns are called Type: that of the scan, and behind it that of the package.
    let kind = table.columns().iter().rposition(|column| column == "Type").unwrap_or(usize::MAX);
    table.rows(&mut out, &mut |row, at, out| {
        let host = row.first(&["Hostname", "Host"]);
        let asset = image(row.get("Registry"), row.get("Repository"), row.get("Tag"))
            .or_else(|| assets::host(host, [host]));
        let asset = asset.or_else(|| options.asset.clone()).or_else(|| assets::image(row.get("Id")));
        let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage));
        let (id, name, version) =
            (row.get("CVE ID"), row.first(&["Packages", "Source Package"]), row.get("Package Version"));
        let how_bad = severity(row.get("Severity"));
        let mut finding = if id.is_empty() {
            let rule = row.get("Compliance ID");
            if rule.is_empty() && row.get("Description").is_empty() {
                return Err("neither CVE nor compliance check".into());
            }
            compliance(rule, row.first(&["Description", "Compliance ID"]), how_bad, asset)
        } else {
            let kind = row.fields().nth(kind).unwrap_or_default().trim();
            let package = Package::new(&distribution(kind, row.get("Distro")), name, version);
            package.vulnerability(asset, id, [""; 0], "", how_bad)
        };
        finding.description = paragraphs([row.get("Description"), row.get("Cause")]);
        finding.cvss_score = row.get("CVSS").parse().ok().filter(|score| *score > 0.0);
        fixed_in(&mut finding, fixed_by(row.get("Fix Status")));
        let found = format!("{name} {version} {}", row.get("Fix Status"));
        finding.evidence = paragraphs([found.trim(), row.get("Package Path")]);
        finding.tags = text::tags([
            ("cluster", row.get("Clusters")),
            ("namespace", row.get("Namespaces")),
            ("digest", row.get("Digest")),
            ("layer", row.get("Layer")),
        ]);
        finding.references = links([row.get("Vulnerability Link").into()]);
        finding.found_at = dates::date(row.get("Discovered"));
        finding.seen_at = dates::date(row.get("Scan Time"));
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })?;
    out.finish("prisma_cloud")
}
