//! kube-bench JSON (`--json`), with the list of controls alone or with totals: checks of the CIS Kubernetes benchmark that
//! failed, and those that a person must look at (warnings). One that passed closes what it found before on the machine of that name.
//! Distributions and clouds have benchmarks of their own (`eks-1.0.1`, `rke2-cis-1.23`), whose numbers mean other checks.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{benchmark, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kube_bench",
    name: "kube-bench",
    summary: "JSON: checks of the CIS Kubernetes benchmark that failed or need a look",
    extensions: &["json"],
    docs: "https://aquasecurity.github.io/kube-bench/",
    tool: "kube-bench",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &["Controls/version", "Controls/node_type", "Controls/text", "version", "node_type", "text"],
    lists: &["Controls/tests/results", "tests/results"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = keys.has("Controls") || keys.has_all(&["node_type", "tests"]);
    let empty = keys.has("Totals");
    Sniff::when(ours && (empty || head.has("\"tests\"")))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, status) = (record.text("test_number"), record.text("status"));
    if id.is_empty() || status.is_empty() {
        return Err("no test_number or no status".into());
    }
    let severity = match &*status {
        "FAIL" => Severity::Medium,
        "WARN" => Severity::Info,
        "PASS" => Severity::Unknown,
        "INFO" | "SKIP" => return Ok(()),
        word => return Err(Stop::unknown("status", word)),
    };
    let version = record.head_text(&["Controls/version", "version"]);
    // The benchmark for Kubernetes itself is only a number in reports of older versions.
    let family = Some(benchmark::family(&version)).filter(|family| !family.is_empty());
    let family = family.unwrap_or_else(|| "cis".to_owned());
    let rule = benchmark::rule(&family, benchmark::part(&id), &id, &record.text("test_desc"));
    let weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    let node = record.head_text(&["Controls/node_type", "node_type"]);
    let finding = Finding {
        description: paragraphs([record.head_text(&["Controls/text", "text"]), record.text("reason")]),
        fix: text::body(&record.text("remediation")),
        evidence: paragraphs([
            record.text("audit").as_ref(),
            &format!("expected: {}", record.text("expected_result")),
            &format!("found: {}", record.text("actual_value")),
        ]),
        raw_id: Some(text::name(&id)),
        compliance: vec![text::name(&format!("cis-kubernetes-{}:{id}", version.trim_start_matches("cis-")))],
        tags: text::tags([("node", &*node)]),
        ..Finding::new(
            text::title(&record.text("test_desc"), &id),
            severity,
            weakness,
            options.asset_or(AssetKind::Host),
            Locus::Whole,
        )
    };
    if status == "PASS" {
        out.clear(&finding);
        return Ok(());
    }
    record.tell(finding, out)
}
