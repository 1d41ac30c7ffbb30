//! People of AWS IAM Identity Center take the roles that their permission sets are in accounts; whoever is such a user at the identity
//! provider that brought it, is it here too.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "identity_center",
    title: "sign in through IAM Identity Center",
    technique: "T1078.004",
    wants: &["permission-set", "sso_assigned"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A role that is taken from the portal.
const SURE: Chance = Chance::between(0.9, 0.95, 1.0);
/// Whether the user of the same name is the one that was brought, nobody collected.
const PROVIDER: Chance = Chance::between(0.2, 0.7, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, assigned) in facts.relations("sso_assigned") {
        let named = facts.attribute(assigned.to, "permission-set");
        let told = facts.basis(assigned.to, "permission-set");
        let (Some(named), Some(told)) = (named, told) else { continue };
        for (role, arn) in facts.attributes("cloud-id") {
            if is_role_of(arn, &assigned.via, named) {
                let (need, gains) = (Foothold::Control(assigned.from), Foothold::Control(role));
                steps.step(&[need], gains, SURE, &[Basis::Relation(id), told]);
            }
        }
    }
    for (user, _) in facts.attributes("provisioned-from") {
        let Some(name) = facts.attribute(user, "user-name") else { continue };
        for (same, principal) in facts.attributes("user-principal-name") {
            if principal.eq_ignore_ascii_case(name) {
                let because = because(facts, user, same);
                steps.step(&[Foothold::Control(same)], Foothold::Control(user), PROVIDER, &because);
            }
        }
    }
}

fn because(facts: &Facts, user: Node, same: Node) -> Vec<Basis> {
    let told = [(user, "provisioned-from"), (same, "user-principal-name")];
    told.into_iter().filter_map(|(node, name)| facts.basis(node, name)).collect()
}

/// Whether this is what a permission set is in an account: `AWSReservedSSO_NAME_` and sixteen hexadecimal digits.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>
fn is_role_of(arn: &str, account: &str, named: &str) -> bool {
    let role = arn
        .split_once(":iam::")
        .and_then(|(_, rest)| rest.split_once(":role/aws-reserved/sso.amazonaws.com/"));
    role.is_some_and(|(of, path)| {
        let name = path.rsplit('/').next().unwrap_or_default().strip_prefix("AWSReservedSSO_");
        let suffix = name.and_then(|name| name.strip_prefix(named)).and_then(|rest| rest.strip_prefix('_'));
        of == account
            && suffix.is_some_and(|hex| hex.len() == 16 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
    })
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    if super::relation(facts, step).is_some() {
        return super::between(facts, step, |from, to| {
            format!("{from} takes {to} in the portal of Identity Center.")
        });
    }
    super::between(facts, step, |from, to| {
        format!("{from} likely is {to} of Identity Center, which an identity provider brought.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_group_takes_the_role_of_its_permission_set() {
        lifecycle(
            "identity_center",
            "identity ops
             directory-object admins
             admins has permission-set=Admin *
             ops sso_assigned:111122223333 admins *
             identity there cloud-id=arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef
             identity longer cloud-id=arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_Read_0123456789abcdef
             identity elsewhere cloud-id=arn:aws:iam::444455556666:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef
             identity like cloud-id=arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_0123456789abcdef",
            &["controls ops -> controls there (0.95)"],
            "ops takes there in the portal of Identity Center.",
        );
    }

    #[test]
    fn a_user_of_the_provider_is_the_user_it_brought() {
        lifecycle(
            "identity_center",
            "identity ann user-name=Ann@clinic.test
             ann has provisioned-from=https://scim.clinic.test *
             identity entra-ann
             entra-ann has user-principal-name=ann@clinic.test *
             identity bob user-principal-name=bob@clinic.test",
            &["controls entra-ann -> controls ann (0.7)"],
            "entra-ann likely is ann of Identity Center, which an identity provider brought.",
        );
    }
}
