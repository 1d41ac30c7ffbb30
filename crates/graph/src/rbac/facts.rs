//! From collected facts to clusters: what attributes and relations of Kubernetes mean.
//!
//! Cloud ids are `kubernetes:CLUSTER:kind/[NAMESPACE/]NAME`. The importer writes, and this reads:
//!
//! | on | attribute or relation | is |
//! |---|---|---|
//! | role, cluster role | `rules` | its rules, as JSON text |
//! | binding | `grants` a role | the role |
//! | | `binds` a subject | who gets it |
//! | secret | `token_of` a service account | a long-lived token |
//! | namespace | `pod-security` | the level of the Pod Security Standards that it enforces, or `none` |
//! | node | `kubelet-version` | `v1.29.4-gke.1043002`: that of Google's clusters tells so |
//! | service account | `automount` | whether pods get its token |
//! | pod, workload | `runs_as` a service account | |
//! | | `scheduled_on` a node | |
//! | | `automount`, `privileged`, `host-pid`, `host-ipc`, `host-network` | `true` or `false` |
//! | | `host-paths`, `capabilities` | lists with commas |

use super::access::Rule;
use super::cluster::{Binding, Cluster, Pods, Subject, SubjectKind};
use crate::iam::Facts;
use bartizan_model::Gap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Paths of a node that give it away when a pod has them.
const STRONG_PATHS: [&str; 27] = [
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/etc/cron.d",
    "/etc/kubernetes",
    "/etc/kubernetes/manifests",
    "/etc/kubernetes/pki",
    "/etc/systemd/system",
    "/home",
    "/lib",
    "/opt/cni/bin",
    "/proc",
    "/root",
    "/root/.ssh",
    "/run",
    "/run/containerd",
    "/usr",
    "/usr/bin",
    "/usr/local/bin",
    "/var",
    "/var/lib",
    "/var/lib/docker",
    "/var/lib/etcd",
    "/var/lib/kubelet",
    "/var/run",
];

/// The version of a node's kubelet.
pub(crate) const KUBELET_VERSION: &str = "kubelet-version";

/// Makes clusters of the facts, by name, and says what is missing or was not understood.
pub fn clusters(facts: &Facts) -> (Vec<Cluster>, Vec<Gap>) {
    let mut clusters: BTreeMap<String, Cluster> = BTreeMap::new();
    let mut gaps = BTreeSet::new();
    let has_secrets = facts.assets.keys().any(|id| Id::of(id).is_some_and(|id| id.kind == "secret"));
    let mut tokens: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, _, account) in facts.relations.iter().filter(|(_, verb, _)| verb == "token_of") {
        *tokens.entry(account).or_default() += 1;
    }
    // Subjects that are only bound are there too.
    let bound = facts.relations.iter().filter(|(_, verb, _)| verb == "binds" || verb == "runs_as");
    let ids: BTreeSet<_> = facts.assets.keys().chain(bound.map(|(_, _, to)| to)).collect();
    for text in ids {
        let Some(id) = Id::of(text) else { continue };
        let cluster = clusters.entry(id.cluster.to_owned()).or_default();
        cluster.name = id.cluster.to_owned();
        let key: Arc<str> = text.as_str().into();
        match id.kind {
            "serviceaccount" | "user" | "group" => {
                let subject =
                    id.subject(has_secrets.then(|| tokens.get(text.as_str()).copied().unwrap_or(0)));
                if subject.kind == SubjectKind::Group {
                    cluster.groups.insert(subject.name.clone(), Arc::clone(&key));
                }
                cluster.subjects.insert(key, subject);
            }
            "rolebinding" | "clusterrolebinding" => {
                cluster.bindings.extend(binding(facts, text, &id, &mut gaps));
            }
            "node" if cluster.google.is_none() => {
                let version = facts.attribute(text, KUBELET_VERSION);
                cluster.google = version.filter(|version| version.contains("-gke.")).map(|_| key);
            }
            "pod" | "deployment" | "daemonset" | "statefulset" | "replicaset" | "job" | "cronjob" => {
                cluster.pods.extend(pods(facts, text, &id).map(|pods| (key, pods)));
            }
            _ => {}
        }
    }
    let gaps = gaps.into_iter().map(|(what, why): (String, String)| Gap::new(what, why)).collect();
    (clusters.into_values().collect(), gaps)
}

