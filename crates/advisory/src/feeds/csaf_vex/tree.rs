//! The product tree of a CSAF document: which packages a product id stands for.

use crate::ecosystem::Ecosystem;
use crate::record::Affected;
use crate::text::excerpt;
use bartizan_model::{Cpe, Purl};
use serde::Deserialize;
use std::collections::HashMap;

/// Relationships lead on to others no deeper than this.
const DEEPEST: usize = 8;
/// Branches nest no deeper than this; the parser of JSON bounds them anyway.
const BRANCHES: usize = 64;

#[derive(Deserialize, Default)]
pub(super) struct Raw {
    #[serde(default)]
    branches: Vec<Branch>,
    #[serde(default)]
    full_product_names: Vec<Product>,
    #[serde(default)]
    relationships: Vec<Relationship>,
    #[serde(default)]
    product_groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Branch {
    #[serde(default)]
    category: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    product: Option<Product>,
    #[serde(default)]
    branches: Vec<Self>,
}

#[derive(Deserialize)]
struct Product {
    product_id: String,
    #[serde(default)]
    product_identification_helper: Option<Helper>,
}

#[derive(Deserialize, Default)]
struct Helper {
    #[serde(default)]
    purl: Option<String>,
    #[serde(default)]
    purls: Vec<String>,
    #[serde(default)]
    cpe: Option<String>,
}

#[derive(Deserialize)]
struct Relationship {
    full_product_name: Product,
    product_reference: String,
    relates_to_product_reference: String,
}

#[derive(Deserialize)]
struct Group {
    group_id: String,
    #[serde(default)]
    product_ids: Vec<String>,
}

/// A package that a product id stands for.
pub(super) struct Package {
    pub(super) ecosystem: Ecosystem,
    pub(super) name: String,
    /// `nodejs:18`; empty for those of no module.
    pub(super) module: String,
    pub(super) versions: Versions,
}

/// Which versions of it.
pub(super) enum Versions {
    /// None is named.
    Any,
    One(String),
    /// In the words of a constraint.
    Constraint(String),
}

impl Package {
    pub(super) fn affected(&self) -> Affected {
        let mut affected = Affected::new(self.ecosystem.clone(), self.name.clone());
        affected.module.clone_from(&self.module);
        affected
    }
}

/// What is known of a product of the tree itself.
#[derive(Default)]
struct Node {
    purls: Vec<String>,
    cpe: Option<Cpe>,
    vendor: String,
    product: String,
    version: Option<String>,
    range: Option<String>,
}

/// A product tree, by product ids.
pub(super) struct Tree {
    nodes: HashMap<String, Node>,
    /// What is part of what.
    parts: HashMap<String, (String, String)>,
    groups: HashMap<String, Vec<String>>,
}

/// Where in the branches a product stands.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    vendor: &'a str,
    product: &'a str,
    version: Option<&'a str>,
    range: Option<&'a str>,
}

impl Tree {
    pub(super) fn of(raw: Raw) -> Self {
        let mut tree = Self { nodes: HashMap::new(), parts: HashMap::new(), groups: HashMap::new() };
        for product in raw.full_product_names {
            tree.add(product, Place::default());
        }
        tree.branches(raw.branches, Place::default(), 0);
        for Relationship { full_product_name, product_reference, relates_to_product_reference } in
            raw.relationships
        {
            let id = full_product_name.product_id.clone();
            tree.add(full_product_name, Place::default());
            tree.parts.insert(id, (product_reference, relates_to_product_reference));
        }
        tree.groups.extend(raw.product_groups.into_iter().map(|group| (group.group_id, group.product_ids)));
        tree
    }

    fn branches(&mut self, branches: Vec<Branch>, place: Place<'_>, depth: usize) {
        if depth == BRANCHES {
            return;
        }
        for Branch { category, name, product, branches } in branches {
            let mut inner = place;
            match category.as_str() {
                "vendor" => inner.vendor = &name,
                "product_name" => inner.product = &name,
                "product_version" | "service_pack" | "patch_level" => inner.version = Some(&name),
                "product_version_range" => inner.range = Some(&name),
                _ => {}
            }
            if let Some(product) = product {
                self.add(product, inner);
            }
            self.branches(branches, inner, depth + 1);
        }
    }

    fn add(&mut self, product: Product, place: Place<'_>) {
        let helper = product.product_identification_helper.unwrap_or_default();
        let node = Node {
            purls: helper.purl.into_iter().chain(helper.purls).collect(),
            cpe: helper.cpe.as_deref().and_then(Cpe::parse),
            vendor: place.vendor.to_owned(),
            product: place.product.to_owned(),
            version: place.version.map(str::to_owned),
            range: place.range.map(str::to_owned),
        };
        self.nodes.insert(product.product_id, node);
    }

    pub(super) fn group(&self, id: &str) -> &[String] {
        self.groups.get(id).map_or(&[], Vec::as_slice)
    }

    /// The packages that a product id stands for; none where it is something else, such as an image.
    pub(super) fn packages(&self, id: &str) -> Result<Vec<Package>, String> {
        // What it is itself, the platform it is part of, and the module between them.
        let (mut own, mut platform, mut module) = (id, None, String::new());
        for _ in 0..DEEPEST {
            let Some((part, whole)) = self.parts.get(own) else { break };
            let (outer, stream) = self.platform(whole);
            platform = platform.or(outer);
            if module.is_empty() {
                module = stream;
            }
            own = part;
        }
        let node =
            self.nodes.get(own).ok_or_else(|| format!("`{}` is not in the product tree", excerpt(own)))?;
        let mut packages: Vec<Package> = Vec::new();
        for purl in &node.purls {
            packages.extend(Self::by_purl(purl, platform.as_ref(), &module));
        }
        if !packages.is_empty() || node.purls.iter().any(|purl| purl.starts_with("pkg:")) {
            return Ok(packages);
        }
        if let Some(ecosystem) = platform {
            return Ok(nevra(own)
                .map(|(name, versions)| Package { ecosystem, name, module, versions })
                .into_iter()
                .collect());
        }
        Ok(node.product_package().into_iter().collect())
    }

