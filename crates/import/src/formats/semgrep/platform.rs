//! Findings of the AppSec Platform's API: of code, and of the supply chain.

use crate::common::code::Hit;
use crate::common::layout::{Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::format::Options;
use bartizan_model::{AssetKind, AssetRef, Finding};

/// One finding. Its match-based id is the same in all branches and when lines move.
pub(super) fn finding(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, about) = (record.first(&["rule_name", "rule/name"]), record.at("rule"));
    if rule.is_empty() {
        return Err("no rule_name".into());
    }
    let id = record.first(&["match_based_id", "syntactic_id"]);
    let hit = Hit {
        rule: &rule,
        title: &rule,
        severity: ids::severity(&record.text("severity")),
        cwe: &about.texts("cwe_names").join(" "),
        path: &record.text("location/file_path"),
        line: record.count("location/line"),
        anchor: &id,
        snippet: "",
    };
    let repository = record.at("repository");
    let asset = options.asset.clone().or_else(|| assets::repository(&repository.text("url")));
    let asset = asset.or_else(|| assets::named(AssetKind::Repository, &repository.text("name")));
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository));
    let (state, triage) = (record.text("state"), record.text("triage_state"));
    let settled =
        ["fixed", "removed", "muted"].contains(&&*state) || ["ignored", "reviewing_fp"].contains(&&*triage);
    let finding = Finding {
        description: paragraphs([record.first(&["rule_message", "rule/message"])]),
        confidence: text::name(&record.text("confidence")),
        raw_id: text::some(&record.text("id")),
        found_at: dates::date(&record.first(&["created_at", "relevant_since"])),
        compliance: about.texts("owasp_names").iter().map(|it| text::name(&format!("OWASP:{it}"))).collect(),
        tags: text::some(&record.text("ref")).map(|branch| format!("branch:{branch}")).into_iter().collect(),
        references: text::links([&*record.text("line_of_code_url")]),
        suppressed: (state == "fixed" && ["", "untriaged"].contains(&&*triage))
            .then(|| Finding::FIXED.to_owned())
            .or_else(|| {
                settled.then(|| text::name(&format!("{state} {triage} {}", record.text("triage_reason"))))
            }),
        ..found(record, &hit, asset)
    };
    let fix = record.first(&["assistant/guidance/instructions", "assistant/autofix/fix_code"]);
    let finding = if fix.is_empty() { finding } else { Finding { fix: text::body(&fix), ..finding } };
    record.tell(finding, out)
}

/// A place in code, or of the supply chain a vulnerable package.
fn found(record: &Record<'_>, hit: &Hit<'_>, asset: AssetRef) -> Finding {
    let package = record.at("found_dependency");
    if !package.is_object() {
        return hit.finding(asset);
    }
    let package =
        Package::new(&package.text("ecosystem"), &package.text("package"), &package.text("version"));
    let id = record.text("vulnerability_identifier");
    let id = if id.is_empty() { hit.rule } else { &id };
    let mut finding = package.vulnerability(asset, id, [""; 0], "", hit.severity);
    finding.weakness.rule = text::name(hit.rule);
    ids::cwes_in(&mut finding.weakness.cwe, hit.cwe);
    finding.epss = record.number("epss_score/score").filter(|epss| (0.0..=1.0).contains(epss));
    fixed_in(&mut finding, &record.text("fix_recommendations/0/version"));
    let reachable = record.text("reachability");
    finding.evidence = text::labelled([("Named in", hit.path), ("Reachability", &*reachable)]);
    Finding { line: hit.line, ..finding }
}
