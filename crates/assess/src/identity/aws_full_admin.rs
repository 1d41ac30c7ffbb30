//! Identities of AWS that may do everything.

use super::facts::{Gives, Power, System};
use super::support::{by_policy, condition, shell, some};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// Users, groups and roles with a policy that allows every action on everything.
pub(super) const CHECK: Check = Check {
    id: "aws-full-admin",
    title: "A policy allows everything in the account",
    meaning: "A policy of the user, group or role allows every action on every resource (`*` on `*`), and nothing that limits it takes that back.",
    why: "Whoever gets one key or session of it has the account, all data in it and every way to stay.",
    fix: "Attach policies with the actions that are used (IAM Access Analyzer writes them from CloudTrail); administer through a role that is assumed for a task.",
    severity: Severity::High,
    cwe: 250,
    attack: "T1078.004",
    controls: &["cis-aws-3.0.0:1.16", "nist-800-53-r5:AC-6", "nist-800-53-r5:AC-6(5)"],
    wants: &["last-used"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let everything = |power: &Power| power.gives == Gives::Everything;
    by_policy(identities.facts, node, System::Aws, everything, |policy, powers| {
        hit(identities, node, policy, powers)
    })
}

fn hit(identities: &Identities<'_>, node: Node, policy: &str, powers: &[&Power]) -> Hit {
    let facts = identities.facts;
    let kind = facts.attribute(node, "principal-type").unwrap_or("identity");
    let members: Vec<_> = facts.to(node, "member_of").map(|member| facts.name(member.from)).collect();
    let conditions = powers.iter().map(|power| condition(power)).min().unwrap_or_default();
    let (severity, because) = match kind {
        _ if !conditions.is_empty() => (Severity::Medium, "it hangs on what was not collected"),
        "user" => (Severity::Critical, "keys and passwords of a user last until somebody changes them"),
        "group" if members.is_empty() => (Severity::Medium, "nobody is in the group now"),
        _ => (Severity::High, "it may do everything in the account"),
    };
    let members = match kind {
        "group" => format!(
            " In the group: {}.",
            if members.is_empty() { "nobody".to_owned() } else { some(&members, 10) }
        ),
        _ => String::new(),
    };
    let name = shell(facts.name(node));
    let fix = match policy.strip_prefix("inline:") {
        Some(inline) => {
            format!("aws iam delete-{kind}-policy --{kind}-name {name} --policy-name {}", shell(inline))
        }
        None => format!("aws iam detach-{kind}-policy --{kind}-name {name} --policy-arn {}", shell(policy)),
    };
    Hit {
        locus: Locus::named("policy", policy),
        severity,
        because: because.to_owned(),
        evidence: format!("The policy {policy} lets the {kind} do everything{conditions}.{members}"),
        fix: format!(
            "{fix}\nBefore, attach what is used: aws accessanalyzer start-policy-generation writes it from CloudTrail."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity ann principal-type=user
             ann may everything by inline:all *
             identity admins principal-type=group
             admins may everything by arn:aws:iam::aws:policy/AdministratorAccess
             identity ci principal-type=role
             ci may wildcard:s3 by arn:aws:iam::aws:policy/AmazonS3FullAccess",
            &[
                "ann at policy:inline:all: critical",
                "admins at policy:arn:aws:iam::aws:policy/AdministratorAccess: medium",
            ],
        );
    }
}
