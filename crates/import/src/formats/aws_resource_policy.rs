//! Policies of resources in AWS, and the keys that stores are encrypted by, as the command line prints them:
//!
//! - `aws s3api get-bucket-policy`, `aws dynamodb get-resource-policy`, `aws kms get-key-policy`, `aws lambda get-policy` and
//!   `get-layer-version-policy` (`Policy`);
//! - `aws ecr get-repository-policy` (`policyText`);
//! - `aws secretsmanager get-resource-policy` (`ResourcePolicy`) and `describe-secret` (`KmsKeyId`);
//! - `aws sqs get-queue-attributes`, `aws sns get-topic-attributes` (`Attributes`);
//! - `aws s3api get-bucket-encryption` (`ServerSideEncryptionConfiguration`);
//! - `aws s3api get-public-access-block`, `aws s3control get-public-access-block` (`PublicAccessBlockConfiguration`), `aws s3api
//!   get-bucket-policy-status` (`PolicyStatus`): of a bucket, the first two of an account (`arn:aws:iam::111122223333:root`).
//!
//! The answers one after another or as a JSON array. Those that do not name their resource are about the one that all statements of
//! the policy are on (a bucket, a function), else about the ARN that the report is said to be about (`--asset ARN`): the policies of
//! a key and of a repository of images, and a bucket's settings, need it. **Coverage**: none, as other commands tell the rest of a resource.

use super::aws_iam::record::{account as account_asset, account_of, document, field, text_of};
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
    let repository = keys.has_all(&["policyText", "repositoryName"]);
    let bucket = keys.has_any(&["ServerSideEncryptionConfiguration", "PublicAccessBlockConfiguration"]);
    let status = keys.holds("PolicyStatus", "\"IsPublic\"");
    Sniff::when(is_policy || secret || queue || repository || bucket || status)
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
    /// What AWS says of who is kept out, by the names of attributes.
    settings: Vec<(&'static str, bool)>,
}

/// Settings that are true or false: the member of the answer, what it is called there, and the attribute. Only
/// `RestrictPublicBuckets` changes what a policy allows that is there already.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html>
const SETTINGS: [(&str, &str, &str); 2] = [
    ("publicaccessblockconfiguration", "restrictpublicbuckets", "restrict-public-buckets"),
    ("policystatus", "ispublic", "public-policy"),
];

impl Answer {
    fn of(answer: &Value, options: &Options) -> Result<Self, String> {
        let attributes = field(answer, "attributes");
        let told = if attributes.is_object() { attributes } else { answer };
        let rule = field(answer, "serversideencryptionconfiguration");
        let policy = ["resourcepolicy", "policy", "policytext"].map(|name| field(told, name));
        let policy = policy.into_iter().find(|policy| policy.is_string() || policy.is_object());
        let policy = policy.map(document).transpose()?.flatten();
        let own = ["arn", "queuearn", "topicarn"].map(|name| text_of(told, name));
        let own = own.into_iter().find(|arn| arn.starts_with("arn:"));
        let about = || Some(options.fallback.trim().to_owned()).filter(|about| about.starts_with("arn:"));
        let arn = own.or_else(about).or_else(|| policy.as_deref().and_then(only_resource));
        let resource = arn.and_then(|arn| asset(&arn));
        let resource =
            resource.ok_or("it does not tell which resource it is about: import it with `--asset ARN`")?;
        let arn_of_key = [field(told, "kmskeyid"), field(told, "kmsmasterkeyid"), key_of(rule)];
        let mut keys = arn_of_key.into_iter().filter_map(Value::as_str);
        let key = keys.find(|key| key.starts_with("arn:") && key.contains(":key/"));
        let here = SETTINGS.into_iter().filter(|(member, ..)| !field(answer, member).is_null());
        let settings = here.map(|(member, name, attribute)| {
            let value = text_of(field(answer, member), name).to_ascii_lowercase();
            let value = value.parse().map_err(|_| format!("its {name} is neither true nor false"))?;
            Ok::<_, String>((attribute, value))
        });
        let settings = settings.collect::<Result<_, _>>()?;
        Ok(Self { resource, policy, key: key.and_then(|key| cloud::resource(key, "")), settings })
    }

