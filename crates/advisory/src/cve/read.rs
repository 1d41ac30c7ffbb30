//! Reads CVE JSON 5.x: one record, or a file with one record per line.
//!
//! What identifies a record must be right; anything else that is wrong costs only itself and is reported.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::affected::affected;
use super::{Container, CveError, CveId, CveRecord, CveState, CvssAssertion, Reference, Source};
use crate::Problem;
use crate::cvss::Vector;
use crate::json::{Documents, documents};
use crate::ssvc::{Exploitation, Ssvc, TechnicalImpact};
use crate::text::{excerpt, is_date, list, rfc3339};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRecord<'a> {
    #[serde(borrow, default)]
    data_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    cve_metadata: RawMetadata<'a>,
    #[serde(borrow)]
    containers: RawContainers<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMetadata<'a> {
    #[serde(borrow)]
    cve_id: Cow<'a, str>,
    #[serde(borrow)]
    state: Cow<'a, str>,
    #[serde(borrow, default)]
    assigner_short_name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    date_published: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    date_updated: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct RawContainers<'a> {
    #[serde(borrow, default)]
    cna: Option<RawContainer<'a>>,
    #[serde(borrow, default)]
    adp: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawContainer<'a> {
    #[serde(borrow, default)]
    title: Option<&'a RawValue>,
    #[serde(borrow, default)]
    provider_metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    descriptions: Option<&'a RawValue>,
    #[serde(borrow, default)]
    rejected_reasons: Option<&'a RawValue>,
    #[serde(borrow, default)]
    metrics: Option<&'a RawValue>,
    #[serde(borrow, default)]
    problem_types: Option<&'a RawValue>,
    #[serde(borrow, default)]
    references: Option<&'a RawValue>,
    #[serde(borrow, default)]
    affected: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawProvider<'a> {
    #[serde(borrow)]
    short_name: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RawText<'a> {
    #[serde(borrow)]
    lang: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RawProblemType<'a> {
    #[serde(borrow, default)]
    descriptions: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawWeakness<'a> {
    #[serde(borrow, default)]
    cwe_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    description: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct RawReference<'a> {
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow, default)]
    tags: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawCvss<'a> {
    #[serde(borrow, default)]
    vector_string: Option<Cow<'a, str>>,
    #[serde(default)]
    base_score: Option<Value>,
}

#[derive(Deserialize)]
struct RawOther<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(default)]
    content: Value,
}

/// Reads one record.
///
/// # Errors
/// [`CveError`] if the bytes are no CVE record of version 5, or its id or state is not valid. Anything else that is wrong is in
/// [`CveRecord::problems`].
pub fn parse_record(bytes: &[u8]) -> Result<CveRecord, CveError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let raw: RawRecord<'_> = serde_json::from_slice(bytes)?;
    let (data_type, data_version) = (raw.data_type.unwrap_or_default(), raw.data_version.unwrap_or_default());
    if data_type != "CVE_RECORD" || !(data_version == "5" || data_version.starts_with("5.")) {
        return Err(CveError::Format {
            data_type: excerpt(&data_type),
            data_version: excerpt(&data_version),
        });
    }
    let metadata = raw.cve_metadata;
    let state =
        CveState::from_word(&metadata.state).ok_or_else(|| CveError::State(excerpt(&metadata.state)))?;
    let mut record = CveRecord {
        id: CveId::parse(&metadata.cve_id)?,
        state,
        title: None,
        description: None,
        published: None,
        updated: None,
        cvss: Vec::new(),
        cwes: Vec::new(),
        references: Vec::new(),
        affected: Vec::new(),
        ssvc: None,
        kev_added: None,
        problems: Vec::new(),
    };
    record.published = time(metadata.date_published, "datePublished", &mut record.problems);
    record.updated = time(metadata.date_updated, "dateUpdated", &mut record.problems);

    let adps: Vec<RawContainer<'_>> = list(raw.containers.adp, "adp", &mut record.problems);
    let containers = raw
        .containers
        .cna
        .into_iter()
        .map(|c| (Container::Cna, c))
        .chain(adps.into_iter().map(|c| (Container::Adp, c)));
    let mut known_references = HashMap::new();
    for (container, raw) in containers {
        let mut provider = provider(raw.provider_metadata);
        if container == Container::Cna {
            if provider.is_empty() {
                provider = metadata.assigner_short_name.as_deref().unwrap_or_default().to_owned();
            }
            record.title = raw.title.and_then(|t| serde_json::from_str(t.get()).ok());
            let texts = if state == CveState::Published { raw.descriptions } else { raw.rejected_reasons };
            record.description = english(list(texts, "descriptions", &mut record.problems));
        }
        metrics(&mut record, &Source { container, provider }, raw.metrics);
        weaknesses(&mut record, raw.problem_types);
        references(&mut record, &mut known_references, raw.references);
        for affected in affected(raw.affected, &mut record.problems) {
            if !record.affected.contains(&affected) {
                record.affected.push(affected);
            }
        }
    }
    Ok(record)
}

