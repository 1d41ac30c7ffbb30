//! Who may do everything in a cluster.

use super::facts::{Gives, Power, System};
use super::support::{by_policy, shell};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// Subjects of a cluster with every right in it.
pub(super) const CHECK: Check = Check {
    id: "kubernetes-cluster-admin",
    title: "A subject may do everything in the cluster",
    meaning: "A binding gives a user, group or service account every verb on every resource of the cluster (`cluster-admin`). The built-in group system:masters is not meant.",
    why: "One pod of the account, or one kubeconfig of the person, is the cluster with all its secrets and nodes.",
    fix: "Bind a role with the rights that are used, in the namespaces where they are.",
    severity: Severity::High,
    cwe: 250,
    attack: "T1078.004",
    controls: &["cis-kubernetes-1.8.0:5.1.1", "nist-800-53-r5:AC-6", "nist-800-53-r5:AC-6(5)"],
    wants: &["kubernetes-kind"],
    judge,
};

/// Groups that everybody, or every pod, is in.
const EVERYBODY: &[&str] = &["system:authenticated", "system:unauthenticated", "system:serviceaccounts"];

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let name = facts.name(node);
    if name == "system:masters" {
        return Ok(Vec::new());
    }
    let everything = |power: &Power| power.gives == Gives::Everything;
    by_policy(facts, node, System::Kubernetes, everything, |binding, _| {
        let everybody = EVERYBODY.iter().any(|group| name.starts_with(group));
        let (severity, because) = match everybody {
            true => (Severity::Critical, "everybody in the cluster, or every pod, is in this group"),
            false => (Severity::High, "it may do everything in the cluster"),
        };
        Hit {
            locus: Locus::named("binding", binding),
            severity,
            because: because.to_owned(),
            evidence: format!("{binding} gives it every verb on every resource in all namespaces."),
            fix: format!(
                "kubectl delete clusterrolebinding {} (where it binds nobody else; else take {} out of its subjects)\n\
                 Before, bind a role with what is used: kubectl create rolebinding NAME --role=ROLE -n NAMESPACE",
                shell(binding),
                shell(name)
            ),
        }
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
             shop/ci may everything by binding-ci *
             identity system:masters
             system:masters may everything by binding-own
             identity system:authenticated
             system:authenticated may everything by binding-all",
            &["shop/ci at binding:binding-ci: high", "system:authenticated at binding:binding-all: critical"],
        );
    }
}
