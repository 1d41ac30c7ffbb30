//! Benchmarks of Powerpipe and Steampipe (`powerpipe benchmark run --export json`, `steampipe check --export json`, and the CSV of
//! both): one finding a control and resource in alarm. Errors of a control are gaps.

use crate::common::layout::{Layout, Record, Told};
use crate::common::table::{self};
use crate::common::tree::{Tree, Value};
use crate::common::{benchmark, cloud, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "powerpipe",
    name: "Powerpipe and Steampipe",
    summary: "JSON and CSV of benchmarks: controls in alarm by resource",
    extensions: &["json"],
    docs: "https://powerpipe.io/docs/run/benchmark",
    tool: "powerpipe",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { heads: &["group_id", "summary"], lists: &["groups", "controls"], ..Layout::of(&FORMAT) };

const COLUMNS: [&str; 5] = ["control_id", "control_title", "reason", "resource", "status"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("group_id") && keys.has_any(&["groups", "controls"]) || head.csv(&COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if !head::begins_json(input)? {
        return table(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, |record, options, out| {
        if record.list == "controls" {
            control(record, record, options, out)
        } else {
            group(record, record, options, out)
        }
    })
}

fn group(record: &Record<'_>, value: &Value<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if value.text("group_id").is_empty() {
        return Err("a group without group_id".into());
    }
    record.items_of(value, "controls").iter().try_for_each(|it| control(record, it, options, out))?;
    record.items_of(value, "groups").iter().try_for_each(|it| group(record, it, options, out))
}

fn control(record: &Record<'_>, value: &Value<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = value.text("control_id");
    if id.is_empty() {
        return Err("a control without control_id".into());
    }
    let failed = value.text("run_error");
    if !failed.is_empty() {
        out.gap(text::name(&id), text::name(&failed));
    }
    for result in record.items_of(value, "results") {
        let dimension = |name: &str| {
            let found = result.items("dimensions").iter().find(|it| it.text("key") == name);
            found.map(|it| it.text("value").into_owned()).unwrap_or_default()
        };
        let account = ["account_id", "subscription", "project"].map(dimension);
        let account = account.into_iter().find(|it| !it.is_empty()).unwrap_or_default();
        let said = Said {
            id: &id,
            title: &value.text("title"),
            description: &value.text("description"),
            severity: &value.text("severity"),
            reason: &result.text("reason"),
            resource: &result.text("resource"),
            status: &result.text("status"),
            account: &account,
            region: &dimension("region"),
        };
        let Some(mut finding) = said.finding(options, out) else { continue };
        if finding.is_gone() {
            out.clear(&finding);
            continue;
        }
        let tags = value.at("tags").as_object().into_iter().flatten();
        let controls = tags.filter(|(key, value)| key.ends_with("_item_id") || value.text("") == "true");
        finding.compliance = controls
            .map(|(key, value)| {
                let framework = key.trim_end_matches("_item_id");
                let item = value.text("");
                text::name(&if item == "true" { framework.to_owned() } else { format!("{framework}:{item}") })
            })
            .collect();
        record.tell(finding, out)?;
    }
    Ok(())
}

/// A result of a control.
struct Said<'a> {
    id: &'a str,
    title: &'a str,
    description: &'a str,
    severity: &'a str,
    reason: &'a str,
    resource: &'a str,
    status: &'a str,
    account: &'a str,
    region: &'a str,
}

impl Said<'_> {
    /// A finding where it is an alarm, one that is gone where all is well, a gap where it is an error.
    fn finding(&self, options: &Options, out: &mut Out<'_>) -> Option<Finding> {
        if self.status == "error" {
            out.gap(text::name(&format!("{} of {}", self.id, self.resource)), text::name(self.reason));
        }
        let is_well = self.status == "ok" && !cloud::is_of_one_region(self.resource, "");
        if self.status != "alarm" && !is_well {
            return None;
        }
        // Most controls are not rated.
        let severity = match ids::severity(self.severity) {
            Severity::Unknown => Severity::Medium,
            severity => severity,
        };
        let asset = cloud::aws(self.resource, "", self.account, self.region);
        let weakness = WeaknessSeen { rule: rule(self.id, self.title), ..WeaknessSeen::default() };
        Some(Finding {
            description: text::body(self.description),
            evidence: text::body(self.reason),
            raw_id: Some(text::name(self.id)),
            suppressed: is_well.then(|| Finding::FIXED.to_owned()),
            tags: cloud::tags(self.account, self.region),
            ..Finding::new(
                text::title(self.title, self.id),
                severity,
                weakness,
                asset.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource)),
                Locus::Whole,
            )
        })
    }
}

/// `aws_compliance.control.cis_v150_1_12` is number 1.12 in version 1.5.0 of a benchmark; other controls have names.
fn rule(id: &str, title: &str) -> String {
    match id.split_once("_v") {
        Some((family, number)) if number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') => {
            benchmark::rule(family, "", id, title)
        }
        _ => text::name(id),
    }
}

fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, &COLUMNS, input, options, sink, |row, at, out| {
        if row.get("control_id").is_empty() {
            return Err("no control_id".into());
        }
        let said = Said {
            id: row.get("control_id"),
            title: row.get("control_title"),
            description: row.get("control_description"),
            severity: row.get("severity"),
            reason: row.get("reason"),
            resource: row.get("resource"),
            status: row.get("status"),
            account: row.first(&["account_id", "subscription", "project"]),
            region: row.get("region"),
        };
        match said.finding(options, out) {
            Some(finding) if finding.is_gone() => {
                out.clear(&finding);
                Ok(())
            }
            Some(finding) => Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?),
            None => Ok(()),
        }
    })
}
