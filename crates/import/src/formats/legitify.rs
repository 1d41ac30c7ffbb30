//! Legitify JSON (`legitify analyze --output-format json`): policies that repositories, organizations and members of GitHub or GitLab break.
//!
//! One finding for each violation that failed; passed ones are none, skipped ones could not be looked at. It is on the
//! repository that the violation links to, else on the account.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{assets, head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus};
use serde_json::Value;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "legitify",
    name: "Legitify",
    summary: "JSON: policies broken by repositories, organizations and members",
    extensions: &["json"],
    docs: "https://github.com/Legit-Labs/legitify",
    tool: "legitify",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "legitify",
    tool: "legitify",
    version: ("", ""),
    heads: &["type"],
    lists: &["content/*"],
};

fn sniff(head: &[u8]) -> Sniff {
    match head::Keys::of(head).filter(|keys| !keys.in_array).and_then(|keys| keys.value("content")) {
        Some(content) if head::has(content, "\"policyInfo\"") => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| policy(record, options, out))
}

fn policy(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let about = record.at("policyInfo");
    let rule = about.first(&["fullyQualifiedPolicyName", "policyName"]);
    if rule.is_empty() {
        return Err("no policyInfo".into());
    }
    for violation in record.items("violations") {
        match &*violation.text("status") {
            "PASSED" => {}
            "SKIPPED" => {
                let what = format!("{rule} of {}", violation.text("canonicalLink"));
                out.gap(text::name(&what), "it was skipped, for want of rights or because it does not apply");
            }
            _ => {
                let (asset, locus) = place(violation, options);
                let finding = Finding {
                    description: paragraphs(
                        std::iter::once(about.text("description")).chain(about.texts("threat")),
                    ),
                    fix: text::body(&about.texts("remediationSteps").join("\n")),
                    raw_id: text::some(&about.text("policyName")),
                    tags: text::some(&about.text("namespace")).into_iter().collect(),
                    references: text::links([&*violation.text("canonicalLink")]),
                    ..Finding::new(
                        text::title(&about.text("title"), &rule),
                        ids::severity(&about.text("severity")),
                        WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() },
                        asset,
                        locus,
                    )
                };
                record.tell_alone(finding, out)?;
            }
        }
    }
    Ok(())
}

fn place(violation: &Value, options: &Options) -> (AssetRef, Locus) {
    let (kind, link) = (violation.text("violationEntityType"), violation.text("canonicalLink"));
    let name = violation.first(&["aux/entityName", "aux/entityId"]);
    if kind == "repository"
        && let Some(asset) = options.asset.clone().or_else(|| assets::repository(&link))
    {
        return (asset, Locus::Whole);
    }
    let asset = assets::named(AssetKind::Identity, if name.is_empty() { &link } else { &name });
    let whole = asset.is_some();
    let locus = if whole { Locus::Whole } else { Locus::named("entity", &text::name(&link)) };
    (asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository)), locus)
}