fn time(text: Option<Cow<'_, str>>, at: &str, problems: &mut Vec<Problem>) -> Option<String> {
    let text = text?;
    let time = rfc3339(&text);
    if time.is_none() {
        problems.push(Problem::new(at, format!("`{}` is not a time", excerpt(&text))));
    }
    time
}

fn provider(raw: Option<&RawValue>) -> String {
    raw.and_then(|r| serde_json::from_str::<RawProvider<'_>>(r.get()).ok())
        .map_or_else(String::new, |p| p.short_name.into_owned())
}

/// The first text in English, else in a kind of English (`en-US`), else none.
fn english(texts: Vec<RawText<'_>>) -> Option<String> {
    let exact = |t: &RawText<'_>| t.lang.eq_ignore_ascii_case("en") || t.lang.eq_ignore_ascii_case("eng");
    let regional = |t: &RawText<'_>| {
        t.lang.get(..3).is_some_and(|l| l.eq_ignore_ascii_case("en-") || l.eq_ignore_ascii_case("en_"))
    };
    let index = texts.iter().position(exact).or_else(|| texts.iter().position(regional))?;
    texts.into_iter().nth(index).map(|t| t.value.into_owned())
}

fn metrics(record: &mut CveRecord, source: &Source, raw: Option<&RawValue>) {
    let at = format!("{} {} metrics", source.container, source.provider);
    // Each entry is an object with one metric and, beside it, its `format` and `scenarios`.
    let entries: Vec<BTreeMap<String, &RawValue>> = list(raw, &at, &mut record.problems);
    for (name, raw) in entries.into_iter().flatten() {
        if name.starts_with("cvssV") {
            match cvss(raw, source) {
                Ok(assertion) => record.cvss.push(assertion),
                Err(reason) => record.problems.push(Problem::new(format!("{at} {name}"), reason)),
            }
        } else if name == "other" && source.container == Container::Adp {
            let Ok(other) = serde_json::from_str::<RawOther<'_>>(raw.get()) else {
                record.problems.push(Problem::new(format!("{at} {name}"), "not of the format's shape"));
                continue;
            };
            let kind = other.kind.unwrap_or_default();
            if kind.eq_ignore_ascii_case("ssvc") {
                match ssvc(&other.content) {
                    // RFC 3339 in UTC sorts as text. Of several, the newest.
                    Ok(new) if record.ssvc.as_ref().is_none_or(|old| old.as_of <= new.as_of) => {
                        record.ssvc = Some(new);
                    }
                    Ok(_) => {}
                    Err(reason) => record.problems.push(Problem::new(format!("{at} ssvc"), reason)),
                }
            } else if kind.eq_ignore_ascii_case("kev") {
                match other.content.get("dateAdded").and_then(Value::as_str).filter(|d| is_date(d)) {
                    Some(date) => record.kev_added = Some(date.to_owned()),
                    None => record.problems.push(Problem::new(format!("{at} kev"), "no date of addition")),
                }
            }
        }
    }
}

