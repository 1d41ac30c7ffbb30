//! Roles of Entra ID and permissions of Microsoft Graph: who holds which, for good or by activation, and of which tenant.

use crate::facts::{Chance, Facts, Node};
use crate::steps::Basis;

/// A role that is held.
const HELD: Chance = Chance::between(0.9, 0.95, 1.0);
/// A role that has to be activated first: a second factor may be asked for, and somebody may be told.
const ELIGIBLE: Chance = Chance::between(0.3, 0.7, 0.95);
/// As above, where somebody has to approve it.
const APPROVED: Chance = Chance::between(0.02, 0.15, 0.5);

/// The verbs by which a role of Entra ID is held, also one that is not named by a verb of its own.
pub(crate) const ROLE_VERBS: &[&str] = &[
    "az_app_admin",
    "az_authentication_admin",
    "az_cloud_app_admin",
    "az_directory_synchronization",
    "az_directory_writers",
    "az_global_admin",
    "az_groups_admin",
    "az_has_role",
    "az_helpdesk_admin",
    "az_hybrid_identity_admin",
    "az_intune_admin",
    "az_partner_tier1_support",
    "az_partner_tier2_support",
    "az_password_admin",
    "az_privileged_authentication_admin",
    "az_privileged_role_admin",
    "az_role_eligible",
    "az_user_admin",
];

/// That somebody holds a role or a permission in a tenant.
pub(crate) struct Grant {
    /// Who.
    pub(crate) holder: Node,
    /// The role; of a permission, the service principal that it is of.
    pub(crate) of: Node,
    /// The tenant.
    pub(crate) tenant: Node,
    /// How likely the holder can use it.
    pub(crate) chance: Chance,
    /// The facts that say so.
    pub(crate) because: Vec<Basis>,
}

/// Who holds a role or permission, by its verb, without a narrower scope.
pub(crate) fn grants(facts: &Facts, verb: &str) -> Vec<Grant> {
    let held = facts.relations(verb).map(|(id, grant)| (grant, HELD, vec![Basis::Relation(id)]));
    let eligible = facts.relations("az_role_eligible").filter_map(|(id, grant)| {
        let role = facts.told(grant.to, "role", verb)?;
        let (chance, asks) = match facts.flag(grant.to, "activation-approval") {
            Some(true) => (APPROVED, facts.basis(grant.to, "activation-approval")),
            _ => (ELIGIBLE, None),
        };
        Some((grant, chance, [Basis::Relation(id), role].into_iter().chain(asks).collect()))
    });
    let mut all = Vec::new();
    for (grant, chance, because) in held.chain(eligible) {
        // Of a permission, `via` is its own id; of a role, the part of the tenant that it is limited to.
        if grant.via.starts_with('/') {
            continue;
        }
        for (of, tenant) in tenants(facts, grant.to) {
            let because = because.iter().copied().chain([of]).collect();
            all.push(Grant { holder: grant.from, of: grant.to, tenant, chance, because });
        }
    }
    all
}

/// The tenants of a role, or those that contain what a permission is of.
fn tenants(facts: &Facts, of: Node) -> impl Iterator<Item = (Basis, Node)> {
    let of_role = facts.from(of, "az_role_of").map(|(id, relation)| (Basis::Relation(id), relation.to));
    let around = facts.to(of, "az_contains").map(|(id, relation)| (Basis::Relation(id), relation.from));
    of_role.chain(around)
}

/// The objects of a type in a tenant, and why they are there and such.
pub(crate) fn inside(facts: &Facts, tenant: Node, kind: &str) -> Vec<(Node, [Basis; 2])> {
    let all = facts.from(tenant, "az_contains");
    all.filter_map(|(id, part)| Some((part.to, [Basis::Relation(id), facts.told(part.to, "type", kind)?])))
        .collect()
}
