//! One record of a Trivy report: a vulnerability, a misconfiguration, a secret, a package.

use crate::common::flex::{Number, Text, Texts, or_default};
use crate::common::json::Value;
use crate::common::out::Out;
use crate::common::{cvss, ids, loci, purl, text};
use crate::error::ParseError;
use bartizan_model::observation::{ComponentSeen, WeaknessSeen};
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Observation, Severity, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The result that records belong to.
pub(super) struct Target {
    pub(super) asset: AssetRef,
    pub(super) name: String,
    pub(super) class: String,
    pub(super) kind: String,
    pub(super) vantage: String,
    pub(super) seen_at: Option<Timestamp>,
}

impl Default for Target {
    fn default() -> Self {
        let asset = AssetRef { kind: AssetKind::Repository, name: String::new(), identifiers: Vec::new() };
        let (name, class, kind, vantage) = Default::default();
        Self { asset, name, class, kind, vantage, seen_at: None }
    }
}

impl Target {
    fn finding(&self, title: String, severity: &str, weakness: WeaknessSeen, locus: Locus) -> Finding {
        Finding {
            seen_at: self.seen_at,
            vantage: self.vantage.clone(),
            ..Finding::new(
                title,
                Severity::from_word(severity).unwrap_or_default(),
                weakness,
                self.asset.clone(),
                locus,
            )
        }
    }

    fn purl(&self, identifier: &Identifier<'_>, name: &str, version: &str) -> Option<String> {
        purl::given(&identifier.purl).or_else(|| purl::build(&self.kind, name, version))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Identifier<'a> {
    #[serde(borrow, rename = "PURL")]
    purl: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Vulnerability<'a> {
    #[serde(borrow, rename = "VulnerabilityID")]
    id: Text<'a>,
    #[serde(borrow, rename = "VendorIDs")]
    vendor_ids: Texts<'a>,
    #[serde(borrow)]
    pkg_name: Text<'a>,
    #[serde(borrow)]
    pkg_path: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pkg_identifier: Identifier<'a>,
    #[serde(borrow)]
    installed_version: Text<'a>,
    #[serde(borrow)]
    fixed_version: Text<'a>,
    #[serde(borrow)]
    status: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    severity_source: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow, rename = "CweIDs")]
    cwe: Texts<'a>,
    #[serde(borrow, rename = "CVSS", deserialize_with = "or_default")]
    cvss: BTreeMap<Cow<'a, str>, Option<Vectors<'a>>>,
    #[serde(borrow, rename = "PrimaryURL")]
    url: Text<'a>,
    #[serde(borrow)]
    references: Texts<'a>,
    #[serde(borrow)]
    fingerprint: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Vectors<'a> {
    #[serde(borrow, rename = "V2Vector")]
    v2: Text<'a>,
    #[serde(borrow, rename = "V3Vector")]
    v3: Text<'a>,
    #[serde(borrow, rename = "V40Vector")]
    v4: Text<'a>,
    #[serde(rename = "V2Score")]
    v2_score: Number,
    #[serde(rename = "V3Score")]
    v3_score: Number,
    #[serde(rename = "V40Score")]
    v4_score: Number,
}

/// What a report shows that a filter would have hidden.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shown {
    /// A vulnerability of the lowest ratings: `--severity` is set to the higher ones.
    low: bool,
    /// A vulnerability without a fix: `--ignore-unfixed` and `--ignore-status` hide those.
    unfixed: bool,
}

impl Shown {
    fn note(&mut self, found: &Vulnerability<'_>) {
        let severity = found.severity.trim();
        self.low |= ["LOW", "UNKNOWN"].iter().any(|word| severity.eq_ignore_ascii_case(word));
        self.unfixed |= found.fixed_version.trim().is_empty();
    }

    /// Whether what the report does not show can be taken for gone.
    pub(super) fn is_unfiltered(self) -> bool {
        self.low && self.unfixed
    }
}

