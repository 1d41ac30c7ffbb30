//! Burp Suite: the XML and HTML reports of Professional, the scan of its REST API, issues of Enterprise's GraphQL API (both JSON), the HTML report
//! of Enterprise (now Burp Suite DAST), and Dastardly's JUnit file.
//!
//! One finding per issue and place on the web application of its origin. The rule is PortSwigger's issue type number, else the
//! type's name. Burp says what it found and not what it finished, so nothing is covered.

use crate::common::out::Out;
use crate::common::{head, html, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::Finding;
use bartizan_model::observation::WeaknessSeen;
use std::io::BufRead;

mod page;
mod professional;
mod records;
mod xml;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "burp",
    name: "Burp Suite",
    summary: "issues as XML and HTML, REST API and GraphQL JSON, Burp Suite DAST HTML report, Dastardly JUnit XML",
    extensions: &["xml", "json", "html"],
    docs: "https://portswigger.net/burp/documentation/desktop/automated-scanning/reporting-scan-results",
    tool: "burp",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let has = |mark: &str| head.text().contains(mark);
    if head.is_json() {
        let keys = head.keys();
        let scan = keys.has_all(&["issue_events", "scan_metrics"]);
        // Others have a word there.
        let kind = keys.value("issue_type").is_some_and(|kind| kind.starts_with(b"{"));
        let issue = (kind || keys.has_all(&["serial_number", "issue_type"])) && keys.has("severity");
        let empty = keys.names().eq(["Issues"]) && keys.is_empty_list("Issues");
        let issues = keys.has("Issues") && has("issue_type") || empty;
        let wrapped = keys.value("data").is_some_and(|data| {
            ["\"issue_type\"", "\"serial_number\"", "\"confidence\""].iter().all(|mark| head::has(data, mark))
        });
        return Sniff::when(scan || issue || issues || wrapped);
    }
    match head.root().map(|(root, _)| root) {
        Some("issues") if has("burpVersion") || has("<serialNumber>") => Sniff::Yes,
        Some("testsuites") if has("Dastardly") => Sniff::Yes,
        _ if page::is_one(head) || professional::is_one(head) => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let head = Head::peek(input)?;
    if page::is_one(&head) {
        page::read(input, options, &mut out)?;
    } else if professional::is_one(&head) {
        professional::read(input, options, &mut out)?;
    } else if head.trimmed().starts_with(b"<") {
        xml::read(input, options, &mut out)?;
    } else {
        records::read(input, options, &mut out)?;
    }
    out.finish(FORMAT.id)
}

/// The texts of one issue, HTML where Burp writes HTML.
#[derive(Default)]
struct Issue<'a> {
    /// PortSwigger's number of the type.
    kind: &'a str,
    name: &'a str,
    serial: &'a str,
    severity: &'a str,
    confidence: &'a str,
    origin: &'a str,
    path: &'a str,
    /// The path with the insertion point: `/search [q parameter]`.
    location: &'a str,
    detail: &'a str,
    background: &'a str,
    remediation_detail: &'a str,
    remediation: &'a str,
    references: &'a str,
    classifications: &'a str,
    request: &'a str,
    response: &'a str,
}

/// Hands over what a page says of an issue.
fn tell(issue: &Issue<'_>, at: Place, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    match finding(issue, options) {
        Some(finding) => out.finding(&at, finding, None),
        None => {
            out.reject(at, "an issue without a name");
            Ok(())
        }
    }
}

fn finding(issue: &Issue<'_>, options: &Options) -> Option<Finding> {
    let name = text::title(issue.name, issue.kind);
    let rule = text::some(issue.kind).or_else(|| text::some(&name.to_lowercase()))?;
    let mut weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, &html::plain(issue.classifications));
    weakness.ids = ids::ids_in(issue.detail).into_iter().filter(|id| id.starts_with("CVE-")).collect();
    let place = issue.location.rsplit_once('[').and_then(|(_, point)| point.strip_suffix(']'));
    let parameter = place.map_or("", |point| point.trim_end_matches(" parameter"));
    let path = match issue.path {
        "" => issue.location.split(" [").next().unwrap_or_default(),
        path => path,
    };
    let url = format!("{}{path}", issue.origin.trim_end_matches('/'));
    let (asset, locus) = web::spot(&url, parameter, options);
    let description = [html::plain(issue.detail), html::plain(issue.background)];
    let fix = [html::plain(issue.remediation_detail), html::plain(issue.remediation)];
    let links = format!("{} {}", issue.references, issue.classifications);
    let links = links.split(['"', '\'', '<', '>']).filter(|link| link.starts_with("http"));
    let false_positive = issue.severity.to_ascii_lowercase().replace(['_', ' '], "") == "falsepositive";
    Some(Finding {
        description: text::paragraphs(description.iter().map(String::as_str)),
        fix: text::paragraphs(fix.iter().map(String::as_str)),
        evidence: web::exchange(&url, issue.request, issue.response),
        raw_id: text::some(issue.serial),
        confidence: text::name(issue.confidence).to_lowercase(),
        references: text::links(links),
        suppressed: false_positive.then(|| "false positive".to_owned()),
        ..Finding::new(name, ids::severity(issue.severity), weakness, asset, locus)
    })
}
