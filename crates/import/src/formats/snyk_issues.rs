//! Answers of Snyk's REST API for issues (`/rest/orgs/{id}/issues`), and the CSV export of the issues report: one finding a place of
//! an issue, of packages, code and configuration. Licence issues are left out with a gap. The project is known by its id.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::{assets, dates, head, ids, loci, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

mod rows;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "snyk_issues",
    name: "Snyk issues",
    summary: "JSON of the REST API and CSV of the issues report: issues of packages, code and cloud configuration",
    extensions: &["json", "csv"],
    docs: "https://docs.snyk.io/snyk-api/reference/issues",
    tool: "snyk",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { heads: &["jsonapi"], lists: &["data"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    if head.keys().has_all(&["jsonapi", "data"]) {
        return if head.has("\"effective_severity_level\"") { Sniff::Yes } else { Sniff::Maybe };
    }
    Sniff::when(head.csv(rows::COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if !head::begins_json(input)? {
        return rows::parse(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, found)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let issue = record.at("attributes");
    let key = issue.first(&["key", "title"]);
    if key.is_empty() {
        return Err("an issue without key and title".into());
    }
    if issue.text("type") == "license" {
        out.note(text::name(&format!("licence issue {key}")), "licences are not imported");
        return Ok(());
    }
    let places = issue.items("coordinates").iter().flat_map(|it| it.items("representations"));
    let places: Vec<_> = places.collect();
    if places.is_empty() {
        return record.tell(finding(record, &Value::Null, options), out);
    }
    places.into_iter().try_for_each(|place| record.tell(finding(record, place, options), out))
}

fn finding(record: &Record<'_>, place: &Value<'_>, options: &Options) -> Finding {
    let issue = record.at("attributes");
    let project = record.text("relationships/scan_item/data/id");
    let named = assets::named(AssetKind::Repository, &project).filter(|_| options.asset.is_none());
    let asset = named.unwrap_or_else(|| options.asset_or(AssetKind::Repository));
    let (key, title) = (issue.text("key"), issue.text("title"));
    let severity = ids::severity(&issue.text("effective_severity_level"));
    let problems = issue.items("problems");
    let named = place.text("dependency/package_name");
    let mut finding = if named.is_empty() {
        let own = problems.iter().find(|it| it.text("source") == "SNYK").map(|it| it.text("id"));
        // Of code the key is that of one issue; the class of the weakness is what it has in common with others.
        let class = issue.text("classes/0/id");
        let code = issue.text("type") == "code";
        let rule = if code && !class.is_empty() {
            format!("{class}:{title}")
        } else {
            own.unwrap_or_default().into_owned()
        };
        let rule = if rule.is_empty() { key.to_string() } else { rule };
        let file = place.first(&["sourceLocation/file", "resourcePath"]);
        let locus = if file.is_empty() { Locus::named("issue", &key) } else { loci::file(&file, &key) };
        let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
        Finding {
            line: place.count("sourceLocation/region/start/line"),
            ..Finding::new(text::title(&title, &key), severity, weakness, asset, locus)
        }
    } else {
        let kind = key.split('-').nth(1).unwrap_or_default().to_lowercase();
        let package = Package::new(&kind, &named, &place.text("dependency/package_version"));
        package.vulnerability(asset, &key, problems.iter().map(|it| it.text("id")), &title, severity)
    };
    for problem in problems {
        ids::push_id(&mut finding.weakness.ids, &problem.text("id"));
    }
    finding.weakness.cwe = cwes(issue.items("classes").iter().map(|it| it.text("id")));
    finding.description = paragraphs([issue.text("description")]);
    let scores = issue.items("severities");
    finding.cvss = vectors(scores.iter().map(|it| it.text("vector")));
    finding.cvss_score = scores.iter().find_map(|it| it.number("score"));
    let remedies = issue.items("coordinates").iter().flat_map(|it| it.items("remedies"));
    finding.fix = paragraphs(remedies.map(|it| it.text("description")));
    finding.raw_id = text::some(&record.text("id"));
    finding.found_at = dates::date(&issue.text("created_at"));
    finding.seen_at = dates::date(&issue.text("updated_at"));
    finding.references = links(problems.iter().map(|it| it.text("url")));
    let status = issue.text("status");
    finding.suppressed = match () {
        () if issue.is_true("ignored") => Some("ignored".to_owned()),
        () if status == "resolved" => Some(Finding::FIXED.to_owned()),
        () => None,
    };
    finding
}
