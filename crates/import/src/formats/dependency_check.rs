//! OWASP Dependency-Check reports: XML (all schemas since 1.3), JSON and CSV. Suppressed vulnerabilities are told as such.
//!
//! A dependency is known by its package URL, else by the name of its file. Those that it lists as related are the same
//! component at another place: they are named in the evidence.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::table::{self};
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::xml::{Element, Node, Xml};
use crate::common::{assets, dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity, Timestamp};
use std::borrow::Cow;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dependency_check",
    name: "OWASP Dependency-Check",
    summary: "XML, JSON and CSV: known vulnerabilities of the files of a project",
    extensions: &["xml"],
    docs: "https://jeremylong.github.io/DependencyCheck/general/thereport.html",
    tool: "dependency-check",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    version: ("scanInfo", "engineVersion"),
    heads: &["scanInfo", "projectInfo"],
    lists: &["dependencies"],
    ..Layout::of(&FORMAT)
};

const COLUMNS: [&str; 4] = ["DependencyName", "DependencyPath", "CVE", "CVSSv2_Severity"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has("reportSchema") && keys.has_any(&["scanInfo", "projectInfo", "dependencies"])
            || head.csv(&COLUMNS)
            || head.root().is_some_and(|(root, namespace)| {
                root == "analysis" && (namespace.contains("ependency") || head.has("<scanInfo"))
            }),
    )
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    match head::first_byte(input)? {
        None => Err(ParseError::Empty { format: "dependency_check" }),
        Some(b'{' | b'[') => LAYOUT.parse(input, options, sink, listed),
        Some(b'<') => document(input, options, sink),
        Some(_) => table(input, options, sink),
    }
}

/// A dependency, whatever the report is written in.
#[derive(Default)]
struct Dependency {
    file: String,
    path: String,
    purl: String,
    /// What the evidence says with high confidence.
    version: String,
    related: Vec<String>,
}

/// A vulnerability of it.
#[derive(Default)]
struct Found {
    name: String,
    severity: String,
    vectors: Vec<String>,
    score: Option<f64>,
    cwes: String,
    description: String,
    notes: String,
    links: String,
    suppressed: bool,
}

impl Dependency {
    fn finding(
        &self,
        found: &Found,
        project: &str,
        at: Option<Timestamp>,
        options: &Options,
    ) -> Result<Finding, &'static str> {
        if found.name.trim().is_empty() || self.file.trim().is_empty() {
            return Err("no name of a vulnerability or of a file");
        }
        let named = options.asset.clone().or_else(|| assets::named(AssetKind::Application, project));
        let asset = named.unwrap_or_else(|| options.asset_or(AssetKind::Application));
        let package = self.package();
        let word = found.severity.trim();
        // Versions before 5 write no word for what has a score only.
        let severity = match (ids::severity(word), found.score) {
            (Severity::Unknown, Some(score)) => Severity::from_cvss(score),
            (severity, _) => severity,
        };
        let mut finding = package.vulnerability(asset, &found.name, [""; 0], "", severity);
        finding.description = paragraphs([&found.description, &found.notes]);
        finding.cvss = vectors(found.vectors.iter().map(|vector| Cow::Borrowed(vector.as_str())));
        finding.cvss_score = found.score;
        finding.weakness.cwe = cwes([Cow::Borrowed(found.cwes.as_str())]);
        let related = self.related.iter().map(String::as_str);
        finding.evidence = paragraphs([self.file.as_str(), &self.path].into_iter().chain(related));
        finding.references = links([Cow::Borrowed(found.links.as_str())]);
        finding.seen_at = at;
        finding.suppressed = found.suppressed.then(|| "suppressed".to_owned());
        Ok(finding)
    }

    fn package(&self) -> Package {
        let (name, version) = match self.purl.parse::<bartizan_model::Purl>() {
            Ok(purl) => (purl.full_name(), purl.version().to_owned()),
            Err(_) => match file_parts(&self.file) {
                (name, version) if version.is_empty() => (name, self.version.clone()),
                parts => parts,
            },
        };
        Package::given(&self.purl, "generic", &name, &version)
    }
}