pub(super) fn vulnerability(
    value: &Value<'_>,
    target: &Target,
    suppressed: Option<String>,
    shown: &mut Shown,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let at = out.record(value.at.clone(), "Vulnerabilities");
    let found: Vulnerability<'_> = match value.read() {
        Ok(found) => found,
        Err(why) => {
            out.reject(at, why);
            return Ok(());
        }
    };
    if found.id.trim().is_empty() {
        out.reject(at, "no VulnerabilityID");
        return Ok(());
    }
    shown.note(&found);
    let mut weakness = WeaknessSeen { rule: text::name(&found.id), ..WeaknessSeen::default() };
    ids::push_id(&mut weakness.ids, &found.id);
    // A GHSA names the same vulnerability; a vendor's advisory (RHSA, DSA) often several, so it is no alias.
    found
        .vendor_ids
        .iter()
        .filter(|id| id.starts_with("GHSA-"))
        .for_each(|id| ids::push_id(&mut weakness.ids, id));
    found.cwe.iter().for_each(|cwe| ids::cwes_in(&mut weakness.cwe, cwe));

    let purl = target.purl(&found.pkg_identifier, &found.pkg_name, &found.installed_version);
    let locus = match &purl {
        Some(purl) => Locus::package(purl),
        None if found.pkg_name.is_empty() => loci::file(&target.name, ""),
        None => Locus::package(&purl::generic(&found.pkg_name, "")),
    };
    let heading = format!("{} in {}", &*found.id, &*found.pkg_name);
    let mut finding = target.finding(text::title(&found.title, &heading), &found.severity, weakness, locus);
    finding.description = text::body(&found.description);
    // The vendor whose severity was chosen comes first.
    let (chosen, others): (Vec<_>, Vec<_>) =
        found.cvss.iter().partition(|(vendor, _)| **vendor == *found.severity_source);
    let vectors = chosen.iter().chain(&others).filter_map(|(_, vectors)| vectors.as_ref());
    let scores = vectors.clone().map(|v| v.v4_score.0.or(v.v3_score.0).or(v.v2_score.0));
    finding.cvss_score = scores.flatten().find(|score| *score > 0.0);
    finding.cvss = cvss::vectors(vectors.flat_map(|v| [&*v.v4, &*v.v3, &*v.v2]));
    finding.component = purl;
    finding.component_name = text::name(&found.pkg_name);
    finding.component_version = text::name(&found.installed_version);
    if !found.fixed_version.is_empty() {
        finding.fix = text::body(&format!("Upgrade {} to {}.", &*found.pkg_name, &*found.fixed_version));
        finding.fixed_version = Some(text::name(&found.fixed_version));
    }
    let place = if found.pkg_path.is_empty() { target.name.as_str() } else { &*found.pkg_path };
    let status = if found.status.is_empty() { String::new() } else { format!(" ({})", &*found.status) };
    finding.evidence =
        text::body(&format!("{} {} in {place}{status}", &*found.pkg_name, &*found.installed_version));
    let raw_id = if found.fingerprint.is_empty() { &found.id } else { &found.fingerprint };
    finding.raw_id = Some(text::name(raw_id));
    finding.references = text::links([&*found.url].into_iter().chain(found.references.iter()));
    finding.suppressed = suppressed;
    out.finding(&at, finding, Some(value.text.as_bytes()))
}

/// A finding that Trivy itself set aside, by a VEX statement or an ignore rule.
pub(super) fn modified(value: &Value<'_>, target: &Target, out: &mut Out<'_>) -> Result<(), ParseError> {
    #[derive(Deserialize, Default)]
    #[serde(default, rename_all = "PascalCase")]
    struct Modified<'a> {
        #[serde(borrow, rename = "Type")]
        kind: Text<'a>,
        #[serde(borrow)]
        status: Text<'a>,
        #[serde(borrow)]
        statement: Text<'a>,
        #[serde(borrow)]
        finding: Option<&'a RawValue>,
    }
    let modified: Modified<'_> = match value.read() {
        Ok(modified) => modified,
        Err(why) => {
            let at = out.record(value.at.clone(), "ModifiedFindings[]");
            out.reject(at, why);
            return Ok(());
        }
    };
    let Some(finding) = modified.finding.filter(|_| &*modified.kind == "vulnerability") else {
        return Ok(());
    };
    let why = text::name(&format!("{}: {}", &*modified.status, &*modified.statement));
    let inner = Value { at: value.at.clone(), text: Cow::Borrowed(finding.get()), fits: value.fits };
    // Set aside and shown only on request: it says nothing about the filters of the others.
    vulnerability(&inner, target, Some(why), &mut Shown::default(), out)
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Misconfiguration<'a> {
    #[serde(borrow, rename = "ID")]
    id: Text<'a>,
    #[serde(borrow, rename = "AVDID")]
    avd: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
    #[serde(borrow)]
    resolution: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    status: Text<'a>,
    #[serde(borrow, rename = "PrimaryURL")]
    url: Text<'a>,
    #[serde(borrow)]
    references: Texts<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    cause_metadata: Cause<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Cause<'a> {
    #[serde(borrow)]
    resource: Text<'a>,
    start_line: Number,
    #[serde(borrow, deserialize_with = "or_default")]
    code: Code<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Code<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    lines: Vec<Line<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Line<'a> {
    #[serde(borrow)]
    content: Text<'a>,
    is_cause: bool,
}

