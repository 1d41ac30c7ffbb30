//! Whoever may make pods in a namespace that enforces no bounds makes one without, and has a node: any node, as the pod names it.
//! <https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation>
//!
//! The namespace itself is a place to stand: who may make pods there leads to it, and it leads to the nodes.

use super::{Derive, Rule};
use crate::collected::Collected;
use crate::facts::{Chance, Facts};
use crate::rbac::{self, Request};
use crate::steps::{Basis, Foothold, Step, Steps};
use std::collections::BTreeSet;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "pod_security",
    title: "start a pod without bounds",
    technique: "T1610",
    wants: &["binds", "pod-security", "rules"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Other software may refuse it, of which these facts tell nothing.
const CHANCE: Chance = Chance::between(0.2, 0.75, 0.98);

const VERBS: &[&str] = &["binds", "contains", "grants", "runs_as", "scheduled_on", "token_of"];

/// What makes pods: verb, API group, resource.
const MAKES: &[(&str, &str, &str)] = &[
    ("create", "", "pods"),
    ("create", "apps", "deployments"),
    ("create", "apps", "daemonsets"),
    ("create", "apps", "statefulsets"),
    ("create", "batch", "jobs"),
    ("create", "batch", "cronjobs"),
];

fn derive(facts: &Facts, steps: &mut Steps) {
    if !facts.knows("pod-security") {
        return;
    }
    let collected = Collected::new(facts, &["kubernetes:"], VERBS);
    let (clusters, _) = rbac::clusters(&collected.facts);
    for cluster in &clusters {
        let prefix = format!("kubernetes:{}:", cluster.name);
        let mut open = Vec::new();
        for namespace in cluster.namespaces() {
            let Some(node) = collected.node(&format!("{prefix}namespace/{namespace}")) else { continue };
            let level =
                ["none", "privileged"].iter().find_map(|level| facts.told(node, "pod-security", level));
            open.extend(level.map(|level| (namespace, node, level)));
        }
        for id in cluster.subjects.keys() {
            let Some(subject) = collected.node(id) else { continue };
            for (namespace, node, level) in &open {
                let allowed = MAKES.iter().find_map(|(verb, group, resource)| {
                    let request = Request { verb, group, resource, name: None, namespace: Some(namespace) };
                    let by = cluster.allowed_by(id, &request);
                    (!by.is_empty()).then_some(by)
                });
                let Some(allowed) = allowed else { continue };
                let mut because = BTreeSet::from([*level]);
                // A right that two bindings give goes with neither.
                if let [binding] = allowed.as_slice() {
                    because.extend(collected.relation(facts, &binding.id, "binds", id));
                }
                let because: Vec<_> = because.into_iter().collect();
                let needs = [Foothold::Control(subject)];
                steps.step(&needs, Foothold::Control(*node), CHANCE, &because);
            }
        }
        let first = format!("{prefix}node/");
        let nodes = facts.attributes("cloud-id").filter(|(_, id)| id.starts_with(&first));
        let nodes: Vec<_> = nodes.map(|(node, _)| node).collect();
        for (_, namespace, level) in &open {
            for node in &nodes {
                let because = [*level, Basis::Asset(*node)];
                let needs = [Foothold::Control(*namespace)];
                steps.step(&needs, Foothold::Control(*node), Chance::CERTAIN, &because);
            }
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let machine = step.gains.asset();
    let machine = machine.is_some_and(|node| super::is_machine(facts.asset(node).kind));
    super::between(facts, step, |from, to| match machine {
        true => format!("A pod without bounds in {from} has {to}."),
        false => format!("{from} can start pods in {to}, which enforces no bounds on them."),
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const WORLD: &str = r#"identity ci cloud-id=kubernetes:prod:serviceaccount/shop/ci
             directory-object shop cloud-id=kubernetes:prod:namespace/shop
             shop has pod-security=none *
             host node-1 cloud-id=kubernetes:prod:node/node-1 *
             directory-object makers cloud-id=kubernetes:prod:rolebinding/shop/makers
             directory-object maker cloud-id=kubernetes:prod:clusterrole/maker
             maker has rules=[{"apiGroups":["batch"],"resources":["jobs"],"verbs":["create"]}] *
             makers grants maker *
             makers binds ci *"#;

    #[test]
    fn a_pod_without_bounds_is_its_node() {
        lifecycle(
            "pod_security",
            WORLD,
            &["controls ci -> controls shop (0.75)", "controls shop -> controls node-1 (1)"],
            "ci can start pods in shop, which enforces no bounds on them.",
        );
    }

    #[test]
    fn bounds_keep_it_in() {
        let bounded = WORLD.replace("pod-security=none", "pod-security=restricted").replace('*', "");
        assert_eq!(steps("pod_security", &world(&bounded)), Vec::<String>::new());
    }
}
