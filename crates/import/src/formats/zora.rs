//! Zora (Undistro): the vulnerability reports and issues of Kubernetes clusters, as objects (`kubectl get vulnerabilities -o json`,
//! one or a list) and as the CSV that its dashboard exports.
//!
//! Vulnerabilities are on the container image, issues on the objects that they name (each one of its own), in their cluster.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::table::{self, Row};
use crate::common::tree::{self, Tree, Value};
use crate::common::{assets, dates, head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "zora",
    name: "Zora",
    summary: "vulnerability reports and issues of Kubernetes clusters as JSON objects or CSV",
    extensions: &["json", "csv"],
    docs: "https://zora-docs.undistro.io/",
    tool: "zora",
    sniff,
    parse,
};

const COLUMNS: &[&str] = &["source", "image", "id", "title", "severity"];

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let object = head.is_json() && head.has("zora.undistro.io/") && head.has("\"apiVersion\"");
    Sniff::when(object || head.csv(COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if head::begins_json(input)? {
        return LAYOUT.parse(input, options, sink, object);
    }
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| exported(row, at, options, out))
}

/// A report, an issue, or a list of both.
fn object(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.at("items").is_array() {
        for item in record.items("items") {
            let told = one(record, item, options, out);
            out.settle(&record.at, told)?;
        }
        return Ok(());
    }
    one(record, record, options, out)
}

fn one(record: &Record<'_>, object: &Value<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let spec = object.at("spec");
    match &*object.text("kind") {
        "VulnerabilityReport" => vulnerabilities(record, object, options, out),
        "ClusterIssue" => issue(record, object, options, out),
        // What is scanned, and how, says nothing of what was found.
        "Cluster" | "ClusterScan" | "Plugin" | "CustomCheck" => Ok(()),
        _ if spec.at("vulnerabilities").is_array() => vulnerabilities(record, object, options, out),
        _ => Err("neither a VulnerabilityReport nor a ClusterIssue".into()),
    }
}

fn image(name: &str, options: &Options) -> AssetRef {
    assets::image(name).unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage))
}

fn vulnerabilities(record: &Record<'_>, object: &Value<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let spec = object.at("spec");
    let asset = image(&spec.first(&["image", "digest"]), options);
    let seen_at = dates::date(&object.text("metadata/creationTimestamp"));
    let tags =
        text::tags([("cluster", &*spec.text("cluster")), ("namespace", &object.text("metadata/namespace"))]);
    let distribution = spec.first(&["distro/name", "distro"]).into_owned();
    for it in record.items_of(object, "spec/vulnerabilities") {
        // The first version of the objects names the package beside the vulnerability.
        let packages = match it.at("packages") {
            Value::Null => std::slice::from_ref(it),
            _ => record.items_of(it, "packages"),
        };
        for part in packages {
            let found = Vulnerability {
                id: &it.text("id"),
                title: &it.text("title"),
                description: &it.text("description"),
                severity: &it.text("severity"),
                score: it.number("score"),
                link: &it.text("url"),
                package: &part.text("package"),
                version: &part.text("version"),
                kind: &part.text("type"),
                distribution: &distribution,
                fixed: &part.text("fixVersion"),
                status: &part.text("status"),
            };
            let told = found.finding(asset.clone()).map(|it| Finding { seen_at, tags: tags.clone(), ..it });
            let told = told.map_err(Stop::from).and_then(|finding| record.tell(finding, out));
            out.settle(&record.at, told)?;
        }
    }
    Ok(())
}

/// A vulnerability in a package, in either shape.
struct Vulnerability<'a> {
    id: &'a str,
    title: &'a str,
    description: &'a str,
    severity: &'a str,
    score: Option<f64>,
    link: &'a str,
    package: &'a str,
    version: &'a str,
    kind: &'a str,
    distribution: &'a str,
    fixed: &'a str,
    status: &'a str,
}