fn is_sure(confidence: &str) -> bool {
    ["HIGHEST", "HIGH"].iter().any(|word| confidence.eq_ignore_ascii_case(word))
}

/// Name and version out of the name of a file, which stands behind those that it lies in:
/// `shop.ear: widget-2.1.1.jar`. A name with the version in it would be another one after every upgrade.
fn file_parts(file: &str) -> (String, String) {
    let last = file.rsplit(": ").next().unwrap_or(file).trim();
    let bare = last.rsplit_once('.').filter(|(_, ending)| ending.starts_with(|c: char| c.is_alphabetic()));
    let bare = bare.map_or(last, |(bare, _)| bare);
    let at = bare.match_indices('-').find(|(at, _)| bare[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    match at {
        Some((at, _)) if at > 0 => (bare[..at].to_owned(), bare[at + 1..].to_owned()),
        _ => (last.to_owned(), String::new()),
    }
}

/// A vector from the words of its metrics, of which the first letters are the values.
fn vector<'a>(version: &str, word: impl Fn(&str) -> Cow<'a, str>) -> String {
    let metrics = [
        ("AV", "attackVector"),
        ("AC", "attackComplexity"),
        ("PR", "privilegesRequired"),
        ("UI", "userInteraction"),
        ("S", "scope"),
        ("C", "confidentialityImpact"),
        ("I", "integrityImpact"),
        ("A", "availabilityImpact"),
    ];
    let version = if version.is_empty() { "3.1" } else { version };
    let parts = letters(&metrics, word);
    if parts.is_empty() { parts } else { format!("CVSS:{version}{parts}") }
}

/// The same of version 2, which has other metrics and no name of its own before them.
fn vector_2<'a>(word: impl Fn(&str) -> Cow<'a, str>) -> String {
    // One of them was misspelt in the XML of some versions.
    let authentication = ["authentication", "authenticationr"]
        .into_iter()
        .find(|key| !word(key).is_empty())
        .unwrap_or_default();
    let metrics = [
        ("AV", "accessVector"),
        ("AC", "accessComplexity"),
        ("Au", authentication),
        ("C", "confidentialityImpact"),
        ("I", "integrityImpact"),
        ("A", "availabilityImpact"),
    ];
    // `confidentialImpact` before 5.3.
    let said = |key: &str| match word(key) {
        empty if empty.is_empty() && key == "confidentialityImpact" => word("confidentialImpact"),
        said => said,
    };
    letters(&metrics, said).trim_start_matches('/').to_owned()
}

/// The metrics with the first letters of their words; empty where one has none.
fn letters<'a>(metrics: &[(&str, &str)], word: impl Fn(&str) -> Cow<'a, str>) -> String {
    let parts = metrics.iter().map(|(metric, key)| {
        let first = word(key).chars().next()?.to_ascii_uppercase();
        Some(format!("/{metric}:{first}"))
    });
    parts.collect::<Option<String>>().unwrap_or_default()
}

