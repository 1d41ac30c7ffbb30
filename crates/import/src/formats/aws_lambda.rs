//! Functions of AWS Lambda: `aws lambda list-functions`, or `get-function` of each.
//!
//! A function `runs_as` its role. Its environment, where secrets lie, is not read; its policy comes from `aws lambda get-policy`
//! (`aws_resource_policy`).
//!
//! **Coverage**: the facts of every function that was read.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{cloud, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::{AssetSeen, RelationSeen};
use bartizan_model::{Checks, Covered, Loci, Observation};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_lambda",
    name: "AWS Lambda",
    summary: "JSON of list-functions and get-function: functions, and the roles that they run as",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html",
    tool: "aws-lambda",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, function),
};

static LAYOUT: Layout = Layout { lists: &["Functions", "Configuration"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(["Functions", "Configuration"].iter().any(|list| keys.holds(list, "\"FunctionArn\"")))
}

fn function(record: &Record<'_>, _: &Options, out: &mut Out<'_>) -> Told {
    let arn = text::name(&record.text("FunctionArn"));
    let asset = Some(&arn).filter(|arn| arn.starts_with("arn:")).and_then(|arn| cloud::resource(arn, ""));
    let asset = asset.ok_or("it has no `FunctionArn`")?;
    let mut seen = AssetSeen::new(asset.clone());
    for (name, key) in [("package-type", "PackageType"), ("runtime", "Runtime")] {
        let value = text::name(&record.text(key));
        if !value.is_empty() {
            seen.attributes.insert(name.to_owned(), value);
        }
    }
    out.observe(&record.at, Observation::Asset(seen), None)?;
    if let Some(role) = cloud::resource(&record.text("Role"), "") {
        let runs = RelationSeen::new(asset.clone(), "runs_as", role);
        out.observe(&record.at, Observation::Relation(runs), None)?;
    }
    out.cover_in_the_end(Covered::new(asset, Checks::All, Loci::Facts));
    Ok(())
}
