//! CloudSploit (Aqua CSPM) JSON and CSV: checks of cloud resources that failed or warn. What was suppressed is told as such.

use crate::common::layout::Layout;
use crate::common::table::Table;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{cloud, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::borrow::Cow;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cloudsploit",
    name: "CloudSploit",
    summary: "JSON and CSV: checks of cloud resources that failed or warn",
    extensions: &["json"],
    docs: "https://github.com/aquasecurity/cloudsploit",
    tool: "cloudsploit",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

const COLUMNS: [&str; 5] = ["category", "title", "resource", "region", "statusWord"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has_all(&["plugin", "category"])
            && keys.has_any(&["status", "statusWord"])
            && keys.has("resource")
            || head.csv(&COLUMNS),
    )
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if head::begins_json(input)? {
        return LAYOUT.parse(input, options, sink, |record, options, out| {
            row(|keys| record.first(keys), options)?.map_or(Ok(()), |finding| record.tell(finding, out))
        });
    }
    let table = Table::open(input, &options.limits, "cloudsploit", &COLUMNS)?;
    let mut out = Out::new(sink);
    out.source("cloudsploit", "");
    table.rows(&mut out, &mut |record, at, out| match row(
        |keys| record.first(keys).to_owned().into(),
        options,
    )? {
        Some(finding) => Ok(out.finding(at, finding, Some(record.raw().as_bytes()))?),
        None => Ok(()),
    })?;
    out.finish("cloudsploit")
}

fn row<'a>(
    get: impl Fn(&[&str]) -> Cow<'a, str>,
    options: &Options,
) -> Result<Option<Finding>, &'static str> {
    let (rule, title) = (get(&["plugin", "title"]), get(&["title", "plugin"]));
    if rule.is_empty() {
        return Err("neither plugin nor title");
    }
    // In words, or as numbers: 0 fine, 1 a warning, 2 a failure, 3 unknown.
    let rated = match get(&["statusWord", "status"]).to_uppercase().as_str() {
        "FAIL" | "2" => Severity::Medium,
        "WARN" | "1" => Severity::Low,
        _ => return Ok(None),
    };
    let severity = match ids::severity(&get(&["severity"])) {
        Severity::Unknown => rated,
        severity => severity,
    };
    let resource = get(&["resource"]);
    let resource = if ["N/A", "Unknown", ""].contains(&&*resource) { Cow::Borrowed("") } else { resource };
    let (account, region) = (get(&["accountId", "account"]), get(&["region"]));
    let asset = cloud::aws(&resource, "", &account, &region)
        .unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    Ok(Some(Finding {
        description: paragraphs([get(&["description"]), get(&["more_info"])]),
        fix: text::body(&get(&["recommended_action", "remediation"])),
        evidence: text::body(&get(&["message"])),
        raw_id: Some(text::name(&rule)),
        tags: cloud::tags(cloud::account_of(&resource), &region),
        references: text::links([&*get(&["link"])]),
        ..Finding::new(text::title(&title, &rule), severity, weakness, asset, Locus::Whole)
    }))
}
