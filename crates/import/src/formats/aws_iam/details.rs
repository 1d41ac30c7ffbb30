//! The records of `get-account-authorization-details`.

use super::record::{account, account_of, cloud, document, field, list, text_of, word};
use super::{Reading, organization};
use crate::common::json::Value;
use crate::common::kept::Kept;
use crate::common::out::Out;
use crate::common::{dates, text};
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, End, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Observation};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Groups are named by users before they are described, and by name only.
pub(super) struct Memberships {
    /// ARNs by account and name.
    groups: BTreeMap<(String, String), String>,
    /// The user, its ARN, and the group's name.
    pending: Kept<(Place, AssetRef, String, String)>,
}

impl Memberships {
    /// Keeps at most `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { groups: BTreeMap::new(), pending: Kept::new(limit) }
    }

    fn keep(&mut self, at: &Place, user: &AssetRef, arn: &str, group: String) -> Result<(), ParseError> {
        let texts = user.name.len() + 2 * arn.len() + group.len();
        self.pending.push(at, (at.clone(), user.clone(), arn.to_owned(), group), texts)
    }

    /// Tells all memberships, now that the groups are known.
    /// Tells whether all groups that users are in were there.
    pub(super) fn tell(self, out: &mut Out<'_>) -> Result<bool, ParseError> {
        let mut missing = BTreeSet::new();
        for (at, user, arn, name) in self.pending {
            let Some((partition, id)) = account_of(&arn) else { continue };
            let group = self.groups.get(&(id.to_owned(), name.clone())).cloned().unwrap_or_else(|| {
                missing.insert(name.clone());
                format!("arn:{partition}:iam::{id}:group/{name}")
            });
            if let Some(group) = cloud(AssetKind::Identity, &name, &group) {
                relate(out, &at, RelationSeen::new(user, "member_of", group))?;
            }
        }
        for name in &missing {
            out.gap(
                format!("the group {name}"),
                "a user is in it, but it is not in the file: its policies are unknown",
            );
        }
        Ok(missing.is_empty())
    }
}

/// One principal or policy on its way out.
struct Telling<'a> {
    at: Place,
    record: &'a Json,
    arn: String,
    seen: AssetSeen,
    relations: Vec<RelationSeen>,
    /// Whether nothing of it was left out.
    whole: bool,
    /// The account it is in.
    account: Option<AssetRef>,
    /// The managed policies that are attached to it.
    attached: Vec<String>,
}

pub(super) fn user(value: &Value<'_>, reading: &mut Reading, out: &mut Out<'_>) -> Result<(), ParseError> {
    let Some((record, at)) = read(value, "UserDetailList", out) else { return Ok(()) };
    let Some(mut telling) = Telling::new(at, &record, "username", AssetKind::Identity, out) else {
        return Ok(());
    };
    telling.attribute("principal-type", "user");
    let last = text_of(&record, "passwordlastused");
    if dates::date(&last).is_some() {
        telling.attribute("console-password", "true");
        telling.attribute("last-used", &last);
    }
    if let Some(devices) = field(&record, "mfadevices").as_array() {
        telling.attribute("mfa", if devices.is_empty() { "false" } else { "true" });
    }
    telling.principal("userpolicylist", out);
    for group in list(&record, "grouplist") {
        let name = match group {
            Json::Object(_) => text_of(group, "groupname"),
            other => word(other),
        };
        reading.memberships.keep(&telling.at, &telling.seen.asset, &telling.arn, name)?;
    }
    telling.tell(reading, out)
}

pub(super) fn group(value: &Value<'_>, reading: &mut Reading, out: &mut Out<'_>) -> Result<(), ParseError> {
    let Some((record, at)) = read(value, "GroupDetailList", out) else { return Ok(()) };
    let Some(mut telling) = Telling::new(at, &record, "groupname", AssetKind::Identity, out) else {
        return Ok(());
    };
    telling.attribute("principal-type", "group");
    telling.principal("grouppolicylist", out);
    if let Some((_, id)) = account_of(&telling.arn) {
        let name = telling.seen.asset.name.clone();
        reading.memberships.groups.insert((id.to_owned(), name), telling.arn.clone());
    }
    telling.tell(reading, out)
}