/// The parts of a cloud id.
struct Id<'a> {
    cluster: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

impl<'a> Id<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (cluster, object) = text.strip_prefix("kubernetes:")?.split_once(':')?;
        let (kind, full) = object.split_once('/')?;
        // Names of users may hold slashes; only what lies in a namespace has one before its name.
        let scoped = !matches!(kind, "user" | "group" | "node" | "clusterrole" | "clusterrolebinding");
        let (namespace, name) = full.split_once('/').filter(|_| scoped).unwrap_or(("", full));
        Some(Self { cluster, kind, namespace, name })
    }

    fn subject(&self, tokens: Option<usize>) -> Subject {
        let kind = match self.kind {
            "user" => SubjectKind::User,
            "group" => SubjectKind::Group,
            _ => SubjectKind::ServiceAccount,
        };
        Subject { kind, namespace: self.namespace.to_owned(), name: self.name.to_owned(), tokens }
    }
}

fn binding(facts: &Facts, text: &str, id: &Id<'_>, gaps: &mut BTreeSet<(String, String)>) -> Option<Binding> {
    let role = facts.to(text, "grants").next()?;
    let Some(rules) = facts.attribute(role, "rules") else {
        gaps.insert((role.to_owned(), "the role is bound, but was not collected".to_owned()));
        return None;
    };
    let (rules, problems) = Rule::parse(rules);
    gaps.extend(problems.into_iter().map(|problem| (role.to_owned(), problem)));
    Some(Binding {
        id: text.into(),
        namespace: (id.kind == "rolebinding").then(|| id.namespace.to_owned()),
        rules: rules.into(),
        subjects: facts.to(text, "binds").map(Into::into).collect(),
    })
}

fn pods(facts: &Facts, text: &str, id: &Id<'_>) -> Option<Pods> {
    let account = facts.to(text, "runs_as").next()?;
    let flag =
        |asset: &str, name: &str| facts.attribute(asset, name).and_then(|word| word.parse::<bool>().ok());
    let escapes = escapes(|name| facts.attribute(text, name));
    Some(Pods {
        namespace: id.namespace.to_owned(),
        account: account.into(),
        is_pod: id.kind == "pod",
        automount: flag(text, "automount").or_else(|| flag(account, "automount")),
        node: facts.to(text, "scheduled_on").next().map(str::to_owned),
        escapes,
    })
}

/// Attributes of a container by which it may leave its bounds.
pub(crate) const GIVES_MORE: &[&str] = &["capabilities", "host-paths", "host-pid", "privileged"];

/// How a process in a container takes over the machine under it, in words, by the attributes of the container.
pub(crate) fn escapes<'a>(attribute: impl Fn(&str) -> Option<&'a str>) -> Vec<String> {
    let list = |name: &str| attribute(name).unwrap_or_default().split(',').filter(|one| !one.is_empty());
    let named = ["privileged", "host-pid"].into_iter().filter(|name| attribute(name) == Some("true"));
    let mut escapes: Vec<_> = named.map(|name| name.replace('-', " ")).collect();
    let strong = |path: &&str| {
        let path = path.trim_end_matches('/');
        path.ends_with(".sock") || STRONG_PATHS.iter().any(|strong| path == strong.trim_end_matches('/'))
    };
    escapes.extend(list("host-paths").filter(strong).map(|path| format!("host path {path}")));
    let strong = ["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "DAC_READ_SEARCH", "SYS_RAWIO"];
    escapes.extend(
        list("capabilities").filter(|name| strong.contains(name)).map(|name| format!("capability {name}")),
    );
    escapes
}