fn cvss(raw: &RawValue, source: &Source) -> Result<CvssAssertion, String> {
    let raw: RawCvss<'_> = serde_json::from_str(raw.get()).map_err(|e| e.to_string())?;
    let vector = raw.vector_string.ok_or("no vectorString")?;
    let vector = Vector::parse(vector.trim()).map_err(|e| e.to_string())?;
    let stated_score = match raw.base_score {
        Some(Value::Number(n)) => n.as_f64(),
        Some(Value::String(s)) => s.trim().parse().ok(),
        _ => None,
    };
    Ok(CvssAssertion {
        source: source.clone(),
        vector,
        stated_score: stated_score.filter(|s| (0.0..=10.0).contains(s)),
    })
}

/// `options` is a list of objects with one key each; names and values come in any case.
fn ssvc(content: &Value) -> Result<Ssvc, String> {
    let options = content.get("options").and_then(Value::as_array).ok_or("no options")?;
    let option = |name: &str| {
        options
            .iter()
            .filter_map(Value::as_object)
            .flatten()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| value.as_str())
            .map(str::trim)
            .ok_or_else(|| format!("no {name}"))
    };
    fn known<T>(value: &str, read: Option<T>) -> Result<T, String> {
        read.ok_or_else(|| format!("unknown value `{}`", excerpt(value)))
    }
    let exploitation = option("Exploitation")?;
    let automatable = option("Automatable")?;
    let impact = option("Technical Impact")?;
    let yes_or_no = match automatable {
        word if word.eq_ignore_ascii_case("yes") => Some(true),
        word if word.eq_ignore_ascii_case("no") => Some(false),
        _ => None,
    };
    Ok(Ssvc {
        exploitation: known(exploitation, Exploitation::from_feed(exploitation))?,
        automatable: known(automatable, yes_or_no)?,
        technical_impact: known(impact, TechnicalImpact::from_word(impact))?,
        as_of: content.get("timestamp").and_then(Value::as_str).and_then(rfc3339),
    })
}

fn weaknesses(record: &mut CveRecord, raw: Option<&RawValue>) {
    let types: Vec<RawProblemType<'_>> = list(raw, "problemTypes", &mut record.problems);
    for raw in types {
        for weakness in list::<RawWeakness<'_>>(raw.descriptions, "problemTypes", &mut record.problems) {
            // Many CNAs write "CWE-79 Cross-site Scripting" and leave the field for the id out.
            let cwe = weakness.cwe_id.as_deref().and_then(leading_cwe);
            let cwe = cwe.or_else(|| weakness.description.as_deref().and_then(leading_cwe));
            if let Some(cwe) = cwe.filter(|c| !record.cwes.contains(c)) {
                record.cwes.push(cwe);
            }
        }
    }
}

/// `CWE-79` of a text that starts so.
fn leading_cwe(text: &str) -> Option<String> {
    let text = text.trim_start();
    let rest = text.get(4..).filter(|_| text.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("CWE-")))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (1..=5).contains(&digits).then(|| format!("CWE-{}", &rest[..digits]))
}

fn references(record: &mut CveRecord, known: &mut HashMap<String, usize>, raw: Option<&RawValue>) {
    for raw in list::<RawReference<'_>>(raw, "references", &mut record.problems) {
        let tags: Vec<String> = list(raw.tags, "references tags", &mut record.problems);
        let index = *known.entry(raw.url.into_owned()).or_insert_with_key(|url| {
            record.references.push(Reference { url: url.clone(), tags: Vec::new() });
            record.references.len() - 1
        });
        let Some(reference) = record.references.get_mut(index) else { continue };
        for tag in tags {
            if !reference.tags.contains(&tag) {
                reference.tags.push(tag);
            }
        }
    }
}

/// The records of a file, one at a time; see [`records`].
pub struct Records<R>(Documents<R>);

/// The records of a file: one, or one after another, each with the line it begins on.
///
/// A bad record is an error and does not end the iteration; a file that breaks off or cannot be read on does.
pub fn records<R: BufRead>(reader: R) -> Records<R> {
    Records(documents(reader))
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = (usize, Result<CveRecord, CveError>);

    fn next(&mut self) -> Option<Self::Item> {
        let (line, document) = self.0.next()?;
        Some((line, document.map_err(CveError::Document).and_then(parse_record)))
    }
}
