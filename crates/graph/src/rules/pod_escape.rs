//! From a pod to its service account, and to its node where the pod was given more than its bounds.

use super::{Derive, Rule};
use crate::collected::Collected;
use crate::facts::{Chance, Facts};
use crate::rbac;
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "pod_escape",
    title: "leave a pod",
    technique: "T1611",
    wants: &["privileged", "runs_as", "scheduled_on"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The token lies in every container of the pod.
const TOKEN: Chance = Chance::between(0.9, 0.97, 1.0);
/// A few commands, once one is root in the container.
const ESCAPE: Chance = Chance::between(0.5, 0.85, 0.98);

const VERBS: &[&str] = &["runs_as", "scheduled_on"];

fn derive(facts: &Facts, steps: &mut Steps) {
    if !facts.knows("cloud-id") {
        return;
    }
    let collected = Collected::new(facts, &["kubernetes:"], VERBS);
    for cluster in rbac::clusters(&collected.facts).0 {
        for (id, pods) in &cluster.pods {
            let Some(pod) = collected.node(id) else { continue };
            let inside = [Foothold::Session(pod)];
            let runs_as = collected.relation(facts, id, "runs_as", &pods.account);
            if let (Some(account), Some(runs_as), true) =
                (collected.node(&pods.account), runs_as, pods.automount != Some(false))
            {
                steps.step(&inside, Foothold::Control(account), TOKEN, &[runs_as]);
            }
            let node = pods.node.as_deref();
            let on = node.and_then(|node| collected.relation(facts, id, "scheduled_on", node));
            if let (Some(node), Some(on)) = (node.and_then(|node| collected.node(node)), on) {
                let ways = ["privileged", "host-pid", "host-paths", "capabilities"];
                let told =
                    ways.iter().filter_map(|way| facts.basis(pod, way)).filter(|basis| gives(facts, *basis));
                let told: Vec<_> = told.collect();
                // Each would do: what one alone gives is what the step rests on.
                let because: Vec<_> =
                    std::iter::once(on).chain(told.first().copied().filter(|_| told.len() == 1)).collect();
                if !pods.escapes.is_empty() {
                    steps.step(&inside, Foothold::Control(node), ESCAPE, &because);
                }
            }
        }
    }
}

/// Whether an attribute says that something was given.
fn gives(facts: &Facts, basis: Basis) -> bool {
    match basis {
        Basis::Attribute(node, word) => {
            let value = facts.attribute(node, facts.word(word)).unwrap_or_default();
            !matches!(value, "" | "false")
        }
        _ => false,
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let verb = super::relation(facts, step).map_or("", |relation| facts.word(relation.verb));
    super::between(facts, step, |pod, to| match verb {
        "runs_as" => format!("{pod} runs as {to}, whose token lies in it."),
        _ => format!("{pod} was given more than its bounds, and so {to}."),
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_privileged_pod_is_its_account_and_its_node() {
        lifecycle(
            "pod_escape",
            "cloud-resource agent cloud-id=kubernetes:prod:pod/shop/agent
             identity ci cloud-id=kubernetes:prod:serviceaccount/shop/ci
             host node-1 cloud-id=kubernetes:prod:node/node-1
             agent has privileged=true *
             agent has host-pid=false
             agent runs_as ci *
             agent scheduled_on node-1 *",
            &["user on agent -> controls ci (0.97)", "user on agent -> controls node-1 (0.85)"],
            "agent runs as ci, whose token lies in it.",
        );
    }
}
