//! A cluster: its subjects, the roles bound to them, and its pods.

use super::access::{Request, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// A service account.
    ServiceAccount,
    /// A user: a name that a certificate or an identity provider gives.
    User,
    /// A group of such names.
    Group,
}

/// A subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// The namespace of a service account, else empty.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How many long-lived tokens of it lie in secrets; `None` where secrets were not collected.
    pub tokens: Option<usize>,
}

/// The group of whoever shows nothing to the cluster.
const UNAUTHENTICATED: &str = "system:unauthenticated";
/// The group of whoever shows anything that the cluster takes.
const AUTHENTICATED: &str = "system:authenticated";

impl Subject {
    /// Whether it is whoever shows nothing to the cluster.
    pub fn is_anonymous(&self) -> bool {
        match self.kind {
            SubjectKind::User => self.name == "system:anonymous",
            SubjectKind::Group => self.name == UNAUTHENTICATED,
            SubjectKind::ServiceAccount => false,
        }
    }

    /// Whether it is whoever shows anything that the cluster takes.
    pub fn is_authenticated(&self) -> bool {
        self.kind == SubjectKind::Group && self.name == AUTHENTICATED
    }

    /// The groups that the cluster puts it in by itself.
    fn groups(&self) -> Vec<String> {
        // Who shows nothing is in one group only. <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests>
        if self.is_anonymous() {
            return vec![UNAUTHENTICATED.to_owned()];
        }
        let mut groups = vec![AUTHENTICATED.to_owned()];
        match self.kind {
            SubjectKind::ServiceAccount => {
                groups.push("system:serviceaccounts".to_owned());
                groups.push(format!("system:serviceaccounts:{}", self.namespace));
            }
            SubjectKind::User => {}
            SubjectKind::Group => groups.push(self.name.clone()),
        }
        groups
    }
}

/// A role bound to subjects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The binding's cloud id.
    pub id: Arc<str>,
    /// Where it counts; `None` everywhere.
    pub namespace: Option<String>,
    /// The role's rules.
    pub rules: Arc<[Rule]>,
    /// The cloud ids of the subjects.
    pub subjects: BTreeSet<Arc<str>>,
}

/// A pod, or what makes pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pods {
    /// Its namespace.
    pub namespace: String,
    /// The cloud id of the service account that it runs as.
    pub account: Arc<str>,
    /// Whether it is a pod that is there, and no template of one.
    pub is_pod: bool,
    /// Whether it gets the account's token; `None` where neither it nor the account says, which means yes.
    pub automount: Option<bool>,
    /// The cloud id of its node, where it has one.
    pub node: Option<String>,
    /// How a process in it takes over its node, in words: `privileged`, `host path /`.
    pub escapes: Vec<String>,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cluster {
    /// Its name in the cloud ids.
    pub name: String,
    /// The cloud id of a node by which it is known to be a cluster of Google (GKE).
    pub google: Option<Arc<str>>,
    /// Subjects by cloud id.
    pub subjects: BTreeMap<Arc<str>, Subject>,
    /// All bindings whose role is known.
    pub bindings: Vec<Binding>,
    /// Pods and workloads by cloud id.
    pub pods: BTreeMap<Arc<str>, Pods>,
    /// By group name, the ids of subjects that are groups.
    pub(super) groups: BTreeMap<String, Arc<str>>,
}

impl Cluster {
    /// Its namespaces: those in which anything was seen.
    pub fn namespaces(&self) -> BTreeSet<&str> {
        let accounts = self.subjects.values().map(|subject| subject.namespace.as_str());
        let bound = self.bindings.iter().filter_map(|binding| binding.namespace.as_deref());
        let pods = self.pods.values().map(|pods| pods.namespace.as_str());
        accounts.chain(bound).chain(pods).filter(|namespace| !namespace.is_empty()).collect()
    }

    /// The bindings of a subject and of the groups that it is in for certain.
    pub fn bindings_of(&self, id: &str) -> Vec<&Binding> {
        let Some(subject) = self.subjects.get(id) else { return Vec::new() };
        let groups: Vec<_> = subject.groups().iter().filter_map(|group| self.groups.get(group)).collect();
        let bound = |binding: &&Binding| {
            binding.subjects.contains(id) || groups.iter().any(|group| binding.subjects.contains(*group))
        };
        self.bindings.iter().filter(bound).collect()
    }

    /// The bindings that allow a subject's request; none where it is not allowed.
    pub fn allowed_by<'a>(&'a self, subject: &str, request: &Request<'_>) -> Vec<&'a Binding> {
        self.bindings_of(subject).into_iter().filter(|binding| binding.allows(request)).collect()
    }
}

impl Binding {
    /// Whether Kubernetes makes it itself, in every cluster: it begins as nothing else may.
    /// <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings>
    pub fn is_default(&self) -> bool {
        self.id.rsplit('/').next().is_some_and(|name| name.starts_with("system:"))
    }

    /// Whether it allows a request.
    pub fn allows(&self, request: &Request<'_>) -> bool {
        let here = self.namespace.is_none() || self.namespace.as_deref() == request.namespace;
        here && self.rules.iter().any(|rule| rule.allows(request))
    }
}
