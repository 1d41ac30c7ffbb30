//! An organization's policies, and what they are attached to.

use super::Reading;
use super::details::{identified, relate};
use super::record::{account, account_of, cloud, document, field, is_account, text_of, word};
use crate::common::json::{Json, Value};
use crate::common::out::Out;
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::RelationSeen;
use bartizan_model::{AssetKind, AssetRef, Observation};
use serde_json::Value as Record;

/// `describe-policy`: a policy with its document.
pub(super) fn described(value: &Value<'_>, out: &mut Out<'_>) -> Result<(), ParseError> {
    let at = out.record(value.at.clone(), "Policy");
    match value.read::<Record>() {
        Ok(record) => policy(&record, "", &at, out).map(|_| ()),
        Err(why) => {
            out.reject(at, why);
            Ok(())
        }
    }
}

/// An entry of `list-policies`, or the summary of a policy whose document stands beside it.
pub(super) fn summary(
    record: &Record,
    content: Option<&Record>,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let Some(asset) = reference(record) else {
        out.reject(at.clone(), "the policy has neither Arn nor Id nor Name");
        return Ok(());
    };
    let mut seen = identified(asset);
    for (name, value) in
        [("policy-type", text_of(record, "type")), ("description", text_of(record, "description"))]
    {
        if !value.is_empty() {
            seen.attributes.insert(name.to_owned(), value);
        }
    }
    // The ARN of a policy of an organization names the account that the organization is managed from.
    if let Some((_, management)) = account_of(&text_of(record, "arn")) {
        seen.attributes.insert("management-account".to_owned(), management.to_owned());
    }
    match content.map(document).transpose() {
        Ok(text) => seen.attributes.extend(text.flatten().map(|text| ("policy-document".to_owned(), text))),
        Err(why) => out.gap(format!("the document of {}", seen.asset.name), why),
    }
    out.observe(at, Observation::Asset(seen), None)
}

/// A policy with its document, whose summary may stand beside it or around it.
fn policy(
    record: &Record,
    kind: &str,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<Option<AssetRef>, ParseError> {
    if !record.is_object() {
        let id = word(record);
        return Ok(cloud(AssetKind::DirectoryObject, "", &id));
    }
    let nested = field(record, "policysummary");
    let mut about = if nested.is_object() { nested.clone() } else { record.clone() };
    if let Some(fields) = about.as_object_mut().filter(|_| !kind.is_empty()) {
        fields.retain(|name, _| !super::record::same(name, "type"));
        fields.insert("Type".to_owned(), kind.into());
    }
    summary(&about, Some(field(record, "content")), at, out)?;
    Ok(reference(&about))
}

fn reference(record: &Record) -> Option<AssetRef> {
    let [arn, id, name] = ["arn", "id", "name"].map(|key| text_of(record, key));
    let own = if id.is_empty() { arn.rsplit('/').next().unwrap_or_default() } else { id.as_str() };
    let id = if own.is_empty() && !name.is_empty() {
        format!("organizations-policy:{name}")
    } else {
        own.to_owned()
    };
    cloud(AssetKind::DirectoryObject, &name, &id)
}

/// What a policy is attached to: an account, a unit, or the root, by id or ARN.
fn target(name: &str) -> Option<AssetRef> {
    let partition = name.strip_prefix("arn:").and_then(|rest| rest.split(':').next()).unwrap_or("aws");
    let last = name.rsplit('/').next().unwrap_or(name).trim();
    if is_account(last) { account(partition, last) } else { cloud(AssetKind::DirectoryObject, "", last) }
}

/// The policies of every target.
pub(super) fn attached(
    json: &mut Json<'_>,
    kind: &str,
    reading: &mut Reading,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    json.object(&mut |json, key| {
        let at = out.record(json.place(), "ServiceControlPolicies");
        let Some(target) = target(key) else {
            out.reject(at, "a target without a name");
            return json.skip();
        };
        let mut whole = true;
        out.observe(&at, Observation::Asset(identified(target.clone())), None)?;
        json.array(&mut |json| {
            let value = json.value()?;
            let asset = match value.read::<Record>() {
                Ok(record) => policy(&record, kind, &at, out)?,
                Err(_) => None,
            };
            match asset {
                Some(policy) => relate(out, &at, RelationSeen::new(target.clone(), "controlled_by", policy)),
                None => {
                    whole = false;
                    out.reject(at.clone(), "an entry is neither a policy nor the id of one");
                    Ok(())
                }
            }
        })?;
        reading.covered.extend(Some(target).filter(|_| whole));
        Ok(())
    })
}

/// The parent of every account and unit.
pub(super) fn parents(json: &mut Json<'_>, out: &mut Out<'_>) -> Result<(), ParseError> {
    json.object(&mut |json, key| {
        let value = json.value()?;
        let at = out.record(value.at.clone(), "Parents");
        let parent = value.read::<Record>().ok().map(|parent| word(&parent));
        match (target(key), parent.as_deref().and_then(target)) {
            (Some(child), Some(parent)) => relate(out, &at, RelationSeen::new(child, "in_unit", parent)),
            _ => {
                out.reject(at, "a parent is the id of a unit or of the root");
                Ok(())
            }
        }
    })
}
