//! Roles of Entra ID: some control the tenant, some its applications, some the passwords of its users.

use super::Rule;
use crate::facts::{Chance, Facts, Relation};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "entra_role",
    title: "use a role of Entra ID",
    technique: "T1078.004",
    wants: &["az_global_admin", "az_role_of"],
    derive,
    explain,
};

/// Roles, and permissions of Microsoft Graph, that end in control of everything in the tenant.
const TENANT: &[&str] = &[
    "az_global_admin",
    "az_mg_app_role_assignment_read_write_all",
    "az_mg_role_management_read_write_directory",
    "az_partner_tier2_support",
    "az_privileged_authentication_admin",
    "az_privileged_role_admin",
];
/// Those that control every application and its service principal, by adding a secret.
const APPLICATIONS: &[&str] = &["az_app_admin", "az_cloud_app_admin", "az_mg_application_read_write_all"];

const CHANCE: Chance = Chance::between(0.9, 0.95, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for verb in TENANT {
        for (grant, role) in facts.relations(verb) {
            for (of, tenant) in tenants(facts, role) {
                let (need, gains) = (Foothold::Control(role.from), Foothold::Control(tenant));
                steps.step(&[need], gains, CHANCE, &[Basis::Relation(grant), of]);
            }
        }
    }
    for verb in APPLICATIONS {
        for (grant, role) in facts.relations(verb) {
            for (of, tenant) in tenants(facts, role) {
                for (holds, inside) in facts.from(tenant, "az_contains") {
                    let Some(kind) = facts
                        .told(inside.to, "type", "az-app")
                        .or_else(|| facts.told(inside.to, "type", "az-service-principal"))
                    else {
                        continue;
                    };
                    let (need, gains) = (Foothold::Control(role.from), Foothold::Control(inside.to));
                    let because = [Basis::Relation(grant), of, Basis::Relation(holds), kind];
                    steps.step(&[need], gains, CHANCE, &because);
                }
            }
        }
    }
}

/// The tenants that a grant without a narrower scope reaches: of the role, or those that contain what the permission is of.
fn tenants<'f>(
    facts: &'f Facts,
    grant: &'f Relation,
) -> impl Iterator<Item = (Basis, crate::facts::Node)> + use<'f> {
    // Of a permission, `via` is its own id; of a role, the part of the tenant that it is limited to.
    let limited = grant.via.starts_with('/');
    let of_role = facts.from(grant.to, "az_role_of").map(|(id, of)| (Basis::Relation(id), of.to));
    let around = facts.to(grant.to, "az_contains").map(|(id, of)| (Basis::Relation(id), of.from));
    of_role.chain(around).filter(move |_| !limited)
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    let verb = super::relation(facts, step).map_or("", |relation| facts.word(relation.verb));
    let role = verb.trim_start_matches("az_").replace('_', " ");
    super::between(facts, steps, step, |from, to| format!("{from} holds {role}, which controls {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn some_roles_are_the_tenant() {
        lifecycle(
            "entra_role",
            "identity ada
             directory-object global-admins
             directory-object clinic
             ada az_global_admin global-admins *
             global-admins az_role_of clinic *",
            &["controls ada -> controls clinic (0.95)"],
            "ada holds global admin, which controls clinic.",
        );
        lifecycle(
            "entra_role",
            "identity robot
             identity graph
             directory-object clinic
             robot az_mg_role_management_read_write_directory:9e3f graph *
             clinic az_contains graph *",
            &["controls robot -> controls clinic (0.95)"],
            "robot holds mg role management read write directory, which controls clinic.",
        );
    }

    #[test]
    fn some_are_its_applications_unless_they_are_limited() {
        let text = "identity ada
             directory-object app-admins
             directory-object clinic
             directory-object booking type=az-app
             identity bob type=az-user
             app-admins az_role_of clinic
             clinic az_contains booking
             clinic az_contains bob
             ada az_app_admin app-admins";
        assert_eq!(steps("entra_role", &world(text)), ["controls ada -> controls booking (0.95)"]);
        let limited = text.replace("az_app_admin", "az_app_admin:/administrativeUnits/1");
        assert_eq!(steps("entra_role", &world(&limited)), Vec::<String>::new());
    }
}
