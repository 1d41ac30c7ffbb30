//! The REST API's scan (`issue_events`) and issues of the GraphQL API (`Issues`, or a list of issues).

use super::{FORMAT, Issue, finding};
use crate::common::flex::{Text, or_default};
use crate::common::json::{Json, Value};
use crate::common::out::{Out, Stop};
use crate::common::{html, text, web};
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use serde::Deserialize;
use std::io::BufRead;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    issue: Option<Record<'a>>,
}

/// An issue of either API.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Record<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    type_index: Text<'a>,
    #[serde(borrow)]
    serial_number: Text<'a>,
    #[serde(borrow)]
    origin: Text<'a>,
    #[serde(borrow)]
    path: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    confidence: Text<'a>,
    #[serde(borrow)]
    caption: Text<'a>,
    #[serde(borrow, alias = "description_html")]
    description: Text<'a>,
    #[serde(borrow)]
    issue_background: Text<'a>,
    #[serde(borrow, alias = "remediation_html")]
    remediation: Text<'a>,
    #[serde(borrow)]
    remediation_background: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    issue_type: Type<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    evidence: Vec<Evidence<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Type<'a> {
    #[serde(borrow)]
    type_index: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    description_html: Text<'a>,
    #[serde(borrow)]
    remediation_html: Text<'a>,
    #[serde(borrow)]
    vulnerability_classifications_html: Text<'a>,
    #[serde(borrow)]
    references_html: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Evidence<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    request_response: Exchange<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    request_segments: Vec<Segment<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    response_segments: Vec<Segment<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Exchange<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    request: Vec<Segment<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    response: Vec<Segment<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Segment<'a> {
    #[serde(borrow)]
    data: Text<'a>,
    #[serde(borrow)]
    data_html: Text<'a>,
    #[serde(borrow)]
    highlight_html: Text<'a>,
}

pub(super) fn read(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut known = false;
    match json.peek()? {
        None => return Err(ParseError::Empty { format: FORMAT.id }),
        Some(b'[') => {
            out.source(FORMAT.tool, "");
            json.array(&mut |json| {
                known = true;
                json.each_of("", out, &mut |value, at, out| issue(value, at, options, out))
            })?;
            known |= out.summary.records == 0;
        }
        Some(_) => level(&mut json, &mut known, options, out)?,
    }
    json.end()?;
    json.tell_flaws(out);
    if !known {
        let why = "it has neither issue_events nor Issues".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    Ok(())
}

/// The document, or what the answer of the GraphQL API wraps it in: `{"data":{"scan":{"issues":[...]}}}`.
fn level(
    json: &mut Json<'_>,
    known: &mut bool,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    json.object(&mut |json, key| match key {
        "data" | "scan" => level(json, known, options, out),
        "issue_events" => {
            out.source(FORMAT.tool, "");
            *known = true;
            json.each_of("issue_events[]", out, &mut |value, at, out| event(value, at, options, out))
        }
        "Issues" | "issues" => {
            out.source(FORMAT.tool, "");
            *known = true;
            json.each_of("Issues[]", out, &mut |value, at, out| issue(value, at, options, out))
        }
        "scan_status" => {
            let value = json.value()?;
            let status = value.read::<Text<'_>>().unwrap_or_default();
            if !matches!(&*status, "" | "succeeded") {
                out.gap("the scan", format!("its status is {}: issues may be missing", text::name(&status)));
            }
            Ok(())
        }
        _ => json.skip(),
    })
}

fn event(value: &Value<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let event: Event<'_> = value.read()?;
    match &event.issue {
        Some(record) if matches!(&*event.kind, "" | "issue_found" | "issue_updated") => {
            observe(record, value, at, options, out)
        }
        _ => Ok(()),
    }
}

fn issue(value: &Value<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    observe(&value.read()?, value, at, options, out)
}

fn observe(
    record: &Record<'_>,
    value: &Value<'_>,
    at: &Place,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let (mut request, mut response) = (String::new(), String::new());
    for evidence in &record.evidence {
        request += &joined(&evidence.request_response.request);
        request += &joined(&evidence.request_segments);
        response += &joined(&evidence.request_response.response);
        response += &joined(&evidence.response_segments);
    }
    let first = |one: &'_ Text<'_>, other: &'_ Text<'_>| {
        if one.is_empty() { other.to_string() } else { one.to_string() }
    };
    let kind = &record.issue_type;
    let issue = Issue {
        kind: &first(&record.type_index, &kind.type_index),
        name: &first(&record.name, &kind.name),
        serial: &record.serial_number,
        severity: &record.severity,
        confidence: &record.confidence,
        origin: &record.origin,
        path: &record.path,
        location: &record.caption,
        detail: &record.description,
        background: &first(&record.issue_background, &kind.description_html),
        remediation_detail: &record.remediation,
        remediation: &first(&record.remediation_background, &kind.remediation_html),
        references: &kind.references_html,
        classifications: &kind.vulnerability_classifications_html,
        request: &request,
        response: &response,
    };
    let finding = finding(&issue, options).ok_or("an issue without type and name")?;
    Ok(out.finding(at, finding, Some(value.text.as_bytes()))?)
}

fn joined(segments: &[Segment<'_>]) -> String {
    let text = |segment: &Segment<'_>| match &*segment.data {
        "" => html::plain(&format!("{}{}", &*segment.data_html, &*segment.highlight_html)),
        data => web::decoded(data),
    };
    segments.iter().map(text).collect()
}
