//! Amazon GuardDuty's own findings (`aws guardduty get-findings`, exports to S3, events): threats seen on a resource. In Security
//! Hub they are ASFF. Keys begin with a capital letter in the answers of the API and with a small one elsewhere.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, Value};
use crate::common::{cloud, dates, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_guardduty",
    name: "Amazon GuardDuty",
    summary: "JSON of get-findings, exports and events: threats by resource",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html",
    tool: "guardduty",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["[]", "Findings", "findings", "detail"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let ours = head.is_json() && head.has("arn:aws:guardduty:") && !head.has("\"ProductArn\"");
    let shaped = head.has_any(&["\"resourceType\"", "\"ResourceType\""]);
    Sniff::when(ours && shaped)
}

/// What stands under a path in either writing.
fn get<'a>(value: &'a Value<'_>, path: &str) -> std::borrow::Cow<'a, str> {
    let small = path.split('/').map(|key| {
        let mut chars = key.chars();
        chars
            .next()
            .map_or(String::new(), |first| format!("{}{}", first.to_ascii_lowercase(), chars.as_str()))
    });
    let small = small.collect::<Vec<_>>().join("/");
    value.first(&[path, &small])
}

fn asset(record: &Record<'_>, account: &str, region: &str, options: &Options) -> AssetRef {
    let resource =
        if record.at("Resource").is_object() { record.at("Resource") } else { record.at("resource") };
    let instance = get(resource, "InstanceDetails/InstanceId");
    let user = get(resource, "AccessKeyDetails/UserName");
    let bucket = resource.first(&["S3BucketDetails/0/Arn", "s3BucketDetails/0/arn"]);
    let cluster = resource.first(&[
        "EksClusterDetails/Arn",
        "eksClusterDetails/arn",
        "EcsClusterDetails/Arn",
        "ecsClusterDetails/arn",
    ]);
    let function = resource.first(&["LambdaDetails/FunctionArn", "lambdaDetails/functionArn"]);
    let database =
        resource.first(&["RdsDbInstanceDetails/DbInstanceArn", "rdsDbInstanceDetails/dbInstanceArn"]);
    let named = [bucket, function, database, cluster].into_iter().find(|arn| !arn.is_empty());
    let known = match (&*instance, named) {
        ("", Some(arn)) => cloud::resource(&arn, ""),
        ("", None) if !user.is_empty() => {
            cloud::resource(&format!("arn:aws:iam::{account}:user/{user}"), &user)
        }
        ("", None) => cloud::account("aws", account),
        (instance, _) => cloud::aws(instance, "", account, region),
    };
    known.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (kind, title) = (get(record, "Type"), get(record, "Title"));
    if kind.is_empty() {
        return Err("no type".into());
    }
    let (account, region) = (get(record, "AccountId"), get(record, "Region"));
    // 1 to 3.9 is low, to 6.9 medium, to 8.9 high, from 9 critical.
    let severity = get(record, "Severity").parse().map_or(Severity::Unknown, Severity::from_cvss);
    let weakness = WeaknessSeen { rule: text::name(&kind), ..WeaknessSeen::default() };
    let archived = get(record, "Service/Archived").eq_ignore_ascii_case("true");
    let asset = asset(record, &account, &region, options);
    let finding = Finding {
        description: text::body(&get(record, "Description")),
        evidence: text::body(&format!("seen {} times", get(record, "Service/Count"))),
        raw_id: Some(text::name(&record.first(&["Arn", "arn", "Id", "id"]))),
        found_at: dates::date(&record.first(&[
            "Service/EventFirstSeen",
            "service/eventFirstSeen",
            "CreatedAt",
            "createdAt",
        ])),
        seen_at: dates::date(&record.first(&[
            "Service/EventLastSeen",
            "service/eventLastSeen",
            "UpdatedAt",
            "updatedAt",
        ])),
        tags: cloud::tags(&account, &region),
        confidence: get(record, "Confidence").into_owned(),
        suppressed: archived.then(|| "archived".to_owned()),
        ..Finding::new(text::title(&title, &kind), severity, weakness, asset, Locus::Whole)
    };
    record.tell(finding, out)
}