pub(super) fn role(value: &Value<'_>, reading: &mut Reading, out: &mut Out<'_>) -> Result<(), ParseError> {
    let Some((record, at)) = read(value, "RoleDetailList", out) else { return Ok(()) };
    let Some(mut telling) = Telling::new(at, &record, "rolename", AssetKind::Identity, out) else {
        return Ok(());
    };
    telling.attribute("principal-type", "role");
    telling.document("trust-policy", field(&record, "assumerolepolicydocument"), out);
    let used = field(&record, "rolelastused");
    // AWS tells the use of the last 400 days, and writes an empty object where there was none.
    let unused = used.as_object().is_some_and(serde_json::Map::is_empty);
    let last = if unused { "never".to_owned() } else { text_of(used, "lastuseddate") };
    telling.attribute("last-used", &last);
    telling.attribute("last-used-region", &text_of(used, "region"));
    telling.principal("rolepolicylist", out);
    if let Some(profiles) = field(&record, "instanceprofilelist").as_array() {
        telling.attribute("instance-profiles", &profiles.len().to_string());
        for profile in profiles {
            let arn = text_of(profile, "arn");
            if let Some(profile) = cloud(AssetKind::Identity, &text_of(profile, "instanceprofilename"), &arn)
            {
                let role = telling.seen.asset.clone();
                telling.relations.push(RelationSeen {
                    told_by: End::To,
                    ..RelationSeen::new(profile, "instance_profile_of", role)
                });
            }
        }
    }
    telling.tell(reading, out)
}

/// A managed policy of IAM; in `list-policies` of an organization, one of that.
pub(super) fn policy(value: &Value<'_>, reading: &mut Reading, out: &mut Out<'_>) -> Result<(), ParseError> {
    let Some((record, at)) = read(value, "Policies", out) else { return Ok(()) };
    if text_of(&record, "arn").contains(":organizations:") {
        return organization::summary(&record, None, &at, out);
    }
    let Some(mut telling) = Telling::new(at, &record, "policyname", AssetKind::DirectoryObject, out) else {
        return Ok(());
    };
    telling.attribute("principal-type", "policy");
    if let Ok(count) = text_of(&record, "attachmentcount").parse() {
        reading.whole.policy(&telling.arn, count);
    }
    let default = text_of(&record, "defaultversionid");
    for version in list(&record, "policyversionlist") {
        let id = text_of(version, "versionid");
        let is_default = match field(version, "isdefaultversion") {
            Json::Null => id == default,
            other => word(other) == "true",
        };
        let name = if is_default { "policy-document".to_owned() } else { format!("policy-version:{id}") };
        telling.document(&name, field(version, "document"), out);
    }
    telling.tell(reading, out)
}

/// The record and its place; rejected where it is no JSON object.
fn read(value: &Value<'_>, path: &'static str, out: &mut Out<'_>) -> Option<(Json, Place)> {
    let at = out.record(value.at.clone(), path);
    match value.read::<Json>() {
        Ok(record @ Json::Object(_)) => Some((record, at)),
        Ok(_) => {
            out.reject(at, "it is no JSON object");
            None
        }
        Err(why) => {
            out.reject(at, why);
            None
        }
    }
}

impl<'a> Telling<'a> {
    fn new(at: Place, record: &'a Json, name: &str, kind: AssetKind, out: &mut Out<'_>) -> Option<Self> {
        let arn = text_of(record, "arn");
        let asset = cloud(kind, &text_of(record, name), &arn).filter(|_| arn.starts_with("arn:"));
        let Some(asset) = asset else {
            out.reject(at, "it has no Arn");
            return None;
        };
        let mut telling = Self {
            at,
            record,
            arn,
            seen: AssetSeen::new(asset),
            relations: Vec::new(),
            whole: true,
            account: None,
            attached: Vec::new(),
        };
        telling.attribute("cloud-id", &telling.arn.clone());
        for (name, key) in [("created", "createdate"), ("path", "path"), ("updated", "updatedate")] {
            telling.attribute(name, &text_of(record, key));
        }
        Some(telling)
    }

