//! OpenVEX 0.2.0 (<https://github.com/openvex/spec>): what was decided of an asset's weaknesses. What nobody judged is
//! not in it.

use crate::TOOL;
use crate::bill::{Bill, State, Vulnerability, seconds, uuid};
use bartizan_model::Locus;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    author: &'a str,
    timestamp: String,
    version: u32,
    tooling: String,
    statements: Vec<Statement<'a>>,
}

#[derive(Serialize)]
struct Statement<'a> {
    vulnerability: Named<'a>,
    timestamp: String,
    products: [Product<'a>; 1],
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact_statement: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_statement: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_notes: Option<&'a str>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    aliases: &'a [String],
}

#[derive(Serialize)]
struct Product<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subcomponents: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
}

/// Writes what a bill, which should be [tidy](Bill::tidy), says was decided.
///
/// # Errors
/// Those of `out`.
pub fn openvex(bill: &Bill, author: &str, version: &'static str, out: &mut dyn Write) -> io::Result<()> {
    // An asset without package URL is named by what names it in the house: its packages must not be taken for anybody's.
    let own = match (bill.subject.purl(), bill.subject.identifiers.first()) {
        (Some(purl), _) => purl.to_string(),
        (None, Some(identifier)) => format!("urn:{TOOL}:{identifier}"),
        (None, None) => format!("urn:{TOOL}:{}", bill.subject.name),
    };
    let decided = bill.vulnerabilities.iter().filter(|each| each.state != State::Open);
    let statements: Vec<Statement<'_>> = decided.clone().map(|each| statement(each, bill, &own)).collect();
    let latest = decided.map(|each| each.at).max().unwrap_or(bill.as_of);
    let mut document = Document {
        context: "https://openvex.dev/ns/v0.2.0",
        id: String::new(),
        author,
        timestamp: seconds(latest),
        version: 1,
        tooling: format!("{TOOL} {version}"),
        statements,
    };
    document.id = format!("urn:uuid:{}", uuid(&serde_json::to_vec(&document)?));
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn statement<'a>(each: &'a Vulnerability, bill: &'a Bill, own: &'a str) -> Statement<'a> {
    let reason = Some(each.reason.as_str()).filter(|reason| !reason.trim().is_empty());
    let is_in = |purl: &str| each.packages.binary_search(&Locus::package(purl).to_string()).is_ok();
    let parts =
        bill.parts.iter().map(|part| part.purl.as_str()).filter(|purl| !purl.is_empty() && is_in(purl));
    let mut subcomponents: Vec<Part<'_>> = parts.map(|id| Part { id }).collect();
    if subcomponents.is_empty() {
        subcomponents = each.packages.iter().map(|id| Part { id }).collect();
    }
    let (status, justification) = match each.state {
        State::NotAffected => ("not_affected", each.justification().map(|it| it.0)),
        State::FalsePositive => ("not_affected", Some("component_not_present").filter(|_| reason.is_none())),
        State::Fixed => ("fixed", None),
        State::Accepted => ("affected", None),
        State::Open => ("under_investigation", None),
    };
    // What is not affected needs a justification or an impact, what is affected an action.
    let fallback = |when: bool, text: &'static str| when.then_some(reason.unwrap_or(text));
    Statement {
        vulnerability: Named { name: &each.id, aliases: &each.aliases },
        timestamp: seconds(each.at),
        products: [Product { id: own, subcomponents }],
        status,
        justification,
        impact_statement: fallback(status == "not_affected", "judged not to be affected"),
        action_statement: fallback(status == "affected", "accepted; nothing is planned"),
        status_notes: reason.filter(|_| status == "fixed"),
    }
}
