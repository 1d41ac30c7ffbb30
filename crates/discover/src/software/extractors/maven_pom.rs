//! `pom.xml`: what a Maven project asks for, with the properties, managed versions and parents that lie beside it.
//!
//! What only a repository knows (a parent or a bill of materials published elsewhere) leaves a version empty.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::xml::{self, Element};
use crate::software::{Package, Standing, range};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "maven_pom",
    name: "pom.xml",
    docs: "https://maven.apache.org/pom.html",
    wants: |path| extractor::name(path) == "pom.xml" || path.ends_with(".pom"),
    magic: &[],
    cap: TEXT,
    kinds: &["maven"],
    extract,
};

/// The most parents that are followed.
const PARENTS: usize = 16;
/// The longest name or version after its properties were put in.
const LONGEST: usize = 512;

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let project = xml::parse(file.bytes)?;
    if project.name != "project" {
        return Err(format!("no pom: its root is <{}>, not <project>", project.name));
    }
    let poms = with_parents(file, project);
    let mut properties = BTreeMap::new();
    for pom in &poms {
        let profiles = pom.within("profiles", "profile").flat_map(|profile| profile.children("properties"));
        for property in pom.children("properties").chain(profiles).flat_map(|properties| &properties.children)
        {
            properties.entry(property.name.as_str()).or_insert_with(|| property.text.trim());
        }
    }
    Ok(Model { poms: &poms, properties }.packages())
}

/// The project and its parents as far as they lie in the same root, the nearest first.
fn with_parents(file: &File<'_>, project: Element) -> Vec<Element> {
    let mut poms = vec![project];
    let mut path = file.path.to_owned();
    while let Some(parent) = poms.last().and_then(|pom| pom.child("parent")).filter(|_| poms.len() <= PARENTS)
    {
        let stated = parent.child("relativePath").map_or("../pom.xml", |path| path.text.trim());
        // An empty path: the parent is to be taken from a repository.
        let stated = if stated.ends_with(".xml") || stated.is_empty() {
            stated.to_owned()
        } else {
            format!("{stated}/pom.xml")
        };
        let from = File { path: &path, bytes: b"", other: file.other, problem: file.problem };
        let Some(next) = from.place(&stated).filter(|_| !stated.is_empty()) else { break };
        let Some(found) = (file.other)(&next).and_then(|bytes| xml::parse(&bytes).ok()) else { break };
        let ours = found.text_of("artifactId") == parent.text_of("artifactId");
        if found.name != "project" || !ours {
            break;
        }
        poms.push(found);
        path = next;
    }
    poms
}

struct Model<'a> {
    /// The nearest first.
    poms: &'a [Element],
    /// As the nearest pom defines them.
    properties: BTreeMap<&'a str, &'a str>,
}

impl<'a> Model<'a> {
    fn packages(&self) -> Vec<Package> {
        let mut managed = BTreeMap::new();
        for pom in self.poms {
            for entry in
                pom.children("dependencyManagement").flat_map(|of| of.within("dependencies", "dependency"))
            {
                if let Some(name) = self.name(entry) {
                    managed.entry(name).or_insert(entry);
                }
            }
        }
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for dependency in self.poms.iter().flat_map(|pom| self.dependencies(pom)) {
            let Some(name) = self
                .name(dependency)
                .filter(|name| seen.insert((name.clone(), dependency.text_of("type").to_owned())))
            else {
                continue;
            };
            let managed = managed.get(&name);
            let stated = |tag: &str| match dependency.text_of(tag) {
                "" => managed.map_or("", |managed| managed.text_of(tag)),
                text => text,
            };
            // A version whose property is not known here is not known.
            let version = self.resolve(stated("version")).unwrap_or_default();
            let dev = stated("scope") == "test";
            if let Ok(package) = Package::new(Standing::Declared, "maven", &name, range::least(&version)) {
                found.push(package.dev(dev));
            }
        }
        found
    }

    /// The dependencies of a pom, with those of the profiles that are active by themselves.
    fn dependencies(&self, pom: &'a Element) -> impl Iterator<Item = &'a Element> + use<'a> {
        let profiles = pom.within("profiles", "profile").filter(|profile| {
            profile.child("activation").is_some_and(|when| when.text_of("activeByDefault") == "true")
        });
        pom.within("dependencies", "dependency")
            .chain(profiles.flat_map(|profile| profile.within("dependencies", "dependency")))
    }

