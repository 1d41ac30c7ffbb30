//! Which subject of a cluster becomes which other one, by which method; and which pod takes its node.

use super::access::Request;
use super::cluster::{Binding, Cluster, Subject, SubjectKind};
use super::methods::{Ask, Gain, METHODS, Method};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Who or what is gained.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gained {
    /// Everything in the cluster.
    Cluster,
    /// A subject, by its cloud id.
    Subject(Arc<str>),
}

/// For each right of a method, the ids of the bindings that give it.
pub type Grants = Vec<Vec<Arc<str>>>;

/// A subject can become another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// The subject, by its cloud id.
    pub from: Arc<str>,
    /// What is gained.
    pub to: Gained,
    /// How.
    pub method: &'static Method,
    /// For each right of the method, the ids of the bindings that give it: without all of one it fails.
    pub grants: Grants,
    /// What is not known and must be so.
    pub needs: Vec<String>,
}

/// The escalations of a cluster, by subject and in the order of the methods.
pub fn escalations(cluster: &Cluster) -> Vec<Escalation> {
    let pods: Vec<_> = cluster.pods.values().filter(|pods| pods.is_pod).collect();
    let with_token = pods.iter().filter(|pods| pods.automount != Some(false));
    let running = with_token.map(|pods| &pods.account).collect();
    let running = (!pods.is_empty()).then_some(running);
    let mut all = Vec::new();
    for (id, subject) in &cluster.subjects {
        let bindings = cluster.bindings_of(id);
        if !bindings.is_empty() {
            Actor { cluster, id, subject, bindings, running: running.as_ref() }.escalate(&mut all);
        }
    }
    all
}

struct Actor<'a> {
    cluster: &'a Cluster,
    id: &'a Arc<str>,
    subject: &'a Subject,
    bindings: Vec<&'a Binding>,
    /// The service accounts whose token is in a pod; `None` where pods were not collected.
    running: Option<&'a BTreeSet<&'a Arc<str>>>,
}

impl Actor<'_> {
    fn escalate(&self, all: &mut Vec<Escalation>) {
        let mut push = |method, to, grants: Option<Grants>, needs| {
            let Some(grants) = grants else { return };
            all.push(Escalation { from: Arc::clone(self.id), to, method, grants, needs });
        };
        for method in METHODS {
            if method.gain == Gain::Cluster {
                let grants = self.asks(method, None, None);
                let is_admin = method.id == "cluster-admin" && grants.is_some();
                push(method, Gained::Cluster, grants, Vec::new());
                if is_admin {
                    // All else follows from it.
                    return;
                }
                continue;
            }
            // The answer is the same for all of a namespace where nobody is named.
            let mut known: BTreeMap<Option<&str>, Option<Grants>> = BTreeMap::new();
            for (target, subject) in self.cluster.subjects.iter().filter(|(target, _)| *target != self.id) {
                let Some((name, needs)) = self.fits(method.gain, target, subject) else { continue };
                let namespace = Some(subject.namespace.as_str()).filter(|namespace| !namespace.is_empty());
                let masters = method.gain == Gain::Group && subject.name == "system:masters";
                let to = if masters { Gained::Cluster } else { Gained::Subject(Arc::clone(target)) };
                let grants = match name {
                    Some(_) => self.asks(method, namespace, name),
                    None => {
                        known.entry(namespace).or_insert_with(|| self.asks(method, namespace, None)).clone()
                    }
                };
                push(method, to, grants, needs);
            }
            if method.gain == Gain::Group && !self.cluster.groups.contains_key("system:masters") {
                push(method, Gained::Cluster, self.asks(method, None, Some("system:masters")), Vec::new());
            }
        }
    }

    /// Whether a subject is a target, the name to ask for, and what is not known about it.
    fn fits<'t>(
        &self,
        gain: Gain,
        target: &Arc<str>,
        subject: &'t Subject,
    ) -> Option<(Option<&'t str>, Vec<String>)> {
        let certain = |name| Some((name, Vec::new()));
        let named = Some(subject.name.as_str());
        match (gain, subject.kind) {
            (Gain::AccountsOfNamespace, SubjectKind::ServiceAccount) => certain(None),
            (Gain::AccountsOfPods, SubjectKind::ServiceAccount) => match self.running {
                Some(running) => running.contains(target).then(|| (None, Vec::new())),
                None => Some((None, vec![format!("a pod runs as {target}")])),
            },
            (Gain::AccountsWithTokens, SubjectKind::ServiceAccount) => match subject.tokens {
                Some(0) => None,
                Some(_) => certain(None),
                None => Some((None, vec![format!("a token of {target} lies in a secret")])),
            },
            (Gain::Account, SubjectKind::ServiceAccount) => certain(named),
            (Gain::User, SubjectKind::User) => certain(named),
            (Gain::Group, SubjectKind::Group) if subject.name != self.subject.name => certain(named),
            _ => None,
        }
    }

    /// The bindings for every right of a method; `None` where one is missing.
    fn asks(&self, method: &Method, namespace: Option<&str>, name: Option<&str>) -> Option<Grants> {
        method.asks.iter().map(|ask| self.ask(ask, namespace, name)).collect()
    }

    fn ask(&self, ask: &Ask, namespace: Option<&str>, name: Option<&str>) -> Option<Vec<Arc<str>>> {
        let mut found = BTreeSet::new();
        for (group, resource) in ask.resources {
            // Nodes are in no namespace.
            let namespace = namespace.filter(|_| !resource.starts_with("nodes"));
            for verb in ask.verbs {
                let request = Request { verb, group, resource, name, namespace };
                let allowing = self.bindings.iter().filter(|binding| binding.allows(&request));
                found.extend(allowing.map(|binding| Arc::clone(&binding.id)));
            }
        }
        (!found.is_empty()).then(|| found.into_iter().collect())
    }
}
