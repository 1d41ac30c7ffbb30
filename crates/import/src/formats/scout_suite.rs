//! Scout Suite (`scoutsuite_results_*.js`: a JavaScript assignment, and the JSON in it): one finding a rule and flagged item.
//!
//! Items are paths into the report's own tree of resources, where their names and ARNs stand; so a service is read whole.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, Value, links, paragraphs};
use crate::common::{cloud, dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "scout_suite",
    name: "Scout Suite",
    summary: "JavaScript or JSON results: flagged resources of AWS, Azure, Google Cloud and others by rule",
    extensions: &["js"],
    docs: "https://github.com/nccgroup/ScoutSuite/wiki",
    tool: "scout-suite",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    version: ("last_run", "version"),
    heads: &["account_id", "provider_code", "last_run"],
    lists: &["services/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    // Scout2, from which it came, names the variable `aws_info`.
    if [&b"scoutsuite_results"[..], b"aws_info"].iter().any(|name| head.trimmed().starts_with(name)) {
        return Sniff::Yes;
    }
    let keys = head.keys();
    Sniff::when(keys.has_all(&["account_id", "last_run"]) && head.has("\"ruleset_name\""))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if matches!(head::first_byte(input)?, Some(b's' | b'a')) {
        // The name of the variable, up to the document that is assigned to it.
        for _ in 0..64 {
            match head::first_byte(input)? {
                None | Some(b'{') => break,
                Some(_) => input.consume(1),
            }
        }
    }
    LAYOUT.parse(input, options, sink, service)
}

fn service(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rules = record.at("findings").as_object();
    for (rule, finding) in rules.into_iter().flatten() {
        for item in finding.texts("items") {
            tell(record, rule, finding, &item, options, out)?;
        }
    }
    Ok(())
}

fn tell(
    record: &Record<'_>,
    rule: &str,
    about: &Value<'_>,
    item: &str,
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    // The suffix is what of the resource is wrong, the rest where the resource stands.
    let suffix = about.text("id_suffix");
    let path =
        item.strip_suffix(&*suffix).filter(|_| !suffix.is_empty()).unwrap_or(item).trim_end_matches('.');
    let mut resource = &Value::Null;
    let (mut at, mut named) = (&**record, path.to_owned());
    for key in path.split('.').skip(1) {
        at = at.get(key).unwrap_or(&Value::Null);
        if at.get("name").is_some() || at.get("arn").is_some() || at.get("id").is_some() {
            resource = at;
        }
    }
    let name = resource.first(&["name", "id", "arn"]);
    if !name.is_empty() {
        named = name.into_owned();
    }
    let (provider, account) = (record.head("provider_code").text(""), record.head("account_id").text(""));
    let id = resource.first(&["arn", "resource_id", "self_link"]);
    let id = if id.is_empty() && resource.text("id").starts_with('/') { resource.text("id") } else { id };
    let asset = if id.is_empty() {
        cloud::resource(&format!("{provider}/{account}/{path}"), &named)
    } else {
        cloud::resource(&id, &named)
    };
    let level = about.text("level");
    let severity = match &*level {
        "danger" => Severity::High,
        "warning" => Severity::Medium,
        other => ids::severity(other),
    };
    let compliance = about.items("compliance").iter().map(|it| {
        text::name(&format!("{} {}:{}", it.text("name"), it.text("version"), it.text("reference")))
    });
    let region = path.split('.').skip_while(|part| *part != "regions").nth(1).unwrap_or_default();
    let finding = Finding {
        description: paragraphs([about.text("description"), about.text("rationale")]),
        fix: text::body(&about.text("remediation")),
        evidence: text::body(item),
        raw_id: Some(text::name(&format!("{rule}:{item}"))),
        seen_at: dates::date(&record.head("last_run").text("time")),
        compliance: compliance.collect(),
        tags: cloud::tags(&account, region),
        references: links(about.texts("references")),
        ..Finding::new(
            text::title(&about.text("description"), rule),
            severity,
            WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() },
            asset.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource)),
            if suffix.is_empty() { Locus::Whole } else { Locus::named("setting", &text::name(&suffix)) },
        )
    };
    // The record is a whole service: the finding's own part of it is kept.
    out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
    Ok(out.finding(&record.at, finding, Some(item.as_bytes()))?)
}
