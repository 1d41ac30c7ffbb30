//! Rights in Entra ID and Azure that are control of what they are on: ownership, roles on resources, identities of machines.

use super::{Right, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "azure_control",
    title: "use a right in Azure",
    technique: "T1078.004",
    wants: &["az_member_of", "az_owner", "az_owns"],
    derive,
    explain,
};

/// A right that is simply used.
const SURE: Chance = Chance::between(0.9, 0.95, 1.0);
/// A right that runs code, or changes what runs.
const CODE: Chance = Chance::between(0.6, 0.85, 0.98);

/// The right, how likely it gives control, and what its holder does, after "from" and before "to".
/// <https://bloodhound.specterops.io/resources/edges/traversable-edges>
const RIGHTS: &[Right] = &[
    ("az_aks_contributor", CODE, "can run commands on"),
    ("az_automation_contributor", CODE, "can run code in"),
    ("az_avere_contributor", CODE, "can run commands on"),
    ("az_contains", SURE, "contains, and passes roles on to,"),
    ("az_contributor", CODE, "can change everything of"),
    ("az_get_certificates", SURE, "can read the certificates in"),
    ("az_get_keys", SURE, "can read the keys in"),
    ("az_get_secrets", SURE, "can read the secrets in"),
    ("az_key_vault_admin", SURE, "administers"),
    ("az_key_vault_contributor", CODE, "can let itself read"),
    ("az_key_vault_secrets_officer", SURE, "can read the secrets in"),
    ("az_key_vault_secrets_user", SURE, "can read the secrets in"),
    ("az_logic_app_contributor", CODE, "can run code in"),
    ("az_managed_identity", CODE, "can ask for tokens of"),
    ("az_member_of", Chance::CERTAIN, "is a member of"),
    ("az_owner", SURE, "is an owner of"),
    ("az_owns", SURE, "owns"),
    ("az_runs_as", SURE, "signs in as"),
    ("az_user_access_admin", SURE, "can grant itself any role on"),
    ("az_vm_admin_login", SURE, "can log on as an administrator of"),
    ("az_vm_contributor", CODE, "can run commands on"),
    ("az_website_contributor", CODE, "can change the code of"),
    ("synced_to_entra_user", Chance::between(0.3, 0.7, 0.95), "has the same password as"),
];

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along_rights(facts, steps, RIGHTS);
}

fn explain(facts: &Facts, _: &Steps, step: &Step<'_>) -> String {
    super::of_right(facts, step, RIGHTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::lifecycle;

    #[test]
    fn from_a_machine_to_its_identity_and_on() {
        lifecycle(
            "azure_control",
            "host booking
             identity booking-mi
             cloud-resource production
             booking az_managed_identity booking-mi *
             booking-mi az_owner:inherited production *
             booking-mi az_role production",
            &[
                "controls booking -> controls booking-mi (0.85)",
                "controls booking-mi -> controls production (0.95)",
            ],
            "booking can ask for tokens of booking-mi.",
        );
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(RIGHTS.is_sorted_by_key(|(verb, ..)| *verb));
    }
}
