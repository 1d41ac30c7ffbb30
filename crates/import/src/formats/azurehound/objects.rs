//! Records of objects: users, groups, applications, resources.

use super::{ASSIGNMENTS, Lists, MEMBERS, OWNERS, Told, roles};
use crate::common::out::Out;
use crate::common::{directory, text};
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, End, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation};
use serde_json::Value;

/// A kind of object: the record's, the attribute `type`, the asset's, and the lists that belong to it. Of a resource, lists of
/// several kinds tell the roles, so that none proves them all.
struct Kind {
    record: &'static str,
    word: &'static str,
    asset: AssetKind,
    lists: Option<Lists>,
}

const fn kind(record: &'static str, word: &'static str, asset: AssetKind, lists: Option<Lists>) -> Kind {
    Kind { record, word, asset, lists }
}

use AssetKind::{CloudResource, DirectoryObject, Host, Identity};

const KINDS: &[Kind] = &[
    kind("AZUser", "az-user", Identity, Some(0)),
    kind("AZGroup", "az-group", Identity, Some(MEMBERS | OWNERS)),
    kind("AZServicePrincipal", "az-service-principal", Identity, None),
    kind("AZApp", "az-app", DirectoryObject, Some(OWNERS)),
    kind("AZDevice", "az-device", Host, Some(OWNERS)),
    kind("AZRole", "az-role", DirectoryObject, Some(ASSIGNMENTS)),
    kind("AZTenant", "az-tenant", DirectoryObject, Some(0)),
    kind("AZManagementGroup", "az-management-group", CloudResource, None),
    kind("AZSubscription", "az-subscription", CloudResource, None),
    kind("AZResourceGroup", "az-resource-group", CloudResource, None),
    kind("AZVM", "az-vm", Host, None),
    kind("AZVMScaleSet", "az-vm-scale-set", CloudResource, None),
    kind("AZKeyVault", "az-key-vault", CloudResource, None),
    kind("AZAutomationAccount", "az-automation-account", CloudResource, None),
    kind("AZContainerRegistry", "az-container-registry", CloudResource, None),
    kind("AZFunctionApp", "az-function-app", CloudResource, None),
    kind("AZLogicApp", "az-logic-app", CloudResource, None),
    kind("AZWorkflow", "az-logic-app", CloudResource, None),
    kind("AZManagedCluster", "az-managed-cluster", CloudResource, None),
    kind("AZStorageAccount", "az-storage-account", CloudResource, None),
    kind("AZWebApp", "az-web-app", CloudResource, None),
];

/// Member of a record, and the attribute that tells it.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("tenantId", "tenant"),
    ("displayName", "display-name"),
    ("accountEnabled", "enabled"),
    ("userPrincipalName", "user-principal-name"),
    ("userType", "user-type"),
    ("mail", "email"),
    ("jobTitle", "title"),
    ("createdDateTime", "created"),
    ("lastPasswordChangeDateTime", "password-last-set"),
    ("onPremisesSyncEnabled", "on-premises-sync"),
    ("securityEnabled", "security-enabled"),
    ("isAssignableToRole", "role-assignable"),
    ("servicePrincipalType", "service-principal-type"),
    ("appId", "app-id"),
    ("appOwnerOrganizationId", "app-owner-organization"),
    ("signInAudience", "sign-in-audience"),
    ("publisherDomain", "publisher-domain"),
    ("templateId", "template-id"),
    ("isBuiltIn", "built-in"),
    ("trustType", "trust-type"),
    ("operatingSystemVersion", "os-version"),
    ("location", "region"),
    ("subscriptionId", "subscription"),
    ("state", "state"),
];

