//! Findings of the Open Cybersecurity Schema Framework 1.5.0 (<https://schema.ocsf.io/1.5.0/categories/findings>), one JSON
//! object a line: a vulnerability finding (2002) for what is catalogued, a compliance finding (2003) where the source
//! names a control, else a detection finding (2004).
//!
//! One event for each place at which a source sees an exposure. The source is its product, Bartizan the log provider.
//! What the framework has no words for stands below `unmapped`.

use crate::TOOL;
use crate::exposed::{Exposed, House, Sighting};
use bartizan_model::weakness::is_public_id;
use bartizan_model::{AssetKind, Identifier, IdentifierKind, Locus, Severity, Status, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The version of the framework.
const VERSION: &str = "1.5.0";

/// The parts of an event that borrow; the rest is in `more`.
#[derive(Serialize)]
struct Event<'a> {
    #[serde(flatten)]
    more: Map<String, Value>,
    unmapped: Unmapped<'a>,
}

#[derive(Serialize)]
struct Unmapped<'a> {
    bartizan: House<'a>,
}

/// Writes an exposure as one source sees it, an event for each of its places.
///
/// # Errors
/// Those of `out`.
pub fn ocsf(exposed: &Exposed, source: &str, out: &mut dyn Write) -> io::Result<()> {
    for sighting in exposed.sightings.iter().filter(|it| it.source == source) {
        let event = Event {
            more: event(exposed, source, sighting),
            unmapped: Unmapped { bartizan: exposed.house(sighting) },
        };
        serde_json::to_writer(&mut *out, &event)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn event(exposed: &Exposed, source: &str, sighting: &Sighting) -> Map<String, Value> {
    let weakness = &exposed.weakness;
    let finding = sighting.finding.as_ref();
    let controls: &[String] = finding.map_or(&[], |finding| &finding.compliance);
    let (class, name) = match (is_public_id(&weakness.key), controls.is_empty()) {
        (true, _) => (2002, "Vulnerability Finding"),
        (false, false) => (2003, "Compliance Finding"),
        (false, true) => (2004, "Detection Finding"),
    };
    let (activity, action) = if exposed.status == Status::Fixed { (3, "Close") } else { (1, "Create") };
    let (status_id, status) = match exposed.status {
        Status::Open => (1, "New"),
        Status::Accepted | Status::FalsePositive | Status::NotAffected => (3, "Suppressed"),
        Status::Fixed => (4, "Resolved"),
    };
    let (severity_id, severity) = severity(sighting.severity);
    let first = |texts: [&str; 2]| texts.into_iter().find(|text| !text.trim().is_empty()).map(str::to_owned);
    let description = first([finding.map_or("", |it| it.description.as_str()), &weakness.description]);
    let fix = first([finding.map_or("", |it| it.fix.as_str()), &weakness.fix]);
    let mut event = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            event.insert(name.to_owned(), value);
        }
    };
    put("category_uid", 2.into());
    put("category_name", "Findings".into());
    put("class_uid", class.into());
    put("class_name", name.into());
    put("activity_id", activity.into());
    put("activity_name", action.into());
    put("type_uid", (class * 100 + activity).into());
    put("type_name", format!("{name}: {action}").into());
    put("time", millis(sighting.last_seen));
    put("severity_id", severity_id.into());
    put("severity", severity.into());
    put("status_id", status_id.into());
    put("status", status.into());
    put("status_detail", exposed.set_aside().into());
    put(
        "metadata",
        json!({
            "version": VERSION,
            "product": { "name": source, "vendor_name": source },
            "log_provider": TOOL,
            "event_code": exposed.rule(source),
        }),
    );
    let mut info = json!({
        "uid": exposed.fingerprint(),
        "title": finding.map_or(weakness.title.as_str(), |it| it.title.as_str()),
        "types": [exposed.rule(source)],
        "first_seen_time": millis(sighting.first_seen),
        "last_seen_time": millis(sighting.last_seen),
        "analytic": { "uid": exposed.rule(source), "type_id": 1, "type": "Rule" },
    });
    // A vulnerability says it itself.
    if let Some(description) = description.clone().filter(|_| class != 2002) {
        info["desc"] = description.into();
    }
    put("finding_info", info);
    match class {
        2002 => put("vulnerabilities", json!([vulnerability(exposed, sighting, description, fix.clone())])),
        2003 => put(
            "compliance",
            json!({ "requirements": controls, "standards": standards(controls), "status": "Fail", "status_id": 3 }),
        ),
        _ => {}
    }
    if let Some(fix) = fix.filter(|_| class != 2002) {
        put("remediation", json!({ "desc": fix }));
    }
    put("device", device(exposed));
    put("resources", json!([resource(exposed)]));
    event
}

