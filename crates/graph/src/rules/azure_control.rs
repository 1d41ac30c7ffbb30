//! Rights in Entra ID and Azure that are control of what they are on: ownership, roles on resources, identities of machines.

use super::{Derive, Right, Rule};
use crate::facts::{Chance, Facts, Relation};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "azure_control",
    title: "use a right in Azure",
    technique: "T1078.004",
    wants: &["az_member_of", "az_owner", "az_owns"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A right that is simply used.
const SURE: Chance = Chance::between(0.9, 0.95, 1.0);
/// A right that runs code, or changes what runs.
const CODE: Chance = Chance::between(0.6, 0.85, 0.98);
/// A new password; a second factor stays, and of accounts that are synchronized it takes that passwords are written back.
const PASSWORD: Chance = Chance::between(0.3, 0.7, 0.95);

/// The right, how likely it gives control, and what its holder does, after "from" and before "to".
/// <https://bloodhound.specterops.io/resources/edges/traversable-edges>
const RIGHTS: &[Right] = &[
    ("az_add_members", SURE, "can add members to"),
    ("az_add_secret", SURE, "can add a secret to"),
    ("az_aks_cluster_admin", SURE, "administers the cluster"),
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
    ("az_node_resource_group", CODE, "runs on the machines in"),
    ("az_owner", SURE, "is an owner of"),
    ("az_owns", SURE, "owns"),
    ("az_reset_password", PASSWORD, "can set a new password of"),
    ("az_runs_as", SURE, "signs in as"),
    ("az_storage_account_contributor", SURE, "can read the keys of"),
    ("az_storage_blob_data", SURE, "can read what is stored in"),
    ("az_user_access_admin", SURE, "can grant itself any role on"),
    ("az_vm_admin_login", SURE, "can log on as an administrator of"),
    ("az_vm_contributor", CODE, "can run commands on"),
    ("az_website_contributor", CODE, "can change the code of"),
    // Of accounts that are not synchronized themselves, membership is not either.
    ("synced_to_entra_group", CODE, "is copied, with its members, to"),
    ("synced_to_entra_user", Chance::between(0.3, 0.7, 0.95), "has the same password as"),
];

/// The right of an ordinary user.
const LOGON: Right = ("az_vm_user_login", SURE, "can log on to");

fn derive(facts: &Facts, steps: &mut Steps) {
    for (verb, chance, _) in RIGHTS {
        for (id, right) in facts.relations(verb).filter(|(_, right)| opens(facts, verb, right)) {
            let (from, to) = (Foothold::Control(right.from), Foothold::Control(right.to));
            steps.step(&[from], to, *chance, &[Basis::Relation(id)]);
        }
    }
    for (id, right) in facts.relations(LOGON.0) {
        let (from, to) = (Foothold::Control(right.from), Foothold::Session(right.to));
        steps.step(&[from], to, LOGON.1, &[Basis::Relation(id)]);
    }
}

/// Whether a vault goes by what gives the right: by its own policies, or by roles. Where nobody told, it may go by either.
/// <https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy>
fn opens(facts: &Facts, verb: &str, right: &Relation) -> bool {
    let by_roles = match verb {
        "az_get_certificates" | "az_get_keys" | "az_get_secrets" | "az_key_vault_contributor" => false,
        "az_contributor" if facts.attribute(right.to, "type") == Some("az-key-vault") => false,
        "az_key_vault_admin" | "az_key_vault_secrets_officer" | "az_key_vault_secrets_user" => true,
        _ => return true,
    };
    facts.flag(right.to, "rbac-authorization").is_none_or(|told| told == by_roles)
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let verb = super::relation(facts, step).map_or("", |relation| facts.word(relation.verb));
    super::of_right(facts, step, if verb == LOGON.0 { &[LOGON] } else { RIGHTS })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{lifecycle, steps, world};

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
    fn from_a_group_of_the_directory_to_its_copy() {
        lifecycle(
            "azure_control",
            "identity wards
             identity wards-cloud
             identity bob
             wards synced_to_entra_group wards-cloud *
             wards-cloud az_reset_password bob *",
            &["controls wards-cloud -> controls bob (0.7)", "controls wards -> controls wards-cloud (0.85)"],
            "wards-cloud can set a new password of bob.",
        );
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(RIGHTS.is_sorted_by_key(|(verb, ..)| *verb));
    }

    #[test]
    fn a_vault_goes_by_its_policies_or_by_roles() {
        let with = |verb: &str, rbac: &str| {
            let text = format!("identity ada\ncloud-resource keys type=az-key-vault {rbac}\nada {verb} keys");
            steps("azure_control", &world(&text)).len()
        };
        let (policies, roles) = ("rbac-authorization=false", "rbac-authorization=true");
        for verb in ["az_get_secrets", "az_key_vault_contributor", "az_contributor"] {
            assert_eq!((with(verb, policies), with(verb, roles), with(verb, "")), (1, 0, 1), "{verb}");
        }
        let verb = "az_key_vault_secrets_user";
        assert_eq!((with(verb, policies), with(verb, roles), with(verb, "")), (0, 1, 1));
        assert_eq!(with("az_owner", roles), 1);
    }

    #[test]
    fn who_may_log_on_is_a_user() {
        lifecycle(
            "azure_control",
            "identity ada
             host booking
             ada az_vm_user_login booking *",
            &["controls ada -> user on booking (0.95)"],
            "ada can log on to booking.",
        );
    }
}