    /// The release of a distribution that a platform is, and the module that leads to it.
    fn platform(&self, id: &str) -> (Option<Ecosystem>, String) {
        let (mut at, mut module) = (id, String::new());
        for _ in 0..DEEPEST {
            if let Some(found) = self.nodes.get(at).and_then(|node| Ecosystem::of_cpe(node.cpe.as_ref()?)) {
                return (Some(found), module);
            }
            let Some((part, whole)) = self.parts.get(at) else { break };
            let purls = self.nodes.get(part).map_or(&[] as &[String], |node| &node.purls);
            let streams = purls.iter().filter_map(|purl| purl.parse::<Purl>().ok());
            if let Some(purl) = streams.into_iter().find(|purl| purl.kind() == "rpmmod") {
                module = format!("{}:{}", purl.name(), purl.version().split(':').next().unwrap_or_default());
            }
            at = whole;
        }
        (None, module)
    }

    fn by_purl(text: &str, platform: Option<&Ecosystem>, module: &str) -> Option<Package> {
        let (affected, version) = Affected::by_name(text)?;
        let purl: Purl = text.parse().ok()?;
        let of_system = matches!(purl.kind(), "rpm" | "deb" | "apk" | "alpm");
        let ecosystem = platform.filter(|_| of_system).cloned().unwrap_or(affected.ecosystem);
        let named =
            purl.qualifier("rpmmod").map(|module| module.split(':').take(2).collect::<Vec<_>>().join(":"));
        let versions = if version.is_empty() { Versions::Any } else { Versions::One(version) };
        let name = if of_system { purl.name().to_owned() } else { affected.package };
        Some(Package { ecosystem, name, module: named.unwrap_or_else(|| module.to_owned()), versions })
    }
}

impl Node {
    /// A product that only a CPE or the branches it stands in name.
    fn product_package(&self) -> Option<Package> {
        let name = match &self.cpe {
            Some(cpe) => cpe.package(),
            None if self.vendor.is_empty() || self.product.is_empty() => return None,
            None => {
                let word = |text: &str| text.trim().to_lowercase().replace(' ', "_");
                format!("{}:{}", word(&self.vendor), word(&self.product))
            }
        };
        let named = self.cpe.as_ref().and_then(Cpe::version);
        let versions = match (&self.range, self.version.clone().or(named)) {
            (Some(range), _) => Versions::Constraint(constraint(range)),
            (None, Some(version)) => Versions::One(version),
            (None, None) => Versions::Any,
        };
        Some(Package { ecosystem: Ecosystem::cpe(), name, module: String::new(), versions })
    }
}

/// A range as a constraint: `vers:generic/>=1.0|<1.5|>=2|<2.1` or plain comparators.
fn constraint(range: &str) -> String {
    let Some(rest) = range.trim().strip_prefix("vers:") else { return range.trim().to_owned() };
    let body = rest.split_once('/').map_or(rest, |(_, body)| body);
    let mut alternatives: Vec<String> = Vec::new();
    let mut open = false;
    for part in body.split('|').map(str::trim).filter(|part| !part.is_empty()) {
        match (part.as_bytes().first(), alternatives.last_mut()) {
            (Some(b'<'), Some(last)) if open => {
                last.push_str(", ");
                last.push_str(part);
            }
            _ => alternatives.push(part.to_owned()),
        }
        open = part.starts_with('>');
    }
    alternatives.join(" || ")
}

/// `telnet-1:0.17-65.el7_6.x86_64`, `samba.src`, `samba`: an RPM's name and version.
fn nevra(text: &str) -> Option<(String, Versions)> {
    let text = text.rsplit_once('/').map_or(text, |(_, name)| name);
    let arches =
        ["x86_64", "aarch64", "ppc64le", "ppc64", "ppc", "s390x", "s390", "i686", "i386", "noarch", "src"];
    let bare = match text.rsplit_once('.') {
        Some((rest, arch)) if arches.contains(&arch) => rest,
        _ => text,
    };
    let mut parts = bare.rsplitn(3, '-');
    let (release, version, name) = (parts.next()?, parts.next(), parts.next());
    match (name, version) {
        (Some(name), Some(version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
            Some((name.to_owned(), Versions::One(format!("{version}-{release}"))))
        }
        _ => Some((bare.to_owned(), Versions::Any)).filter(|_| !bare.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_rpms() {
        assert_eq!(constraint("vers:generic/>=1.0|<1.5|>=2|<=2.1|3.0"), ">=1.0, <1.5 || >=2, <=2.1 || 3.0");
        assert_eq!(constraint("<4.2"), "<4.2");
        let read = |text: &str| {
            let (name, versions) = nevra(text).unwrap();
            (name, if let Versions::One(version) = versions { version } else { String::new() })
        };
        assert_eq!(
            read("telnet-1:0.17-65.el7_6.x86_64"),
            ("telnet".to_owned(), "1:0.17-65.el7_6".to_owned())
        );
        assert_eq!(read("samba-krb5-locator.src"), ("samba-krb5-locator".to_owned(), String::new()));
    }
}
