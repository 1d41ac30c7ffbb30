//! AWS Config: results of rules (`aws configservice get-compliance-details-by-config-rule`, `...-by-resource`): resources that are not
//! compliant, one finding a rule and resource.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{cloud, dates, out::Out, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_config",
    name: "AWS Config",
    summary: "JSON of compliance details: resources that break a rule",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/config/latest/APIReference/API_GetComplianceDetailsByConfigRule.html",
    tool: "aws-config",
    sniff: |head| Sniff::when(head.keys().has_any(&["EvaluationResults", "AggregateEvaluationResults"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout =
    Layout { lists: &["EvaluationResults", "AggregateEvaluationResults"], ..Layout::of(&FORMAT) };

/// Security Hub makes rules of its own, with a suffix that is another in each account: `securityhub-iam-user-mfa-enabled-1a2b3c4d`.
fn without_suffix(rule: &str) -> &str {
    match rule.rsplit_once('-') {
        Some((name, suffix))
            if name.starts_with("securityhub-")
                && (6..=8).contains(&suffix.len())
                && suffix.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            name
        }
        _ => rule,
    }
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
    let weakness = WeaknessSeen { rule: text::name(without_suffix(&rule)), ..WeaknessSeen::default() };
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
