//! SPDX 2 as JSON. The packages come before what says which of them is the subject, so they are put aside, compressed, and
//! looked at twice.

use super::package::Package;
use super::{Document, Frame, graph, none_of};
use crate::common::deferred::Deferred;
use crate::common::flex::{Text, Texts, or_default};
use crate::common::json::Json;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Creation<'a> {
    #[serde(borrow)]
    created: Text<'a>,
    #[serde(borrow)]
    creators: Texts<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Relationship<'a> {
    #[serde(borrow, rename = "spdxElementId")]
    from: Text<'a>,
    #[serde(borrow, rename = "relationshipType")]
    kind: Text<'a>,
    #[serde(borrow, rename = "relatedSpdxElement")]
    to: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawPackage<'a> {
    #[serde(borrow, rename = "SPDXID")]
    id: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    version_info: Text<'a>,
    #[serde(borrow)]
    primary_package_purpose: Text<'a>,
    #[serde(borrow)]
    source_info: Text<'a>,
    #[serde(borrow)]
    download_location: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    external_refs: Vec<Reference<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Reference<'a> {
    #[serde(borrow)]
    reference_type: Text<'a>,
    #[serde(borrow)]
    reference_locator: Text<'a>,
}

impl<'a> From<RawPackage<'a>> for Package<'a> {
    fn from(raw: RawPackage<'a>) -> Self {
        let references = raw.external_refs.into_iter();
        Self {
            id: raw.id.0,
            name: raw.name.0,
            version: raw.version_info.0,
            purpose: raw.primary_package_purpose.0,
            source_info: raw.source_info.0,
            download: raw.download_location.0,
            references: references.map(|it| (it.reference_type.0, it.reference_locator.0)).collect(),
        }
    }
}

/// What a JSON document holds.
#[derive(Default)]
struct Found {
    frame: Frame,
    is_spdx: bool,
    packages: Vec<Deferred>,
    /// The elements of an SPDX 3 document.
    graph: Vec<Deferred>,
    /// Relationships that could not be read.
    broken: u64,
}

pub(super) fn parse(
    input: &mut dyn std::io::BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut out = Out::new(sink);
    let mut found = Found::default();
    json.object(&mut |json, key| field(json, key, &mut found))?;
    json.end()?;
    if !found.graph.is_empty() {
        return graph::parse(json, options, out, &found.graph);
    }
    if !found.is_spdx {
        return Err(none_of("it has neither spdxVersion nor an @graph"));
    }
    if found.broken > 0 {
        out.gap(format!("{} relationships", found.broken), "they are not written as the format asks");
    }
    let mut document = Document::new(options, out, found.frame);
    for packages in &found.packages {
        packages.replay(&mut json, &mut |json| {
            json.array(&mut |json| {
                if let Ok(raw) = json.value()?.read::<RawPackage<'_>>() {
                    document.look(&raw.into());
                }
                Ok(())
            })
        })?;
    }
    json.damaged = None;
    for packages in &found.packages {
        packages.replay(&mut json, &mut |json| json.array(&mut |json| package(json, &mut document)))?;
    }
    document.bill.asset(&crate::sink::Place::default())?;
    json.tell_flaws(&mut document.bill.out);
    document.finish()
}

fn field(json: &mut Json<'_>, key: &str, found: &mut Found) -> Result<(), ParseError> {
    match key {
        "spdxVersion" => {
            let version = json.value()?.read::<Text<'_>>().map(|it| it.0.into_owned()).unwrap_or_default();
            if !version.starts_with("SPDX-2.") {
                let version = crate::common::text::name(&version);
                return Err(none_of(format!(
                    "its spdxVersion is `{version}`; 2.2 and 2.3 are read, and 3.0"
                )));
            }
            found.is_spdx = true;
            Ok(())
        }
        "name" => {
            found.frame.name =
                json.value()?.read::<Text<'_>>().map(|it| it.0.into_owned()).unwrap_or_default();
            Ok(())
        }
        "creationInfo" => {
            if let Ok(creation) = json.value()?.read::<Creation<'_>>() {
                found.frame.created = creation.created.0.into_owned();
                creation.creators.iter().for_each(|creator| found.frame.creator(creator));
            }
            Ok(())
        }
        "documentDescribes" => json.array(&mut |json| {
            if let Ok(id) = json.value()?.read::<Text<'_>>() {
                found.frame.root(&id);
            }
            Ok(())
        }),
        "relationships" => json.array(&mut |json| {
            match json.value()?.read::<Relationship<'_>>() {
                Ok(it) => found.frame.relationship(it.from.trim(), it.kind.trim(), it.to.trim()),
                Err(_) => found.broken += 1,
            }
            Ok(())
        }),
        "files" | "snippets" => json.array(&mut |json| {
            if let Ok(file) = json.value()?.read::<RawPackage<'_>>() {
                found.frame.elements.know(&file.id);
            }
            Ok(())
        }),
        "packages" => {
            found.packages.push(json.defer()?);
            Ok(())
        }
        "@graph" => {
            found.graph.push(json.defer()?);
            Ok(())
        }
        "sbom" => {
            json.object(&mut |json, key| if key == "sbom" { json.skip() } else { field(json, key, found) })
        }
        _ => json.skip(),
    }
}

fn package(json: &mut Json<'_>, document: &mut Document<'_, '_>) -> Result<(), ParseError> {
    let value = json.value()?;
    match value.read::<RawPackage<'_>>() {
        Ok(raw) => document.take(&raw.into(), &value.at, Some(value.text.as_bytes())),
        Err(why) => {
            let at = document.bill.out.record(value.at.clone(), "packages");
            document.bill.out.reject(at, why);
            Ok(())
        }
    }
}
