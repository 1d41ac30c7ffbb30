//! Policies of resources in AWS, and the keys that stores are encrypted by, as the command line prints them:
//!
//! - `aws s3api get-bucket-policy`, `aws dynamodb get-resource-policy`, `aws kms get-key-policy` (`Policy`);
//! - `aws secretsmanager get-resource-policy` (`ResourcePolicy`) and `describe-secret` (`KmsKeyId`);
//! - `aws sqs get-queue-attributes`, `aws sns get-topic-attributes` (`Attributes`);
//! - `aws s3api get-bucket-encryption` (`ServerSideEncryptionConfiguration`).
//!
//! The answers one after another or as a JSON array. Those that do not name their resource are about the one that all statements of
//! the policy are on (a bucket, a table), else about the ARN that the report is said to be about (`--asset ARN`): a key's policy
//! and a bucket's encryption need it. **Coverage**: none, as other commands tell the rest of a resource.

use super::aws_iam::record::{document, field, text_of};
use crate::common::out::Out;
use crate::common::{answers, cloud};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, RelationSeen};
use bartizan_model::{AssetRef, Observation};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_resource_policy",
    name: "AWS resource policies",
    summary: "JSON of get-bucket-policy, get-key-policy, get-resource-policy and their like: who may use a store, and its key",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html",
    tool: "aws-resource-policy",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    // A document in a text.
    let policy = keys.value("Policy").filter(|value| value.starts_with(b"\"")).is_some();
    let is_policy = policy && crate::common::head::has(head, "\\\"Statement\\\"");
    let secret = keys.has("ARN") && keys.has("Name") && keys.has_any(&["ResourcePolicy", "KmsKeyId"]);
    let attributes = keys.value("Attributes").and_then(crate::common::head::Keys::of);
    let queue = attributes.is_some_and(|told| told.has("Policy") && told.has_any(&["QueueArn", "TopicArn"]));
    Sniff::when(is_policy || secret || queue || keys.has("ServerSideEncryptionConfiguration"))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let none =
        "no answer in it tells the policy or key of a resource; one that names none needs `--asset ARN`";
    answers::read(&FORMAT, input, options, sink, none, |value, at, out| {
        let answer = Answer::of(&value.read()?, options)?;
        Ok(answer.tell(at, out)?)
    })
}

/// What an answer tells of one resource.
struct Answer {
    resource: AssetRef,
    policy: Option<String>,
    /// The ARN of the key, where it is not AWS's own.
    key: Option<AssetRef>,
}

impl Answer {
    fn of(answer: &Value, options: &Options) -> Result<Self, String> {
        let attributes = field(answer, "attributes");
        let told = if attributes.is_object() { attributes } else { answer };
        let rule = field(answer, "serversideencryptionconfiguration");
        let policy = ["resourcepolicy", "policy"].map(|name| field(told, name));
        let policy = policy.into_iter().find(|policy| policy.is_string() || policy.is_object());
        let policy = policy.map(document).transpose()?.flatten();
        let own = ["arn", "queuearn", "topicarn"].map(|name| text_of(told, name));
        let own = own.into_iter().find(|arn| arn.starts_with("arn:"));
        let about = || Some(options.fallback.trim().to_owned()).filter(|about| about.starts_with("arn:"));
        let arn = own.or_else(about).or_else(|| policy.as_deref().and_then(only_resource));
        let resource = arn.and_then(|arn| cloud::resource(&arn, ""));
        let resource =
            resource.ok_or("it does not tell which resource it is about: import it with `--asset ARN`")?;
        let arn_of_key = [field(told, "kmskeyid"), field(told, "kmsmasterkeyid"), key_of(rule)];
        let mut keys = arn_of_key.into_iter().filter_map(Value::as_str);
        let key = keys.find(|key| key.starts_with("arn:") && key.contains(":key/"));
        Ok(Self { resource, policy, key: key.and_then(|key| cloud::resource(key, "")) })
    }

    fn tell(self, at: &Place, out: &mut Out<'_>) -> Result<(), ParseError> {
        let mut seen = AssetSeen::new(self.resource.clone());
        seen.attributes.extend(self.policy.map(|policy| ("resource-policy".to_owned(), policy)));
        out.observe(at, Observation::Asset(seen), None)?;
        let Some(key) = self.key else { return Ok(()) };
        let relation = RelationSeen::new(self.resource, "encrypted_with", key);
        out.observe(at, Observation::Relation(relation), None)
    }
}

/// The key in the encryption of a bucket.
fn key_of(encryption: &Value) -> &Value {
    let rules = field(encryption, "rules").as_array().map_or(&[][..], Vec::as_slice);
    let first = rules.first().unwrap_or(&Value::Null);
    field(field(first, "applyserversideencryptionbydefault"), "kmsmasterkeyid")
}

/// The one resource that all statements of a policy are on: of a bucket, without what is in it.
fn only_resource(policy: &str) -> Option<String> {
    let policy: Value = serde_json::from_str(policy).ok()?;
    let one_or_all = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let statements = one_or_all(field(&policy, "statement"));
    let named = statements.iter().flat_map(|statement| one_or_all(field(statement, "resource")));
    let named: BTreeSet<_> = named
        .filter_map(|resource| {
            let arn = resource.as_str()?.to_owned();
            let is_bucket = arn.split(':').nth(2) == Some("s3");
            Some(if is_bucket { arn.split('/').next()?.to_owned() } else { arn })
        })
        .collect();
    let mut named = named.into_iter().filter(|arn| arn.starts_with("arn:") && !arn.contains(['*', '?']));
    named.next().filter(|_| named.next().is_none())
}
