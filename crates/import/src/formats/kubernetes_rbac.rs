//! Who may do what in a Kubernetes cluster, and what runs as whom: objects as `kubectl get ... -A -o json|yaml` writes them.
//!
//! ```text
//! kubectl get roles,clusterroles,rolebindings,clusterrolebindings,serviceaccounts,namespaces,nodes,pods,deployments,\
//!   daemonsets,statefulsets,jobs,cronjobs,services,ingresses,networkpolicies -A -o json
//! ```
//!
//! One object, a `List`, the lists of the API (`RoleList`), several of these one after another, or a JSON array of them; YAML
//! with `---` between documents. No object names its cluster, so say which asset the file is about (its name is the cluster's)
//! when there is more than one. Secrets are not asked for; of one that is there anyway only its name and type are read. Of config
//! maps only `aws-auth` of `kube-system` is read, by which principals of AWS get into an EKS cluster.
//!
//! **Coverage**: the facts of every object that was read from JSON, and all that `aws-auth` maps. YAML can be cut without a trace,
//! so it covers nothing.
//! Attributes and relations: the table in `crates/graph/src/rbac/facts.rs`.

use crate::common::json::Json;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::{AssetKind, Checks, Covered, Loci};
use objects::Cluster;
use serde_json::{Map, Value};
use std::io::BufRead;

mod aws_auth;
mod labels;
mod network;
mod objects;
mod pods;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kubernetes_rbac",
    name: "Kubernetes objects",
    summary: "JSON or YAML of kubectl get: roles, bindings, service accounts, nodes, pods and workloads with their security context, services and network policies",
    extensions: &["json", "yaml", "yml"],
    docs: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
    tool: "kubernetes",
    sniff,
    parse,
};

const KINDS: [&str; 19] = [
    "ClusterRole",
    "ClusterRoleBinding",
    CONFIG_MAP,
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Ingress",
    "Job",
    "Namespace",
    "NetworkPolicy",
    "Node",
    "Pod",
    "ReplicaSet",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
];

/// Of these, only one is ours.
const CONFIG_MAP: &str = "ConfigMap";

fn is_ours(kind: &str) -> bool {
    KINDS.contains(&kind.strip_suffix("List").unwrap_or(kind))
}

/// Whether a file that begins with such a text and names this kind may be ours.
fn tells(kind: &str, text: &str) -> bool {
    is_ours(kind) && (!kind.starts_with(CONFIG_MAP) || text.contains("aws-auth"))
}

fn sniff(head: &Head<'_>) -> Sniff {
    Sniff::when(if head.is_json() { is_json(head) } else { is_yaml(&head.text()) })
}

fn is_json(head: &Head<'_>) -> bool {
    let keys = head.keys();
    let text = head.text();
    let own = keys.text("kind").is_some_and(|kind| tells(kind, &text));
    let mut kinds = text.split("\"kind\"").skip(1).filter_map(|rest| {
        rest.trim_start_matches([' ', ':', '\n', '\t']).strip_prefix('"')?.split('"').next()
    });
    let listed = keys.has("items") && kinds.any(|kind| tells(kind, &text));
    // Reports name the objects that they are about.
    let reports = ["aquasecurity.github.io/", "openreports.io/", "wgpolicyk8s.io/"];
    let reported = || {
        let says = |space: &str, group: &str| head.has(&format!("\"apiVersion\":{space}\"{group}"));
        reports.iter().any(|group| says(" ", group) || says("", group))
    };
    keys.has("apiVersion") && (own || listed && !reported())
}

fn is_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(|line| line.trim_start_matches("- ").trim_end());
    let versioned = text.lines().any(|line| line.trim_start_matches(['-', ' ']).starts_with("apiVersion:"));
    let ours = lines.any(|line| {
        let line = line.trim_start_matches(' ').trim_start_matches("- ");
        line.strip_prefix("kind:").is_some_and(|kind| tells(kind.trim().trim_matches(['"', '\'']), text))
    });
    versioned && ours && !text.trim_start().starts_with(['{', '[', '<'])
}