impl Vulnerability<'_> {
    fn finding(&self, asset: AssetRef) -> Result<Finding, &'static str> {
        if self.id.is_empty() {
            return Err("a vulnerability without id");
        }
        let kind = ecosystem(self.kind, self.distribution);
        let package = Package::new(kind, self.package, self.version);
        let severity = ids::severity(self.severity);
        let mut finding = package.vulnerability(asset, self.id, [""; 0], self.title, severity);
        finding.description = text::body(self.description);
        finding.cvss_score = self.score.filter(|score| *score > 0.0 && *score <= 10.0);
        fixed_in(&mut finding, self.fixed);
        finding.evidence =
            text::labelled([("package", self.package), ("version", self.version), ("status", self.status)]);
        finding.references = text::links([self.link]);
        Ok(finding)
    }
}

fn issue(record: &Record<'_>, object: &Value<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let spec = object.at("spec");
    let rule = spec.text("id");
    if rule.is_empty() {
        return Err("an issue without id".into());
    }
    let cluster = spec.text("cluster");
    let plugin = object.text("metadata/labels/plugin");
    let of = |asset: AssetRef, kind: &str| Finding {
        evidence: text::labelled([("kind", kind), ("cluster", &*cluster)]),
        raw_id: text::some(&rule),
        seen_at: dates::date(&object.text("metadata/creationTimestamp")),
        tags: text::tags([("cluster", &*cluster), ("category", &spec.text("category")), ("plugin", &plugin)]),
        references: tree::links([spec.text("url")]),
        ..Finding::new(
            text::title(&spec.text("message"), &rule),
            ids::severity(&spec.text("severity")),
            WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() },
            asset,
            Locus::Whole,
        )
    };
    let mut named = false;
    for (kind, names) in spec.at("resources").as_object().into_iter().flatten() {
        let short = kind.rsplit('/').next().unwrap_or(kind);
        for name in names.texts("") {
            let (namespace, name) = name.rsplit_once('/').unwrap_or(("", &name));
            let path = [&*cluster, namespace, short, name];
            let path: Vec<_> = path.into_iter().filter(|part| !part.is_empty()).collect();
            let asset = assets::named(AssetKind::CloudResource, &path.join("/"));
            named = true;
            record.tell(of(asset.ok_or("a resource without name")?, kind), out)?;
        }
    }
    if named {
        return Ok(());
    }
    let whole = assets::named(AssetKind::CloudResource, &cluster);
    record.tell(of(whole.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource)), ""), out)
}

fn exported(row: &Row<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let (name, source) = (row.get("image"), row.get("source"));
    let package = row.first(&["package", "packageName", "component"]);
    let tags = text::tags([
        ("cluster", row.get("cluster")),
        ("namespace", row.get("namespace")),
        ("category", row.get("category")),
        ("source", source),
    ]);
    let told = Vulnerability {
        id: row.get("id"),
        title: row.get("title"),
        description: row.get("description"),
        severity: row.get("severity"),
        score: row.get("score").parse().ok(),
        link: row.get("url"),
        package: if package.is_empty() { source } else { package },
        version: row.first(&["version", "packageVersion"]),
        kind: row.first(&["type", "packageType"]),
        distribution: "",
        fixed: row.first(&["fixVersion", "fixedVersion", "fix_version"]),
        status: row.get("status"),
    };
    let finding = if ids::ids_in(told.id).is_empty() && name.is_empty() {
        let object = [row.get("cluster"), row.get("namespace"), row.first(&["resource", "source"])];
        let object: Vec<_> = object.into_iter().filter(|part| !part.is_empty()).collect();
        let asset = assets::named(AssetKind::CloudResource, &object.join("/"));
        let severity: Severity = ids::severity(told.severity);
        let weakness = WeaknessSeen { rule: text::name(told.id), ..WeaknessSeen::default() };
        let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
        Finding {
            description: text::body(told.description),
            raw_id: text::some(told.id),
            references: text::links([told.link]),
            ..Finding::new(text::title(told.title, told.id), severity, weakness, asset, Locus::Whole)
        }
    } else {
        told.finding(image(name, options))?
    };
    let suppressed = told.status.eq_ignore_ascii_case("ignored").then(|| "ignored".to_owned());
    Ok(out.finding(at, Finding { tags, suppressed, ..finding }, Some(row.raw().as_bytes()))?)
}
