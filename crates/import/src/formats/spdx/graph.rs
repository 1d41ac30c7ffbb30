//! SPDX 3 as JSON-LD: one list of elements in any order, looked at three times: what is described, what that is, and the
//! packages.

use super::package::Package;
use super::{Document, Frame, none_of};
use crate::common::deferred::Deferred;
use crate::common::flex::{Text, Texts, or_default};
use crate::common::json::Json;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Place;
use serde::Deserialize;
use std::borrow::Cow;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Element<'a> {
    #[serde(borrow, rename = "type", alias = "@type")]
    kind: Text<'a>,
    #[serde(borrow, rename = "spdxId", alias = "@id")]
    id: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    created: Text<'a>,
    #[serde(borrow, rename = "rootElement")]
    roots: Texts<'a>,
    #[serde(borrow)]
    from: Text<'a>,
    #[serde(borrow)]
    to: Texts<'a>,
    #[serde(borrow, rename = "relationshipType")]
    relationship: Text<'a>,
    #[serde(borrow)]
    completeness: Text<'a>,
    #[serde(borrow, rename = "software_packageVersion", alias = "packageVersion")]
    version: Text<'a>,
    #[serde(borrow, rename = "software_packageUrl", alias = "packageUrl")]
    purl: Text<'a>,
    #[serde(borrow, rename = "software_downloadLocation", alias = "downloadLocation")]
    download: Text<'a>,
    #[serde(borrow, rename = "software_primaryPurpose", alias = "primaryPurpose")]
    purpose: Text<'a>,
    #[serde(borrow, rename = "software_sourceInfo", alias = "sourceInfo")]
    source_info: Text<'a>,
    #[serde(borrow, rename = "externalIdentifier", deserialize_with = "or_default")]
    identifiers: Vec<Identifier<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Identifier<'a> {
    #[serde(borrow, rename = "externalIdentifierType")]
    kind: Text<'a>,
    #[serde(borrow)]
    identifier: Text<'a>,
}

impl<'a> Element<'a> {
    fn is_package(&self) -> bool {
        matches!(&*self.kind, "software_Package" | "Package" | "ai_AIPackage" | "dataset_DatasetPackage")
    }

    fn into_package(self) -> Package<'a> {
        let mut references: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        if !self.purl.trim().is_empty() {
            references.push(("purl".into(), self.purl.0));
        }
        references.extend(self.identifiers.into_iter().map(|it| (it.kind.0, it.identifier.0)));
        let purpose = match self.purpose.trim() {
            "operatingSystem" => "OPERATING-SYSTEM".into(),
            other => Cow::Owned(other.to_ascii_uppercase()),
        };
        Package {
            id: self.id.0,
            name: self.name.0,
            version: self.version.0,
            purpose,
            source_info: self.source_info.0,
            download: self.download.0,
            references,
        }
    }
}

pub(super) fn parse(
    mut json: Json<'_>,
    options: &Options,
    out: Out<'_>,
    graph: &[Deferred],
) -> Result<Summary, ParseError> {
    let mut frame = Frame::default();
    // The document points at a bill, and the bill at what it describes.
    let mut bills: Vec<String> = Vec::new();
    let mut recognized = false;
    each(&mut json, graph, &mut |element, _, _| {
        match &*element.kind {
            "SpdxDocument" => {
                recognized = true;
                frame.name = element.name.to_string();
                element.roots.iter().for_each(|root| frame.root(root));
            }
            "software_Sbom" | "Bom" | "Bundle" => {
                bills.push(element.id.to_string());
                element.roots.iter().for_each(|root| frame.root(root));
            }
            "CreationInfo" if frame.created.is_empty() => frame.created = element.created.0.into_owned(),
            "Tool" | "SoftwareAgent" => frame.creator(&format!("Tool: {}", element.name.trim())),
            "Relationship" | "LifecycleScopedRelationship" => {
                relationship(&element, &mut frame);
                return Ok(());
            }
            _ => {}
        }
        frame.elements.know(&element.id);
        Ok(())
    })?;
    if !recognized {
        return Err(none_of("its @graph holds no SpdxDocument"));
    }
    frame.roots.retain(|root| !bills.contains(root));
    let mut document = Document::new(options, out, frame);
    each(&mut json, graph, &mut |element, _, _| {
        if element.is_package() {
            document.look(&element.into_package());
        }
        Ok(())
    })?;
    json.damaged = None;
    let mut rejected = Vec::new();
    each(&mut json, graph, &mut |element, at, raw| match element.is_package() {
        true => document.take(&element.into_package(), at, Some(raw)),
        false if element.kind.is_empty() => {
            rejected.push(at.clone());
            Ok(())
        }
        false => Ok(()),
    })?;
    for at in rejected {
        let at = document.bill.out.record(at, "@graph");
        document.bill.out.reject(at, "an element without type");
    }
    document.bill.asset(&Place::default())?;
    json.tell_flaws(&mut document.bill.out);
    document.finish()
}

fn relationship(element: &Element<'_>, frame: &mut Frame) {
    let contents = matches!(&*element.relationship, "contains" | "dependsOn");
    if contents && matches!(&*element.completeness, "incomplete" | "noAssertion") {
        frame.open_ended.push(element.from.to_string());
    }
    let describes = &*element.relationship == "describes";
    for to in element.to.iter() {
        if describes {
            frame.root(to);
        }
        // The specification's individuals (`https://spdx.org/rdf/3...NoAssertionElement`) are no elements.
        if !to.contains("spdx.org/rdf/") {
            frame.elements.name(to);
        }
    }
    frame.elements.name(&element.from);
}

type Each<'e> = dyn FnMut(Element<'_>, &Place, &[u8]) -> Result<(), ParseError> + 'e;

/// Hands every element over. One that cannot be read has no type.
fn each(json: &mut Json<'_>, graph: &[Deferred], work: &mut Each<'_>) -> Result<(), ParseError> {
    graph.iter().try_for_each(|part| {
        part.replay(json, &mut |json| {
            json.array(&mut |json| {
                let value = json.value()?;
                let element = value.read::<Element<'_>>().unwrap_or_default();
                work(element, &value.at, value.text.as_bytes())
            })
        })
    })
}
