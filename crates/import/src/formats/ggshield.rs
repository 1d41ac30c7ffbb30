//! GitGuardian ggshield JSON (`ggshield secret scan --json`): incidents by commit or file, one finding for each occurrence. Scans of
//! infrastructure code (`ggshield iac scan --json`) too.
//!
//! ggshield covers the secret itself, and its `ignore_sha` (a digest of it) is the anchor. A secret that is known to be valid is
//! critical.

use crate::common::code::{Hit, Leak};
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::{Tree, Value};
use crate::common::{dates, head, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ggshield",
    name: "GitGuardian ggshield",
    summary: "JSON of secret scans: incidents in commits, files and images",
    extensions: &["json"],
    docs: "https://docs.gitguardian.com/ggshield-docs/home",
    tool: "ggshield",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout { lists: &["scans", "entities_with_incidents"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(
        keys.has("total_incidents") && keys.has_any(&["scans", "entities_with_incidents"])
            || head::has(keys.value("scans").unwrap_or_default(), "\"total_incidents\"")
            || head::has(keys.value("entities_with_incidents").unwrap_or_default(), "\"incidents\""),
    )
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "scans" => {
            // The scan of a range of commits holds a scan for each.
            let scans: &Value<'_> = record;
            for scan in std::iter::once(scans).chain(record.items("scans")) {
                for entity in record.items_of(scan, "entities_with_incidents") {
                    file(record, scan, entity, options, out)?;
                }
            }
            Ok(())
        }
        _ => file(record, &Value::Null, record, options, out),
    }
}

fn file(
    record: &Record<'_>,
    scan: &Value<'_>,
    entity: &Value<'_>,
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    for incident in record.items_of(entity, "incidents") {
        if !incident.text("policy_id").is_empty() {
            record.tell(policy(incident, &entity.text("filename"), options), out)?;
            continue;
        }
        let occurrences = record.items_of(incident, "occurrences");
        if occurrences.is_empty() {
            out.reject(record.at.clone(), "an incident with neither policy nor occurrences");
            continue;
        }
        let kind = incident.first(&["type", "detector"]);
        let digest = incident.text("ignore_sha");
        let validity = incident.text("validity");
        let severity = if validity == "valid" { Severity::Critical } else { Severity::High };
        for occurrence in occurrences {
            let leak = Leak {
                rule: &kind,
                title: &format!("Secret found: {kind}"),
                severity,
                path: &entity.text("filename"),
                line: occurrence.count("line_start"),
                secret: &digest,
            };
            let finding = Finding {
                confidence: text::name(&validity),
                raw_id: text::some(&digest),
                found_at: dates::date(&scan.text("extra_info/date")),
                tags: history(&[("commit", &scan.text("id")), ("occurrence", &occurrence.text("type"))]),
                references: text::links([&*incident.text("incident_url")]),
                ..leak.finding(options.asset_or(AssetKind::Repository))
            };
            record.tell_alone(finding, out)?;
        }
    }
    Ok(())
}

/// A policy that infrastructure code breaks.
fn policy(incident: &Value, path: &str, options: &Options) -> Finding {
    let component = incident.text("component");
    let hit = Hit {
        rule: &incident.text("policy_id"),
        title: &incident.text("policy"),
        severity: ids::severity(&incident.text("severity")),
        path,
        line: incident.count("line_start"),
        anchor: &component,
        ..Hit::default()
    };
    let ignored = incident.text("status").eq_ignore_ascii_case("ignored");
    Finding {
        description: text::body(&incident.text("description")),
        component_name: text::name(&component),
        references: text::links([&*incident.text("documentation_url")]),
        suppressed: ignored.then(|| "ignored".to_owned()),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    }
}
