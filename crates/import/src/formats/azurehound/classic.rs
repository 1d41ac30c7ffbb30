//! Files of the first AzureHound, a script of PowerShell (BloodHound 4.0, 2020 to 2022): one for each kind of row, named by the type
//! in `meta`. A row that describes an object is told as the record that the collector writes of it today; one that gives a right is
//! a relation. A file says nothing of the rest of an object, so none is covered.

use super::objects::{self, member};
use super::{AZURE, Told, roles};
use crate::common::directory;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::{End, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Observation};
use serde_json::{Map, Value};

/// The columns of a row, and the members that a record of today has for them.
type Columns = &'static [(&'static str, &'static str)];

/// Files with objects, and the kind of record today.
const OBJECTS: &[(&str, &str, Columns)] = &[
    ("azapplicationowners", "AZApp", &[("AppId", "appId"), ("AppName", "displayName")]),
    (
        "azapplicationtosp",
        "AZServicePrincipal",
        &[("ServicePrincipalId", "id"), ("AppId", "appId"), ("AppName", "displayName")],
    ),
    (
        "azdevices",
        "AZDevice",
        &[("DeviceID", "id"), ("DeviceDisplayname", "displayName"), ("DeviceOS", "operatingSystem")],
    ),
    ("azgroups", "AZGroup", PRINCIPAL),
    ("azkeyvaults", "AZKeyVault", &[("AzKeyVaultID", "id"), ("AzKeyVaultName", "name")]),
    ("azresourcegroups", "AZResourceGroup", &[("ResourceGroupID", "id"), ("ResourceGroupName", "name")]),
    (
        "azsubscriptions",
        "AZSubscription",
        &[("SubscriptionId", "id"), ("Name", "displayName"), ("TenantId", "tenantId")],
    ),
    ("aztenants", "AZTenant", &[("ObjectID", "tenantId"), ("DisplayName", "displayName")]),
    ("azusers", "AZUser", PRINCIPAL),
    ("azvms", "AZVM", &[("AZID", "id"), ("AzVMName", "name")]),
];
const PRINCIPAL: Columns = &[
    ("ObjectID", "id"),
    ("TenantID", "tenantId"),
    ("DisplayName", "displayName"),
    ("UserPrincipalName", "userPrincipalName"),
    ("OnPremisesSecurityIdentifier", "onPremisesSecurityIdentifier"),
];

