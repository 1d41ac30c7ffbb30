//! Roles of Entra ID: some control the tenant, some its applications, some the passwords of its users.

use super::{Derive, Rule};
use crate::entra;
use crate::facts::Facts;
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "entra_role",
    title: "use a role of Entra ID",
    technique: "T1078.004",
    wants: &["az_global_admin", "az_role_of"],
    derive: Derive::OfAll(derive),
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
/// Those that control applications or service principals, by adding a secret or an owner, and which of both.
const APPLICATIONS: &[(&str, &[&str])] = &[
    ("az_app_admin", BOTH),
    ("az_cloud_app_admin", BOTH),
    ("az_hybrid_identity_admin", &["az-app"]),
    ("az_mg_application_read_write_all", BOTH),
    ("az_mg_service_principal_endpoint_read_write_all", &["az-service-principal"]),
];
const BOTH: &[&str] = &["az-app", "az-service-principal"];

fn derive(facts: &Facts, steps: &mut Steps) {
    for verb in TENANT {
        for grant in entra::grants(facts, verb) {
            let (need, gains) = (Foothold::Control(grant.holder), Foothold::Control(grant.tenant));
            steps.step(&[need], gains, grant.chance, &grant.because);
        }
    }
    for (verb, kinds) in APPLICATIONS {
        for grant in entra::grants(facts, verb) {
            for (object, inside) in kinds.iter().flat_map(|kind| entra::inside(facts, grant.tenant, kind)) {
                let (need, gains) = (Foothold::Control(grant.holder), Foothold::Control(object));
                let because: Vec<_> = grant.because.iter().copied().chain(inside).collect();
                steps.step(&[need], gains, grant.chance, &because);
            }
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let Some(grant) = super::relation(facts, step) else { return String::new() };
    let verb = facts.word(grant.verb);
    let eligible = verb == "az_role_eligible";
    let verb = if eligible { facts.attribute(grant.to, "role").unwrap_or_default() } else { verb };
    let role = verb.trim_start_matches("az_").replace('_', " ");
    let holds = if eligible { "can activate" } else { "holds" };
    super::between(facts, step, |from, to| format!("{from} {holds} {role}, which controls {to}."))
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

    #[test]
    fn a_role_that_can_be_activated_is_one() {
        let text = "identity ada
             directory-object global-admins
             global-admins has role=az_global_admin *
             directory-object clinic
             ada az_role_eligible global-admins *
             global-admins az_role_of clinic *";
        lifecycle(
            "entra_role",
            text,
            &["controls ada -> controls clinic (0.7)"],
            "ada can activate global admin, which controls clinic.",
        );
        let approved = format!("{}\nglobal-admins has activation-approval=true", text.replace('*', ""));
        assert_eq!(steps("entra_role", &world(&approved)), ["controls ada -> controls clinic (0.15)"]);
    }
}