fn listed(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let own = |value: &Value<'_>, path: &str| value.text(path).into_owned();
    let purl = record.items("packages").iter().map(|it| own(it, "id")).find(|id| id.starts_with("pkg:"));
    let related = record.items("relatedDependencies").iter().map(|it| own(it, "filePath"));
    let dependency = Dependency {
        file: own(record, "fileName"),
        path: own(record, "filePath"),
        purl: purl.unwrap_or_default(),
        version: record
            .items("evidenceCollected/versionEvidence")
            .iter()
            .find(|it| is_sure(&it.text("confidence")))
            .map(|it| own(it, "value"))
            .unwrap_or_default(),
        related: related.collect(),
    };
    if dependency.file.is_empty() {
        return Err("a dependency without fileName".into());
    }
    let project = record.head("projectInfo");
    let open = record.items("vulnerabilities").iter().map(|it| (it, false));
    let suppressed = record.items("suppressedVulnerabilities").iter().map(|it| (it, true));
    for (item, suppressed) in open.chain(suppressed) {
        let v3 = if item.at("cvssv4").is_null() { item.at("cvssv3") } else { item.at("cvssv4") };
        let found = Found {
            name: own(item, "name"),
            severity: own(item, "severity"),
            vectors: vec![
                own(item, "cvssv4/vectorString"),
                vector(&item.text("cvssv3/version"), |key| item.at("cvssv3").text(key)),
                vector_2(|key| item.at("cvssv2").text(key)),
            ],
            score: v3.number("baseScore").or_else(|| item.number("cvssv2/score")),
            cwes: item.texts("cwes").join(","),
            description: own(item, "description"),
            notes: own(item, "notes"),
            links: item.items("references").iter().map(|it| own(it, "url")).collect::<Vec<_>>().join(" "),
            suppressed,
        };
        let at = dates::date(&project.text("reportDate"));
        record.tell(dependency.finding(&found, &project.text("name"), at, options)?, out)?;
    }
    Ok(())
}

fn document(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut xml = Xml::new(input, &options.limits);
    let mut out = Out::new(sink);
    let (mut project, mut at, mut version) = (String::new(), None, String::new());
    let (mut root, mut named) = (false, false);
    loop {
        let start = match xml.next()? {
            Node::Start(start) => start,
            Node::End => continue,
            Node::Eof => break,
        };
        match start.name.as_str() {
            "analysis" => root = true,
            "dependencies" if root => {}
            "scanInfo" if root => version = xml.subtree(start)?.text_of("engineVersion").to_owned(),
            "projectInfo" if root => {
                let info = xml.subtree(start)?;
                project = text::name(info.text_of("name"));
                at = dates::date(info.text_of("reportDate"));
                out.summary.seen_at = at;
            }
            "dependency" if root => {
                if !std::mem::replace(&mut named, true) {
                    out.source(FORMAT.tool, &version);
                }
                let place = xml.place();
                let element = xml.subtree(start)?;
                let place = out.record(place, "dependency");
                let told =
                    element_of(&element, &project, at, options).map_err(Into::into).and_then(|found| {
                        Ok(found.into_iter().try_for_each(|finding| out.finding(&place, finding, None))?)
                    });
                out.settle(&place, told)?;
            }
            _ if root => xml.skip()?,
            other => {
                let why = format!("its root element is {}", text::name(other));
                return Err(ParseError::WrongFormat { format: "dependency_check", why });
            }
        }
    }
    if !root {
        return Err(ParseError::Empty { format: "dependency_check" });
    }
    if !named {
        out.source(FORMAT.tool, &version);
    }
    out.damaged(xml.damaged());
    out.finish("dependency_check")
}

fn element_of(
    element: &Element,
    project: &str,
    at: Option<Timestamp>,
    options: &Options,
) -> Result<Vec<Finding>, &'static str> {
    let outer = element.children("identifiers");
    let identifiers: Vec<_> = outer
        .flat_map(|it| it.children.iter().chain(it.children("identifiers").flat_map(|it| &it.children)))
        .collect();
    let purl = identifiers.iter().map(|it| it.text_of("id")).find(|id| id.starts_with("pkg:"));
    // Before schema 2 there were no package URLs, but Maven coordinates.
    let maven = identifiers.iter().find(|it| it.attr("type") == "maven").map(|it| it.text_of("name"));
    let maven = maven.map(|name| name.trim_matches(['(', ')'])).and_then(|name| {
        let mut parts = name.rsplitn(2, ':');
        let (version, name) = (parts.next()?, parts.next()?);
        crate::common::purl::build("maven", name, version)
    });
    let dependency = Dependency {
        file: element.text_of("fileName").to_owned(),
        path: element.text_of("filePath").to_owned(),
        purl: purl.map(str::to_owned).or(maven).unwrap_or_default(),
        version: element
            .within("evidenceCollected", "evidence")
            .find(|it| it.attr("type") == "version" && is_sure(it.attr("confidence")))
            .map(|it| it.text_of("value").to_owned())
            .unwrap_or_default(),
        related: element
            .within("relatedDependencies", "relatedDependency")
            .map(|it| it.text_of("filePath").to_owned())
            .collect(),
    };
    if dependency.file.is_empty() {
        return Err("a dependency without fileName");
    }
    let listed = element.child("vulnerabilities").map(|it| it.children.as_slice()).unwrap_or_default();
    listed.iter().map(|item| dependency.finding(&vulnerability(item), project, at, options)).collect()
}

