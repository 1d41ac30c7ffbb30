//! SPDX 2.3 as JSON (<https://spdx.github.io/spdx-spec/v2.3/>). The asset's identifiers are external references of the
//! category OTHER, so that whoever reads the document back knows the same asset.

use crate::TOOL;
use crate::bill::{Bill, seconds, uuid};
use bartizan_model::AssetKind;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    spdx_version: &'static str,
    data_license: &'static str,
    #[serde(rename = "SPDXID")]
    id: &'static str,
    name: &'a str,
    document_namespace: String,
    creation_info: Creation,
    packages: Vec<Package<'a>>,
    relationships: Vec<Relationship<'a>>,
}

#[derive(Serialize)]
struct Creation {
    created: String,
    creators: [String; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package<'a> {
    #[serde(rename = "SPDXID")]
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version_info: &'a str,
    download_location: &'static str,
    files_analyzed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_package_purpose: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<Reference>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    reference_category: &'static str,
    reference_type: &'static str,
    reference_locator: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relationship<'a> {
    spdx_element_id: &'static str,
    relationship_type: &'static str,
    related_spdx_element: &'a str,
}

const DOCUMENT: &str = "SPDXRef-DOCUMENT";
const SUBJECT: &str = "SPDXRef-Subject";

/// Writes a bill, which should be [tidy](Bill::tidy). The format has no place for weaknesses: they are left out.
///
/// # Errors
/// Those of `out`.
pub fn spdx(bill: &Bill, version: &'static str, out: &mut dyn Write) -> io::Result<()> {
    // An id may have letters, digits, dots and dashes alone.
    let ids: Vec<String> = bill
        .references()
        .iter()
        .map(|reference| format!("SPDXRef-Package-{}", &blake3::hash(reference.as_bytes()).to_hex()[..20]))
        .collect();
    let mut packages = vec![subject(bill)];
    packages.extend(bill.parts.iter().zip(&ids).map(|(part, id)| Package {
        id,
        name: if part.name.is_empty() { "NOASSERTION" } else { &part.name },
        version_info: &part.version,
        download_location: "NOASSERTION",
        files_analyzed: false,
        primary_package_purpose: None,
        comment: None,
        external_refs: (!part.purl.is_empty()).then(|| purl(part.purl.clone())).into_iter().collect(),
    }));
    let mut relationships = vec![Relationship {
        spdx_element_id: DOCUMENT,
        relationship_type: "DESCRIBES",
        related_spdx_element: SUBJECT,
    }];
    relationships.extend(ids.iter().map(|id| Relationship {
        spdx_element_id: SUBJECT,
        relationship_type: "CONTAINS",
        related_spdx_element: id,
    }));
    let mut document = Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: DOCUMENT,
        name: name(bill),
        document_namespace: String::new(),
        creation_info: Creation {
            created: seconds(bill.as_of),
            creators: [format!("Tool: {TOOL}-{version}")],
        },
        packages,
        relationships,
    };
    document.document_namespace = format!("urn:uuid:{}", uuid(&serde_json::to_vec(&document)?));
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn name(bill: &Bill) -> &str {
    if bill.subject.name.is_empty() { "unnamed" } else { &bill.subject.name }
}

fn purl(purl: String) -> Reference {
    Reference { reference_category: "PACKAGE-MANAGER", reference_type: "purl", reference_locator: purl }
}

fn subject(bill: &Bill) -> Package<'_> {
    let purpose = match bill.subject.kind {
        AssetKind::ContainerImage => "CONTAINER",
        AssetKind::Host => "OPERATING-SYSTEM",
        AssetKind::Device => "DEVICE",
        AssetKind::Application | AssetKind::WebApplication => "APPLICATION",
        _ => "OTHER",
    };
    let other = |reference_type, reference_locator| Reference {
        reference_category: "OTHER",
        reference_type,
        reference_locator,
    };
    let mut external_refs: Vec<Reference> =
        bill.subject.purl().map(|it| purl(it.to_string())).into_iter().collect();
    external_refs.push(other("bartizan-kind", bill.subject.kind.as_str().to_owned()));
    // A locator has no spaces.
    let identifiers = bill.subject.identifiers.iter().map(ToString::to_string);
    let written = identifiers.filter(|it| !it.contains(char::is_whitespace));
    external_refs.extend(written.map(|it| other("bartizan-identifier", it)));
    Package {
        id: SUBJECT,
        name: name(bill),
        version_info: "",
        download_location: "NOASSERTION",
        files_analyzed: false,
        primary_package_purpose: Some(purpose),
        comment: bill.subject.os.as_ref().map(|os| format!("Operating system: {os}")),
        external_refs,
    }
}
