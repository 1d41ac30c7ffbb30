//! SPDX 3.0: a graph of elements as JSON-LD (<https://spdx.github.io/spdx-spec/v3.0.1/>).

use super::sbom;
use crate::software::Package;
use serde::Deserialize;

#[derive(Deserialize)]
struct Graph {
    #[serde(rename = "@graph")]
    graph: Vec<Element>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Element {
    #[serde(alias = "@type")]
    r#type: String,
    name: Option<String>,
    #[serde(rename = "software_packageVersion", alias = "packageVersion")]
    version: Option<String>,
    #[serde(rename = "software_packageUrl", alias = "packageUrl")]
    purl: Option<String>,
    #[serde(rename = "externalIdentifier")]
    identifiers: Option<Vec<Identifier>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Identifier {
    #[serde(rename = "externalIdentifierType")]
    kind: String,
    identifier: String,
}

/// The packages of a document of version 3; `None` where it is none.
pub(super) fn extract(text: &str) -> Result<Option<Vec<Package>>, String> {
    let head: Head = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if head.graph.is_none() {
        return Ok(None);
    }
    let document: Graph = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let packages = document.graph.iter().filter(|element| element.r#type.ends_with("Package"));
    Ok(Some(packages.filter_map(Element::package).collect()))
}

#[derive(Deserialize)]
struct Head {
    #[serde(default, rename = "@graph")]
    graph: Option<serde::de::IgnoredAny>,
}

impl Element {
    fn package(&self) -> Option<Package> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let identifier = |kinds: &[&str]| {
            let all = self.identifiers.iter().flatten();
            let mut of = all.filter(|one| kinds.contains(&one.kind.as_str()));
            of.next().map_or(String::new(), |one| one.identifier.clone())
        };
        let purl = match text(&self.purl) {
            purl if purl.is_empty() => identifier(&["packageUrl", "packageURL", "purl"]),
            purl => purl,
        };
        sbom::package(&text(&self.name), &text(&self.version), &purl, &identifier(&["cpe23", "cpe22"]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::check;

    #[test]
    fn packages_of_the_graph() {
        check(
            &super::super::EXTRACTOR,
            "app.spdx3.json",
            r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"CreationInfo","@id":"_:c"},{"type":"software_Package","name":"a","software_packageVersion":"1","software_packageUrl":"pkg:npm/a"},{"type":"software_Package","name":"b","software_packageVersion":"2","externalIdentifier":[{"type":"ExternalIdentifier","externalIdentifierType":"cpe23","identifier":"cpe:2.3:a:v:b:2"},{"externalIdentifierType":"packageUrl","identifier":"pkg:npm/b@2"}]},{"type":"software_File","name":"c","software_packageUrl":"pkg:npm/c"}]}"#,
            &["locked pkg:npm/a@1", "locked pkg:npm/b@2"],
        );
    }
}
