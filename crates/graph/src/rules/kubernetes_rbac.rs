//! Subjects of a Kubernetes cluster that become others, over evaluated rules ([`crate::rbac`]).

use super::{Derive, Rule};
use crate::collected::Collected;
use crate::facts::{Chance, Facts, Node};
use crate::rbac::{self, Cluster, Escalation, Gained, KUBELET_VERSION};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};
use bartizan_model::Reach;
use std::collections::BTreeSet;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "kubernetes_rbac",
    title: "use a right in Kubernetes",
    technique: "T1078.004",
    wants: &["binds", "grants", "rules"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A right that is simply used.
const SURE: Chance = Chance::between(0.85, 0.93, 1.0);
/// A right that hangs on what nobody collected.
const PERHAPS: Chance = Chance::between(0.0, 0.4, 0.95);

const VERBS: &[&str] = &["binds", "contains", "grants", "runs_as", "scheduled_on", "token_of"];

fn read(facts: &Facts) -> (Collected, Vec<Cluster>) {
    let collected = Collected::new(facts, &["kubernetes:"], VERBS);
    let (clusters, _) = rbac::clusters(&collected.facts);
    (collected, clusters)
}

fn derive(facts: &Facts, steps: &mut Steps) {
    if !facts.knows("cloud-id") {
        return;
    }
    let (collected, clusters) = read(facts);
    for cluster in &clusters {
        strangers(facts, &collected, cluster, steps);
        for one in rbac::escalations(cluster) {
            let Some((from, to)) = ends(facts, &collected, &one) else { continue };
            let chance = if one.needs.is_empty() { SURE } else { PERHAPS };
            let because = because(facts, &collected, &one, from);
            steps.step(&[Foothold::Control(from)], Foothold::Control(to), chance, &because);
        }
    }
}

/// Whoever talks to the cluster is who shows nothing to it, where something is bound to that. To a cluster of Google whoever has
/// an account there shows enough.
/// <https://cloud.google.com/kubernetes-engine/docs/best-practices/rbac>
fn strangers(facts: &Facts, collected: &Collected, cluster: &Cluster, steps: &mut Steps) {
    let google = cluster.google.as_ref().and_then(|id| facts.basis(collected.node(id)?, KUBELET_VERSION));
    for (id, subject) in &cluster.subjects {
        let told = match google {
            Some(google) if subject.is_authenticated() => Some(google),
            _ if subject.is_anonymous() => None,
            _ => continue,
        };
        let Some(node) = collected.node(id) else { continue };
        let bindings = cluster.bindings_of(id).into_iter();
        for binding in bindings.filter(|binding| !binding.rules.is_empty() && !binding.is_default()) {
            let Some(binds) = collected.relation(facts, &binding.id, "binds", id) else { continue };
            let because: Vec<_> = [binds].into_iter().chain(told).collect();
            let around = collected.node(&binding.id).and_then(|binding| facts.to(binding, "contains").next());
            let reach = around.map_or(Reach::Unknown, |(_, of)| facts.asset(of.from).reach);
            let gains = Foothold::Control(node);
            match reach {
                Reach::Local => {}
                Reach::Internal => steps.step(&[Foothold::Inside], gains, SURE, &because),
                Reach::Internet => {
                    steps.step(&[Foothold::Entry(Entry::Internet)], gains, SURE, &because);
                }
                Reach::Unknown => {
                    steps.step(&[Foothold::Inside], gains, SURE, &because);
                    steps.step(&[Foothold::Entry(Entry::Internet)], gains, PERHAPS, &because);
                }
            }
        }
    }
}

/// Who, and what is gained: a subject, or the cluster that contains it.
fn ends(facts: &Facts, collected: &Collected, one: &Escalation) -> Option<(Node, Node)> {
    let from = collected.node(&one.from)?;
    let to = match &one.to {
        Gained::Subject(id) => collected.node(id)?,
        Gained::Cluster => {
            let binding = collected.node(one.grants.first()?.first()?)?;
            facts.to(binding, "contains").next()?.1.from
        }
    };
    Some((from, to))
}

/// The bindings that give each right, where it is one: a right that two bindings give goes with neither.
fn because(facts: &Facts, collected: &Collected, one: &Escalation, from: Node) -> Vec<Basis> {
    let mut all = BTreeSet::new();
    for bindings in &one.grants {
        if let [binding] = bindings.as_slice() {
            all.extend(collected.relation(facts, binding, "binds", &one.from));
            let role = collected.node(binding).and_then(|binding| facts.from(binding, "grants").next());
            all.extend(role.map(|(id, _)| Basis::Relation(id)));
        }
    }
    if all.is_empty() {
        all.insert(Basis::Asset(from));
    }
    all.into_iter().collect()
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let begins = step.needs.first();
    if !matches!(begins, Some(Foothold::Control(_))) {
        let of_google = step.because.iter().any(|basis| matches!(basis, Basis::Attribute(..)));
        let who = if of_google { "has an account of Google" } else { "shows nothing to the cluster" };
        return super::between(facts, step, |_, to| {
            format!("Whoever {who} is {to}, to which rights are bound.")
        });
    }
    let (collected, clusters) = read(facts);
    let wanted = (begins.and_then(|begins| begins.asset()), step.gains.asset());
    let all = clusters.iter().flat_map(rbac::escalations);
    let same = |one: &Escalation| {
        ends(facts, &collected, one).is_some_and(|(from, to)| {
            (Some(from), Some(to)) == wanted && because(facts, &collected, one, from) == step.because
        })
    };
    let method = all.into_iter().find(same).map_or("do more than it should", |one| one.method.name);
    super::between(facts, step, |from, to| format!("{from} can {method}, which leads to {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn who_may_make_pods_is_every_account_of_the_namespace() {
        lifecycle(
            "kubernetes_rbac",
            r#"identity ci cloud-id=kubernetes:prod:serviceaccount/shop/ci
             identity web cloud-id=kubernetes:prod:serviceaccount/shop/web
             directory-object makers cloud-id=kubernetes:prod:rolebinding/shop/makers
             directory-object maker cloud-id=kubernetes:prod:clusterrole/maker
             maker has rules=[{"apiGroups":[""],"resources":["pods"],"verbs":["create"]}] *
             makers grants maker *
             makers binds ci *"#,
            &["controls ci -> controls web (0.93)"],
            "ci can start a pod as any service account of the namespace, which leads to web.",
        );
    }

    #[test]
    fn an_administrator_of_the_cluster_has_it() {
        lifecycle(
            "kubernetes_rbac",
            r#"directory-object prod
             identity ops cloud-id=kubernetes:prod:serviceaccount/kube-system/ops
             directory-object root cloud-id=kubernetes:prod:clusterrolebinding/root
             directory-object node-debugger cloud-id=kubernetes:prod:clusterrole/signer
             node-debugger has rules=[{"apiGroups":["admissionregistration.k8s.io"],"resources":["mutatingwebhookconfigurations"],"verbs":["create"]}] *
             root grants node-debugger *
             root binds ops *
             prod contains root *"#,
            &["controls ops -> controls prod (0.93)"],
            "ops can change every object that is made, which leads to prod.",
        );
    }

    #[test]
    fn rights_of_whoever_shows_nothing_are_everybodys() {
        let with = |reach: &str| {
            format!(
                r#"directory-object prod reach={reach}
             identity strangers cloud-id=kubernetes:prod:group/system:unauthenticated
             directory-object open cloud-id=kubernetes:prod:clusterrolebinding/open
             directory-object reader cloud-id=kubernetes:prod:clusterrole/reader
             reader has rules=[{{"apiGroups":[""],"resources":["pods"],"verbs":["list"]}}] *
             open grants reader *
             open binds strangers *
             prod contains open"#
            )
        };
        lifecycle(
            "kubernetes_rbac",
            &with("internet"),
            &["An attacker on the internet -> controls strangers (0.93)"],
            "Whoever shows nothing to the cluster is strangers, to which rights are bound.",
        );
        let steps = |reach| steps("kubernetes_rbac", &world(&with(reach).replace(" *", "")));
        assert_eq!(steps("internal"), ["inside the network -> controls strangers (0.93)"]);
        assert_eq!(steps("unknown").len(), 2);
    }

    #[test]
    fn an_account_of_google_is_enough_for_a_cluster_of_google() {
        let text = r#"directory-object prod reach=internet
             host node cloud-id=kubernetes:prod:node/gke-1
             node has kubelet-version=v1.29.4-gke.1043002 *
             identity everybody cloud-id=kubernetes:prod:group/system:authenticated
             directory-object open cloud-id=kubernetes:prod:clusterrolebinding/open
             directory-object reader cloud-id=kubernetes:prod:clusterrole/reader
             reader has rules=[{"apiGroups":[""],"resources":["pods"],"verbs":["list"]}] *
             open grants reader *
             open binds everybody *
             prod contains open"#;
        lifecycle(
            "kubernetes_rbac",
            text,
            &["An attacker on the internet -> controls everybody (0.93)"],
            "Whoever has an account of Google is everybody, to which rights are bound.",
        );
        // What every cluster gives is to ask about oneself.
        let default = text.replace("/open", "/system:basic-user").replace(" *", "");
        assert_eq!(steps("kubernetes_rbac", &world(&default)), Vec::<String>::new());
    }
}
