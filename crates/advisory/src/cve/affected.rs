//! The products of a CVE record (`affected`): from what a CNA writes to packages and ranges.
//!
//! A product goes by its package URL, by its collection and name, or by CPE (its own, else made of vendor and product).
//! Versions are any text there: what is none is told and left out. Commits are no versions.

use crate::Problem;
use crate::ecosystem::Ecosystem;
use crate::record::{Affected, Bounds, Range};
use crate::text::list;
use crate::version::{Key, Scheme};
use bartizan_model::Cpe;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Collections of packages that are ecosystems, by what their addresses contain.
const COLLECTIONS: [(&str, &str); 15] = [
    ("npmjs", "npm"),
    ("pypi", "PyPI"),
    ("maven", "Maven"),
    ("mvnrepository", "Maven"),
    ("rubygems", "RubyGems"),
    ("nuget", "NuGet"),
    ("packagist", "Packagist"),
    ("crates.io", "crates.io"),
    ("golang.org", "Go"),
    ("pkg.go.dev", "Go"),
    ("hex.pm", "Hex"),
    ("pub.dev", "Pub"),
    ("cran.r-project", "CRAN"),
    ("hackage", "Hackage"),
    ("swiftpackageindex", "SwiftURL"),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    product: String,
    #[serde(rename = "collectionURL", default)]
    collection_url: String,
    #[serde(default)]
    package_name: String,
    #[serde(rename = "packageURL", default)]
    package_url: String,
    #[serde(default)]
    cpes: Vec<String>,
    #[serde(default)]
    default_status: String,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    #[serde(default)]
    version: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    version_type: String,
    #[serde(default)]
    less_than: Option<String>,
    #[serde(default)]
    less_than_or_equal: Option<String>,
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    at: String,
    status: String,
}

/// Versions of one status.
struct Segment<'a> {
    affected: bool,
    from: &'a str,
    until: End<'a>,
}