/// What gives the relation its verb.
enum Verb {
    /// Always this.
    Fixed(&'static str),
    /// A role of Azure.
    Role,
    /// What a policy of a vault allows.
    Access,
}
use Verb::{Access, Fixed, Role};

/// A file with rights.
struct Right {
    file: &'static str,
    /// The column of who has them.
    who: (&'static str, AssetKind),
    verb: Verb,
    /// The column of what they are on.
    what: (&'static str, AssetKind),
}

const fn right(
    file: &'static str,
    who: &'static str,
    verb: Verb,
    what: &'static str,
    kind: AssetKind,
) -> Right {
    Right { file, who: (who, Identity), verb, what: (what, kind) }
}

const RIGHTS: &[Right] = &[
    right("azapplicationadmins", "AppAdminID", Fixed("az_add_secret"), "TargetAppID", DirectoryObject),
    right("azapplicationowners", "OwnerID", Fixed("az_owns"), "AppId", DirectoryObject),
    right("azcloudappadmins", "AppAdminID", Fixed("az_add_secret"), "TargetAppID", DirectoryObject),
    right("azdevices", "OwnerID", Fixed("az_owns"), "DeviceID", Host),
    right("azgroupmembers", "MemberID", Fixed("az_member_of"), "GroupID", Identity),
    right("azgroupowners", "OwnerID", Fixed("az_owns"), "GroupID", Identity),
    right("azgroupsrights", "UserID", Fixed("az_add_members"), "TargetGroupID", Identity),
    right("azkvaccesspolicies", "ControllerID", Access, "KVID", CloudResource),
    right("azkvpermissions", "ControllerID", Role, "KVID", CloudResource),
    right("azpwresetrights", "UserID", Fixed("az_reset_password"), "TargetUserID", Identity),
    right("azrgpermissions", "ControllerID", Role, "RGID", CloudResource),
    right("azvmpermissions", "ControllerID", Role, "VMID", Host),
    // Machines go by an id that does not tell where they are.
    Right {
        file: "azvms",
        who: ("ResourceGroupID", CloudResource),
        verb: Fixed("az_contains"),
        what: ("AZID", Host),
    },
];
use AssetKind::{CloudResource, DirectoryObject, Host, Identity};

/// Files with holders of one role of Entra ID, the role, and its name.
const HOLDERS: &[(&str, &str, &str)] = &[
    ("azglobaladminrights", "62e90394-69f5-4237-9190-012177145e10", "Global Administrator"),
    ("azprivroleadminrights", "e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"),
];

/// Whether a type in `meta`, in lower case, is of such a file, also of one that is not known.
pub(super) fn is_file(named: &str) -> bool {
    named.starts_with("az") && named != AZURE
}

/// Tells a row.
pub(super) fn tell(
    file: &str,
    row: &Value,
    told: &mut Told,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let object = OBJECTS.iter().find(|(name, ..)| *name == file);
    let right = RIGHTS.iter().find(|right| right.file == file);
    let holders = HOLDERS.iter().find(|(name, ..)| *name == file);
    if object.is_none() && right.is_none() && holders.is_none() {
        told.unknown(file);
    }
    // What the records of today would cover is of no account.
    let as_today = |kind: &str, data: Map<String, Value>, out: &mut Out<'_>| {
        objects::tell(kind, &data.into(), &mut Told::default(), at, out)
    };
    if let Some((_, kind, columns)) = object
        && !as_today(kind, members(row, columns), out)?
    {
        out.reject(at.clone(), "it has no id");
        return Ok(());
    }
    if let Some(right) = right {
        let (verb, via) = match right.verb {
            Fixed(verb) => (verb.to_owned(), String::new()),
            Role => role(row),
            Access => (verb_of(&member(row, "Access").unwrap_or_default()), String::new()),
        };
        let to = member(row, right.what.0).and_then(|id| directory::object(right.what.1, "", &id));
        let from = ends(row, right.who);
        // A device or an application may have no owner.
        told.endless += u64::from(to.is_none() || from.is_empty() && object.is_none());
        for (from, to) in from.into_iter().filter_map(|from| Some((from, to.clone()?))) {
            grant(from, &verb, to, via.clone(), at, out)?;
        }
    }
    if let Some((_, id, name)) = holders {
        let tenant = member(row, "TenantID").unwrap_or_default();
        let members = [("id", *id), ("templateId", id), ("tenantId", &tenant), ("displayName", name)];
        let members = members.map(|(name, value)| (name.to_owned(), value.into()));
        as_today("AZRole", members.into_iter().collect(), out)?;
        let from = ends(row, ("UserID", Identity));
        told.endless += u64::from(from.is_empty());
        for (from, to) in from.into_iter().filter_map(|from| Some((from, objects::role(id, &tenant)?))) {
            grant(from, roles::of_directory(id), to, String::new(), at, out)?;
        }
    }
    Ok(())
}

/// The members that a record of today has for the columns of a row.
fn members(row: &Value, columns: Columns) -> Map<String, Value> {
    let told = columns.iter().filter_map(|(column, name)| Some((*column, *name, member(row, column)?)));
    told.map(|(column, name, value)| {
        let is_bare = (column, name) == ("SubscriptionId", "id") && !value.starts_with('/');
        let value = if is_bare { format!("/subscriptions/{value}") } else { value };
        (name.to_owned(), value.into())
    })
    .collect()
}

/// Who stands in a column: one, or a list where there are several owners.
fn ends(row: &Value, (column, kind): (&str, AssetKind)) -> Vec<AssetRef> {
    let listed = row.get(column).and_then(Value::as_array).into_iter().flatten();
    let listed = listed.filter_map(Value::as_str).map(str::to_owned);
    let all = member(row, column).into_iter().chain(listed);
    all.filter_map(|id| directory::object(kind, "", &id)).collect()
}

/// A right is told by what it is on.
fn grant(
    from: AssetRef,
    verb: &str,
    to: AssetRef,
    via: String,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let relation = RelationSeen { via, told_by: End::To, ..RelationSeen::new(from, verb, to) };
    out.observe(at, Observation::Relation(relation), None)
}

/// The verb of a role of Azure; of one that has none, its name.
fn role(row: &Value) -> (String, String) {
    let definition = member(row, "RoleDefinitionId").unwrap_or_default();
    match roles::of_resource(&definition) {
        Some(verb) => (verb.to_owned(), String::new()),
        None => ("az_role".to_owned(), member(row, "RoleName").unwrap_or(definition)),
    }
}

/// `GetSecrets` as `az_get_secrets`.
fn verb_of(access: &str) -> String {
    format!("az_{}", directory::snake(access))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order() {
        assert!(OBJECTS.is_sorted_by_key(|(file, ..)| *file));
        assert!(RIGHTS.is_sorted_by_key(|right| right.file));
    }
}