fn vulnerability(item: &Element) -> Found {
    let none = Element::default();
    let (v2, v3) = (item.child("cvssV2").unwrap_or(&none), item.child("cvssV3").unwrap_or(&none));
    let v4 = item.child("cvssV4").unwrap_or(&none);
    let score =
        [v4.text_of("baseScore"), v3.text_of("baseScore"), v2.text_of("score"), item.text_of("cvssScore")];
    let listed: Vec<_> =
        item.within("cwes", "cwe").map(|it| it.text.trim()).chain([item.text_of("cwe")]).collect();
    let links: Vec<_> = item.within("references", "reference").map(|it| it.text_of("url")).collect();
    Found {
        name: item.text_of("name").to_owned(),
        severity: item.text_of("severity").to_owned(),
        vectors: vec![
            v4.text_of("vectorString").to_owned(),
            vector(v3.text_of("version"), |key| Cow::Borrowed(v3.text_of(key))),
            vector_2(|key| Cow::Borrowed(v2.text_of(key))),
        ],
        score: score.iter().find_map(|score| score.parse().ok()),
        cwes: listed.join(", "),
        description: item.text_of("description").to_owned(),
        notes: item.text_of("notes").to_owned(),
        links: links.join(" "),
        suppressed: item.name == "suppressedVulnerability",
    }
}

fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, &COLUMNS, input, options, sink, |row, at, out| {
        let purl =
            row.get("Identifiers").split([',', ' ']).find(|id| id.starts_with("pkg:")).unwrap_or_default();
        let dependency = Dependency {
            file: row.get("DependencyName").to_owned(),
            path: row.get("DependencyPath").to_owned(),
            purl: purl.to_owned(),
            ..Dependency::default()
        };
        let scores = ["CVSSv3_BaseScore", "CVSSv2_Score"].map(|name| row.get(name).parse().ok());
        let found = Found {
            name: row.get("CVE").to_owned(),
            severity: row.first(&["CVSSv3_BaseSeverity", "CVSSv2_Severity"]).to_owned(),
            vectors: ["CVSSv3", "CVSSv2"].map(|name| row.get(name).to_owned()).to_vec(),
            score: scores.into_iter().flatten().next(),
            cwes: row.get("CWE").to_owned(),
            description: row.get("Vulnerability").to_owned(),
            ..Found::default()
        };
        let finding =
            dependency.finding(&found, row.get("Project"), dates::date(row.get("ScanDate")), options)?;
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_name_and_a_version() {
        let parts = |file| {
            let (name, version) = file_parts(file);
            format!("{name} {version}")
        };
        assert_eq!(parts("shop.ear: widget-core-2.1.1.jar"), "widget-core 2.1.1");
        assert_eq!(parts("gadget.dll"), "gadget.dll ");
        assert_eq!(parts("yargs:5.0.0"), "yargs:5.0.0 ");
    }

    #[test]
    fn words_make_a_vector() {
        let word = |key: &str| match key {
            "attackVector" => Cow::Borrowed("NETWORK"),
            "scope" => Cow::Borrowed("unchanged"),
            _ => Cow::Borrowed("LOW"),
        };
        assert_eq!(vector("3.1", word), "CVSS:3.1/AV:N/AC:L/PR:L/UI:L/S:U/C:L/I:L/A:L");
        assert_eq!(vector("", |_| Cow::Borrowed("")), "");
    }
}
