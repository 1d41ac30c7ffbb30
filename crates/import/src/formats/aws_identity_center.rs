//! Who may take which role where, by AWS IAM Identity Center: `aws sso-admin list-account-assignments` (also `-for-principal`) and
//! `describe-permission-set`; `aws identitystore list-users`, `list-groups` and `list-group-memberships`.
//!
//! The answers one after another or as a JSON array. A person or group is `sso_assigned` a permission set, with the account as
//! `via`; people are `member_of` groups. In the account the permission set is the role `AWSReservedSSO_NAME_...`, which the rules
//! find by `permission-set`. A user that an identity provider brought has `provisioned-from`.
//!
//! **Coverage**: none; each answer tells a part (one account and permission set, one group).

use crate::common::json::{Json, Value as Raw};
use crate::common::out::Out;
use crate::common::text;
use crate::common::tree::{Tree, Value};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_identity_center",
    name: "AWS IAM Identity Center",
    summary: "JSON of list-account-assignments, describe-permission-set and of the identity store: who takes which role in which account",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html",
    tool: "aws-identity-center",
    sniff,
    parse,
};

/// The member of each answer, what its records have in it, and what tells them.
const ANSWERS: &[(&str, &str, Tell)] = &[
    ("AccountAssignments", "PermissionSetArn", assignment),
    ("GroupMemberships", "MembershipId", membership),
    ("Groups", "IdentityStoreId", group),
    ("PermissionSet", "PermissionSetArn", permission_set),
    ("Users", "IdentityStoreId", user),
];
/// Tells a record, or says why it cannot be used.
type Tell = fn(&Value<'_>) -> Result<Observation, &'static str>;

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let marked = |(member, mark, _): &(&str, &str, Tell)| {
        let value = keys.value(member).map(|value| &value[..value.len().min(16 * 1024)]);
        value.is_some_and(|value| crate::common::head::has(value, &format!("\"{mark}\"")))
    };
    Sniff::when(ANSWERS.iter().any(marked))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    if json.peek()?.is_none() {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let (mut found, mut is_part) = (false, false);
    json.documents(&mut |json| {
        json.object(&mut |json, key| {
            is_part |= key == "NextToken";
            let Some((member, _, tell)) = ANSWERS.iter().find(|(member, ..)| *member == key) else {
                return json.skip();
            };
            found = true;
            if json.peek()? == Some(b'{') {
                return record(&json.value()?, member, *tell, &mut out);
            }
            json.array(&mut |json| record(&json.value()?, member, *tell, &mut out))
        })
    })?;
    if !found {
        let why = "it is no answer of sso-admin or identitystore that is read";
        return Err(ParseError::WrongFormat { format: FORMAT.id, why: why.to_owned() });
    }
    if is_part {
        out.gap("the rest of an answer", "it has a NextToken: fetch what follows, and import all of it");
    }
    json.tell_flaws(&mut out);
    Ok(out.end())
}

fn record(value: &Raw<'_>, member: &'static str, tell: Tell, out: &mut Out<'_>) -> Result<(), ParseError> {
    let at: Place = out.record(value.at.clone(), member);
    match value.read::<Value<'_>>().map(|record| tell(&record)) {
        Ok(Ok(observation)) => return out.observe(&at, observation, None),
        Ok(Err(why)) => out.reject(at, why),
        Err(why) => out.reject(at, why),
    }
    Ok(())
}

/// A user or group of the identity store, by the ARN that AWS gives it.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html>
fn principal(kind: &str, id: &str, name: &str) -> Option<AssetRef> {
    let arn = format!("arn:aws:identitystore:::{}/{}", kind.to_ascii_lowercase(), text::name(id));
    let id =
        Some(arn).filter(|_| !id.is_empty()).and_then(|arn| Identifier::new(IdentifierKind::CloudId, &arn));
    AssetRef::new(AssetKind::Identity, &text::name(name), id)
}

fn set(arn: &str, name: &str) -> Option<AssetRef> {
    let arn = text::name(arn);
    let name = if name.is_empty() { arn.rsplit('/').next().unwrap_or_default() } else { name };
    let id = Some(&*arn).filter(|arn| arn.starts_with("arn:"));
    let id = id.and_then(|arn| Identifier::new(IdentifierKind::CloudId, arn));
    AssetRef::new(AssetKind::DirectoryObject, &text::name(name), id).filter(|set| !set.identifiers.is_empty())
}

fn user(told: &Value<'_>) -> Result<Observation, &'static str> {
    let name = told.first(&["UserName", "DisplayName"]);
    let asset = principal("user", &told.text("UserId"), &name).ok_or("it has no `UserId`")?;
    Ok(described(
        asset,
        "identity-center-user",
        &[
            ("user-name", told.text("UserName").as_ref()),
            ("display-name", told.text("DisplayName").as_ref()),
            ("email", told.text("Emails/0/Value").as_ref()),
            ("provisioned-from", told.text("ExternalIds/0/Issuer").as_ref()),
        ],
    ))
}

fn group(told: &Value<'_>) -> Result<Observation, &'static str> {
    let asset =
        principal("group", &told.text("GroupId"), &told.text("DisplayName")).ok_or("it has no `GroupId`")?;
    let from = told.text("ExternalIds/0/Issuer");
    Ok(described(asset, "identity-center-group", &[("provisioned-from", from.as_ref())]))
}

fn permission_set(told: &Value<'_>) -> Result<Observation, &'static str> {
    let name = told.text("Name");
    let asset = set(&told.text("PermissionSetArn"), &name).ok_or("it has no `PermissionSetArn`")?;
    Ok(described(asset, "permission-set", &[("permission-set", name.as_ref())]))
}

fn described(asset: AssetRef, kind: &str, attributes: &[(&str, &str)]) -> Observation {
    let mut seen = AssetSeen::new(asset);
    let told = attributes.iter().filter(|(_, value)| !value.is_empty());
    seen.attributes = told.map(|(name, value)| ((*name).to_owned(), text::name(value))).collect();
    seen.attributes.insert("type".to_owned(), kind.to_owned());
    Observation::Asset(seen)
}

fn assignment(told: &Value<'_>) -> Result<Observation, &'static str> {
    let kind = told.text("PrincipalType");
    if !["USER", "GROUP"].iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return Err("its `PrincipalType` is neither USER nor GROUP");
    }
    let from = principal(&kind, &told.text("PrincipalId"), "").ok_or("it has no `PrincipalId`")?;
    let to = set(&told.text("PermissionSetArn"), "").ok_or("it has no `PermissionSetArn`")?;
    let via = text::name(&told.text("AccountId"));
    if via.is_empty() {
        return Err("it has no `AccountId`");
    }
    Ok(Observation::Relation(RelationSeen { via, ..RelationSeen::new(from, "sso_assigned", to) }))
}

fn membership(told: &Value<'_>) -> Result<Observation, &'static str> {
    let from =
        principal("user", &told.text("MemberId/UserId"), "").ok_or("it has no `UserId` of a member")?;
    let to = principal("group", &told.text("GroupId"), "").ok_or("it has no `GroupId`")?;
    Ok(Observation::Relation(RelationSeen::new(from, "member_of", to)))
}
