//! Records of lists: who is member, owner or holder of a role, and of what.

use super::objects::{self, member};
use super::{ASSIGNMENTS, Lists, MEMBERS, OWNERS, Told, roles};
use crate::common::directory;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, End, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Observation};
use serde_json::Value;

/// What a list about objects of the directory says of the principals in it.
const LISTS: &[(&str, &str, &str, AssetKind, Lists)] = &[
    ("AZGroupMember", "groupId", "az_member_of", AssetKind::Identity, MEMBERS),
    ("AZGroupOwner", "groupId", "az_owns", AssetKind::Identity, OWNERS),
    ("AZServicePrincipalOwner", "servicePrincipalId", "az_owns", AssetKind::Identity, OWNERS),
    ("AZAppOwner", "appId", "az_owns", AssetKind::DirectoryObject, OWNERS),
    ("AZDeviceOwner", "deviceId", "az_owns", AssetKind::Host, OWNERS),
];

/// Where the id of what a list is about may stand, in lists about resources.
const RESOURCES: &[&str] = &[
    "objectId",
    "virtualMachineId",
    "keyVaultId",
    "resourceGroupId",
    "subscriptionId",
    "managementGroupId",
    "vmScaleSetId",
    "automationAccountId",
    "containerRegistryId",
    "functionAppId",
    "logicAppId",
    "managedClusterId",
    "storageAccountId",
    "webAppId",
    "workflowId",
];