fn vulnerability(exposed: &Exposed, sighting: &Sighting, desc: Option<String>, fix: Option<String>) -> Value {
    let weakness = &exposed.weakness;
    let finding = sighting.finding.as_ref();
    let mut it = json!({
        "title": finding.map_or(weakness.title.as_str(), |it| it.title.as_str()),
        "severity": severity(sighting.severity).1,
        "cwes": weakness.cwe.iter().map(|cwe| json!({ "uid": format!("CWE-{cwe}") })).collect::<Vec<_>>(),
        "references": weakness.references,
        "first_seen_time": millis(sighting.first_seen),
        "last_seen_time": millis(sighting.last_seen),
        "vendor_name": sighting.source,
    });
    let known = if weakness.key.starts_with("CVE-") { "cve" } else { "advisory" };
    it[known] = json!({ "uid": weakness.key });
    let vectors: Vec<Value> = finding
        .map(|it| it.cvss.as_slice())
        .filter(|vectors| !vectors.is_empty())
        .or(weakness.cvss.as_ref().map(std::slice::from_ref))
        .unwrap_or_default()
        .iter()
        .map(|vector| json!({ "vector_string": vector, "version": cvss_version(vector) }))
        .collect();
    if known == "cve" {
        if !vectors.is_empty() {
            it["cve"]["cvss"] = vectors.into();
        }
        if let Some(epss) = exposed.urgency.epss {
            // The framework has it as a text.
            it["cve"]["epss"] = json!({ "score": epss.to_string() });
        }
    }
    if let Some(desc) = desc {
        it["desc"] = desc.into();
    }
    if let Some(fix) = fix {
        it["remediation"] = json!({ "desc": fix });
    }
    // That it is not on the list says nothing.
    if exposed.urgency.kev == Some(true) {
        it["is_exploit_available"] = true.into();
    }
    if let Locus::Package(bare) = &sighting.locus {
        let purl = finding.and_then(|it| it.component.as_deref()).unwrap_or(bare);
        let last = bare.rsplit('/').next().unwrap_or_default();
        let name = finding.map_or("", |it| it.component_name.as_str());
        let version = finding.map_or("", |it| it.component_version.as_str());
        let version = if version.is_empty() { version_of(purl) } else { version };
        let name = if name.is_empty() { last } else { name };
        let mut package = json!({ "name": name, "version": version, "purl": purl });
        if let Some(fixed) = finding.and_then(|it| it.fixed_version.as_deref()) {
            package["fixed_in_version"] = fixed.into();
            it["is_fix_available"] = true.into();
        }
        it["affected_packages"] = json!([package]);
    }
    if let Locus::File { path, .. } = &sighting.locus {
        let name = path.rsplit('/').next().unwrap_or_default();
        it["affected_code"] = json!([{
            "file": { "name": name, "path": path, "type_id": 1 },
            "start_line": finding.and_then(|it| it.line),
        }]);
    }
    it
}

fn version_of(purl: &str) -> &str {
    let bare = purl.split(['?', '#']).next().unwrap_or_default();
    let last = bare.rsplit('/').next().unwrap_or_default();
    last.split_once('@').map_or("", |(_, version)| version)
}

fn cvss_version(vector: &str) -> &str {
    vector.strip_prefix("CVSS:").and_then(|rest| rest.split('/').next()).unwrap_or("2.0")
}

/// The frameworks of controls that are written as `FRAMEWORK:CONTROL`.
fn standards(controls: &[String]) -> Vec<&str> {
    let mut all: Vec<&str> =
        controls.iter().filter_map(|it| it.split_once(':')).map(|(framework, _)| framework).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn device(exposed: &Exposed) -> Value {
    let named = &exposed.asset.named;
    if !matches!(named.kind, AssetKind::Host | AssetKind::Device) {
        return Value::Null;
    }
    let of = |kind| named.identifiers.iter().find(|it| it.kind == kind).map(Identifier::bare);
    let mut device = json!({ "type_id": 0, "type": "Unknown", "name": named.name });
    let hostname = of(IdentifierKind::Fqdn).or(of(IdentifierKind::Name));
    for (key, value) in [
        ("hostname", hostname),
        ("ip", of(IdentifierKind::Ip)),
        ("mac", of(IdentifierKind::Mac)),
        ("uid", named.identifiers.iter().find(|it| it.kind.is_strong()).map(|it| it.value.as_str())),
    ] {
        if let Some(value) = value {
            device[key] = value.into();
        }
    }
    device
}

fn resource(exposed: &Exposed) -> Value {
    let named = &exposed.asset.named;
    let uid = named.identifiers.first().map_or(named.name.as_str(), |Identifier { value, .. }| value);
    let labels: Vec<String> = named.identifiers.iter().map(ToString::to_string).collect();
    json!({ "uid": uid, "name": named.name, "type": named.kind.as_str(), "labels": labels })
}

fn millis(at: Timestamp) -> Value {
    at.micros().div_euclid(1_000).into()
}

const fn severity(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Unknown => (0, "Unknown"),
        Severity::Info => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}
