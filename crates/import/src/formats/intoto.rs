//! in-toto attestations that wrap a report in any other format here: a bill of materials, a VEX document, a scan.
//!
//! Read are statements (`_type`, `subject`, `predicate`), as they are or signed in a DSSE envelope (`payload` in base64),
//! also in a Sigstore bundle, one or several (JSON lines). A report that names no asset speaks of the attestation's first
//! subject. Signatures are **not** verified: a gap says so.

use crate::common::flex::{Text, or_default};
use crate::common::json::Json;
use crate::common::{assets, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary, detect};
use crate::sink::{Place, Sink};
use bartizan_model::Gap;
use base64::Engine as _;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "intoto",
    name: "in-toto attestation",
    summary: "Attestations (plain, DSSE, Sigstore bundle) that wrap a report in another format: what that report says",
    extensions: &["intoto.jsonl", "intoto.json", "att.json", "sigstore.json", "jsonl", "json"],
    docs: "https://github.com/in-toto/attestation/tree/main/spec/v1",
    tool: "in-toto",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let statement = keys.text("_type").is_some_and(|it| it.starts_with("https://in-toto.io/Statement/"));
    let envelope = keys.has("payload") && keys.text("payloadType").is_some_and(|it| it.contains("in-toto"));
    Sniff::when(statement || envelope || keys.has("dsseEnvelope"))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope<'a> {
    #[serde(borrow)]
    payload: Text<'a>,
    #[serde(borrow, rename = "dsseEnvelope", deserialize_with = "or_default")]
    inner: Inner<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Inner<'a> {
    #[serde(borrow)]
    payload: Text<'a>,
}

#[derive(Deserialize)]
struct Statement<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    subject: Vec<Subject<'a>>,
    #[serde(borrow)]
    predicate: &'a RawValue,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Subject<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

/// cosign once wrapped predicates of its own once more.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow, rename = "Data")]
    data: &'a RawValue,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut sum: Option<Summary> = None;
    json.records(&mut |record| {
        let value = record.map_err(|(at, why)| ParseError::Syntax { at, why })?;
        let one = attestation(&value.text, &value.at, options, sink)?;
        let sum = sum.get_or_insert_with(|| Summary {
            source: one.source.clone(),
            seen_at: one.seen_at,
            ..Summary::default()
        });
        sum.records += one.records;
        sum.observations += one.observations;
        sum.findings += one.findings;
        sum.rejected += one.rejected;
        Ok(())
    })?;
    let sum = sum.ok_or(ParseError::Empty { format: FORMAT.id })?;
    sink.note(Gap::new(
        "the signatures of the attestation",
        "they are not verified here: verify them (`cosign verify-attestation`) before you trust what it says",
    ));
    Ok(sum)
}

fn wrong(why: impl Into<String>) -> ParseError {
    ParseError::WrongFormat { format: FORMAT.id, why: why.into() }
}

/// Hands the wrapped report to its own format.
fn attestation(
    text: &str,
    at: &Place,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let syntax = |why: String| ParseError::Syntax { at: at.clone(), why };
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let payload = if envelope.inner.payload.is_empty() { &envelope.payload } else { &envelope.inner.payload };
    let decoded;
    let statement = if payload.is_empty() {
        text
    } else {
        let bytes = base64::engine::general_purpose::STANDARD.decode(payload.trim());
        let bytes = bytes.map_err(|error| syntax(format!("the payload is no base64: {error}")))?;
        decoded = String::from_utf8(bytes).map_err(|_| syntax("the payload is no UTF-8 text".into()))?;
        &decoded
    };
    let statement: Statement<'_> = serde_json::from_str(statement)
        .map_err(|error| wrong(format!("it wraps no in-toto statement with a predicate: {error}")))?;
    let predicate = statement.predicate.get();
    let predicate = match serde_json::from_str::<Wrapped<'_>>(predicate) {
        Ok(wrapped) => wrapped.data.get(),
        Err(_) => predicate,
    };
    // Its data may be JSON in a text.
    let unquoted: Option<String> =
        predicate.starts_with('"').then(|| serde_json::from_str(predicate).ok()).flatten();
    let report = unquoted.as_deref().unwrap_or(predicate);
    let format = detect(report.as_bytes()).map_err(|error| wrong(format!("of what it wraps: {error}")))?;
    if format.id == FORMAT.id {
        return Err(wrong("it wraps another attestation"));
    }
    let subject = statement.subject.iter().map(|it| text::name(&it.name)).find(|name| !name.is_empty());
    let asset = options.asset.clone().or_else(|| assets::image(&subject?));
    (format.parse)(&mut report.as_bytes(), &Options { asset, ..options.clone() }, sink)
}