pub(super) fn misconfiguration(
    value: &Value<'_>,
    target: &Target,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let at = out.record(value.at.clone(), "Misconfigurations");
    let found: Misconfiguration<'_> = match value.read() {
        Ok(found) => found,
        Err(why) => {
            out.reject(at, why);
            return Ok(());
        }
    };
    match &*found.status {
        // No status is a version that listed failures only.
        "FAIL" | "" => {}
        "PASS" | "EXCEPTION" => return Ok(()),
        other => {
            out.reject(at, format!("its Status `{}` is not known", text::name(other)));
            return Ok(());
        }
    }
    let rule = if found.id.is_empty() { &found.avd } else { &found.id };
    if rule.is_empty() {
        out.reject(at, "no ID");
        return Ok(());
    }
    let cause: Vec<&str> = found
        .cause_metadata
        .code
        .lines
        .iter()
        .filter(|line| line.is_cause)
        .map(|line| &*line.content)
        .collect();
    let cause = cause.join("\n");
    let resource = text::name(&found.cause_metadata.resource);
    let anchor = if resource.is_empty() { loci::snippet(&cause) } else { resource };
    let weakness = WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() };
    let locus = loci::file(&target.name, &anchor);
    let mut finding = target.finding(text::title(&found.title, rule), &found.severity, weakness, locus);
    finding.description = text::body(&found.description);
    finding.fix = text::body(&found.resolution);
    finding.evidence = text::body(format!("{}\n{cause}", &*found.message).trim());
    finding.line = found.cause_metadata.start_line.whole().filter(|line| *line > 0);
    finding.raw_id = Some(text::name(if found.avd.is_empty() { rule } else { &found.avd }));
    finding.references = text::links([&*found.url].into_iter().chain(found.references.iter()));
    out.finding(&at, finding, Some(value.text.as_bytes()))
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Secret<'a> {
    #[serde(borrow, rename = "RuleID")]
    rule: Text<'a>,
    #[serde(borrow)]
    category: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow, rename = "Match")]
    matched: Text<'a>,
    start_line: Number,
}

pub(super) fn secret(value: &Value<'_>, target: &Target, out: &mut Out<'_>) -> Result<(), ParseError> {
    let at = out.record(value.at.clone(), "Secrets");
    let found: Secret<'_> = match value.read() {
        Ok(found) => found,
        Err(why) => {
            out.reject(at, why);
            return Ok(());
        }
    };
    if found.rule.is_empty() {
        out.reject(at, "no RuleID");
        return Ok(());
    }
    // Trivy masks most matches itself, but not what stands around them.
    let masked = text::mask(&found.matched);
    let weakness = WeaknessSeen { rule: text::name(&found.rule), cwe: vec![798], ..WeaknessSeen::default() };
    let locus = loci::file(&target.name, &loci::snippet(&masked));
    let mut finding =
        target.finding(text::title(&found.title, &found.rule), &found.severity, weakness, locus);
    finding.description = text::body(&format!("A secret ({}) lies in {}.", &*found.category, target.name));
    finding.fix = "Revoke the secret, then remove it from the file and its history.".to_owned();
    finding.evidence = masked;
    finding.line = found.start_line.whole().filter(|line| *line > 0);
    finding.raw_id = Some(text::name(&found.rule));
    // The record holds the lines around the secret: it is not kept.
    out.finding(&at, finding, None)
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Package<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    version: Text<'a>,
    #[serde(borrow)]
    release: Text<'a>,
    epoch: Number,
    #[serde(borrow, deserialize_with = "or_default")]
    identifier: Identifier<'a>,
}

pub(super) fn package(value: &Value<'_>, target: &Target, out: &mut Out<'_>) -> Result<(), ParseError> {
    let at = out.record(value.at.clone(), "Packages");
    let found: Package<'_> = match value.read() {
        Ok(found) => found,
        Err(why) => {
            out.reject(at, why);
            return Ok(());
        }
    };
    if found.name.is_empty() {
        out.reject(at, "a package without name");
        return Ok(());
    }
    let mut version = found.version.to_string();
    if !found.release.is_empty() {
        version = format!("{version}-{}", &*found.release);
    }
    if let Some(epoch) = found.epoch.whole().filter(|epoch| *epoch > 0) {
        version = format!("{epoch}:{version}");
    }
    let component = ComponentSeen {
        asset: target.asset.clone(),
        purl: target.purl(&found.identifier, &found.name, &version).unwrap_or_default(),
        name: text::name(&found.name),
        version: text::name(&version),
        locations: Vec::new(),
        vantage: target.vantage.clone(),
    };
    out.observe(&at, Observation::Component(component), Some(value.text.as_bytes()))
}
