//! AzureHound's collections of Entra ID and Azure (BloodHound): a record for each object and each list.
//!
//! Three shapes: one file with all records in `data` and a `meta` of the type `azure`; the records alone, one a line or in a list,
//! as they come where no file is asked for; and the files of the first AzureHound, one for each kind of row (see [`classic`]).
//!
//! Objects become assets, named by their id in upper case as BloodHound compares them (`appId` of an application,
//! `ROLE@TENANT` of a role, the resource's path in Azure). Lists of members, owners and role assignments become relations
//! `az_...` from who can to what: a role of Entra ID is granted as `az_global_admin` and the like to the role's asset, a role
//! of Azure as `az_owner` and the like to the resource (`via` = `inherited` where it was granted above it). All of an object
//! is told where its own record and every list about it are there; of resources and service principals that is never sure, nor
//! where nothing tells that the records are all.

use crate::common::flex::{Number, Text};
use crate::common::head;
use crate::common::json::Json;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::{AssetRef, Checks, Covered, Loci};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufRead;

mod classic;
mod grants;
mod objects;
mod roles;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "azurehound",
    name: "AzureHound (BloodHound)",
    summary: "Entra ID and Azure collections: users, groups, applications, resources, with owners, members and roles",
    extensions: &["json", "jsonl"],
    docs: "https://bloodhound.specterops.io/collect-data/ce-collection/azurehound",
    tool: "azurehound",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let is_record = |keys: &head::Keys<'_>| keys.text("kind").is_some_and(|kind| kind.starts_with("AZ"));
    let keys = head.object();
    let first = keys.value("data").and_then(head::Keys::of).filter(|first| first.in_array);
    let meta = keys.value("meta").and_then(head::Keys::of);
    let named = meta.and_then(|meta| meta.text("type").map(str::to_ascii_lowercase));
    let is_file = named.is_some_and(|named| named == AZURE || classic::is_file(&named));
    let listed = keys.has("data") && (is_file || first.is_some_and(|first| is_record(&first)));
    Sniff::when(listed || head.keys().has("data") && is_record(head.keys()))
}

/// What `meta` calls a file with all records.
const AZURE: &str = "azure";

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
    /// Whether there was anything of the format at all.
    found: bool,
    /// Whether nothing tells that these are all records.
    is_open: bool,
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
    if json.peek()?.is_none() {
        return Err(ParseError::Empty { format: "azurehound" });
    }
    let mut told = Told::default();
    out.source("azurehound", "");
    json.documents(&mut |json| document(json, &mut told, &mut out))?;
    if !told.found {
        return Err(wrong(
            "it has no `data` with a `meta` of the type `azure`, nor records with `kind` and `data`",
        ));
    }
    json.tell_flaws(&mut out);
    end(told, &mut out);
    Ok(out.end())
}

fn wrong(why: &str) -> ParseError {
    ParseError::WrongFormat { format: "azurehound", why: why.to_owned() }
}

/// A file of records, or one record by itself.
fn document(json: &mut Json<'_>, told: &mut Told, out: &mut Out<'_>) -> Result<(), ParseError> {
    let at = json.place();
    let (mut listed, mut alone, mut kind) = (None, None, String::new());
    let (mut file, mut count) = (None, None);
    json.object(&mut |json, key| match key {
        "data" if json.peek()? == Some(b'{') => {
            alone = Some(json.value()?.read());
            Ok(())
        }
        "data" => {
            let before = out.summary.records;
            let rows = file.as_deref().filter(|file| *file != AZURE);
            json.array(&mut |json| match rows {
                Some(file) => row(json, file, told, out),
                None => record(json, told, out),
            })?;
            listed = Some(out.summary.records - before);
            Ok(())
        }
        "kind" => {
            kind = json.value()?.read::<Text<'_>>().unwrap_or_default().to_string();
            Ok(())
        }
        "meta" => {
            let value = json.value()?;
            let meta: Meta<'_> = value.read().unwrap_or_default();
            (file, count) = (Some(meta.kind.to_ascii_lowercase()), meta.count.whole());
            Ok(())
        }
        _ => json.skip(),
    })?;
    let is_file = file.is_some_and(|file| file == AZURE || classic::is_file(&file));
    match (listed, alone) {
        (Some(read), _) if is_file => {
            told.found = true;
            if let Some(count) = count.filter(|count| *count != read) {
                told.is_open = true;
                let why = format!(
                    "the file says that it holds {count}, and holds {read}: it was changed after it was collected"
                );
                out.gap("the records", why);
            }
            Ok(())
        }
        (Some(_), _) => Err(wrong("it has no `meta` of the type `azure`")),
        (None, Some(data)) if !kind.is_empty() => {
            (told.found, told.is_open) = (true, true);
            let at = out.record(at, "");
            match data {
                Ok(data) => tell(&kind, &data, told, &at, out),
                Err(why) => {
                    out.reject(at, why);
                    Ok(())
                }
            }
        }
        _ => {
            let at = out.record(at, "");
            out.reject(at, "it is no record of AzureHound, which has `kind` and `data`");
            Ok(())
        }
    }
}

fn record(json: &mut Json<'_>, told: &mut Told, out: &mut Out<'_>) -> Result<(), ParseError> {
    let value = json.value()?;
    let at = out.record(value.at.clone(), "data[]");
    match value.read::<Record<'_>>() {
        Ok(record) if record.data.is_object() => return tell(&record.kind, &record.data, told, &at, out),
        Ok(_) => out.reject(at, "it has no `data`"),
        Err(why) => out.reject(at, why),
    }
    Ok(())
}

/// A row of a file of the first AzureHound.
fn row(json: &mut Json<'_>, file: &str, told: &mut Told, out: &mut Out<'_>) -> Result<(), ParseError> {
    let value = json.value()?;
    let at = out.record(value.at.clone(), "data[]");
    match value.read() {
        Ok(row) => classic::tell(file, &row, told, &at, out),
        Err(why) => {
            out.reject(at, why);
            Ok(())
        }
    }
}

fn tell(
    kind: &str,
    data: &serde_json::Value,
    told: &mut Told,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    if objects::tell(kind, data, told, at, out)? || grants::tell(kind, data, told, at, out)? {
        return Ok(());
    }
    told.unknown(kind);
    objects::unknown(kind, data, at, out)
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

fn end(told: Told, out: &mut Out<'_>) {
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
    if told.is_open {
        out.gap(
            "what is gone",
            "nothing tells that these are all records: collect into one file with `-o FILE`",
        );
        return;
    }
    for object in told.objects.into_values() {
        if let Some(asset) = object.asset.filter(|_| object.seen & object.wanted == object.wanted) {
            out.cover(Covered::new(asset, Checks::All, Loci::Facts));
        }
    }
}