    /// An attribute; none where there is nothing to say.
    fn attribute(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.seen.attributes.insert(text::name(name), value.to_owned());
        }
    }

    fn document(&mut self, name: &str, value: &Json, out: &mut Out<'_>) {
        match document(value) {
            Ok(None) => {}
            Ok(Some(text)) => self.attribute(name, &text),
            Err(why) => self.left_out(name, why, out),
        }
    }

    fn left_out(&mut self, name: &str, why: String, out: &mut Out<'_>) {
        self.whole = false;
        out.gap(format!("{name} of {}", self.arn), why);
    }

    /// What users, groups and roles have alike: inline policies, attached ones, boundary, tags, and the account.
    fn principal(&mut self, inline: &str, out: &mut Out<'_>) {
        let record = self.record;
        let mut policies = serde_json::Map::new();
        for policy in list(record, inline) {
            let name = text_of(policy, "policyname");
            match document(field(policy, "policydocument")) {
                Ok(text) => {
                    policies.insert(name, text.unwrap_or_default().into());
                }
                Err(why) => self.left_out(&format!("inline policy {name}"), why, out),
            }
        }
        if !policies.is_empty() {
            self.attribute("inline-policies", &Json::Object(policies).to_string());
        }
        for policy in list(record, "attachedmanagedpolicies") {
            let (name, arn) = (text_of(policy, "policyname"), text_of(policy, "policyarn"));
            if let Some(policy) = cloud(AssetKind::DirectoryObject, &name, &arn) {
                self.attached.push(arn.clone());
                self.relations.push(RelationSeen::new(self.seen.asset.clone(), "attached", policy));
            }
        }
        self.attribute("boundary", &text_of(field(record, "permissionsboundary"), "permissionsboundaryarn"));
        if let Some(tags) = field(record, "tags").as_array() {
            let tags: BTreeMap<_, _> =
                tags.iter().map(|tag| (text_of(tag, "key"), text_of(tag, "value"))).collect();
            self.attribute("tags", &serde_json::json!(tags).to_string());
        }
        let account = account_of(&self.arn).and_then(|(partition, id)| account(partition, id));
        if let Some((_, id)) = account_of(&self.arn) {
            let id = id.to_owned();
            self.attribute("account", &id);
        }
        if let Some(account) = account {
            let me = self.seen.asset.clone();
            self.relations
                .push(RelationSeen { told_by: End::To, ..RelationSeen::new(account, "contains", me) });
        }
    }

    fn tell(self, reading: &mut Reading, out: &mut Out<'_>) -> Result<(), ParseError> {
        reading.covered.extend(Some(self.seen.asset.clone()).filter(|_| self.whole));
        if let (Some(kind), Some((partition, id))) =
            (self.seen.attributes.get("principal-type"), account_of(&self.arn))
        {
            reading.whole.principal(kind, partition, id, &self.attached);
        }
        if let Some(account) = self.account.filter(|account| !reading.accounts.contains(account)) {
            out.observe(&self.at, Observation::Asset(identified(account.clone())), None)?;
            reading.accounts.push(account);
        }
        out.observe(&self.at, Observation::Asset(self.seen), None)?;
        self.relations.into_iter().try_for_each(|relation| relate(out, &self.at, relation))
    }
}

/// An asset that rules find by its cloud id.
pub(super) fn identified(asset: AssetRef) -> AssetSeen {
    let mut seen = AssetSeen::new(asset);
    let id = seen.asset.identifiers.first().map(|id| id.value.clone());
    seen.attributes.extend(id.map(|id| ("cloud-id".to_owned(), id)));
    seen
}

pub(super) fn relate(out: &mut Out<'_>, at: &Place, relation: RelationSeen) -> Result<(), ParseError> {
    out.observe(at, Observation::Relation(relation), None)
}
