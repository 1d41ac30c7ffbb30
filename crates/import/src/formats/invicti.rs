//! Invicti (before: Netsparker) and Acunetix 360: JSON and XML vulnerability lists of one form.
//!
//! One finding per vulnerability and URL; the rule is its type (`CookieNotMarkedAsHttpOnly`). Dates are read with the day first,
//! which is how these tools write them unless a user chose otherwise.

use crate::common::flex::{Text, Texts, or_default};
use crate::common::json::{Json, Value};
use crate::common::out::{Out, Stop};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{cvss, dates, html, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};
use serde::Deserialize;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "invicti",
    name: "Invicti, Netsparker, Acunetix 360",
    summary: "vulnerability lists as JSON and XML: URL, parameter, CVSS, CWE, request, state",
    extensions: &["json", "xml"],
    docs: "https://www.invicti.com/support/vulnerabilities-list-report/",
    tool: "invicti",
    sniff,
    parse,
};

const ROOTS: &[&str] = &[
    "netsparker",
    "netsparker-cloud",
    "netsparker-enterprise",
    "invicti",
    "invicti-enterprise",
    "invicti-standard",
    "acunetix-360",
    "acunetix360",
];

fn sniff(head: &Head<'_>) -> Sniff {
    let xml = head.root().is_some_and(|(root, _)| ROOTS.contains(&root));
    let keys = head.keys();
    let json = keys.has_all(&["Vulnerabilities", "Target", "Generated"]);
    Sniff::when(xml || json)
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Vulnerability<'a> {
    #[serde(borrow)]
    certainty: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    classification: Classification<'a>,
    confirmed: Option<bool>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow)]
    exploitation_skills: Text<'a>,
    #[serde(borrow)]
    external_references: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    extra_information: Vec<Pair<'a>>,
    #[serde(borrow)]
    first_seen_date: Text<'a>,
    #[serde(borrow)]
    last_seen_date: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    http_request: Message<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    http_response: Message<'a>,
    #[serde(borrow)]
    lookup_id: Text<'a>,
    #[serde(borrow)]
    impact: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    known_vulnerabilities: Vec<Pair<'a>>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    proof_of_concept: Text<'a>,
    #[serde(borrow)]
    remedial_actions: Text<'a>,
    #[serde(borrow)]
    remedial_procedure: Text<'a>,
    #[serde(borrow)]
    remedy_references: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    state: Text<'a>,
    #[serde(borrow, rename = "Type")]
    kind: Text<'a>,
    #[serde(borrow)]
    url: Text<'a>,
    #[serde(borrow)]
    tags: Texts<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Classification<'a> {
    #[serde(borrow)]
    cwe: Text<'a>,
    #[serde(borrow)]
    owasp: Text<'a>,
    #[serde(borrow)]
    pci32: Text<'a>,
    #[serde(borrow)]
    iso27001: Text<'a>,
    #[serde(borrow)]
    hipaa: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    cvss: Cvss<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    cvss31: Cvss<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    cvss40: Cvss<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Cvss<'a> {
    #[serde(borrow)]
    vector: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    base_score: Pair<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Pair<'a> {
    #[serde(borrow, alias = "Title")]
    name: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
    #[serde(borrow, rename = "Vulnerable")]
    vulnerable: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Message<'a> {
    #[serde(borrow)]
    content: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    parameters: Vec<Pair<'a>>,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let head = Head::peek(input)?;
    if head.trimmed().starts_with(b"<") {
        walk(input, options, &mut out, FORMAT.id, ROOTS, &mut |element, xml, out| {
            if ROOTS.contains(&element.name.as_str()) {
                out.summary.seen_at = dates::day_first(element.attr("generated"));
            } else if element.name == "vulnerability" {
                let at = out.record(xml.place(), "<vulnerability>");
                let element = xml.subtree(element)?;
                let result = observe(&of_xml(&element), None, &at, options, out);
                out.settle(&at, result)?;
            }
            Ok(())
        })?;
        return out.finish(FORMAT.id);
    }
    let mut json = Json::new(input, &options.limits);
    let mut known = false;
    if json.peek()?.is_none() {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    json.object(&mut |json, key| match key {
        "Generated" => {
            out.summary.seen_at = dates::day_first(&json.value()?.read::<Text<'_>>().unwrap_or_default());
            Ok(())
        }
        "Vulnerabilities" => {
            known = true;
            json.each_of("Vulnerabilities[]", &mut out, &mut |value, at, out| record(value, at, options, out))
        }
        _ => json.skip(),
    })?;
    json.end()?;
    json.tell_flaws(&mut out);
    if !known {
        let why = "it has no Vulnerabilities".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    out.finish(FORMAT.id)
}

fn record(value: &Value<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    observe(&value.read()?, Some(value.text.as_bytes()), at, options, out)
}

fn of_xml(element: &Element) -> Vulnerability<'_> {
    // Names differ by product: `remedial-procedure`, `RemedialProcedure`.
    let plain = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    let child = |element: &'_ Element, name: &str| {
        element.children.iter().find(|child| plain(&child.name) == name).cloned()
    };
    let of = |name: &str| Text(child(element, name).map(|child| child.text).unwrap_or_default().into());
    let classification = child(element, "classification").unwrap_or_default();
    let class =
        |name: &str| Text(child(&classification, name).map(|child| child.words()).unwrap_or_default().into());
    let message = |name: &str, raw: &str| {
        let content = child(element, name).and_then(|message| child(&message, "content"));
        let content = content.map(|content| content.text).unwrap_or_else(|| of(raw).to_string());
        Message { content: Text(content.into()), parameters: Vec::new() }
    };
    let cvss = |name: &str| Cvss {
        vector: Text(
            child(&classification, name)
                .and_then(|cvss| child(&cvss, "vector"))
                .map(|vector| vector.text)
                .unwrap_or_default()
                .into(),
        ),
        ..Cvss::default()
    };
    Vulnerability {
        certainty: of("certainty"),
        classification: Classification {
            cwe: class("cwe"),
            owasp: class("owasp"),
            cvss: cvss("cvss"),
            cvss31: cvss("cvss31"),
            ..Classification::default()
        },
        confirmed: of("confirmed").trim().to_lowercase().parse().ok(),
        description: of("description"),
        external_references: of("externalreferences"),
        first_seen_date: of("firstseendate"),
        last_seen_date: of("lastseendate"),
        http_request: message("httprequest", "rawrequest"),
        http_response: message("httpresponse", "rawresponse"),
        lookup_id: of("lookupid"),
        impact: of("impact"),
        name: of("name"),
        proof_of_concept: of("proofofconcept"),
        remedial_actions: of("remedialactions"),
        remedial_procedure: of("remedialprocedure"),
        severity: of("severity"),
        state: of("state"),
        kind: of("type"),
        url: of("url"),
        ..Vulnerability::default()
    }
}

