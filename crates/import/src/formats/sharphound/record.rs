//! The records of a collection. Everything may be missing: each version writes other members, and each method its own.

use crate::common::flex::{Text, or_default};
use serde::Deserialize;
use std::collections::BTreeMap;

/// An object of any kind with all members that any kind has.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Record<'a> {
    #[serde(borrow)]
    pub(super) object_identifier: Text<'a>,
    #[serde(deserialize_with = "or_default")]
    pub(super) properties: BTreeMap<String, serde_json::Value>,
    #[serde(deserialize_with = "or_default")]
    pub(super) is_deleted: bool,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) aces: Vec<Ace<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) contained_by: Reference<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) child_objects: Vec<Reference<'a>>,
    // Users and computers.
    #[serde(borrow, rename = "PrimaryGroupSID")]
    pub(super) primary_group: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) allowed_to_delegate: Vec<Reference<'a>>,
    #[serde(borrow, rename = "HasSIDHistory", deserialize_with = "or_default")]
    pub(super) sid_history: Vec<Reference<'a>>,
    #[serde(borrow, rename = "SPNTargets", deserialize_with = "or_default")]
    pub(super) spn_targets: Vec<SpnTarget<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) allowed_to_act: Vec<Reference<'a>>,
    #[serde(borrow, rename = "DumpSMSAPassword", deserialize_with = "or_default")]
    pub(super) dump_smsa_password: Vec<Reference<'a>>,
    // Groups.
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) members: Vec<Reference<'a>>,
    // Computers.
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) sessions: Option<Outcome<'a, Session<'a>>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) privileged_sessions: Option<Outcome<'a, Session<'a>>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) registry_sessions: Option<Outcome<'a, Session<'a>>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) local_groups: Vec<LocalGroup<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) user_rights: Vec<UserRight<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) local_admins: Option<Outcome<'a, Reference<'a>>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) remote_desktop_users: Option<Outcome<'a, Reference<'a>>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) dcom_users: Option<Outcome<'a, Reference<'a>>>,
    #[serde(borrow, rename = "PSRemoteUsers", deserialize_with = "or_default")]
    pub(super) ps_remote_users: Option<Outcome<'a, Reference<'a>>>,
    #[serde(borrow, rename = "DCRegistryData", deserialize_with = "or_default")]
    pub(super) dc_registry: BTreeMap<String, Option<Single<'a>>>,
    #[serde(borrow, rename = "NTLMRegistryData", deserialize_with = "or_default")]
    pub(super) ntlm_registry: Option<Single<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) smb_info: Option<Single<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) is_web_client_running: Option<Single<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) status: Status<'a>,
    #[serde(rename = "IsDC", deserialize_with = "or_default")]
    pub(super) is_dc: bool,
    #[serde(borrow, rename = "DomainSID")]
    pub(super) domain_sid: Text<'a>,
    // Domains and organisational units.
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) trusts: Vec<Trust<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) links: Vec<Link<'a>>,
    #[serde(borrow, rename = "GPOChanges", deserialize_with = "or_default")]
    pub(super) gpo_changes: GpoChanges<'a>,
    // Certification authorities and issuance policies.
    #[serde(borrow)]
    pub(super) hosting_computer: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) enabled_cert_templates: Vec<Reference<'a>>,
    #[serde(borrow, rename = "CARegistryData", deserialize_with = "or_default")]
    pub(super) ca_registry: CaRegistry<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) http_enrollment_endpoints: Vec<Single<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) group_link: Reference<'a>,
}

/// Another object, as `{ObjectIdentifier, ObjectType}` or as its bare id.
#[derive(Deserialize, Default)]
#[serde(from = "Shape<'a>", bound(deserialize = "'de: 'a"))]
pub(super) struct Reference<'a> {
    pub(super) id: Text<'a>,
    pub(super) kind: Text<'a>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Shape<'a> {
    Object {
        #[serde(borrow, rename = "ObjectIdentifier", alias = "MemberId")]
        id: Text<'a>,
        #[serde(borrow, default, rename = "ObjectType", alias = "MemberType")]
        kind: Text<'a>,
    },
    Id(#[serde(borrow)] Text<'a>),
}

impl<'a> From<Shape<'a>> for Reference<'a> {
    fn from(shape: Shape<'a>) -> Self {
        match shape {
            Shape::Object { id, kind } => Self { id, kind },
            Shape::Id(id) => Self { id, kind: Text::default() },
        }
    }
}

