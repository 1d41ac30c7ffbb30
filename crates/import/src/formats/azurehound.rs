//! AzureHound's collections of Entra ID and Azure (BloodHound): one JSON file with a record for each object and each list.
//!
//! Objects become assets, named by their id in upper case as BloodHound compares them (`appId` of an application,
//! `ROLE@TENANT` of a role, the resource's path in Azure). Lists of members, owners and role assignments become relations
//! `az_...` from who can to what: a role of Entra ID is granted as `az_global_admin` and the like to the role's asset, a role
//! of Azure as `az_owner` and the like to the resource (`via` = `inherited` where it was granted above it). All of an object
//! is told where its own record and every list about it are there; of resources and service principals that is never sure.

use crate::common::flex::{Number, Text};
use crate::common::head;
use crate::common::json::Json;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetRef, Checks, Covered, Loci};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufRead;

mod grants;
mod objects;
mod roles;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "azurehound",
    name: "AzureHound (BloodHound)",
    summary: "Entra ID and Azure collections: users, groups, applications, resources, with owners, members and roles",
    extensions: &["json"],
    docs: "https://bloodhound.specterops.io/collect-data/ce-collection/azurehound",
    tool: "azurehound",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let first = keys.value("data").and_then(head::Keys::of).filter(|first| first.in_array);
    let azure = first.and_then(|first| first.text("kind")).is_some_and(|kind| kind.starts_with("AZ"));
    let meta = keys.value("meta").and_then(head::Keys::of);
    let empty = meta.is_some_and(|meta| meta.text("type") == Some("azure"));
    Sniff::when(keys.has("data") && (azure || empty))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Meta<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    count: Number,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Record<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    data: serde_json::Value,
}

/// What the records came to.
#[derive(Default)]
struct Told {
    /// The objects, and which lists about each were seen.
    objects: BTreeMap<String, Object>,
    /// Kinds of records that are not known, and how many there were.
    unknown: BTreeMap<String, u64>,
    /// Grants that name nobody or nothing.
    endless: u64,
}

/// An object of which its own record, or a list, was seen.
#[derive(Default)]
struct Object {
    asset: Option<AssetRef>,
    wanted: Lists,
    seen: Lists,
}

/// Lists about an object, one bit each.
type Lists = u8;
const MEMBERS: Lists = 1;
const OWNERS: Lists = 2;
const ASSIGNMENTS: Lists = 4;

/// How many different kinds that are not known are told one by one.
const NOTES: usize = 50;

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut out = Out::new(sink);
    match json.peek()? {
        None => return Err(ParseError::Empty { format: "azurehound" }),
        Some(b'{') => {}
        Some(_) => return Err(wrong("it is no JSON object with `data` and `meta`")),
    }
    let mut told = Told::default();
    let (mut held, mut count) = (false, None);
    out.source("azurehound", "");
    json.object(&mut |json, key| match key {
        "data" => {
            held = true;
            json.array(&mut |json| record(json, &mut told, &mut out))
        }
        "meta" => {
            let value = json.value()?;
            let meta: Meta<'_> = value.read().unwrap_or_default();
            if meta.kind.eq_ignore_ascii_case("azure") {
                count = Some(meta.count.whole());
            }
            Ok(())
        }
        _ => json.skip(),
    })?;
    json.end()?;
    let Some(count) = count.filter(|_| held) else {
        return Err(wrong("it has no `data` with a `meta` of the type `azure`"));
    };
    out.damaged(json.damaged);
    end(told, count, &mut out);
    Ok(out.end())
}

fn wrong(why: &str) -> ParseError {
    ParseError::WrongFormat { format: "azurehound", why: why.to_owned() }
}

fn record(json: &mut Json<'_>, told: &mut Told, out: &mut Out<'_>) -> Result<(), ParseError> {
    let value = json.value()?;
    let at = out.record(value.at.clone(), "data[]");
    let record = match value.read::<Record<'_>>() {
        Ok(record) if record.data.is_object() => record,
        Ok(_) => {
            out.reject(at, "it has no `data`");
            return Ok(());
        }
        Err(why) => {
            out.reject(at, why);
            return Ok(());
        }
    };
    if objects::tell(&record.kind, &record.data, told, &at, out)?
        || grants::tell(&record.kind, &record.data, told, &at, out)?
    {
        return Ok(());
    }
    told.unknown(&record.kind);
    objects::unknown(&record.kind, &record.data, &at, out)?;
    Ok(())
}

impl Told {
    fn unknown(&mut self, kind: &str) {
        let kind = crate::common::text::name(kind);
        let known = self.unknown.len() < NOTES || self.unknown.contains_key(&kind);
        *self.unknown.entry(if known { kind } else { "others".to_owned() }).or_default() += 1;
    }

    /// Remembers that a list about an object was there, for its coverage.
    fn listed(&mut self, id: &str, list: Lists) {
        self.objects.entry(id.to_uppercase()).or_default().seen |= list;
    }

    /// Remembers an object, and which lists tell the rest of it.
    fn object(&mut self, asset: &AssetRef, id: &str, wanted: Lists) {
        let object = self.objects.entry(id.to_uppercase()).or_default();
        object.asset.get_or_insert_with(|| asset.clone());
        object.wanted |= wanted;
    }
}

fn end(told: Told, count: Option<u64>, out: &mut Out<'_>) {
    let read = out.summary.records;
    let changed = count.is_some_and(|count| count != read);
    if changed {
        let why = format!(
            "the file says that it holds {}, and holds {read}: it was changed after it was collected",
            count.unwrap_or_default()
        );
        out.gap("the records", why);
    }
    if !told.unknown.is_empty() {
        let names: Vec<_> = told.unknown.iter().map(|(name, count)| format!("`{name}` ({count})")).collect();
        let why = format!(
            "these are not known; of what they tell, only names and grants are kept, under their names: {}",
            names.join(", ")
        );
        out.gap("kinds of records", why);
    }
    if told.endless > 0 {
        out.gap(format!("{} relations", told.endless), "they name nothing at one of their ends");
    }
    if changed {
        return;
    }
    for object in told.objects.into_values() {
        if let Some(asset) = object.asset.filter(|_| object.seen & object.wanted == object.wanted) {
            out.cover(Covered::new(asset, Checks::All, Loci::Facts));
        }
    }
}
