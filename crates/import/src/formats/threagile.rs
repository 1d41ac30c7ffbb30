//! Threagile risks (`risks.json`): what a threat model in code says may go wrong.
//!
//! The risk's synthetic id names its category and the parts of the model that it is about, and is the place on the modelled
//! application. Accepted, mitigated and false positive risks carry that word.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{html, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "threagile",
    name: "Threagile",
    summary: "risks.json: risks that follow from a threat model",
    extensions: &["json"],
    docs: "https://threagile.io/",
    tool: "threagile",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, risk),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

/// The CWE number of each built-in risk category (Threagile documentation, "Risk rules"), where it is one weakness.
const CWES: &[(&str, u32)] = &[
    ("accidental-secret-leak", 200),
    ("code-backdooring", 912),
    ("container-baseimage-backdooring", 912),
    ("cross-site-request-forgery", 352),
    ("cross-site-scripting", 79),
    ("dos-risky-access-across-trust-boundary", 400),
    ("ldap-injection", 90),
    ("missing-authentication", 306),
    ("missing-authentication-second-factor", 308),
    ("missing-build-infrastructure", 1127),
    ("missing-file-validation", 434),
    ("missing-hardening", 16),
    ("missing-identity-propagation", 284),
    ("missing-identity-store", 287),
    ("missing-vault", 522),
    ("path-traversal", 22),
    ("push-instead-of-pull-deployment", 1127),
    ("search-query-injection", 74),
    ("server-side-request-forgery", 918),
    ("service-registry-poisoning", 693),
    ("sql-nosql-injection", 89),
    ("unchecked-deployment", 1127),
    ("unencrypted-asset", 311),
    ("unencrypted-communication", 319),
    ("unguarded-access-from-internet", 501),
    ("unguarded-direct-datastore-access", 501),
    ("untrusted-deserialization", 502),
    ("xml-external-entity", 611),
];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("synthetic_id") && keys.has_any(&["category", "category_id"]))
}

fn risk(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, id) = (record.first(&["category", "category_id"]), record.text("synthetic_id"));
    if rule.is_empty() {
        return Err("no category".into());
    }
    // Threagile's scale: critical, high, elevated, medium, low.
    let severity = match &*record.text("severity").to_lowercase() {
        "elevated" => Severity::High,
        word => ids::severity(word),
    };
    let (likelihood, impact) = (record.text("exploitation_likelihood"), record.text("exploitation_impact"));
    let breach = record.text("data_breach_probability");
    let told = [("Likelihood", &*likelihood), ("Impact", &*impact), ("Data breach", &*breach)];
    let about = ["technical_asset", "data_asset", "communication_link", "trust_boundary", "shared_runtime"];
    let about =
        about.iter().map(|part| (part.replace('_', " "), record.text(&format!("most_relevant_{part}"))));
    let about: Vec<_> =
        about.filter(|(_, name)| !name.is_empty()).map(|(part, name)| format!("{part}: {name}")).collect();
    let status = record.text("risk_status").to_lowercase();
    let settled = ["accepted", "mitigated", "false-positive"].contains(&status.as_str());
    let cwe = CWES.iter().find(|(category, _)| *category == rule).map(|(_, cwe)| *cwe);
    let weakness =
        WeaknessSeen { cwe: cwe.into_iter().collect(), rule: text::name(&rule), ..WeaknessSeen::default() };
    let locus = if id.is_empty() { Locus::Whole } else { Locus::named("risk", &text::name(&id)) };
    let title = html::plain(&record.text("title"));
    let finding = Finding {
        description: text::labelled(told),
        evidence: text::body(&about.join("\n")),
        raw_id: text::some(&id),
        suppressed: settled.then_some(status),
        ..Finding::new(
            text::title(&title, &rule),
            severity,
            weakness,
            options.asset_or(AssetKind::Application),
            locus,
        )
    };
    record.tell(finding, out)
}
