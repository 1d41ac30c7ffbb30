//! CSAF 2.0 (and 2.1): Red Hat's VEX files, and advisories of anybody in this format.
//!
//! A product is a package of a platform. Where the platform is a release of a distribution, its packages are judged as the
//! distribution does: fixed in a version means that those before it are affected, and of several fixes of one stream the
//! first one counts. Architectures are fixed together, so they are not told apart. Anybody else's statement is about
//! exactly the version or range that it names. Container images are no packages and are left out.

mod tree;

use super::read::{each_document, id};
use crate::detect::Head;
use crate::feed::{Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::record::{Advisory, Affected, Bounds, Range, Verdict};
use crate::text::rfc3339;
use crate::version::Scheme;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::ops::ControlFlow;
use tree::{Package, Tree, Versions};

pub(super) const FEED: Feed = Feed {
    id: "csaf_vex",
    name: "CSAF VEX",
    about: "Red Hat's own verdict on each CVE in each of its products, and other makers' advisories",
    // Names the archive of the day, which lies beside it.
    address: "https://security.access.redhat.com/data/csaf/v2/vex/archive_latest.txt",
    parts: &[],
    licence: "CC-BY-4.0",
    docs: "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html",
    tells: Tells::Advisories,
    shape: Shape::Records,
    dated: true,
    fresh_days: 7,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.has_within("document", "csaf_version") || head.has_within("document", "tracking")
}

#[derive(Deserialize)]
struct File {
    document: Document,
    #[serde(default)]
    product_tree: Option<tree::Raw>,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    title: String,
    #[serde(default)]
    aggregate_severity: Option<Severity>,
    tracking: Tracking,
}

#[derive(Deserialize)]
struct Severity {
    text: String,
}

#[derive(Deserialize)]
struct Tracking {
    id: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    current_release_date: Option<String>,
    #[serde(default)]
    initial_release_date: Option<String>,
}

#[derive(Deserialize)]
struct Vulnerability {
    #[serde(default)]
    cve: Option<String>,
    #[serde(default)]
    ids: Vec<OtherId>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    notes: Vec<Note>,
    #[serde(default)]
    cwe: Option<Cwe>,
    #[serde(default)]
    cwes: Vec<Cwe>,
    #[serde(default)]
    scores: Vec<BTreeMap<String, serde_json::Value>>,
    #[serde(default)]
    metrics: Vec<Metric>,
    #[serde(default)]
    references: Vec<Link>,
    #[serde(default)]
    product_status: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    remediations: Vec<Remediation>,
}

#[derive(Deserialize)]
struct OtherId {
    text: String,
}

#[derive(Deserialize)]
struct Note {
    #[serde(default)]
    category: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Cwe {
    id: String,
}

#[derive(Deserialize)]
struct Metric {
    #[serde(default)]
    content: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Link {
    url: String,
}

#[derive(Deserialize)]
struct Remediation {
    category: String,
    #[serde(default)]
    details: String,
    #[serde(default)]
    product_ids: Vec<String>,
    #[serde(default)]
    group_ids: Vec<String>,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut newest: Option<String> = None;
    let incomplete = each_document(reader, sink, |bytes, sink| {
        let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let mut problems = Vec::new();
        let advisories = advisories(file, &mut problems)?;
        for (at, why) in problems {
            sink.reject(at, why);
        }
        for advisory in advisories {
            newest = newest.take().max(advisory.modified.clone());
            if sink.record(Record::Advisory(Box::new(advisory))).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Summary { as_of: newest, incomplete, ..Summary::default() })
}

/// One advisory for each weakness of a document.
fn advisories(file: File, problems: &mut Vec<(String, String)>) -> Result<Vec<Advisory>, String> {
    let File { document, product_tree, vulnerabilities } = file;
    let tracking = document.tracking;
    let name = id(&tracking.id)?;
    let modified = tracking.current_release_date.as_deref().and_then(rfc3339);
    if matches!(tracking.status.as_str(), "deleted" | "withdrawn") {
        // All that is left of a document that was taken back.
        let withdrawn = modified.clone().unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned());
        return Ok(vec![Advisory { id: name, modified, withdrawn: Some(withdrawn), ..Advisory::default() }]);
    }
    let tree = Tree::of(product_tree.unwrap_or_default());
    let single = vulnerabilities.len() == 1;
    let mut all = Vec::with_capacity(vulnerabilities.len());
    for vulnerability in vulnerabilities {
        let names = vulnerability.cve.iter().chain(vulnerability.ids.iter().map(|other| &other.text));
        let about = names.into_iter().find_map(|name| id(name).ok());
        let Some(about) = about else {
            problems.push((name.clone(), "a vulnerability has neither a CVE nor an id".to_owned()));
            continue;
        };
        let own = if single { name.clone() } else { format!("{name}/{about}") };
        let mut affected = affected(&vulnerability, &tree, &own, problems);
        affected.sort_by(|a, b| (&a.ecosystem, &a.package).cmp(&(&b.ecosystem, &b.package)));
        let note = |kind: &str| vulnerability.notes.iter().find(|note| note.category == kind);
        let details = note("description").or_else(|| note("summary")).map(|note| note.text.clone());
        let mut cvss = Vec::new();
        let contents = vulnerability.metrics.iter().map(|metric| &metric.content);
        for score in vulnerability.scores.iter().chain(contents) {
            let vectors = ["cvss_v4", "cvss_v3", "cvss_v2"].iter().filter_map(|key| score.get(*key));
            for vector in vectors.filter_map(|data| data.get("vectorString")?.as_str()) {
                if !cvss.iter().any(|known| known == vector) {
                    cvss.push(vector.to_owned());
                }
            }
        }
        all.push(Advisory {
            covers: if own == about { Vec::new() } else { vec![about] },
            id: own,
            title: vulnerability.title.unwrap_or_else(|| document.title.clone()),
            details: details.unwrap_or_default(),
            published: tracking.initial_release_date.as_deref().and_then(rfc3339),
            modified: modified.clone(),
            cvss,
            severity: document.aggregate_severity.as_ref().map_or("", |word| word.text.as_str()).to_owned(),
            cwes: vulnerability.cwe.into_iter().chain(vulnerability.cwes).map(|cwe| cwe.id).collect(),
            references: vulnerability.references.into_iter().map(|link| link.url).collect(),
            affected,
            ..Advisory::default()
        });
    }
    Ok(all)
}

fn affected(
    vulnerability: &Vulnerability,
    tree: &Tree,
    own: &str,
    problems: &mut Vec<(String, String)>,
) -> Vec<Affected> {
    let outlook = outlook(vulnerability, tree);
    let mut all: Vec<Affected> = Vec::new();
    // The first fix of each package of a distribution.
    let mut fixes: BTreeMap<(String, String, String), (Package, String)> = BTreeMap::new();
    for (status, products) in &vulnerability.product_status {
        if status == "recommended" {
            continue;
        }
        for product in products {
            let packages = match tree.packages(product) {
                Ok(packages) => packages,
                Err(why) => {
                    problems.push((format!("{own}: {status}"), why));
                    continue;
                }
            };
            for package in packages {
                let distribution = package.ecosystem.is_distribution();
                match (status.as_str(), &package.versions) {
                    ("fixed" | "first_fixed", Versions::One(version)) if distribution => {
                        let version = version.clone();
                        let key =
                            (package.ecosystem.to_string(), package.name.clone(), package.module.clone());
                        match fixes.get_mut(&key) {
                            Some((_, first)) if !older(&package, &version, first) => {}
                            Some((_, first)) => *first = version,
                            None => drop(fixes.insert(key, (package, version))),
                        }
                    }
                    _ => match judged(package, status, outlook.get(product.as_str()).copied()) {
                        Ok(one) if all.contains(&one) => {}
                        Ok(one) => all.push(one),
                        Err(why) => problems.push((own.to_owned(), why)),
                    },
                }
            }
        }
    }
    all.extend(fixes.into_values().map(|(package, version)| package.affected().until(version)));
    all
}

/// Whether a version of a package is before another one, by its ecosystem's order.
fn older(package: &Package, version: &str, than: &str) -> bool {
    let scheme = Scheme::of_ecosystem(package.ecosystem.family()).unwrap_or(Scheme::Generic);
    scheme.compare(version, than).is_ok_and(std::cmp::Ordering::is_lt)
}

/// What the maker intends for affected products: whether a fix will come.
fn outlook<'a>(vulnerability: &'a Vulnerability, tree: &'a Tree) -> HashMap<&'a str, Verdict> {
    let mut outlook = HashMap::new();
    for remediation in &vulnerability.remediations {
        let details = remediation.details.to_lowercase();
        let verdict = match remediation.category.as_str() {
            "no_fix_planned" if details.contains("out of support") => Verdict::EndOfLife,
            "no_fix_planned" => Verdict::WontFix,
            // Red Hat's word for a fix that is on its way.
            "none_available" if details.trim() == "affected" => continue,
            "none_available" => Verdict::Deferred,
            _ => continue,
        };
        let grouped = remediation.group_ids.iter().flat_map(|group| tree.group(group));
        for product in remediation.product_ids.iter().chain(grouped) {
            outlook.insert(product.as_str(), verdict);
        }
    }
    outlook
}

/// What a status says of a package.
fn judged(package: Package, status: &str, outlook: Option<Verdict>) -> Result<Affected, String> {
    let distribution = package.ecosystem.is_distribution();
    let affected = package.affected();
    let bounds = |bounds| Ok(Affected { ranges: vec![Range::Bounds(bounds)], ..package.affected() });
    let verdict = match (status, &package.versions) {
        ("first_fixed", Versions::One(version)) => return Ok(affected.until(version.clone())),
        ("first_affected", Versions::One(version)) => {
            return bounds(Bounds { start_including: Some(version.clone()), ..Bounds::default() });
        }
        ("last_affected", Versions::One(version)) => {
            return bounds(Bounds { end_including: Some(version.clone()), ..Bounds::default() });
        }
        ("known_affected" | "first_affected" | "last_affected", _) => outlook.unwrap_or_default(),
        ("known_not_affected" | "fixed" | "first_fixed", _) => Verdict::NotAffected,
        ("under_investigation" | "unknown", _) => Verdict::UnderInvestigation,
        (other, _) => return Err(format!("the status `{}` is unknown", crate::text::excerpt(other))),
    };
    Ok(match package.versions {
        Versions::One(version) if !distribution => Affected { verdict, versions: vec![version], ..affected },
        Versions::Constraint(text) => Affected { verdict, ranges: vec![Range::Constraint(text)], ..affected },
        _ => affected.all(verdict),
    })
}

#[cfg(test)]
mod tests;
