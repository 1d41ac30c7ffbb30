//! SonarQube and SonarCloud: issues and hotspots of the web API, and the reports of sonar-report (JSON and HTML).
//!
//! The API gives a digest of the line with each issue, which is the anchor; else SonarQube's own key is, since it follows an
//! issue when lines move. Issues of all types are handed over, their type as a tag. An answer of the API is a page: where more
//! is left on the server, that is a gap.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::Package;
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{assets, dates, html, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, AssetRef, Finding, Severity};
use std::io::BufRead;

mod page;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "sonarqube",
    name: "SonarQube",
    summary: "issues and hotspots of the web API; JSON and HTML of sonar-report",
    extensions: &["json", "html"],
    docs: "https://docs.sonarsource.com/sonarqube-server/latest/extension-guide/web-api/",
    tool: "sonarqube",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    heads: &["paging", "rules", "projectName"],
    lists: &["issues", "hotspots"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    if page::is_one(head) {
        return Sniff::Yes;
    }
    let keys = head.object();
    let has = |list: &str, marks: &[&str]| keys.holds_all(list, marks);
    let issues =
        has("issues", &["\"rule\"", "\"component\""]) || has("hotspots", &["\"vulnerabilityProbability\""]);
    let page = keys.has("paging")
        && keys.has_any(&["issues", "hotspots"])
        && keys.has_any(&["components", "facets"]);
    Sniff::when(issues || page || keys.has("sonarBaseURL"))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    if start.trimmed().starts_with(b"<") {
        return page::parse(input, options, sink);
    }
    let mut told = false;
    LAYOUT.parse(input, options, sink, |record, options, out| {
        let paging = record.head("paging");
        if !std::mem::replace(&mut told, true)
            && let (Some(total), Some(size)) = (paging.count("total"), paging.count("pageSize"))
            && total > size
        {
            out.gap("other pages", format!("the server has {total} records and a page holds {size}"));
        }
        issue(record, options, out)
    })
}

fn issue(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.first(&["rule", "ruleKey"]);
    let rule = if rule.is_empty() { record.first(&["rule/key"]) } else { rule };
    if rule.is_empty() {
        return Err("no rule".into());
    }
    let component = record.first(&["component", "component/key"]);
    let project = record.first(&["project", "project/key"]);
    let above = record.head("projectName").text("");
    let project = if project.is_empty() { &above } else { &project };
    let path = component.strip_prefix(&**project).and_then(|rest| rest.strip_prefix(':'));
    // What is about the project as a whole names no file.
    let path = path.unwrap_or(if component == *project { "" } else { &component });
    let known = record.head("rules").get(&rule).unwrap_or(&Value::Null);
    let quality = record.items("impacts").iter().find(|impact| impact.text("softwareQuality") == "SECURITY");
    let word = record.first(&["severity", "vulnerabilityProbability"]);
    let word =
        if word.is_empty() { quality.map_or("".into(), |impact| impact.text("severity")) } else { word };
    let words = record.text("message");
    let line = record.first(&["line", "textRange/startLine"]).parse().ok();
    let seen = Seen {
        rule: &rule,
        severity: &word,
        path,
        line,
        title: &record.first(&["description", "message"]),
        words: &words,
        rule_words: &known.first(&["htmlDesc", "name"]),
        key: &record.text("key"),
        hash: &record.text("hash"),
    };
    let resolution = record.text("resolution");
    let status = record.text("status");
    let done = matches!(&*status, "CLOSED" | "RESOLVED" | "REVIEWED" | "ACCEPTED" | "FALSE_POSITIVE");
    let finding = seen.finding(asset(project, options));
    let mut finding = Finding {
        found_at: dates::date(&record.text("creationDate")),
        seen_at: dates::date(&record.text("updateDate")),
        suppressed: match (&*status, &*resolution) {
            // Only an analysis closes an issue.
            ("CLOSED" | "FIXED", "" | "FIXED") => Some(Finding::FIXED.to_owned()),
            _ => done.then(|| text::name(&format!("{status} {resolution}").to_lowercase())),
        },
        ..finding
    };
    let kind = record.first(&["type", "securityCategory"]).to_lowercase();
    finding.tags.extend(Some(kind).filter(|kind| !kind.is_empty()));
    finding.tags.extend(record.texts("tags").iter().map(|tag| text::name(tag)));
    record.tell(finding, out)
}

fn asset(project: &str, options: &Options) -> AssetRef {
    let named = assets::named(AssetKind::Repository, project).filter(|_| options.asset.is_none());
    named.unwrap_or_else(|| options.asset_or(AssetKind::Repository))
}

/// What every shape says of an issue.
struct Seen<'a> {
    rule: &'a str,
    severity: &'a str,
    path: &'a str,
    line: Option<u64>,
    title: &'a str,
    words: &'a str,
    /// The description of the rule, as HTML.
    rule_words: &'a str,
    key: &'a str,
    hash: &'a str,
}

impl Seen<'_> {
    fn finding(&self, asset: AssetRef) -> Finding {
        let hit = Hit {
            rule: self.rule,
            title: self.title,
            severity: severity(self.severity),
            cwe: "",
            path: self.path,
            line: self.line,
            anchor: if self.hash.is_empty() { self.key } else { self.hash },
            snippet: "",
        };
        let mut finding = hit.finding(asset);
        let about = html::plain(self.rule_words);
        finding.description = paragraphs([self.words, &about]);
        finding.raw_id = text::some(self.key);
        if self.rule.contains("UsingComponentWithKnownVulnerability") {
            dependency(self.words, &mut finding);
        } else {
            ids::cwes_in(&mut finding.weakness.cwe, &about);
        }
        finding
    }
}

/// What OWASP Dependency-Check tells SonarQube: `Filename: name:1.2 | Reference: CVE-1 | CVSS Score: 6.4 | Category: CWE-120 | ...`.
fn dependency(words: &str, finding: &mut Finding) {
    let (mut name, mut score) = ("", None);
    for part in words.split(" | ") {
        let (label, value) =
            part.split_once(':').map_or(("", part), |(label, value)| (label.trim(), value.trim()));
        match label {
            "Filename" => name = value,
            "CVSS Score" | "Highest CVSS Score" => {
                score = value.split([' ', '(']).next().and_then(|score| score.parse().ok());
            }
            "Category" => ids::cwes_in(&mut finding.weakness.cwe, value),
            _ => {}
        }
    }
    // `lib.jar: jackson-databind-2.9.jar` or `group:name:1.2`.
    let version = name.rsplit_once(':').filter(|(_, last)| last.starts_with(|c: char| c.is_ascii_digit()));
    let (name, version) = version.unwrap_or((name, ""));
    finding.weakness.ids = ids::ids_in(words);
    finding.cvss_score = score;
    if !name.is_empty() {
        let package = Package::new("", name, version);
        let none: [&str; 0] = [];
        let known =
            package.vulnerability(finding.asset.clone(), &finding.weakness.rule, none, "", finding.severity);
        finding.locus = known.locus;
        finding.component = known.component;
        finding.component_name = known.component_name;
        finding.component_version = known.component_version;
    }
}

/// SonarQube's own scale has five steps; newer versions and hotspots use common words.
fn severity(word: &str) -> Severity {
    match word.trim().to_ascii_uppercase().as_str() {
        "BLOCKER" => Severity::Critical,
        "CRITICAL" => Severity::High,
        "MAJOR" => Severity::Medium,
        other => ids::severity(other),
    }
}
