//! Rapplex: the JSON report of a scan of a web application.
//!
//! Issues stand in groups, groups in severities: what a level says holds for what is below it unless it says otherwise there. An
//! issue is what has a URL of its own.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{self, Tree, Value};
use crate::common::{dates, head, html, ids, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};
use std::borrow::Cow;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "rapplex",
    name: "Rapplex",
    summary: "JSON report: issues of a web application by severity, with request and response",
    extensions: &["json"],
    docs: "https://rapplex.com/docs/",
    tool: "rapplex",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, severity),
};

static LAYOUT: Layout = Layout {
    heads: &["ScanDate", "ScanTime", "StartTime", "StartDate", "Scan"],
    lists: &["Severities[]", "Severities/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let levels = ["\"Critical\"", "\"High\"", "\"Medium\"", "\"Low\"", "\"Information\"", "\"BestPractice\""];
    let object = head.object();
    Sniff::when(
        object.value("Severities").is_some_and(|value| levels.iter().any(|level| head::has(value, level))),
    )
}

/// The levels above an issue and the issue itself, the innermost last.
struct Levels<'v, 'a>(Vec<&'v Value<'a>>);

impl Levels<'_, '_> {
    /// The innermost text under one of these names.
    fn said(&self, names: &[&str]) -> Cow<'_, str> {
        let mut found = self.0.iter().rev().map(|level| level.first(names));
        found.find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn all(&self, names: &[&str]) -> Vec<Cow<'_, str>> {
        let levels = self.0.iter().rev();
        levels.flat_map(|level| names.iter().flat_map(|name| level.texts(name))).collect()
    }
}

const URL: &[&str] = &["Url", "URL", "Uri", "Link"];
/// What belongs to an issue, and is none itself.
const PARTS: &[&str] = &["Sections", "Classification", "Classifications", "References", "Links"];

fn severity(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if !record.is_object() && !record.is_array() {
        return Err("it is neither an object nor a list".into());
    }
    let seen_at = ["ScanDate", "ScanTime", "StartTime", "StartDate", "Scan"].iter().find_map(|head| {
        let head = record.head(head);
        dates::date(&head.text("")).or_else(|| dates::date(&head.first(&["StartTime", "StartDate", "Date"])))
    });
    out.summary.seen_at = out.summary.seen_at.max(seen_at);
    let word = if record.list.ends_with('*') { record.key } else { "" };
    descend(record, &mut Levels(vec![record]), word, record, options, out)
}

/// An issue, or the issues below.
fn descend<'v, 'a>(
    value: &'v Value<'a>,
    levels: &mut Levels<'v, 'a>,
    word: &str,
    record: &Record<'_>,
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    if !value.first(URL).is_empty() {
        let finding = issue(levels, word, options)?;
        return record.tell(finding, out);
    }
    if value.as_array().is_some_and(|items| items.iter().any(|item| !item.is_object())) {
        out.reject(record.at.clone(), "a list holds what is no issue");
    }
    let parts = value.as_object().into_iter().flatten().filter(|(name, _)| !PARTS.contains(name));
    let below = parts.map(|(_, part)| part).chain(value.as_array().into_iter().flatten());
    for part in below.filter(|part| part.is_object() || part.is_array()) {
        levels.0.push(part);
        let told = descend(part, levels, word, record, options, out);
        levels.0.pop();
        out.settle(&record.at, told)?;
    }
    Ok(())
}

fn issue(levels: &Levels<'_, '_>, word: &str, options: &Options) -> Result<Finding, &'static str> {
    let title = levels.said(&["Title", "Name", "VulnerabilityType", "Type"]);
    let rule =
        levels.said(&["TypeId", "TemplateId", "Type", "VulnerabilityType", "Title", "Name"]).to_lowercase();
    let mut weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    if weakness.rule.is_empty() {
        return Err("an issue without title");
    }
    let classes = [
        "CWE",
        "Cwe",
        "Classification/CWE",
        "Classification/Cwe",
        "Classifications/CWE",
        "Classifications/Cwe",
    ];
    weakness.cwe = tree::cwes(levels.all(&classes));
    let known = ["CVE", "Cve", "Classification/CVE", "Classification/Cve"];
    levels.all(&known).iter().for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    let url = levels.said(URL);
    let parameter = levels.said(&["Parameter", "ParameterName", "Parameter/Name", "InsertionPoint"]);
    let (asset, locus) = web::spot(&url, &parameter, options);
    let request = levels.said(&["Request", "HttpRequest", "HttpTransaction/Request", "Http/Request"]);
    let response = levels.said(&["Response", "HttpResponse", "HttpTransaction/Response", "Http/Response"]);
    let words = |names: [&str; 2]| html::plain(&levels.said(&names));
    let vectors = [
        "CVSS",
        "Cvss",
        "CvssVector",
        "Classification/CVSS",
        "Classification/Cvss",
        "Classification/CvssVector",
    ];
    Ok(Finding {
        description: tree::paragraphs([
            words(["Sections/Summary", "Summary"]),
            words(["Sections/Description", "Description"]),
            words(["Sections/Impact", "Impact"]),
        ]),
        fix: text::body(&words(["Sections/Remediation", "Remediation"])),
        cvss: tree::vectors(levels.all(&vectors)),
        evidence: web::exchange(&url, &request, &response),
        raw_id: text::some(&levels.said(&["IssueId", "Id", "ID"])),
        confidence: text::name(&levels.said(&["Confidence", "Certainty"])),
        references: tree::links(levels.all(&["References", "Sections/References", "Links"])),
        ..Finding::new(
            text::title(&title, &rule),
            level(word, &levels.said(&["Severity"])),
            weakness,
            asset,
            locus,
        )
    })
}

fn level(key: &str, own: &str) -> Severity {
    let word = if own.is_empty() { key } else { own };
    if word.eq_ignore_ascii_case("BestPractice") { Severity::Info } else { ids::severity(word) }
}
