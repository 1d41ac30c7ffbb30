//! Sysdig Secure: results of `sysdig-cli-scanner` (JSON and CSV), and vulnerability reports of the console (JSON of 2022 and of
//! 2025, CSV). A container of a workload is the image it runs; cluster, namespace and workload are tags.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::table::{self};
use crate::common::tree::{Tree, links, vectors};
use crate::common::{assets, dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, AssetRef, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "sysdig",
    name: "Sysdig Secure",
    summary: "CLI scanner and console reports (JSON, CSV): vulnerabilities of images and workloads",
    extensions: &["json"],
    docs: "https://docs.sysdig.com/en/sysdig-secure/vulnerability-management/",
    tool: "sysdig",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    version: ("scanner", "version"),
    heads: &["scanner", "info", "result/metadata", "metadata", "result/vulnerabilities"],
    lists: &["result/packages", "packages", "data", "panels/data"],
    ..Layout::of(&FORMAT)
};

/// Columns of a table, by the dialect: of the CLI, of the console, of the console in 2025.
const TABLES: [[&str; 3]; 3] = [
    ["CVE ID", "CVE Severity", "Package Name"],
    ["Vulnerability ID", "Severity", "Package name"],
    ["Vulnerability Name", "Vulnerability Severity", "Package Name"],
];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let cli = keys.has("result") && head.has("sysdig-cli-scanner")
        || keys.has_all(&["result", "info"]) && head.has("\"pullString\"");
    let console = keys.has("data") && head.has("\"vulnName\"");
    let panels = keys.has("panels") && head.has("\"vuln_id\"");
    Sniff::when(cli || console || panels || TABLES.iter().any(|columns| head.csv(columns)))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if !head::begins_json(input)? {
        return table(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, |record, options, out| {
        if record.list.ends_with("packages") {
            scanned(record, options, out)
        } else {
            reported(record, options, out)
        }
    })
}

fn image(name: &str, options: &Options) -> AssetRef {
    assets::image(name).unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage))
}

/// `OS` and `os` are packages of the distribution that stands before the first space.
fn kind(kind: &str, os: &str) -> String {
    ecosystem(&kind.to_lowercase(), &os.to_lowercase()).to_owned()
}

/// A package of the CLI scanner with its vulnerabilities.
fn scanned(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("name");
    if name.is_empty() {
        return Err("a package without name".into());
    }
    let metadata = if record.head("result/metadata").is_null() {
        record.head("metadata")
    } else {
        record.head("result/metadata")
    };
    let asset = image(&metadata.text("pullString"), options);
    let package =
        Package::new(&kind(&record.text("type"), &metadata.text("baseOs")), &name, &record.text("version"));
    out.observe(&record.at, package.seen(asset.clone()), None)?;
    let known = record.head("result/vulnerabilities");
    let by_reference = record.texts("vulnerabilitiesRefs");
    let referred = by_reference.iter().filter_map(|id| known.get(id));
    let found = record.items("vulns").iter().chain(record.items("vulnerabilities")).chain(referred);
    for item in found {
        let id = item.first(&["name", "vulnName"]);
        if id.is_empty() {
            return Err("a vulnerability without name".into());
        }
        let severity = ids::severity(&item.first(&["severity/value", "severity"]));
        let mut finding = package.vulnerability(asset.clone(), &id, [""; 0], "", severity);
        finding.cvss = vectors([item.first(&["cvssScore/value/vector", "cvssScore/vector"])]);
        let scores = ["cvssScore/value/score", "cvssScore/score", "cvssScore"];
        finding.cvss_score = scores.iter().find_map(|path| item.number(path));
        finding.epss = item.number("epssScore/score").or_else(|| item.number("epssScore"));
        fixed_in(&mut finding, &item.first(&["fixedInVersion", "fixVersion"]));
        finding.evidence =
            text::body(&format!("{name} {} in {}", record.text("version"), record.text("path")));
        finding.seen_at = dates::date(&record.head("info").text("scanTime"));
        let accepted = !item.items("acceptedRisks").is_empty() || !item.items("riskAcceptRefs").is_empty();
        finding.suppressed = accepted.then(|| "risk accepted".to_owned());
        record.tell(finding, out)?;
    }
    Ok(())
}

