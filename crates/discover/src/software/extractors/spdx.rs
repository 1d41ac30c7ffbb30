//! An SPDX bill of materials that lies in the tree: 2.x as JSON, YAML, tag-value, RDF or XML, and 3.0 as JSON-LD.
//!
//! A package counts where it has a package URL or a CPE: a bare name matches nothing.

use super::sbom;
use crate::software::extractor::{self, BINARY, Extractor, File};
use crate::software::xml::{self, Element};
use crate::software::{Package, yaml};
use serde::Deserialize;

mod version_3;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "spdx",
    name: "SPDX bill of materials",
    docs: "https://spdx.dev/use/specifications/",
    wants: |path| {
        let name = extractor::name(path).to_ascii_lowercase();
        let ends = [
            ".spdx",
            ".spdx.json",
            ".spdx3.json",
            ".spdx.jsonld",
            ".spdx.yaml",
            ".spdx.yml",
            ".spdx.rdf",
            ".spdx.rdf.xml",
            ".spdx.xml",
        ];
        ends.iter().any(|end| name.ends_with(end))
            // As hardened and vendors' images have them: `.spdx.python.json`, `.spdx-redis.spdx`.
            || (name.starts_with(".spdx") && (name.ends_with(".json") || name.ends_with(".spdx")))
    },
    magic: &[],
    cap: BINARY,
    kinds: &[],
    extract,
};

/// What all forms of 2.x say of a package.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Listed {
    name: String,
    version_info: Option<String>,
    external_refs: Option<Vec<Reference>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Reference {
    reference_type: String,
    reference_locator: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    #[serde(default)]
    spdx_version: String,
    #[serde(default)]
    packages: Option<Vec<Listed>>,
}

impl Document {
    fn packages(self) -> Result<Vec<Package>, String> {
        if !self.spdx_version.starts_with("SPDX-") {
            return Err("no SPDX: it has no `spdxVersion`".to_owned());
        }
        Ok(self.packages.unwrap_or_default().iter().filter_map(Listed::package).collect())
    }
}

impl Listed {
    fn package(&self) -> Option<Package> {
        let references = self.external_refs.as_deref().unwrap_or_default();
        let locator = |kinds: &[&str]| {
            // Some tools write the type as the address of its description.
            let is = |reference: &&Reference| {
                kinds.contains(&reference.reference_type.rsplit('/').next().unwrap_or(""))
            };
            references.iter().find(is).map_or("", |reference| reference.reference_locator.trim())
        };
        let version = match self.version_info.as_deref().unwrap_or("").trim() {
            "NOASSERTION" | "NONE" => "",
            version => version,
        };
        sbom::package(&self.name, version, locator(&["purl"]), locator(&["cpe23Type", "cpe22Type"]))
    }
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let start = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file.bytes).trim_ascii_start();
    match start.first() {
        Some(b'<') => {
            let root = xml::parse(file.bytes)?;
            match root.name.as_str() {
                "RDF" | "SpdxDocument" => Ok(rdf(&root)),
                "Document" => Ok(plain_xml(&root)),
                name => Err(format!("no SPDX: its root is <{name}>")),
            }
        }
        Some(b'{') => {
            let text = file.text()?;
            if let Some(found) = version_3::extract(text)? {
                return Ok(found);
            }
            serde_json::from_str::<Document>(text).map_err(|error| error.to_string())?.packages()
        }
        Some(_) => {
            let text = file.text()?;
            let tags = text.lines().any(|line| line.trim_start().starts_with("SPDXVersion:"));
            if tags { Ok(tag_value(text)) } else { from_yaml(text) }
        }
        None => Err("it is empty".to_owned()),
    }
}

fn from_yaml(text: &str) -> Result<Vec<Package>, String> {
    yaml::read::<Document>(text)?.packages()
}

