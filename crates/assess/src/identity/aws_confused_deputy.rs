//! Roles that a third party or a service may take for anybody who asks it to.

use super::facts::{Gives, Power, System};
use super::support::{by_policy, shell, some};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// Trust without the condition that ties it to one's own account. That somebody goes this way is not claimed: who asks a third
/// party, and what it does then, nobody collected.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
pub(super) const CHECK: Check = Check {
    id: "aws-confused-deputy",
    title: "A role trusts another account or a service without saying on whose behalf",
    meaning: "The trust policy lets an account of somebody else, or a service of AWS that acts for many accounts, assume the role \
              without an external id or the account that it acts for (`sts:ExternalId`, `aws:SourceAccount`).",
    why: "Another customer of theirs who knows the role's name can have them use it: they have the right, and cannot tell who asks.",
    fix: "Ask for an external id of a third party, and for your own account of a service, in the trust policy.",
    severity: Severity::Medium,
    cwe: 441,
    attack: "T1199",
    controls: &["nist-800-53-r5:AC-6"],
    wants: &[],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let opens = |power: &Power| matches!(power.gives, Gives::Trust { .. }) && power.needs.is_empty();
    let arn = facts.attribute(node, "cloud-id").unwrap_or_default();
    let account = arn.split(':').nth(4).filter(|id| !id.is_empty()).unwrap_or("YOUR-ACCOUNT");
    let role = shell(arn.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("ROLE"));
    by_policy(facts, node, System::Aws, opens, |policy, powers| hit(policy, account, &role, powers))
}

fn hit(policy: &str, account: &str, role: &str, powers: &[&Power]) -> Hit {
    let trusted = |of_services: bool| {
        let all = powers.iter().filter_map(move |power| match &power.gives {
            Gives::Trust { to, is_service } if *is_service == of_services => Some(to.as_str()),
            _ => None,
        });
        all.collect::<Vec<_>>()
    };
    let (accounts, services) = (trusted(false), trusted(true));
    let (severity, because) = match accounts.is_empty() {
        false => (Severity::Medium, "an account that is not known here may be asked by others"),
        true => (Severity::Low, "services check by themselves who hands them a role, for the most part"),
    };
    let mut conditions = Vec::new();
    if !accounts.is_empty() {
        conditions.push(
            r#"for the accounts {"StringEquals": {"sts:ExternalId": "ID-OF-THE-THIRD-PARTY"}}"#.to_owned(),
        );
    }
    if !services.is_empty() {
        conditions
            .push(format!(r#"for the services {{"StringEquals": {{"aws:SourceAccount": "{account}"}}}}"#));
    }
    let all: Vec<_> = accounts.into_iter().chain(services).collect();
    Hit {
        locus: Locus::named("policy", policy),
        severity,
        because: because.to_owned(),
        evidence: format!("The trust policy lets {} assume the role, whoever asks.", some(&all, 20)),
        fix: format!(
            "Add a condition to the statements of the trust policy: {}.\n\
             aws iam update-assume-role-policy --role-name {role} --policy-document file://trust.json",
            conditions.join(", ")
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
            "identity backup principal-type=role
             backup may trust:444455556666 by trust-policy *
             identity flow principal-type=role
             flow may trust:states.amazonaws.com by trust-policy",
            &["backup at policy:trust-policy: medium", "flow at policy:trust-policy: low"],
        );
    }
}
