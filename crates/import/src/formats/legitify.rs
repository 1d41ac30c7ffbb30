//! Legitify: violations of policies by GitHub and GitLab organizations, repositories and their actions (flattened JSON).
//!
//! A failed policy is a finding on its repository, or on the organization as an application; one that was skipped is a gap.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::tree::Tree;
use crate::common::{assets, head, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "legitify",
    name: "Legitify",
    summary: "flattened JSON: policies that repositories and organizations violate",
    extensions: &["json"],
    docs: "https://legitify.dev/",
    tool: "legitify",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, policy),
};

static LAYOUT: Layout = Layout { heads: &["type"], lists: &["content/*"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has("type")
            && keys
                .value("content")
                .is_some_and(|content| head::has(content, "\"policyInfo\"") || content.starts_with(b"{}")),
    )
}

fn policy(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let policy = record.at("policyInfo");
    let rule =
        text::some(&policy.first(&["fullyQualifiedPolicyName", "policyName"])).ok_or("no policyInfo")?;
    for violation in record.items("violations") {
        let link = violation.text("canonicalLink");
        let kind = violation.text("violationEntityType");
        let name = violation.first(&["aux/entityName", "aux/entityId", "canonicalLink"]);
        match &*violation.text("status") {
            "FAILED" => {}
            "SKIPPED" => {
                out.gap(
                    format!("{rule} of {}", text::name(&name)),
                    "the policy was skipped, mostly for want of rights",
                );
                continue;
            }
            "PASSED" => continue,
            other => {
                let told = Err(Stop::unknown("status", other));
                out.settle(&record.at, told)?;
                continue;
            }
        }
        let repository =
            (kind == "repository" || kind.is_empty()).then(|| assets::repository(&link)).flatten();
        let named = || assets::named(AssetKind::Application, if link.is_empty() { &name } else { &link });
        let asset = repository.or_else(named).unwrap_or_else(|| options.asset_or(AssetKind::Repository));
        let steps = policy.texts("remediationSteps").join("\n");
        let threats = policy.texts("threat").join("\n");
        let weakness = WeaknessSeen { rule: rule.clone(), ..WeaknessSeen::default() };
        let finding = Finding {
            description: text::paragraphs([&*policy.text("description"), &threats]),
            fix: text::body(&steps),
            raw_id: text::some(&policy.text("policyName")),
            tags: text::some(&policy.text("namespace")).into_iter().collect(),
            references: text::links([&*link]),
            ..Finding::new(
                text::title(&policy.text("title"), &rule),
                ids::severity(&policy.text("severity")),
                weakness,
                asset,
                Locus::Whole,
            )
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
