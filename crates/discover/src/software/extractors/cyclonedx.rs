//! A `CycloneDX` bill of materials that lies in the tree, JSON or XML, up to 1.7: its components, with those inside them.
//!
//! A component counts where it has a package URL or a CPE: a bare name matches nothing. The product that the bill is
//! about (`metadata.component`) is not one of its parts.

use super::sbom;
use crate::software::Package;
use crate::software::extractor::{self, BINARY, Extractor, File};
use crate::software::xml::{self, Element};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "cyclonedx",
    name: "CycloneDX bill of materials",
    docs: "https://cyclonedx.org/specification/overview/",
    wants: |path| {
        let name = extractor::name(path).to_ascii_lowercase();
        name == "bom.json" || name == "bom.xml" || name.ends_with(".cdx.json") || name.ends_with(".cdx.xml")
    },
    magic: &[],
    cap: BINARY,
    kinds: &[],
    extract,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bill {
    #[serde(default)]
    bom_format: String,
    #[serde(default)]
    spec_version: String,
    #[serde(default)]
    components: Option<Vec<Component>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Component {
    group: Option<String>,
    name: Option<String>,
    version: Option<String>,
    purl: Option<String>,
    cpe: Option<String>,
    scope: Option<String>,
    components: Option<Vec<Self>>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let mut found = Vec::new();
    if file.bytes.trim_ascii_start().starts_with(b"<") {
        let root = xml::parse(file.bytes)?;
        if root.name != "bom" {
            return Err(format!("no CycloneDX: its root is <{}>, not <bom>", root.name));
        }
        for component in root.within("components", "component").flat_map(with_inner) {
            let text = |name| component.text_of(name);
            let dev = text("scope") == "excluded";
            found.extend(package(
                text("group"),
                text("name"),
                text("version"),
                text("purl"),
                text("cpe"),
                dev,
            ));
        }
        return Ok(found);
    }
    let bill: Bill = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    if !bill.bom_format.eq_ignore_ascii_case("CycloneDX") && bill.spec_version.is_empty() {
        return Err("no CycloneDX: it has neither `bomFormat` nor `specVersion`".to_owned());
    }
    let mut stack = bill.components.unwrap_or_default();
    while let Some(component) = stack.pop() {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        found.extend(package(
            &text(&component.group),
            &text(&component.name),
            &text(&component.version),
            &text(&component.purl),
            &text(&component.cpe),
            component.scope.as_deref() == Some("excluded"),
        ));
        stack.extend(component.components.unwrap_or_default());
    }
    Ok(found)
}

/// A component of the XML form, and those inside it.
fn with_inner(component: &Element) -> Vec<&Element> {
    let mut all = vec![component];
    let mut next = 0;
    while let Some(component) = all.get(next).copied() {
        all.extend(component.within("components", "component"));
        next += 1;
    }
    all
}

/// `dev`: the bill says that the product does not ship it (scope `excluded`).
fn package(group: &str, name: &str, version: &str, purl: &str, cpe: &str, dev: bool) -> Option<Package> {
    let full = if group.is_empty() { name.to_owned() } else { format!("{group}/{name}") };
    Some(sbom::package(&full, version, purl, cpe)?.dev(dev))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, run};
    use super::*;

    #[test]
    fn json() {
        check(
            &EXTRACTOR,
            "app.cdx.json",
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"name":"me","purl":"pkg:npm/me@1"}},"components":[
            {"type":"library","name":"openssl","version":"1.1.1","purl":"pkg:generic/openssl@1.1.1","components":[{"name":"inner","version":"2","purl":"pkg:cargo/inner"}]},
            {"name":"Nginx","group":"f5","version":"1.21.1","cpe":"cpe:2.3:a:nginx:nginx:1.21.1"},
            {"name":"jest","purl":"pkg:npm/jest@29","scope":"excluded"},
            {"name":"bare","version":"1"},{"name":"bad","purl":"nonsense"}]}"#,
            &[
                "locked pkg:generic/openssl@1.1.1",
                "locked pkg:cargo/inner@2",
                "locked pkg:generic/f5/Nginx@1.21.1?cpe=cpe:2.3:a:nginx:nginx:1.21.1",
                "dev locked pkg:npm/jest@29",
            ],
        );
    }

    #[test]
    fn xml() {
        check(
            &EXTRACTOR,
            "bom.xml",
            "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'><components><component><name><![CDATA[openssl]]></name><version>1.1.1</version><purl>pkg:generic/openssl@1.1.1</purl><components><component><name>inner</name><purl>pkg:cargo/inner@2</purl></component></components></component></components></bom>",
            &["locked pkg:generic/openssl@1.1.1", "locked pkg:cargo/inner@2"],
        );
    }

    #[test]
    fn what_is_none() {
        for text in ["{}", "<project/>", "Not an sbom at all!", ""] {
            assert!(run(&EXTRACTOR, "bom.json", text.as_bytes(), &|_| None).0.is_err(), "{text}");
        }
    }
}
