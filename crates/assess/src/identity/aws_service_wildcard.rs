//! Policies that allow every action of a service on everything.

use super::facts::{Gives, Power, System};
use super::support::{by_policy, condition, place, shell, some};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// Policies with `service:*` on `*`.
pub(super) const CHECK: Check = Check {
    id: "aws-service-wildcard",
    title: "A policy allows every action of a service on everything",
    meaning: "A policy of the user, group or role allows `service:*` on all resources: reading, changing, deleting and giving away.",
    why: "What was written for one bucket or key opens all of them, those of tomorrow too.",
    fix: "Name the actions and resources that are used (IAM Access Analyzer writes such a policy from CloudTrail).",
    severity: Severity::Medium,
    cwe: 732,
    attack: "T1078.004",
    controls: &["nist-800-53-r5:AC-6", "cis-aws-3.0.0:1.16"],
    wants: &[],
    judge,
};

/// Services whose every action is control of identities, or all data and secrets.
const CONTROL: &[&str] = &["iam", "organizations", "sso", "sso-directory", "sts"];
const DATA: &[&str] = &["dynamodb", "kms", "rds", "s3", "secretsmanager", "ssm"];

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let wildcard = |power: &Power| matches!(power.gives, Gives::Wildcard(_));
    let facts = identities.facts;
    let arn = shell(facts.attribute(node, "cloud-id").unwrap_or("ARN"));
    by_policy(facts, node, System::Aws, wildcard, |policy, powers| hit(policy, &arn, powers))
}

fn hit(policy: &str, arn: &str, powers: &[&Power]) -> Hit {
    let services = powers.iter().filter_map(|power| match &power.gives {
        Gives::Wildcard(service) => Some(service.as_str()),
        _ => None,
    });
    let services: Vec<_> = services.collect();
    let any = |of: &[&str]| services.iter().any(|service| of.contains(service));
    let (severity, because) = match () {
        () if powers.iter().all(|power| !power.needs.is_empty()) => {
            (Severity::Low, "it hangs on what was not collected")
        }
        () if any(CONTROL) => (Severity::High, "such a service decides who may do what"),
        () if any(DATA) => (Severity::Medium, "such a service holds data or secrets"),
        () => (Severity::Low, "none of these services holds data or decides who may do what"),
    };
    let conditions = powers.iter().map(|power| condition(power)).min().unwrap_or_default();
    let words: Vec<_> = services.iter().map(|service| format!("{service}:*")).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    Hit {
        locus: Locus::named("policy", policy),
        severity,
        because: because.to_owned(),
        evidence: format!("The policy {policy} allows {} on every resource{conditions}.", some(&words, 20)),
        fix: format!(
            "{}, name the actions and resources that are used instead of {} on `*`.\n\
             Which are used: aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL --arn {arn}",
            place(policy),
            some(&words, 20)
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
            "identity ci principal-type=role
             ci may wildcard:s3 by inline:files *
             identity dev principal-type=user
             dev may wildcard:ec2 by machines
             dev may wildcard:sqs by machines
             identity ops principal-type=user
             ops may wildcard:iam by people",
            &[
                "ci at policy:inline:files: medium",
                "dev at policy:machines: low",
                "ops at policy:people: high",
            ],
        );
    }
}
