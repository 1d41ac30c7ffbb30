//! SharpHound's collections of Active Directory (BloodHound): one JSON file for each kind of object, in a zip or apart.
//!
//! Each object is an asset with what is known of it as attributes; who may do what to whom are relations, named as
//! BloodHound names its edges, in snake case. What follows from several facts (ADCS escalations, DCSync, membership in
//! `Everyone`) is left to the rules. A relation is told by the end in whose record it stands, and a record tells all of its
//! object only when every method that its kind needs was run and every question to the machine was answered. Local
//! groups come as the power they give (`admin_to`, `can_rdp`) and as groups with members. Of a policy that changes local
//! groups, the organisational unit tells who (`gpo_local_admin`) and where (`gpo_affects`).
//!
//! A file that holds as many users, groups or computers as its collector counted, those that every domain has among them, is the
//! whole list of its domain: who is in it no more is gone.
//!
//! `meta` tells what the objects are and stands at the end: they are put aside, compressed, until it is read.

use crate::common::deferred::Deferred;
use crate::common::flex::{Number, Text};
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::{directory, head};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, AssetRef, Checks, Covered, Loci};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufRead;

mod domain;
mod kinds;
mod machine;
mod properties;
mod record;
mod tell;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "sharphound",
    name: "SharpHound (BloodHound)",
    summary: "Active Directory collections: users, groups, computers, policies, certificate services, with rights and sessions",
    extensions: &["zip", "json"],
    docs: "https://bloodhound.specterops.io/collect-data/ce-collection/sharphound",
    tool: "sharphound",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let meta = keys.value("meta").and_then(head::Keys::of);
    let typed = meta.is_some_and(|meta| {
        meta.has("methods") && meta.text("type").is_some_and(|kind| kinds::of_file(kind).1)
    });
    let first = keys.value("data").and_then(head::Keys::of).filter(|first| first.in_array);
    let object = first.is_some_and(|first| {
        first.has_any(&["ObjectIdentifier", "Properties"])
            && first.has_any(&[
                "Aces",
                "IsDeleted",
                "IsACLProtected",
                "ContainedBy",
                "PrimaryGroupSID",
                "Members",
            ])
    });
    Sniff::when(typed || object)
}

/// What a file says about itself.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Meta<'a> {
    methods: Number,
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    count: Number,
    version: Number,
    #[serde(borrow, rename = "collectorversion")]
    collector: Text<'a>,
}

/// The same, to keep.
struct Told {
    methods: u64,
    kind: String,
    count: Option<u64>,
    version: u64,
}

/// The oldest layout that this reads: SharpHound 1.0 of 2022.
const OLDEST: u64 = 4;
/// The newest that was known when this was written. A newer one is read as far as it is the same.
const NEWEST: u64 = 6;

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut out = Out::new(sink);
    match json.peek()? {
        None => return Err(ParseError::Empty { format: "sharphound" }),
        Some(b'{') => {}
        Some(_) => return Err(wrong("it is no JSON object with `data` and `meta`")),
    }
    let mut meta = None;
    let mut objects = Objects::default();
    let mut aside: Vec<Deferred> = Vec::new();
    let mut held = false;
    json.object(&mut |json, key| match key {
        "data" => {
            held = true;
            match &meta {
                Some(meta) => objects.read(json, meta, &mut out),
                None => {
                    aside.push(json.defer()?);
                    Ok(())
                }
            }
        }
        "meta" => {
            let value = json.value()?;
            let told: Meta<'_> =
                value.read().map_err(|why| wrong(&format!("its `meta` is not readable: {why}")))?;
            meta = Some(taken(&told, &mut out)?);
            Ok(())
        }
        _ => json.skip(),
    })?;
    json.end()?;
    let Some(meta) = meta.filter(|_| held) else {
        return Err(wrong("it has no `data` with a `meta` that tells what its objects are"));
    };
    for data in &aside {
        data.replay(&mut json, &mut |json| objects.read(json, &meta, &mut out))?;
    }
    json.tell_flaws(&mut out);
    objects.end(&meta, &mut out);
    Ok(out.end())
}

fn wrong(why: &str) -> ParseError {
    ParseError::WrongFormat { format: "sharphound", why: why.to_owned() }
}