/// What a row of a report says, whatever its dialect calls it.
fn row_of<'a>(
    get: impl Fn(&[&str]) -> std::borrow::Cow<'a, str>,
    options: &Options,
) -> Result<Finding, String> {
    let id = get(&["vulnName", "vuln_id", "Vulnerability ID", "Vulnerability Name", "CVE ID"]);
    let (id, name) = (text::name(&id), get(&["packageName", "scan_package_name", "Package name"]));
    if ids::ids_in(&id).is_empty() && !id.starts_with("VULNDB-") {
        return Err(format!("`{id}` is no id of a vulnerability"));
    }
    let os = get(&["osName", "container_image_distro", "OS Name"]);
    let of = kind(&get(&["packageType", "scan_package_type", "Package type"]), &os);
    let package =
        Package::new(&of, &name, &get(&["packageVersion", "scan_package_version", "Package version"]));
    let asset = image(&get(&["imagePullString", "container_image", "Image", "Image Name"]), options);
    let severity = ids::severity(&get(&[
        "vulnSeverity",
        "vuln_severity",
        "Severity",
        "Vulnerability Severity",
        "CVE Severity",
    ]));
    let mut finding = package.vulnerability(asset, &id, [""; 0], "", severity);
    finding.cvss = vectors([get(&["vulnCvssVector", "vuln_cvss_vector", "CVSS vector"])]);
    finding.cvss_score = get(&["vulnCvssScore", "vuln_cvss_score", "CVSS score"]).parse().ok();
    finding.epss = get(&["EPSS Score", "vuln_epss_score"]).parse().ok();
    fixed_in(&mut finding, &get(&["vulnFixVersion", "vuln_fixed_in_version", "Fix version"]));
    let path = get(&["packagePath", "scan_package_path", "Package path"]);
    finding.evidence = text::body(&format!("{name} {} {path}", finding.component_version));
    finding.references = links([get(&["vulnLink", "Vuln link", "CVE URL"])]);
    let places = [
        (
            "cluster",
            get(&[
                "k8sClusterName",
                "kubernetes_cluster_name",
                "Kubernetes Cluster Name",
                "K8S cluster name",
            ]),
        ),
        (
            "namespace",
            get(&[
                "k8sNamespaceName",
                "kubernetes_namespace_name",
                "Kubernetes Namespace Name",
                "K8S namespace name",
            ]),
        ),
        (
            "workload",
            get(&[
                "k8sWorkloadName",
                "kubernetes_workload_name",
                "Kubernetes Workload Name",
                "K8S workload name",
            ]),
        ),
        (
            "container",
            get(&[
                "k8sPodContainerName",
                "kubernetes_pod_container_name",
                "Kubernetes Container Name",
                "K8S container name",
            ]),
        ),
    ];
    finding.tags = text::tags(places.iter().map(|(name, value)| (*name, &**value)));
    let accepted = get(&["vuln_risk_accepted", "vulnAccepted", "Risk accepted"]);
    finding.suppressed = accepted.eq_ignore_ascii_case("true").then(|| "risk accepted".to_owned());
    Ok(finding)
}

fn reported(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let finding = row_of(|keys| record.first(keys), options)?;
    record.tell(finding, out)
}

fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
    let columns = TABLES.iter().find(|columns| head::csv(&head, *columns)).unwrap_or(&TABLES[1]);
    table::parse(&FORMAT, columns, input, options, sink, |row, at, out| {
        let finding = row_of(|keys| row.first(keys).to_owned().into(), options)?;
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}
