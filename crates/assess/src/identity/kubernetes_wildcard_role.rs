//! Roles of a cluster that say `*`.

use super::facts::{Gives, Power, System};
use super::support::{shell, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Roles that are bound to somebody and allow every verb or every resource. Kubernetes' own are not meant.
pub(super) const CHECK: Check = Check {
    id: "kubernetes-wildcard-role",
    title: "A role of the cluster says `*`",
    meaning: "A role that is bound to somebody allows every verb, or every resource, by `*`: those of tomorrow too.",
    why: "Nobody meant all of it: every verb holds `escalate`, `bind` and `impersonate`, every resource holds secrets.",
    fix: "Name the verbs and resources that are used.",
    severity: Severity::Medium,
    cwe: 732,
    attack: "T1098.006",
    controls: &["cis-kubernetes-1.8.0:5.1.3", "nist-800-53-r5:AC-6"],
    wants: &["kubernetes-kind", "rules"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let wildcard =
        |power: &&Power| power.system == System::Kubernetes && matches!(power.gives, Gives::Wildcard(_));
    let all: Vec<_> = facts.powers(node).iter().filter(wildcard).collect();
    let whats: Vec<_> = all
        .iter()
        .filter_map(|power| match &power.gives {
            Gives::Wildcard(what) => Some(what.as_str()),
            _ => None,
        })
        .collect();
    let Some(first) = all.first() else { return Ok(Vec::new()) };
    let everything = whats.contains(&"verbs") && whats.contains(&"resources");
    let (severity, because) = match everything {
        true => (Severity::High, "one rule allows every verb on every resource"),
        false => (Severity::Medium, "verbs or resources are named"),
    };
    let kind = if facts.attribute(node, "kubernetes-kind") == Some("Role") { "role" } else { "clusterrole" };
    Ok(whole(
        severity,
        because,
        format!("It says `*` for {}, and is bound by {}.", whats.join(" and "), first.policy),
        format!(
            "kubectl edit {kind} {}: put the verbs and resources that are used in the place of `*`",
            shell(facts.name(node))
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "directory-object all kubernetes-kind=ClusterRole
             all may wildcard:verbs by binding-ops *",
            &["all: medium"],
        );
    }
}