/// A reading of a cluster.
struct Reading {
    cluster: Cluster,
    network: network::Network,
    covered: Vec<Covered>,
    /// Whether an object of the cluster was there.
    found: bool,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source("kubernetes", "");
    let cluster = Cluster::new(options.asset_or(AssetKind::DirectoryObject));
    let network = network::Network::new(options.limits.deferred);
    let mut reading = Reading { cluster, network, covered: Vec::new(), found: false };
    let mut json = Json::new(input, &options.limits);
    match json.peek()? {
        Some(b'[' | b'{') => json.documents(&mut |json| document(json, &mut reading, &mut out))?,
        _ => yaml(&mut json, options.limits.record, &mut reading, &mut out)?,
    }
    if !reading.found {
        let why = "no object in it is a role, binding, service account, node, pod or workload";
        return Err(ParseError::WrongFormat { format: FORMAT.id, why: why.to_owned() });
    }
    json.tell_flaws(&mut out);
    reading.network.tell(&reading.cluster, &mut out)?;
    for covered in reading.covered {
        out.cover(covered);
    }
    Ok(out.end())
}

/// One JSON object: of the API, or a list of them, which is streamed.
fn document(json: &mut Json<'_>, reading: &mut Reading, out: &mut Out<'_>) -> Result<(), ParseError> {
    let at = json.place();
    let (mut fields, mut listed) = (Map::new(), false);
    json.object(&mut |json, key| {
        if key != "items" {
            let value = json.value()?;
            fields.extend(value.read().ok().map(|value| (key.to_owned(), value)));
            return Ok(());
        }
        listed = true;
        let kind = fields.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        json.array(&mut |json| {
            let value = json.value()?;
            let at = value.at.clone();
            match value.read::<Value>() {
                Ok(item) => object(item, &kind, at, true, reading, out),
                Err(why) => {
                    let at = out.record(at, "items");
                    out.reject(at, why);
                    Ok(())
                }
            }
        })
    })?;
    if listed { Ok(()) } else { object(Value::Object(fields), "", at, true, reading, out) }
}

/// An object, or a list of some; `kind` is that of the list it stands in.
fn object(
    mut object: Value,
    kind: &str,
    at: Place,
    covers: bool,
    reading: &mut Reading,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    if let Some(Value::Array(items)) = object.get_mut("items").map(Value::take) {
        let kind = object["kind"].as_str().unwrap_or_default().to_owned();
        return items
            .into_iter()
            .try_for_each(|item| self::object(item, &kind, at.clone(), covers, reading, out));
    }
    if !object.is_object() {
        let at = out.record(at, "");
        out.reject(at, "an item that is no object");
        return Ok(());
    }
    let own = object["kind"].as_str().unwrap_or_else(|| kind.strip_suffix("List").unwrap_or(kind)).to_owned();
    if !is_ours(&own) || own == CONFIG_MAP && !aws_auth::is_one(&object) {
        // Dumps hold other kinds too.
        return Ok(());
    }
    let at = out.record(at, "");
    reading.found = true;
    let Some(asset) = reading.cluster.tell(&own, &object, &at, &mut reading.network, out)? else {
        out.reject(at, format!("a {own} without a name"));
        return Ok(());
    };
    let mut covered = if own == CONFIG_MAP {
        aws_auth::tell(&reading.cluster, &asset, &object, &at, out)?
    } else {
        Vec::new()
    };
    covered.push(Covered::new(asset, Checks::All, Loci::Facts));
    reading.covered.extend(covered.into_iter().filter(|_| covers));
    Ok(())
}

/// Documents of YAML, divided by `---`.
fn yaml(
    json: &mut Json<'_>,
    limit: usize,
    reading: &mut Reading,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let mut done = false;
    while !done {
        let at = json.place();
        let mut text = String::new();
        loop {
            let Some(line) = json.line(limit.saturating_sub(text.len()))? else {
                done = true;
                break;
            };
            if line.trim_end() == "---" || line.starts_with("--- ") {
                break;
            }
            text.push_str(&line);
        }
        if text.lines().all(|line| line.trim().is_empty() || line.starts_with('#')) {
            continue;
        }
        match read_yaml(&text) {
            Ok(value) => object(value, "", at, false, reading, out)?,
            Err(why) => {
                let at = out.record(at, "");
                out.reject(at, why);
            }
        }
    }
    if reading.found {
        let why = "YAML can be cut without a trace, so what it no longer tells is not taken for gone: export as JSON";
        out.gap("what is gone", why);
    }
    Ok(())
}

fn read_yaml(text: &str) -> Result<Value, String> {
    // Aliases of aliases could make a small file endless.
    let nodes = text.len().max(1024);
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_nodes: nodes, max_events: 2 * nodes },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let text = error.to_string();
        format!("no YAML: {}", text.lines().next().unwrap_or_default().trim())
    })
}