#[derive(Clone, Copy)]
enum End<'a> {
    /// It is one version.
    Single,
    Before(&'a str),
    With(&'a str),
    Open,
}

pub(super) fn affected(raw: Option<&RawValue>, problems: &mut Vec<Problem>) -> Vec<Affected> {
    let mut all = Vec::new();
    for product in list::<Product>(raw, "affected", problems) {
        for name in names(&product) {
            let scheme = Scheme::of_ecosystem(name.ecosystem.family()).unwrap_or(Scheme::Generic);
            let stated = match stated(name, &product, scheme) {
                Ok(stated) => stated.readable(|why| problems.push(Problem::new("affected", why))),
                Err(why) => {
                    problems.push(Problem::new("affected", why));
                    continue;
                }
            };
            if !stated.ranges.is_empty() || !stated.versions.is_empty() {
                all.push(stated);
            }
        }
    }
    all
}

/// The packages that a product is, without versions.
fn names(product: &Product) -> Vec<Affected> {
    if let Some((affected, _)) = Affected::by_name(&product.package_url) {
        return vec![affected];
    }
    let package = product.package_name.trim();
    let cpes: Vec<Cpe> = product.cpes.iter().filter_map(|cpe| Cpe::parse(cpe)).collect();
    if !package.is_empty() {
        let address = product.collection_url.to_lowercase();
        if let Some((_, ecosystem)) = COLLECTIONS.iter().find(|(part, _)| address.contains(part)) {
            return vec![Affected::new(Ecosystem::from_osv(ecosystem), package)];
        }
        let mut releases: Vec<Ecosystem> = cpes.iter().filter_map(Ecosystem::of_cpe).collect();
        releases.sort();
        releases.dedup();
        if !releases.is_empty() {
            return releases.into_iter().map(|release| Affected::new(release, package)).collect();
        }
    }
    let mut packages: Vec<String> = cpes.iter().map(Cpe::package).collect();
    packages.sort();
    packages.dedup();
    let word = |text: &str| text.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase();
    let (vendor, name) = (word(&product.vendor), word(&product.product));
    let nobody = |text: &str| matches!(text, "" | "n/a" | "unspecified" | "unknown");
    if packages.is_empty() && !nobody(&vendor) && !nobody(&name) {
        packages.push(format!("{vendor}:{name}"));
    }
    packages.into_iter().map(|package| Affected::new(Ecosystem::cpe(), package)).collect()
}

fn stated(mut name: Affected, product: &Product, scheme: Scheme) -> Result<Affected, String> {
    let mut segments = Vec::new();
    for version in product.versions.iter().filter(|version| version.version_type != "git") {
        segment(version, &mut segments);
    }
    if product.default_status == "affected" {
        segments.retain(|segment| !segment.affected);
        name.ranges.extend(gaps(segments, scheme)?.into_iter().map(Range::Bounds));
        return Ok(name);
    }
    for Segment { from, until, .. } in segments.into_iter().filter(|segment| segment.affected) {
        let start = Some(from.to_owned());
        let bounds = match until {
            End::Single if matches!(from.to_lowercase().as_str(), "*" | "all" | "all versions" | "any") => {
                Bounds::default()
            }
            // `< 1.2`, written where a version belongs.
            End::Single if from.starts_with(['<', '>', '=']) => {
                name.ranges.push(Range::Constraint(from.to_owned()));
                continue;
            }
            End::Single => {
                name.versions.push(from.to_owned());
                continue;
            }
            End::Before(end) => {
                Bounds { start_including: start, end_excluding: Some(end.to_owned()), ..Bounds::default() }
            }
            End::With(end) => {
                Bounds { start_including: start, end_including: Some(end.to_owned()), ..Bounds::default() }
            }
            End::Open => Bounds { start_including: start, ..Bounds::default() },
        };
        name.ranges.push(Range::Bounds(bounds));
    }
    Ok(name)
}

/// The stretches of one status that an entry consists of. What is neither affected nor not is none.
fn segment<'a>(version: &'a Version, segments: &mut Vec<Segment<'a>>) {
    let mut add = |status: &str, from: &'a str, until| match status {
        "affected" => segments.push(Segment { affected: true, from, until }),
        "unaffected" => segments.push(Segment { affected: false, from, until }),
        _ => {}
    };
    let (mut from, mut status) = (version.version.trim(), version.status.as_str());
    let end = |text: &'a str, end: fn(&'a str) -> End<'a>| {
        if text.trim() == "*" { End::Open } else { end(text.trim()) }
    };
    let until = match (&version.less_than, &version.less_than_or_equal) {
        (Some(text), _) => end(text, End::Before),
        (None, Some(text)) => end(text, End::With),
        (None, None) if version.changes.is_empty() => End::Single,
        (None, None) => End::Open,
    };
    for change in &version.changes {
        add(status, from, End::Before(change.at.trim()));
        (from, status) = (change.at.trim(), change.status.as_str());
    }
    add(status, from, until);
}

