//! Every edge that BloodHound documents as traversable is a step here: by itself, or by a rule that puts several facts together.
//! <https://bloodhound.specterops.io/resources/edges/traversable-edges>

use bartizan_graph::{Asset, FactsBuilder, Foothold, RULES, derive};
use bartizan_model::{AssetId, AssetKind, Reach, Timestamp};

use AssetKind::{CloudResource, DirectoryObject, Host, Identity};

/// Edges that are a fact by themselves: the relation that the importers tell, and what stands at its ends.
const FACTS: &[(&str, &str, AssetKind, AssetKind)] = &[
    ("AddAllowedToAct", "add_allowed_to_act", Identity, Host),
    ("AddKeyCredentialLink", "add_key_credential_link", Identity, Host),
    ("AddMember", "add_member", Identity, Identity),
    ("AddSelf", "add_self", Identity, Identity),
    ("AdminTo", "admin_to", Identity, Host),
    ("AllExtendedRights", "all_extended_rights", Identity, Identity),
    ("AllowedToAct", "allowed_to_act", Host, Host),
    ("AllowedToDelegate", "allowed_to_delegate", Identity, Host),
    ("CanPSRemote", "can_psremote", Identity, Host),
    ("CanRDP", "can_rdp", Identity, Host),
    ("Contains", "contains", DirectoryObject, Identity),
    ("DCFor", "dc_of", Host, DirectoryObject),
    ("DumpSMSAPassword", "dump_smsa_password", Host, Identity),
    ("ExecuteDCOM", "execute_dcom", Identity, Host),
    ("ForceChangePassword", "force_change_password", Identity, Identity),
    ("GPLink", "gp_link", DirectoryObject, DirectoryObject),
    ("GenericAll", "generic_all", Identity, Host),
    ("GenericWrite", "generic_write", Identity, Identity),
    ("HasSIDHistory", "has_sid_history", Identity, Identity),
    ("HasSession", "has_session", Host, Identity),
    ("MemberOf", "member_of", Identity, Identity),
    ("Owns", "owns", Identity, Identity),
    ("OwnsLimitedRights", "owns_limited_rights", Identity, Host),
    ("ReadGMSAPassword", "read_gmsa_password", Identity, Identity),
    ("ReadLAPSPassword", "read_laps_password", Identity, Host),
    ("SQLAdmin", "sql_admin", Identity, Host),
    ("SyncLAPSPassword", "sync_laps_password", Identity, Host),
    ("WriteAccountRestrictions", "write_account_restrictions", Identity, Host),
    ("WriteDacl", "write_dacl", Identity, DirectoryObject),
    ("WriteGPLink", "write_gp_link", Identity, DirectoryObject),
    ("WriteOwner", "write_owner", Identity, Identity),
    ("WriteOwnerLimitedRights", "write_owner_limited_rights", Identity, Host),
    ("WriteSPN", "write_spn", Identity, Identity),
    ("AZAKSContributor", "az_aks_contributor", Identity, CloudResource),
    ("AZAutomationContributor", "az_automation_contributor", Identity, CloudResource),
    ("AZAvereContributor", "az_avere_contributor", Identity, CloudResource),
    ("AZContains", "az_contains", CloudResource, Host),
    ("AZContributor", "az_contributor", Identity, CloudResource),
    ("AZGetCertificates", "az_get_certificates", Identity, CloudResource),
    ("AZGetKeys", "az_get_keys", Identity, CloudResource),
    ("AZGetSecrets", "az_get_secrets", Identity, CloudResource),
    ("AZKeyVaultContributor", "az_key_vault_contributor", Identity, CloudResource),
    ("AZLogicAppContributor", "az_logic_app_contributor", Identity, CloudResource),
    ("AZManagedIdentity", "az_managed_identity", CloudResource, Identity),
    ("AZMemberOf", "az_member_of", Identity, Identity),
    ("AZNodeResourceGroup", "az_node_resource_group", CloudResource, CloudResource),
    ("AZOwner", "az_owner", Identity, CloudResource),
    ("AZOwns", "az_owns", Identity, DirectoryObject),
    ("AZRunsAs", "az_runs_as", DirectoryObject, Identity),
    ("AZUserAccessAdministrator", "az_user_access_admin", Identity, CloudResource),
    ("AZVMAdminLogin", "az_vm_admin_login", Identity, Host),
    ("AZVMContributor", "az_vm_contributor", Identity, Host),
    ("AZWebsiteContributor", "az_website_contributor", Identity, CloudResource),
    ("SyncedToEntraUser", "synced_to_entra_user", Identity, Identity),
];

/// Edges that follow from several facts, and the rule that draws the conclusion; its own test has the facts.
const RULES_OF: &[(&str, &str)] = &[
    ("ADCSESC1", "adcs_esc1"),
    ("ADCSESC3", "adcs_esc3"),
    ("ADCSESC4", "adcs_esc4"),
    ("ADCSESC6a, ADCSESC6b", "adcs_esc6"),
    ("ADCSESC9a, ADCSESC9b", "adcs_esc9"),
    ("ADCSESC10a, ADCSESC10b", "adcs_esc10"),
    ("ADCSESC13", "adcs_esc13"),
    ("AZAddMembers, AZMGAddMember, AZResetPassword, AZExecuteCommand", "entra_admin"),
    ("AZAddOwner, AZAddSecret, AZMGAddOwner, AZMGAddSecret", "entra_role"),
    ("AZGlobalAdmin, AZPrivilegedAuthAdmin, AZPrivilegedRoleAdmin, AZMGGrantRole", "entra_role"),
    ("AbuseTGTDelegation, SameForestTrust, SpoofSIDHistory", "domain_trust"),
    ("ClaimSpecialIdentity", "special_identity"),
    ("CoerceAndRelayNTLMToADCS", "adcs_esc8"),
    ("CoerceAndRelayNTLMToLDAP, CoerceAndRelayNTLMToSMB", "ntlm_relay"),
    ("CoerceToTGT", "unconstrained_delegation"),
    ("DCSync", "dcsync"),
    ("GoldenCert", "golden_certificate"),
    ("ProtectAdminGroups", "admin_sd_holder"),
    ("SyncedToADUser", "password_writeback"),
];

#[test]
fn every_documented_edge_is_a_step() {
    let (one, other) = (AssetId(1), AssetId(2));
    let missing = FACTS.iter().filter(|(_, verb, from, to)| {
        let mut facts = FactsBuilder::default();
        for (id, kind) in [(one, *from), (other, *to)] {
            facts.asset(Asset { id, kind, name: "it".into(), reach: Reach::Unknown, value: 0.0 });
        }
        facts.relation(one, verb, other, "", "test", Timestamp::from_seconds(0));
        let facts = facts.build();
        let steps = derive(&facts);
        let (from, to) = (facts.node(one).unwrap(), facts.node(other).unwrap());
        let leads = steps
            .iter()
            .any(|(_, step)| step.needs == [Foothold::Control(from)] && step.gains == Foothold::Control(to));
        !leads
    });
    assert_eq!(missing.map(|(edge, ..)| *edge).collect::<Vec<_>>(), [""; 0]);
    let unknown = RULES_OF.iter().filter(|(_, id)| !RULES.iter().any(|rule| rule.id == *id));
    assert_eq!(unknown.map(|(edge, _)| *edge).collect::<Vec<_>>(), [""; 0]);
}