fn observe(
    vulnerability: &Vulnerability<'_>,
    raw: Option<&[u8]>,
    at: &Place,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let it = vulnerability;
    let rule = text::some(&it.kind).or_else(|| text::some(&it.name.to_lowercase()));
    let mut weakness = WeaknessSeen { rule: rule.ok_or("neither Type nor Name")?, ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, &it.classification.cwe);
    for known in it.known_vulnerabilities.iter().flat_map(|known| ids::ids_in(&known.name)) {
        ids::push_id(&mut weakness.ids, &known);
    }
    let parameter = it.http_request.parameters.iter().find(|parameter| &*parameter.vulnerable == "true");
    let (asset, locus) = web::spot(&it.url, parameter.map_or("", |parameter| &parameter.name), options);
    let description = [&*it.description, &*it.impact, &*it.exploitation_skills].map(html::plain);
    let fix = [&*it.remedial_procedure, &*it.remedial_actions].map(html::plain);
    let extra = text::labelled(it.extra_information.iter().map(|pair| (&*pair.name, &*pair.value)));
    let exchange = web::exchange(&it.url, &it.http_request.content, &it.http_response.content);
    let links = format!("{} {}", &*it.external_references, &*it.remedy_references);
    let links = links.split(['"', '\'', '<', '>']).filter(|link| link.starts_with("http"));
    let class = &it.classification;
    let cvss = [&class.cvss40, &class.cvss31, &class.cvss];
    let controls = [
        ("OWASP", &class.owasp),
        ("PCI-DSS-3.2", &class.pci32),
        ("ISO27001", &class.iso27001),
        ("HIPAA", &class.hipaa),
    ];
    let controls = controls.into_iter().flat_map(|(framework, list)| {
        list.split(',').filter_map(text::some).map(move |control| format!("{framework}:{control}"))
    });
    let state = it.state.to_lowercase().replace(' ', "");
    let suppressed =
        [("acceptedrisk", "risk accepted"), ("falsepositive", "false positive"), ("fixed", Finding::FIXED)];
    let suppressed =
        suppressed.into_iter().find(|(word, _)| state.contains(word) && !state.contains("cantretest"));
    let certainty = text::some(&it.certainty).map(|percent| format!("{percent}%"));
    let finding = Finding {
        description: text::paragraphs(description.iter().map(String::as_str)),
        fix: text::paragraphs(fix.iter().map(String::as_str)),
        cvss: cvss::vectors(cvss.iter().map(|cvss| &*cvss.vector)),
        cvss_score: cvss.iter().find_map(|cvss| cvss.base_score.value.parse().ok()),
        evidence: text::paragraphs([exchange.as_str(), &extra, &html::plain(&it.proof_of_concept)]),
        raw_id: text::some(&it.lookup_id),
        seen_at: dates::day_first(&it.last_seen_date).or(out.summary.seen_at),
        found_at: dates::day_first(&it.first_seen_date),
        compliance: controls.take(50).collect(),
        tags: it.tags.iter().filter_map(text::some).take(50).collect(),
        confidence: if it.confirmed == Some(true) {
            "confirmed".into()
        } else {
            certainty.unwrap_or_default()
        },
        references: text::links(links),
        suppressed: suppressed.map(|(_, word)| word.to_owned()),
        ..Finding::new(
            text::title(&it.name, &weakness.rule),
            if it.severity.replace(' ', "").eq_ignore_ascii_case("bestpractice") {
                Severity::Info
            } else {
                ids::severity(&it.severity)
            },
            weakness,
            asset,
            locus,
        )
    };
    Ok(out.finding(at, finding, raw)?)
}