/// Everything between what is not affected.
fn gaps(holes: Vec<Segment<'_>>, scheme: Scheme) -> Result<Vec<Bounds>, String> {
    let key =
        |text: &str| scheme.key(text).map_err(|error| format!("`{}`: {error}", crate::text::excerpt(text)));
    // Each with its start and the key of its end.
    let mut sorted: Vec<(Option<Key>, Option<Key>, Segment<'_>)> = Vec::new();
    for hole in holes {
        let start = if matches!(hole.from, "0" | "*" | "-" | "") { None } else { Some(key(hole.from)?) };
        let end = match hole.until {
            End::Single => Some(key(hole.from)?),
            End::Before(end) | End::With(end) => Some(key(end)?),
            End::Open => None,
        };
        sorted.push((start, end, hole));
    }
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let mut gaps = Vec::new();
    let mut open = Some(Bounds::default());
    let mut reached: Option<Key> = None;
    for (start, end, hole) in sorted {
        let Some(mut gap) = open.clone() else { break };
        if start.as_ref() > reached.as_ref() {
            gap.end_excluding = Some(hole.from.to_owned());
            gaps.push(gap);
        }
        match end {
            None => open = None,
            Some(end) if reached.as_ref().is_none_or(|reached| end >= *reached) => {
                let after = match hole.until {
                    End::Before(text) => {
                        Bounds { start_including: Some(text.to_owned()), ..Bounds::default() }
                    }
                    End::With(text) => Bounds { start_excluding: Some(text.to_owned()), ..Bounds::default() },
                    End::Single | End::Open => {
                        Bounds { start_excluding: Some(hole.from.to_owned()), ..Bounds::default() }
                    }
                };
                (open, reached) = (Some(after), Some(end));
            }
            Some(_) => {}
        }
    }
    gaps.extend(open);
    Ok(gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> (Vec<String>, usize) {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        let mut problems = Vec::new();
        let said = affected(Some(raw), &mut problems).into_iter().map(|one| {
            let ranges = one.ranges.iter().map(|range| match range {
                Range::Bounds(b) => {
                    let low = b.start_including.as_ref().map(|v| format!(">={v}"));
                    let low = low.or(b.start_excluding.as_ref().map(|v| format!(">{v}")));
                    let high = b.end_excluding.as_ref().map(|v| format!("<{v}"));
                    let high = high.or(b.end_including.as_ref().map(|v| format!("<={v}")));
                    format!("{}{}", low.unwrap_or_default(), high.unwrap_or_default())
                }
                Range::Constraint(text) => text.clone(),
                other => format!("{other:?}"),
            });
            let all: Vec<String> = ranges.chain(one.versions.iter().map(|v| format!("={v}"))).collect();
            format!("{} {} {}", one.ecosystem, one.package, all.join(" "))
        });
        (said.collect(), problems.len())
    }

    #[test]
    fn names_and_ranges() {
        for (json, said, problems) in [
            (
                r#"[{"vendor":"Acme Inc","product":"Big Thing","versions":[{"version":"1.0","status":"affected","lessThan":"1.5","versionType":"custom"},
                {"version":"2.0","status":"affected"},{"version":"n/a","status":"affected"},{"version":"abc","versionType":"git","status":"affected"},{"version":"< 3","status":"affected"}]}]"#,
                &["cpe acme_inc:big_thing >=1.0<1.5 < 3 =2.0"][..],
                1,
            ),
            (
                r#"[{"collectionURL":"https://npmjs.example.org","packageName":"left","defaultStatus":"unaffected","versions":[{"version":"0","status":"affected","lessThanOrEqual":"1.2","versionType":"semver",
                "changes":[{"at":"1.1","status":"unaffected"},{"at":"1.1.5","status":"affected"}]}]}]"#,
                &["npm left >=0<1.1 >=1.1.5<=1.2"],
                0,
            ),
            (
                r#"[{"vendor":"a","product":"b","packageURL":"pkg:pypi/right","versions":[{"version":"*","status":"affected"}]}]"#,
                &["pypi right "],
                0,
            ),
            (
                r#"[{"vendor":"Red Hat","product":"RHEL 9","collectionURL":"https://access.redhat.com/x","packageName":"lib","defaultStatus":"affected",
                "cpes":["cpe:/a:redhat:enterprise_linux:9::appstream","cpe:/o:redhat:enterprise_linux:9::baseos"],"versions":[{"version":"0:1.2-3.el9","lessThan":"*","versionType":"rpm","status":"unaffected"}]}]"#,
                &["redhat:9 lib <0:1.2-3.el9"],
                0,
            ),
            (
                r#"[{"vendor":"a","product":"b","defaultStatus":"affected","versions":[{"version":"2.0","status":"unaffected"},{"version":"1.0","status":"unaffected","lessThan":"1.5"},{"version":"0","lessThan":"0.5","status":"unaffected"}]}]"#,
                &["cpe a:b >=0.5<1.0 >=1.5<2.0 >2.0"],
                0,
            ),
            (
                r#"[{"vendor":"n/a","product":"n/a","versions":[{"version":"n/a","status":"affected"}]}]"#,
                &[],
                0,
            ),
            (
                r#"[{"vendor":"a","product":"b","defaultStatus":"affected","versions":[{"version":"?","status":"unaffected"}]}]"#,
                &[],
                1,
            ),
        ] {
            assert_eq!(read(json), (said.iter().map(|s| (*s).to_owned()).collect(), problems), "{json}");
        }
    }
}
