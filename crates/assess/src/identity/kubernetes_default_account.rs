//! The account that every pod has that asks for none.

use super::facts::{Gives, Power, System};
use super::support::{by_policy, shell, some};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// Default service accounts of namespaces with rights.
pub(super) const CHECK: Check = Check {
    id: "kubernetes-default-account",
    title: "The default service account of a namespace has rights",
    meaning: "A binding gives rights to the service account `default`, which every pod of the namespace runs as that names no other.",
    why: "Every such pod, however small, carries its token: one hole in any of them has these rights.",
    fix: "Make an account of its own for the workload that needs the rights, bind it instead, and set automountServiceAccountToken: false on `default`.",
    severity: Severity::Medium,
    cwe: 269,
    attack: "T1078.001",
    controls: &["cis-kubernetes-1.8.0:5.1.5", "nist-800-53-r5:AC-6"],
    wants: &[],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let Some(namespace) = facts.name(node).strip_suffix("/default") else { return Ok(Vec::new()) };
    let rights = |power: &Power| matches!(power.gives, Gives::Some(_));
    by_policy(facts, node, System::Kubernetes, rights, |binding, powers| {
        let rights = powers.iter().filter_map(|power| match &power.gives {
            Gives::Some(rights) => Some(rights.as_str()),
            _ => None,
        });
        let rights: Vec<_> = rights.collect();
        Hit {
            locus: Locus::named("binding", binding),
            severity: Severity::Medium,
            because: "every pod of the namespace that names no other account has these rights".to_owned(),
            evidence: format!("{binding} gives the default account of {namespace}: {}.", some(&rights, 10)),
            fix: format!(
                "kubectl create serviceaccount NAME -n {0}, name it in the workload and in {1} instead of `default`\n\
                 kubectl patch serviceaccount default -n {0} -p '{{\"automountServiceAccountToken\": false}}'",
                shell(namespace),
                shell(binding)
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
            "identity shop/default
             shop/default may some:secrets by binding-view *
             identity shop/ci
             shop/ci may some:secrets by binding-ci",
            &["shop/default at binding:binding-view: medium"],
        );
    }
}