/// A right on the object.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Ace<'a> {
    #[serde(borrow, rename = "PrincipalSID")]
    pub(super) principal: Text<'a>,
    #[serde(borrow)]
    pub(super) principal_type: Text<'a>,
    #[serde(borrow)]
    pub(super) right_name: Text<'a>,
    #[serde(deserialize_with = "or_default")]
    pub(super) is_inherited: bool,
}

/// What was asked of the machine itself, and whether it answered.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct Outcome<'a, T> {
    #[serde(default = "Vec::new", alias = "Data", alias = "Restrictions", deserialize_with = "list")]
    pub(super) results: Vec<T>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) collected: bool,
    #[serde(borrow, default)]
    pub(super) failure_reason: Text<'a>,
}

fn list<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(d)?.unwrap_or_default())
}

/// One value that was asked of the machine.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Single<'a> {
    #[serde(alias = "Result")]
    pub(super) value: serde_json::Value,
    #[serde(deserialize_with = "or_default")]
    pub(super) collected: bool,
    #[serde(borrow)]
    pub(super) failure_reason: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Session<'a> {
    #[serde(borrow, rename = "UserSID")]
    pub(super) user: Text<'a>,
    #[serde(borrow, rename = "ComputerSID")]
    pub(super) computer: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LocalGroup<'a> {
    #[serde(borrow, default)]
    pub(super) object_identifier: Text<'a>,
    #[serde(borrow, default)]
    pub(super) name: Text<'a>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(super) local_names: Vec<LocalName<'a>>,
    #[serde(flatten, borrow)]
    pub(super) outcome: Outcome<'a, Reference<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LocalName<'a> {
    #[serde(borrow)]
    pub(super) object_identifier: Text<'a>,
    #[serde(borrow)]
    pub(super) principal_name: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserRight<'a> {
    #[serde(borrow, default)]
    pub(super) privilege: Text<'a>,
    #[serde(flatten, borrow)]
    pub(super) outcome: Outcome<'a, Reference<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct SpnTarget<'a> {
    #[serde(borrow, rename = "ComputerSID")]
    pub(super) computer: Text<'a>,
    #[serde(borrow)]
    pub(super) port: Text<'a>,
    #[serde(borrow)]
    pub(super) service: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Status<'a> {
    #[serde(borrow)]
    pub(super) error: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Trust<'a> {
    #[serde(borrow)]
    pub(super) target_domain_sid: Text<'a>,
    #[serde(borrow)]
    pub(super) target_domain_name: Text<'a>,
    pub(super) is_transitive: Option<bool>,
    pub(super) sid_filtering_enabled: Option<bool>,
    #[serde(rename = "TGTDelegationEnabled")]
    pub(super) tgt_delegation: Option<bool>,
    #[serde(borrow)]
    pub(super) trust_direction: Text<'a>,
    #[serde(borrow)]
    pub(super) trust_type: Text<'a>,
    #[serde(borrow)]
    pub(super) trust_attributes: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Link<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) is_enforced: bool,
    #[serde(borrow, rename = "GUID")]
    pub(super) guid: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct GpoChanges<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) local_admins: Vec<Reference<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) remote_desktop_users: Vec<Reference<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) dcom_users: Vec<Reference<'a>>,
    #[serde(borrow, rename = "PSRemoteUsers", deserialize_with = "or_default")]
    pub(super) ps_remote_users: Vec<Reference<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) affected_computers: Vec<Reference<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct CaRegistry<'a> {
    #[serde(borrow, rename = "CASecurity", deserialize_with = "or_default")]
    pub(super) security: Option<Outcome<'a, Ace<'a>>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) enrollment_agent_restrictions: Option<Outcome<'a, Restriction<'a>>>,
    #[serde(borrow, rename = "IsUserSpecifiesSanEnabled", deserialize_with = "or_default")]
    pub(super) user_specified_san: Option<Single<'a>>,
    #[serde(borrow, rename = "IsRoleSeparationEnabled", alias = "RoleSeparationEnabled")]
    pub(super) role_separation: Option<Single<'a>>,
}

/// Who may enrol on behalf of others.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Restriction<'a> {
    #[serde(borrow)]
    pub(super) access_type: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) agent: Reference<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) template: Reference<'a>,
    #[serde(deserialize_with = "or_default")]
    pub(super) all_templates: bool,
}
