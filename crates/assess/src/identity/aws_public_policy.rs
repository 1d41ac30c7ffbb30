//! Resources whose own policy lets anybody use them.

use super::facts::{Gives, Power, System};
use super::support::{by_policy, shell, some};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// A policy that is open to everybody without a condition, and nothing keeps them out.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
pub(super) const CHECK: Check = Check {
    id: "aws-public-policy",
    title: "The policy of a resource in AWS lets anybody use it",
    meaning: "The resource's own policy allows its actions to every principal (`\"Principal\": \"*\"`) without a condition that ties \
              them to your accounts: whoever has an account of AWS, anybody's, may use it; of a bucket and a queue, whoever asks.",
    why: "Data is read, code and images are replaced, functions are called from anywhere, with no credentials of yours.",
    fix: "Name the principals, or ask for your organization by `aws:PrincipalOrgID`, in the resource's policy.",
    severity: Severity::High,
    cwe: 732,
    attack: "T1190",
    controls: &["nist-800-53-r5:AC-3", "nist-800-53-r5:AC-6"],
    wants: &[],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let opens = |power: &Power| matches!(power.gives, Gives::Anybody(_));
    let arn = facts.attribute(node, "cloud-id").unwrap_or("ARN");
    by_policy(facts, node, System::Aws, opens, |policy, powers| hit(policy, arn, powers))
}

fn hit(policy: &str, arn: &str, powers: &[&Power]) -> Hit {
    let what = |power: &&Power| match power.gives {
        Gives::Anybody(what) => Some(what),
        _ => None,
    };
    let what: Vec<_> = powers.iter().filter_map(what).collect();
    let (severity, because) = match what.as_slice() {
        ["call it"] => (Severity::Medium, "what a caller gets, the function decides"),
        ["read its code"] => (Severity::Medium, "nothing is changed by it"),
        _ => (Severity::High, "it takes no credentials of yours"),
    };
    Hit {
        locus: Locus::named("policy", policy),
        severity,
        because: because.to_owned(),
        evidence: format!("The policy of {arn} lets anybody {}.", some(&what, 5)),
        fix: format!(
            "Name the principals that need it in the policy, or add a condition: \
             {{\"StringEquals\": {{\"aws:PrincipalOrgID\": \"YOUR-ORGANIZATION\"}}}}.\n{}",
            command(arn)
        ),
    }
}

/// How the policy is changed.
fn command(arn: &str) -> String {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, region) = (parts.next().unwrap_or_default(), shell(parts.next().unwrap_or_default()));
    let path = arn.splitn(6, ':').last().unwrap_or_default();
    let name = shell(path.rsplit_once("repository/").map_or(path, |(_, name)| name));
    match service {
        "ecr" => format!(
            "aws ecr set-repository-policy --region {region} --repository-name {name} --policy-text file://policy.json"
        ),
        "lambda" => match path.strip_prefix("layer:").and_then(|layer| layer.split_once(':')) {
            Some((layer, version)) => format!(
                "aws lambda remove-layer-version-permission --region {region} --layer-name {} --version-number {} \
                 --statement-id SID-OF-THE-STATEMENT",
                shell(layer),
                shell(version)
            ),
            None => format!(
                "aws lambda remove-permission --function-name {} --statement-id SID-OF-THE-STATEMENT",
                shell(arn)
            ),
        },
        "s3" => format!(
            "aws s3api put-public-access-block --bucket {name} --public-access-block-configuration \
             BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
        ),
        _ => format!("Change the policy of {}.", shell(arn)),
    }
}

#[cfg(test)]
mod tests {
    use super::{CHECK, command};
    use crate::identity::testing::{lifecycle, said, world};

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "cloud-resource resize cloud-id=arn:aws:lambda:eu-west-1:111122223333:function:resize
             resize may anybody:replace-its-code by resource-policy *
             cloud-resource echo cloud-id=arn:aws:lambda:eu-west-1:111122223333:function:echo
             echo may anybody:call-it by resource-policy
             data-store patients cloud-id=arn:aws:s3:::patients
             patients may anybody:read-it by resource-policy",
            &[
                "resize at policy:resource-policy: high",
                "echo at policy:resource-policy: medium",
                "patients at policy:resource-policy: high",
            ],
        );
    }

    #[test]
    fn what_was_not_collected_leaves_it_open() {
        let (found, unknown) = said(&CHECK, &world("data-store patients\npatients unevaluated"));
        assert_eq!((found, unknown.len()), (vec![], 1));
    }

    #[test]
    fn the_command_names_the_resource() {
        let repository = command("arn:aws:ecr:eu-west-1:111122223333:repository/team/shop");
        assert!(repository.contains("--region eu-west-1 --repository-name team/shop "), "{repository}");
        let layer = command("arn:aws:lambda:eu-west-1:111122223333:layer:tools:3");
        assert!(layer.contains("--layer-name tools --version-number 3 "), "{layer}");
        assert!(command("arn:aws:s3:::patients").contains("--bucket patients "));
        assert!(command("ARN").contains("ARN"));
    }
}