fn taken(meta: &Meta<'_>, out: &mut Out<'_>) -> Result<Told, ParseError> {
    if meta.kind.is_empty() {
        return Err(wrong("its `meta` does not tell the type of its objects"));
    }
    let Some(version) = meta.version.whole() else {
        return Err(wrong("its `meta` does not tell the version of its layout"));
    };
    if version < OLDEST {
        return Err(wrong(&format!(
            "it has version {version} of the layout, and {OLDEST} is the oldest that is read: collect again with a \
             SharpHound of 2022 or newer"
        )));
    }
    out.source("sharphound", &meta.collector);
    let (methods, count) = (meta.methods.whole().unwrap_or_default(), meta.count.whole());
    Ok(Told { methods, kind: crate::common::text::name(&meta.kind), count, version })
}

/// What the objects of a file came to.
#[derive(Default)]
struct Objects {
    notes: tell::Notes,
    /// The assets of which everything was told.
    whole: Vec<AssetRef>,
    /// What each domain's list holds that every domain has.
    domains: BTreeMap<String, u32>,
}

impl Objects {
    fn read(&mut self, json: &mut Json<'_>, meta: &Told, out: &mut Out<'_>) -> Result<(), ParseError> {
        let (kind, _) = kinds::of_file(&meta.kind);
        json.array(&mut |json| {
            let value = json.value()?;
            let at = out.record(value.at.clone(), "data[]");
            match value.read::<record::Record<'_>>() {
                Err(why) => out.reject(at, why),
                Ok(record) => {
                    if let Some((domain, mark)) = kinds::mark(kind, &record) {
                        *self.domains.entry(domain).or_default() |= mark;
                    }
                    let whole = tell::record(&record, kind, &meta.kind, &at, out, &mut self.notes)?;
                    self.whole.extend(whole);
                }
            }
            Ok(())
        })
    }

    /// After the last object: what is missing, and what is proven whole.
    fn end(self, meta: &Told, out: &mut Out<'_>) {
        let (kind, known) = kinds::of_file(&meta.kind);
        let read = out.summary.records;
        if let Some(count) = meta.count.filter(|count| *count != read) {
            let why = format!(
                "the file says that it holds {count}, and holds {read}: it was changed after it was collected"
            );
            out.gap(format!("the {}", meta.kind), why);
        }
        if !known {
            let why = "this type of object is not known: only names, attributes, rights and places in the tree are read";
            out.gap(format!("the {}", meta.kind), why);
        }
        let is_newer = meta.version > NEWEST;
        if is_newer {
            let why = format!(
                "version {} of the layout is newer than {NEWEST}, which is known: what it writes elsewhere is not read, and nothing \
                 is taken for gone",
                meta.version
            );
            out.gap(format!("some of the {}", meta.kind), why);
        }
        let lacking = kind.lacks(meta.methods, meta.version);
        if !lacking.is_empty() {
            let why = format!(
                "not collected were {}, so what earlier collections told of these objects stays: collect with `-c All`",
                lacking.join(", ")
            );
            out.gap(format!("what is gone from the {}", meta.kind), why);
        }
        for ((what, why), count) in &self.notes.missed {
            out.gap(format!("{what} ({count} times)"), why.clone());
        }
        if !self.notes.unknown.is_empty() {
            let names: Vec<_> =
                self.notes.unknown.iter().map(|(name, count)| format!("`{name}` ({count})")).collect();
            let why =
                format!("these names are not known; what they tell is kept under them: {}", names.join(", "));
            out.gap("rights and types of objects", why);
        }
        if self.notes.endless > 0 {
            out.gap(format!("{} relations", self.notes.endless), "they name nothing at one of their ends");
        }
        let cut = meta.count.is_some_and(|count| read < count);
        if lacking.is_empty() && !cut && known && !is_newer {
            for asset in self.whole {
                out.cover(Covered::new(asset, Checks::All, Loci::Facts));
            }
            // The file holds as many as were collected. That no filter left some out, what every domain has speaks for.
            let counted = meta.count == Some(read) && out.summary.rejected == 0;
            let all = kinds::marks(kind).filter(|_| counted);
            for (domain, _) in self.domains.into_iter().filter(|(_, marks)| Some(*marks) == all) {
                let told = [("domain-sid", domain.as_str()), ("type", kind.word)];
                let told = told.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
                if let Some(asset) = directory::object(AssetKind::DirectoryObject, "", &domain) {
                    out.cover(Covered::new(asset, Checks::All, Loci::Records(told)));
                }
            }
        }
    }
}