/// A member as text, where it is a text, a number or a truth value.
pub(super) fn member(data: &Value, name: &str) -> Option<String> {
    match data.get(name)? {
        Value::String(text) => Some(text::name(text)).filter(|text| !text.is_empty()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A role by its id: roles have the same ids in all tenants.
pub(super) fn role(id: &str, tenant: &str) -> Option<AssetRef> {
    if id.is_empty() {
        return None;
    }
    let id = if tenant.is_empty() { id.to_owned() } else { format!("{id}@{tenant}") };
    directory::object(DirectoryObject, "", &id)
}

/// What a path in Azure names.
pub(super) fn resource(path: &str) -> Option<AssetRef> {
    let machine = path.to_ascii_lowercase().contains("/providers/microsoft.compute/virtualmachines/");
    directory::object(if machine { Host } else { CloudResource }, "", path)
}

/// Tells an object. `false` where the record is none.
pub(super) fn tell(
    record: &str,
    data: &Value,
    told: &mut Told,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<bool, ParseError> {
    let Some(kind) = KINDS.iter().find(|kind| kind.record.eq_ignore_ascii_case(record)) else {
        return Ok(false);
    };
    let tenant = member(data, "tenantId").unwrap_or_default();
    let id = match kind.word {
        "az-app" => member(data, "appId"),
        "az-tenant" => member(data, "tenantId"),
        "az-role" => member(data, "id").map(|id| format!("{id}@{tenant}")),
        _ => None,
    };
    let Some(id) = id.or_else(|| member(data, "id")) else { return Ok(false) };
    let name = ["userPrincipalName", "displayName", "name"].iter().find_map(|name| member(data, name));
    let Some(asset) = directory::object(kind.asset, &name.unwrap_or_default(), &id) else { return Ok(false) };
    if let Some(lists) = kind.lists {
        told.object(&asset, &id, lists);
    }
    let mut seen = AssetSeen::new(described(&asset, data, &id));
    seen.attributes.insert("type".to_owned(), kind.word.to_owned());
    for (name, attribute) in ATTRIBUTES {
        if let Some(value) = member(data, name) {
            seen.attributes.insert((*attribute).to_owned(), value);
        }
    }
    if kind.word == "az-role" {
        let template = member(data, "templateId").or_else(|| member(data, "id")).unwrap_or_default();
        seen.attributes.insert("role".to_owned(), roles::of_directory(&template).to_owned());
    }
    let rbac = data.pointer("/properties/enableRbacAuthorization").and_then(Value::as_bool);
    if let Some(rbac) = rbac {
        seen.attributes.insert("rbac-authorization".to_owned(), rbac.to_string());
    }
    let disk = data.pointer("/properties/storageProfile/osDisk").unwrap_or(&Value::Null);
    seen.os = member(data, "operatingSystem").or_else(|| member(disk, "osType"));
    out.observe(at, Observation::Asset(seen), None)?;
    relations(kind, &asset, data, &tenant, at, out)?;
    Ok(true)
}

/// An object of a kind that is not known, where the record names one.
pub(super) fn unknown(record: &str, data: &Value, at: &Place, out: &mut Out<'_>) -> Result<(), ParseError> {
    let Some(id) = member(data, "id") else { return Ok(()) };
    let kind = if id.starts_with('/') { CloudResource } else { DirectoryObject };
    let name = ["displayName", "name"].iter().find_map(|name| member(data, name)).unwrap_or_default();
    let Some(asset) = directory::object(kind, &name, &id) else { return Ok(()) };
    let mut seen = AssetSeen::new(described(&asset, data, &id));
    seen.attributes.insert("type".to_owned(), directory::kebab(record));
    out.observe(at, Observation::Asset(seen), None)
}

/// With the identifiers by which other sources know resources and devices.
fn described(asset: &AssetRef, data: &Value, id: &str) -> AssetRef {
    let path = id.starts_with('/').then(|| Identifier::new(IdentifierKind::CloudId, id)).flatten();
    let device = (asset.kind == Host && path.is_none()).then(|| member(data, "displayName")).flatten();
    let device = device.and_then(|name| Identifier::new(IdentifierKind::Name, &name));
    let identifiers = asset.identifiers.iter().cloned().chain(path).chain(device);
    AssetRef::new(asset.kind, &asset.name, identifiers).unwrap_or_else(|| asset.clone())
}

fn relations(
    kind: &Kind,
    asset: &AssetRef,
    data: &Value,
    tenant: &str,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let mut incoming = Vec::new();
    match kind.word {
        "az-tenant" => {}
        "az-role" => {
            let to = directory::object(DirectoryObject, "", tenant);
            relate(Some(asset.clone()), "az_role_of", to, End::From, at, out)?;
        }
        _ => incoming.push(("az_contains", parent(data, tenant))),
    }
    if kind.word == "az-service-principal" {
        let app = member(data, "appId").unwrap_or_default();
        incoming.push(("az_runs_as", directory::object(DirectoryObject, "", &app)));
    }
    let synced = match kind.word {
        "az-user" => Some("synced_to_entra_user"),
        "az-group" => Some("synced_to_entra_group"),
        _ => None,
    };
    if let Some(verb) = synced {
        let sid = member(data, "onPremisesSecurityIdentifier").unwrap_or_default();
        incoming.push((verb, directory::object(Identity, "", &sid)));
    }
    for (verb, from) in incoming {
        relate(from, verb, Some(asset.clone()), End::To, at, out)?;
    }
    if let Some(group) = data.pointer("/properties").and_then(|told| member(told, "nodeResourceGroup")) {
        let id = member(data, "id").unwrap_or_default();
        let subscription = id.to_ascii_lowercase().find("/resourcegroups/").and_then(|end| id.get(..end));
        let nodes = subscription.and_then(|path| resource(&format!("{path}/resourceGroups/{group}")));
        relate(Some(asset.clone()), "az_node_resource_group", nodes, End::From, at, out)?;
    }
    let assigned = data.pointer("/identity/userAssignedIdentities").and_then(Value::as_object);
    let identities =
        data.get("identity").into_iter().chain(assigned.into_iter().flat_map(|all| all.values()));
    for identity in identities {
        let principal = member(identity, "principalId").unwrap_or_default();
        let principal = directory::object(Identity, "", &principal);
        relate(Some(asset.clone()), "az_managed_identity", principal, End::From, at, out)?;
    }
    Ok(())
}

/// What an object lies in: the resource group of a resource, the subscription of a group, else the tenant.
fn parent(data: &Value, tenant: &str) -> Option<AssetRef> {
    let id = member(data, "id").unwrap_or_default();
    let lower = id.to_ascii_lowercase();
    if let Some(end) = lower.find("/providers/").filter(|end| lower[..*end].contains("/resourcegroups/")) {
        return resource(id.get(..end)?);
    }
    if let Some(end) = lower.find("/resourcegroups/").filter(|end| *end > 0) {
        return resource(id.get(..end)?);
    }
    directory::object(DirectoryObject, "", tenant)
}

/// Nothing where an end is not told: a user that is not synchronized has no account to be synchronized from.
fn relate(
    from: Option<AssetRef>,
    verb: &str,
    to: Option<AssetRef>,
    told_by: End,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let (Some(from), Some(to)) = (from, to) else { return Ok(()) };
    let relation = RelationSeen { told_by, ..RelationSeen::new(from, verb, to) };
    out.observe(at, Observation::Relation(relation), None)
}