/// `Tag: value` lines; a package begins at its name.
fn tag_value(text: &str) -> Vec<Package> {
    let mut listed: Vec<Listed> = Vec::new();
    let mut in_text = false;
    for line in text.lines() {
        // A text over several lines says nothing that is read here.
        in_text = (in_text || line.contains("<text>")) && !line.contains("</text>");
        if in_text {
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match (tag.trim(), listed.last_mut()) {
            ("PackageName", _) => listed.push(Listed { name: value.to_owned(), ..Listed::default() }),
            // What follows is about a file, a part of a file, a license.
            ("FileName" | "SnippetSPDXID" | "LicenseID", _) => listed.push(Listed::default()),
            ("PackageVersion", Some(package)) => package.version_info = Some(value.to_owned()),
            ("ExternalRef", Some(package)) => {
                let mut words = value.split_whitespace().skip(1);
                if let (Some(kind), Some(locator)) = (words.next(), words.next()) {
                    package.external_refs.get_or_insert_default().push(Reference {
                        reference_type: kind.to_owned(),
                        reference_locator: locator.to_owned(),
                    });
                }
            }
            _ => {}
        }
    }
    listed.iter().filter_map(Listed::package).collect()
}

/// The elements of the JSON form, each list as a repeated element.
fn plain_xml(root: &Element) -> Vec<Package> {
    let packages = root.children("packages").map(|package| {
        let references = package.children("externalRefs").map(|reference| Reference {
            reference_type: reference.text_of("referenceType").to_owned(),
            reference_locator: reference.text_of("referenceLocator").to_owned(),
        });
        Listed {
            name: package.text_of("name").to_owned(),
            version_info: Some(package.text_of("versionInfo").to_owned()),
            external_refs: Some(references.collect()),
        }
    });
    packages.filter_map(|listed| listed.package()).collect()
}

fn rdf(root: &Element) -> Vec<Package> {
    let packages = root.descendants("Package");
    packages
        .into_iter()
        .filter_map(|package| {
            let references = package.within("externalRef", "ExternalRef").map(|reference| Reference {
                reference_type: match reference.child("referenceType") {
                    Some(kind) if kind.attr("resource").is_empty() => kind
                        .descendants("ReferenceType")
                        .first()
                        .map_or("", |kind| kind.attr("about"))
                        .to_owned(),
                    Some(kind) => kind.attr("resource").to_owned(),
                    None => String::new(),
                },
                reference_locator: reference.text_of("referenceLocator").to_owned(),
            });
            let listed = Listed {
                name: package.text_of("name").to_owned(),
                version_info: Some(package.text_of("versionInfo").to_owned()),
                external_refs: Some(references.collect()),
            };
            listed.package()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, run};
    use super::*;

    #[test]
    fn json_and_yaml() {
        check(
            &EXTRACTOR,
            "app.spdx.json",
            r#"{"spdxVersion":"SPDX-2.3","packages":[{"name":"openssl","versionInfo":"1.1.1","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:deb/debian/openssl"}]},{"name":"Nginx","versionInfo":"NOASSERTION","externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:nginx:nginx:1.21.1"}]},{"name":"bare"}]}"#,
            &[
                "locked pkg:deb/debian/openssl@1.1.1",
                "locked pkg:generic/Nginx@1.21.1?cpe=cpe:2.3:a:nginx:nginx:1.21.1",
            ],
        );
        check(
            &EXTRACTOR,
            "app.spdx.yml",
            "spdxVersion: SPDX-2.2\npackages:\n- name: openssl\n  versionInfo: 1.10\n  externalRefs:\n  - referenceType: purl\n    referenceLocator: pkg:generic/openssl\n",
            &["locked pkg:generic/openssl@1.10"],
        );
    }

    #[test]
    fn tag_value_form() {
        check(
            &EXTRACTOR,
            "opt/bitnami/.spdx-redis.spdx",
            "SPDXVersion: SPDX-2.3\n##### Package\nPackageName: redis\nPackageVersion: 7.0\nPackageComment: <text>a\nPackageVersion: 9\n</text>\nExternalRef: PACKAGE-MANAGER purl pkg:bitnami/redis@7.0.1\n\nPackageName: bare\nFileName: ./x\nExternalRef: SECURITY cpe23Type cpe:2.3:a:x:x:1\n",
            &["locked pkg:bitnami/redis@7.0.1"],
        );
    }

    #[test]
    fn xml_form() {
        check(
            &EXTRACTOR,
            "app.spdx.xml",
            "<Document><spdxVersion>SPDX-2.3</spdxVersion><packages><name>openssl</name><versionInfo>1.1.1</versionInfo><externalRefs><referenceType>purl</referenceType><referenceLocator>pkg:generic/openssl</referenceLocator></externalRefs></packages></Document>",
            &["locked pkg:generic/openssl@1.1.1"],
        );
    }

    #[test]
    fn rdf_form() {
        check(
            &EXTRACTOR,
            "app.spdx.rdf",
            "<rdf:RDF xmlns:spdx='http://spdx.org/rdf/terms#' xmlns:rdf='r'><spdx:SpdxDocument><spdx:relationship><spdx:Relationship><spdx:relatedSpdxElement><spdx:Package><spdx:name>openssl</spdx:name><spdx:versionInfo>1.1.1</spdx:versionInfo><spdx:externalRef><spdx:ExternalRef><spdx:referenceType rdf:resource='http://spdx.org/rdf/references/purl'/><spdx:referenceLocator>pkg:generic/openssl</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef></spdx:Package></spdx:relatedSpdxElement></spdx:Relationship></spdx:relationship></spdx:SpdxDocument></rdf:RDF>",
            &["locked pkg:generic/openssl@1.1.1"],
        );
    }

    #[test]
    fn what_is_none() {
        for text in ["{}", "<project/>", "Not an sbom at all!", "", "a: b"] {
            assert!(run(&EXTRACTOR, "x.spdx", text.as_bytes(), &|_| None).0.is_err(), "{text}");
        }
    }
}