/// Tells a list. `false` where nothing can be made of the record.
pub(super) fn tell(
    record: &str,
    data: &Value,
    told: &mut Told,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<bool, ParseError> {
    let mut grants = Grants { told, at, out };
    if let Some((_, about, verb, kind, list)) = LISTS.iter().find(|(name, ..)| *name == record) {
        let Some(id) = member(data, about) else { return Ok(false) };
        grants.told.listed(&id, *list);
        let to = directory::object(*kind, "", &id);
        let mut count = 0;
        for item in items(data) {
            let from = nested(item).and_then(principal);
            count += u64::from(from.is_some());
            grants.grant(from, verb, to.clone(), "")?;
        }
        if *list == OWNERS {
            grants.owners(to, count)?;
        }
        return Ok(true);
    }
    match record {
        "AZRoleAssignment" => grants.directory_roles(data),
        "AZRoleEligibilityScheduleInstance" => grants.eligible(data),
        "AZRoleManagementPolicyAssignment" => grants.activation(data),
        "AZAppRoleAssignment" => grants.app_role(data),
        "AZKeyVaultAccessPolicy" => grants.access_policy(data),
        "AZManagementGroupDescendant" => grants.descendant(data),
        _ => grants.resource_roles(record, data),
    }
}

/// The elements of all lists in a record.
fn items(data: &Value) -> impl Iterator<Item = &Value> {
    data.as_object().into_iter().flat_map(|members| members.values()).filter_map(Value::as_array).flatten()
}

/// The object in an element of a list: `{"owner": {...}, "groupId": "..."}`.
fn nested(item: &Value) -> Option<&Value> {
    item.as_object()?.values().find(|value| value.is_object())
}

/// A principal as the directory describes it.
fn principal(data: &Value) -> Option<AssetRef> {
    let kind = member(data, "@odata.type").unwrap_or_default();
    let kind = if kind.ends_with(".device") { AssetKind::Host } else { AssetKind::Identity };
    directory::object(kind, "", &member(data, "id")?)
}

struct Grants<'a, 's> {
    told: &'a mut Told,
    at: &'a Place,
    out: &'a mut Out<'s>,
}

impl Grants<'_, '_> {
    /// Every grant is told by what it is on.
    fn grant(
        &mut self,
        from: Option<AssetRef>,
        verb: &str,
        to: Option<AssetRef>,
        via: &str,
    ) -> Result<(), ParseError> {
        let (Some(from), Some(to)) = (from, to) else {
            self.told.endless += 1;
            return Ok(());
        };
        let relation =
            RelationSeen { via: via.to_owned(), told_by: End::To, ..RelationSeen::new(from, verb, to) };
        self.out.observe(self.at, Observation::Relation(relation), None)
    }

    /// That a list of owners was there, and how many are in it: an empty one says that nobody answers for it.
    fn owners(&mut self, of: Option<AssetRef>, count: u64) -> Result<(), ParseError> {
        let Some(of) = of else { return Ok(()) };
        let mut seen = AssetSeen::new(of);
        seen.attributes.insert("owners".to_owned(), count.to_string());
        self.out.observe(self.at, Observation::Asset(seen), None)
    }

    fn identity(data: &Value, name: &str) -> Option<AssetRef> {
        directory::object(AssetKind::Identity, "", &member(data, name)?)
    }

    fn directory_roles(&mut self, data: &Value) -> Result<bool, ParseError> {
        let Some(id) = member(data, "roleDefinitionId") else { return Ok(false) };
        let tenant = member(data, "tenantId").unwrap_or_default();
        self.told.listed(&format!("{id}@{tenant}"), ASSIGNMENTS);
        let to = objects::role(&id, &tenant);
        for assignment in items(data) {
            let scope = member(assignment, "directoryScopeId").filter(|scope| scope != "/");
            let from = Self::identity(assignment, "principalId");
            self.grant(from, roles::of_directory(&id), to.clone(), &scope.unwrap_or_default())?;
        }
        Ok(true)
    }

    fn eligible(&mut self, data: &Value) -> Result<bool, ParseError> {
        let Some(id) = member(data, "roleDefinitionId") else { return Ok(false) };
        let to = objects::role(&id, &member(data, "tenantId").unwrap_or_default());
        let scope = member(data, "directoryScopeId").filter(|scope| scope != "/");
        self.grant(Self::identity(data, "principalId"), "az_role_eligible", to, &scope.unwrap_or_default())?;
        Ok(true)
    }

    /// Whether somebody has to approve that a role is activated.
    fn activation(&mut self, data: &Value) -> Result<bool, ParseError> {
        let (Some(id), Some(asked)) =
            (member(data, "roleDefinitionId"), member(data, "endUserAssignmentRequiresApproval"))
        else {
            return Ok(false);
        };
        let Some(role) = objects::role(&id, &member(data, "tenantId").unwrap_or_default()) else {
            return Ok(false);
        };
        let mut seen = AssetSeen::new(role);
        seen.attributes.insert("activation-approval".to_owned(), asked);
        self.out.observe(self.at, Observation::Asset(seen), None)?;
        Ok(true)
    }

    fn app_role(&mut self, data: &Value) -> Result<bool, ParseError> {
        let Some(role) = member(data, "appRoleId") else { return Ok(false) };
        let (from, to) = (Self::identity(data, "principalId"), Self::identity(data, "resourceId"));
        self.grant(from, roles::of_graph(&role), to, &role)?;
        Ok(true)
    }

    /// A policy of a vault: to read a kind of things in it takes the permission `Get`.
    fn access_policy(&mut self, data: &Value) -> Result<bool, ParseError> {
        let Some(vault) = member(data, "keyVaultId") else { return Ok(false) };
        for (kind, verb) in
            [("keys", "az_get_keys"), ("secrets", "az_get_secrets"), ("certificates", "az_get_certificates")]
        {
            let permissions = data.pointer(&format!("/permissions/{kind}")).and_then(Value::as_array);
            let may_get = permissions.is_some_and(|all| {
                let grants =
                    |word: &str| word.eq_ignore_ascii_case("get") || word.eq_ignore_ascii_case("all");
                all.iter().filter_map(Value::as_str).any(grants)
            });
            if may_get {
                self.grant(Self::identity(data, "objectId"), verb, objects::resource(&vault), "")?;
            }
        }
        Ok(true)
    }

    fn descendant(&mut self, data: &Value) -> Result<bool, ParseError> {
        let Some(id) = member(data, "id") else { return Ok(false) };
        let parent = data.pointer("/properties/parent").and_then(|parent| member(parent, "id"));
        let parent = parent.and_then(|parent| objects::resource(&parent));
        self.grant(parent, "az_contains", objects::resource(&id), "")?;
        Ok(true)
    }

    /// Roles of Azure on a resource, whatever the list is called: each grant tells its own role and scope.
    fn resource_roles(&mut self, record: &str, data: &Value) -> Result<bool, ParseError> {
        let Some(id) = RESOURCES.iter().find_map(|name| member(data, name)) else { return Ok(false) };
        // `AZVMOwner`, `AZKeyVaultUserAccessAdmin`, `AZLogicAppRoleAssignment`, ...
        let known = ["Owner", "Contributor", "Admin", "Login", "RoleAssignment"];
        if !known.iter().any(|end| record.ends_with(end)) {
            self.told.unknown(record);
        }
        let path = if id.starts_with('/') { id } else { path_of(&id, data) };
        for item in items(data) {
            let assignment = nested(item).unwrap_or(item);
            let properties = assignment.get("properties").unwrap_or(assignment);
            let definition = member(properties, "roleDefinitionId").unwrap_or_default();
            let scope = member(properties, "scope");
            let inherited = scope.is_some_and(|scope| !scope.eq_ignore_ascii_case(&path));
            let own = directory::snake(record.strip_prefix("AZ").unwrap_or(record));
            let verb = match roles::of_resource(&definition) {
                Some(verb) => verb.to_owned(),
                None if definition.is_empty() => format!("az_{own}"),
                None => "az_role".to_owned(),
            };
            let role = definition.rsplit('/').next().unwrap_or_default();
            let via = match (verb.as_str(), inherited) {
                ("az_role", false) => role.to_owned(),
                ("az_role", true) => format!("{role} inherited"),
                (_, true) => "inherited".to_owned(),
                (_, false) => String::new(),
            };
            self.grant(Self::identity(properties, "principalId"), &verb, objects::resource(&path), &via)?;
        }
        Ok(true)
    }
}

/// A subscription is named by its bare id in lists, and by its path in its own record.
fn path_of(id: &str, data: &Value) -> String {
    if data.get("subscriptionId").is_some() { format!("/subscriptions/{id}") } else { id.to_owned() }
}
