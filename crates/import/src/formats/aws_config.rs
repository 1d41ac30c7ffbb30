//! AWS Config: results of rules (`aws configservice get-compliance-details-by-config-rule`, `...-by-resource`): resources that are not
//! compliant, one finding a rule and resource.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{cloud, dates, head, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_config",
    name: "AWS Config",
    summary: "JSON of compliance details: resources that break a rule",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/config/latest/APIReference/API_GetComplianceDetailsByConfigRule.html",
    tool: "aws-config",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "aws_config",
    tool: "aws-config",
    version: ("", ""),
    heads: &[],
    lists: &["EvaluationResults", "AggregateEvaluationResults"],
};

fn sniff(head: &[u8]) -> Sniff {
    let Some(keys) = head::Keys::of(head) else { return Sniff::No };
    if keys.has_any(&["EvaluationResults", "AggregateEvaluationResults"]) { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let about = record.at("EvaluationResultIdentifier/EvaluationResultQualifier");
    let (rule, id) = (about.text("ConfigRuleName"), about.text("ResourceId"));
    if rule.is_empty() {
        return Err("no ConfigRuleName".into());
    }
    let verdict = record.text("ComplianceType");
    if !["NON_COMPLIANT", "COMPLIANT"].contains(&&*verdict) {
        return Ok(());
    }
    let (account, region) = (record.text("AccountId"), record.text("AwsRegion"));
    let kind = about.text("ResourceType");
    let asset = match &*kind {
        "AWS::::Account" => cloud::account("aws", &id),
        "AWS::S3::Bucket" if !id.starts_with("arn:") => cloud::resource(&format!("arn:aws:s3:::{id}"), &id),
        _ => cloud::aws(&id, "", &account, &region),
    };
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    let finding = Finding {
        evidence: text::labelled([
            ("resource", &*id),
            ("type", &*kind),
            ("why", &*record.text("Annotation")),
        ]),
        seen_at: dates::date(&record.first(&["ConfigRuleInvokedTime", "ResultRecordedTime"])),
        tags: cloud::tags(&account, &region).into_iter().chain(text::tags([("type", &*kind)])).collect(),
        ..Finding::new(
            text::title(&rule.replace(['-', '_'], " "), ""),
            // The service does not rate its rules.
            Severity::Medium,
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource)),
            Locus::Whole,
        )
    };
    if verdict == "COMPLIANT" {
        if !cloud::is_of_one_region(&id, "") {
            out.clear(&finding);
        }
        return Ok(());
    }
    record.tell(finding, out)
}