    /// `group:artifact`; `None` where a part is missing or not known here.
    fn name(&self, dependency: &Element) -> Option<String> {
        let part = |tag| self.resolve(dependency.text_of(tag)).filter(|part| !part.is_empty());
        Some(format!("{}:{}", part("groupId")?, part("artifactId")?))
    }

    /// The text with `${name}` replaced; `None` where a property is not known here.
    fn resolve(&self, text: &str) -> Option<String> {
        let mut out = text.to_owned();
        for _ in 0..32 {
            let Some(start) = out.find("${") else { return Some(out) };
            let end = start + out[start..].find('}')?;
            let value = self.property(&out[start + 2..end])?;
            out.replace_range(start..=end, &value);
            if out.len() > LONGEST {
                return None;
            }
        }
        None
    }

    fn property(&self, name: &str) -> Option<String> {
        let own = self.poms.first()?;
        if let Some(defined) = self.properties.get(name) {
            return Some((*defined).to_owned());
        }
        let name = name.strip_prefix("project.").or_else(|| name.strip_prefix("pom.")).unwrap_or(name);
        let parent = |tag: &str| own.child("parent").map_or("", |parent| parent.text_of(tag));
        let value = match name {
            // What a project does not state it has from its parent.
            "version" | "groupId" => match own.text_of(name) {
                "" => parent(name),
                value => value,
            },
            "artifactId" => own.text_of(name),
            _ => parent(name.strip_prefix("parent.")?),
        };
        Some(value.to_owned()).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_in};
    use super::*;

    #[test]
    fn properties_and_managed_versions() {
        check(
            &EXTRACTOR,
            "pom.xml",
            "<project><groupId>me</groupId><version>7</version><parent><version>6</version></parent>
            <properties><v>${w}</v><w>1.2</w><loop>${loop}${loop}</loop></properties>
            <dependencies>
            <dependency><groupId>a</groupId><artifactId>a</artifactId><version>${v}</version></dependency>
            <dependency><groupId>${project.groupId}</groupId><artifactId>b</artifactId><version>${project.version}</version></dependency>
            <dependency><groupId>a</groupId><artifactId>c</artifactId></dependency>
            <dependency><groupId>a</groupId><artifactId>d</artifactId><version>${unknown}</version><scope>test</scope></dependency>
            <dependency><groupId>a</groupId><artifactId>e</artifactId><version>[3,4)</version></dependency>
            <dependency><groupId>a</groupId><artifactId>f</artifactId><version>${loop}</version></dependency>
            <dependency><groupId>${unknown}</groupId><artifactId>g</artifactId></dependency>
            </dependencies>
            <dependencyManagement><dependencies><dependency><groupId>a</groupId><artifactId>c</artifactId><version>5</version></dependency></dependencies></dependencyManagement>
            <profiles><profile><activation><activeByDefault>true</activeByDefault></activation><dependencies><dependency><groupId>a</groupId><artifactId>h</artifactId><version>8</version></dependency></dependencies></profile></profiles>
            </project>",
            &[
                "declared pkg:maven/a/a@1.2",
                "declared pkg:maven/me/b@7",
                "declared pkg:maven/a/c@5",
                "dev declared pkg:maven/a/d",
                "declared pkg:maven/a/e@3",
                "declared pkg:maven/a/f",
                "declared pkg:maven/a/h@8",
            ],
        );
    }

    #[test]
    fn a_parent_in_the_same_tree() {
        let parent = "<project><artifactId>top</artifactId><properties><v>2</v></properties><dependencyManagement><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>${v}</version></dependency></dependencies></dependencyManagement><dependencies><dependency><groupId>a</groupId><artifactId>all</artifactId><version>1</version></dependency></dependencies></project>";
        let child = "<project><parent><artifactId>top</artifactId></parent><properties><v>3</v></properties><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId></dependency></dependencies></project>";
        assert_eq!(
            check_in(
                &EXTRACTOR,
                "app/pom.xml",
                child,
                &[("pom.xml", parent)],
                &["declared pkg:maven/a/b@3", "declared pkg:maven/a/all@1"],
            ),
            [""; 0]
        );
        // A pom that is its own parent.
        let own = "<project><artifactId>top</artifactId><parent><artifactId>top</artifactId><relativePath>pom.xml</relativePath></parent></project>";
        assert_eq!(check_in(&EXTRACTOR, "pom.xml", own, &[("pom.xml", own)], &[]), [""; 0]);
    }
}
