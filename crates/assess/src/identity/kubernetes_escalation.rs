//! Rights in a cluster by which somebody makes himself more.

use super::facts::{Gives, Power, System};
use super::support::by_policy;
use super::{Check, Hit, Identities, Node, Unknown, aws_escalating_policy};
use bartizan_model::Severity;

/// Subjects that become others by what they may do. Kubernetes' own are not meant, nor those who may do everything.
pub(super) const CHECK: Check = Check {
    id: "kubernetes-escalation",
    title: "A binding lets a subject become somebody else",
    meaning: "What a binding allows is enough for one of the known methods of privilege escalation in Kubernetes; the evidence names each with whom it leads to.",
    why: "Whoever holds a pod or kubeconfig of this subject holds those, whatever its role was meant to limit it to.",
    fix: "Name the resources that are needed in the role, bind it in one namespace, or remove the right.",
    severity: Severity::Medium,
    cwe: 269,
    attack: "T1098.006",
    controls: &[
        "cis-kubernetes-1.8.0:5.1.2",
        "cis-kubernetes-1.8.0:5.1.4",
        "cis-kubernetes-1.8.0:5.1.8",
        "nist-800-53-r5:AC-6",
    ],
    wants: &[],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let own = ["system:", "kube-system/"].iter().any(|prefix| facts.name(node).starts_with(prefix));
    if own {
        return Ok(Vec::new());
    }
    let escalates = |power: &Power| matches!(power.gives, Gives::Escalation { .. });
    by_policy(facts, node, System::Kubernetes, escalates, |binding, powers| {
        aws_escalating_policy::hit("binding", binding, powers)
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity shop/ci
             shop/ci may escalation:shop/web by binding-pods *
             identity kube-system/replicaset-controller
             kube-system/replicaset-controller may escalation:shop/web by binding-own",
            &["shop/ci at binding:binding-pods: medium"],
        );
    }
}