    fn tell(self, at: &Place, out: &mut Out<'_>) -> Result<(), ParseError> {
        let mut seen = AssetSeen::new(self.resource.clone());
        let id = self.resource.identifiers.first().map(|id| ("cloud-id".to_owned(), id.value.clone()));
        seen.attributes.extend(id);
        seen.attributes.extend(self.policy.map(|policy| ("resource-policy".to_owned(), policy)));
        let settings = self.settings.into_iter();
        seen.attributes.extend(settings.map(|(name, is_so)| (name.to_owned(), is_so.to_string())));
        out.observe(at, Observation::Asset(seen), None)?;
        let Some(key) = self.key else { return Ok(()) };
        let relation = RelationSeen::new(self.resource, "encrypted_with", key);
        out.observe(at, Observation::Relation(relation), None)
    }
}

/// A resource, or the account itself. The name of a version or alias of a function, or of a layer, has two parts.
fn asset(arn: &str) -> Option<AssetRef> {
    if let Some((partition, id)) = account_of(arn).filter(|_| arn.ends_with(":root")) {
        return account_asset(partition, id);
    }
    let name = [":function:", ":layer:"].iter().find_map(|of| Some(arn.split_once(of)?.1));
    cloud::resource(arn, name.unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Collected;

    /// What answers tell that are about one resource.
    fn read(text: &str, about: &str) -> (Vec<String>, Vec<String>) {
        let mut seen = Collected::default();
        let options = Options { fallback: about.to_owned(), ..Options::default() };
        // What nothing could be used of is an error, and told by its record all the same.
        let _ = parse(&mut text.as_bytes(), &options, &mut seen);
        let told = seen.observations.iter().filter_map(|(_, o)| match o {
            Observation::Asset(seen) => Some(format!("{:?}", seen.attributes)),
            _ => None,
        });
        (told.collect(), seen.rejected.iter().map(|(_, why)| why.clone()).collect())
    }

    const BLOCK: &str = r#"{"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": true,
        "BlockPublicPolicy": true, "RestrictPublicBuckets": false}}"#;

    #[test]
    fn what_keeps_the_public_out_is_of_the_bucket_or_the_account_that_is_named() {
        for about in ["arn:aws:s3:::patients", "arn:aws:iam::111122223333:root"] {
            let told = format!(r#"{{"cloud-id": "{about}", "restrict-public-buckets": "false"}}"#);
            assert_eq!(read(BLOCK, about), (vec![told], vec![]));
        }
        let status = r#"{"PolicyStatus": {"IsPublic": true}}"#;
        let told = r#"{"cloud-id": "arn:aws:s3:::patients", "public-policy": "true"}"#.to_owned();
        assert_eq!(read(status, "arn:aws:s3:::patients"), (vec![told], vec![]));
    }

    #[test]
    fn the_policy_of_a_repository_is_of_the_arn_that_is_named() {
        let text = r#"{"registryId": "111122223333", "repositoryName": "shop", "policyText": "{ \"Statement\": [] }"}"#;
        let arn = "arn:aws:ecr:eu-west-1:111122223333:repository/shop";
        let told = format!(r#"{{"cloud-id": "{arn}", "resource-policy": "{{\"Statement\":[]}}"}}"#);
        assert_eq!(read(text, arn), (vec![told], vec![]));
    }

    #[test]
    fn what_does_not_say_is_told() {
        let nobody = "it does not tell which resource it is about: import it with `--asset ARN`";
        assert_eq!(read(BLOCK, "patients"), (vec![], vec![nobody.to_owned()]));
        let unsaid = r#"{"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": "maybe"}}"#;
        let why = "its restrictpublicbuckets is neither true nor false".to_owned();
        assert_eq!(read(unsaid, "arn:aws:s3:::patients"), (vec![], vec![why]));
    }
}
