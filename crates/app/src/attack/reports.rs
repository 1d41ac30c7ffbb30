//! Exposures of identities follow from facts that are steps by rules already: once more, they would count twice. Which facts each
//! reports stands here, so that a step tells them.

use bartizan_assess::identity;
use bartizan_graph::{Fact, Report};
use bartizan_model::Locus;
use bartizan_prioritize::Usable;

/// Policies of AWS that a principal has.
const POLICIES: &[Fact] = &[Fact::From("attached"), Fact::Attribute("inline-policies")];
/// Bindings of Kubernetes to a subject.
const BINDINGS: &[Fact] = &[Fact::To("binds")];
/// Roles of Entra ID and of Azure that the checks look at.
const ROLES: &[Fact] = &[
    Fact::From("az_app_admin"),
    Fact::From("az_authentication_admin"),
    Fact::From("az_cloud_app_admin"),
    Fact::From("az_contributor"),
    Fact::From("az_directory_synchronization"),
    Fact::From("az_global_admin"),
    Fact::From("az_groups_admin"),
    Fact::From("az_helpdesk_admin"),
    Fact::From("az_hybrid_identity_admin"),
    Fact::From("az_intune_admin"),
    Fact::From("az_owner"),
    Fact::From("az_partner_tier1_support"),
    Fact::From("az_partner_tier2_support"),
    Fact::From("az_password_admin"),
    Fact::From("az_privileged_authentication_admin"),
    Fact::From("az_privileged_role_admin"),
    Fact::From("az_user_access_admin"),
    Fact::From("az_user_admin"),
];

/// What the checks of identities report that a rule of the attack graph reads. What is of no check here (an old password, an owner
/// who left) makes no step likelier or less likely.
const REPORTED: &[(&str, &[Fact])] = &[
    ("ad-asrep-roastable", &[Fact::Attribute("dont-require-preauth")]),
    ("ad-kerberoastable", &[Fact::Attribute("has-spn")]),
    ("ad-shared-local-admin", &[Fact::From("admin_to")]),
    ("ad-standing-privilege", &[Fact::From("member_of")]),
    ("ad-unconstrained-delegation", &[Fact::Attribute("unconstrained-delegation")]),
    ("aws-confused-deputy", &[Fact::Attribute("trust-policy")]),
    ("aws-escalating-policy", POLICIES),
    ("aws-full-admin", POLICIES),
    ("aws-public-policy", &[Fact::Attribute("resource-policy")]),
    ("aws-service-wildcard", POLICIES),
    ("disabled-owner", &[Fact::From("az_owns"), Fact::From("owns")]),
    ("entra-guest-role", ROLES),
    ("entra-standing-role", ROLES),
    ("kubernetes-cluster-admin", BINDINGS),
    ("kubernetes-default-account", BINDINGS),
    ("kubernetes-escalation", BINDINGS),
    ("kubernetes-wildcard-role", &[Fact::To("grants")]),
];

/// The facts that an exposure reports; `None` where it is none of identities, and rules read it itself.
pub(crate) fn report(usable: &Usable<'_>) -> Option<Report> {
    let check = identity::by_key(usable.weakness)?;
    let facts = REPORTED.iter().find(|(id, _)| *id == check.id).map_or(&[][..], |(_, facts)| facts);
    let Ok(locus) = usable.locus.parse::<Locus>();
    let about = if let Locus::Named { name, .. } = locus { name.into() } else { Box::default() };
    Some(Report { id: usable.id, asset: usable.asset, title: check.title, facts, about })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reported_is_what_a_check_reads() {
        assert!(REPORTED.is_sorted_by_key(|(id, _)| id));
        // What policies and bindings give is worked out by the graph, and no check names their facts.
        let worked_out =
            ["attached", "binds", "grants", "inline-policies", "resource-policy", "trust-policy"];
        let wants = identity::wants();
        for (id, facts) in REPORTED {
            assert!(identity::by_key(&format!("{}:{id}", identity::SOURCE)).is_some(), "{id}");
            for Fact::Attribute(name) | Fact::From(name) | Fact::To(name) in *facts {
                assert!(wants.contains(name) || worked_out.contains(name), "{id}: {name}");
            }
        }
    }
}
