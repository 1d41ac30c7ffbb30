//! Databases of AWS: `aws rds describe-db-instances` and `describe-db-clusters`.
//!
//! Both answers in one file, one after another, or apart. A database is a data store by its ARN, with its `endpoint`, `port`,
//! `engine`, `engine-version` and `publicly-accessible` (one that is not has a private address only), and a service at its port.
//! `iam-authentication` says whether principals of AWS log on to it, and `db-resource-id` by which id policies name it: of an
//! instance that is in a cluster, the cluster's. Of Neptune and DocumentDB, which the service lists too, neither is told: they are
//! not logged on to by `rds-db:connect`.
//!
//! **Coverage**: the facts of every database that was read.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{cloud, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::{AssetSeen, ServiceSeen};
use bartizan_model::{Checks, Covered, Loci, Observation, Reach};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_rds",
    name: "AWS RDS",
    summary: "JSON of describe-db-instances and describe-db-clusters: databases, from where they are reached, and whether principals of AWS log on to them",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html",
    tool: "aws-rds",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, database),
};

const INSTANCES: &str = "DBInstances";
const CLUSTERS: &str = "DBClusters";

static LAYOUT: Layout = Layout { lists: &[INSTANCES, CLUSTERS], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let instances = keys.holds_any(INSTANCES, &["\"DBInstanceArn\"", "\"DBInstanceIdentifier\""]);
    let clusters = keys.holds_any(CLUSTERS, &["\"DBClusterArn\"", "\"DBClusterIdentifier\""]);
    Sniff::when(instances || clusters)
}

fn database(record: &Record<'_>, _: &Options, out: &mut Out<'_>) -> Told {
    let is_cluster = record.list == CLUSTERS;
    let names = if is_cluster {
        ["DBClusterArn", "DBClusterIdentifier", "DbClusterResourceId", "Endpoint", "Port"]
    } else {
        ["DBInstanceArn", "DBInstanceIdentifier", "DbiResourceId", "Endpoint/Address", "Endpoint/Port"]
    };
    let [arn, name, id, endpoint, port] = names.map(|name| text::name(&record.text(name)));
    let asset = Some(&arn).filter(|arn| arn.starts_with("arn:")).and_then(|arn| cloud::resource(arn, &name));
    let asset = asset.ok_or("it has no ARN")?;
    let engine = text::name(&record.text("Engine"));
    let version = text::name(&record.text("EngineVersion"));
    let of_cluster = text::name(&record.text("DBClusterIdentifier"));
    let is_member = !is_cluster && !of_cluster.is_empty();
    let is_logged_on_to = !is_member && !["neptune", "docdb"].contains(&&*engine);
    let public = flag(record, "PubliclyAccessible")?;
    let iam = flag(record, "IAMDatabaseAuthenticationEnabled")?;
    let mut seen = AssetSeen::new(asset.clone());
    seen.reach = (public == "false").then_some(Reach::Internal);
    let attributes = [
        ("db-cluster", of_cluster, is_member),
        ("db-resource-id", id, is_logged_on_to),
        ("endpoint", endpoint, true),
        ("engine", engine.clone(), true),
        ("engine-version", version.clone(), true),
        ("iam-authentication", iam, is_logged_on_to),
        ("port", port.clone(), true),
        ("publicly-accessible", public, true),
    ];
    let told = attributes.into_iter().filter(|(_, value, told)| *told && !value.is_empty());
    seen.attributes = told.map(|(name, value, _)| (name.to_owned(), value)).collect();
    out.observe(&record.at, Observation::Asset(seen), None)?;
    if let Ok(port @ 1..) = port.parse() {
        let service = ServiceSeen {
            asset: asset.clone(),
            protocol: "tcp".to_owned(),
            port,
            name: engine.clone(),
            product: engine,
            version,
            cpe: String::new(),
            addresses: Vec::new(),
            vantage: String::new(),
        };
        out.observe(&record.at, Observation::Service(service), None)?;
    }
    out.cover_in_the_end(Covered::new(asset, Checks::All, Loci::Facts));
    Ok(())
}

/// `true` or `false`; empty where it does not say.
fn flag(record: &Record<'_>, name: &str) -> Result<String, String> {
    match text::name(&record.text(name)).to_ascii_lowercase() {
        value if ["", "true", "false"].contains(&&*value) => Ok(value),
        _ => Err(format!("its `{name}` is neither true nor false")),
    }
}
