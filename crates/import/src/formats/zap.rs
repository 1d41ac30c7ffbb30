//! ZAP (Zed Attack Proxy): the traditional XML, JSON and HTML reports of all versions (also "plus", with requests, and "modern"),
//! and the alerts of its API.
//!
//! One finding per instance of an alert: on the web application of its URL, at its route and parameter. The rule is the alert
//! reference (`10055-4`), else the plugin id, which is all that a page has. Reports do not say what was scanned to its end, so nothing is covered.

use crate::common::flex::Text;
use crate::common::json::{Json, Value};
use crate::common::out::{Out, Stop};
use crate::common::tree::{self, Tree};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{dates, html, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::Finding;
use bartizan_model::observation::WeaknessSeen;
use serde::{Deserialize, Deserializer};
use std::io::BufRead;

mod page;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "zap",
    name: "ZAP",
    summary: "traditional XML, JSON and HTML reports and API alerts: each instance with URL, parameter, evidence",
    extensions: &["xml", "json", "html"],
    docs: "https://www.zaproxy.org/docs/desktop/addons/report-generation/report-traditional-json/",
    tool: "zap",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    if head.is_root("OWASPZAPReport") || page::is_one(head) {
        return Sniff::Yes;
    }
    let keys = head.keys();
    let has = |mark: &str| head.text().contains(mark);
    // GitLab's own report of a ZAP scan has the same beginning.
    let named = keys.has("@generated") || keys.has("@version") || has("\"riskcode\"") && has("\"pluginid\"");
    let report = keys.has("site") && named && !keys.has("vulnerabilities");
    let alerts = keys.has("alerts") && has("\"pluginId\"") && has("\"wascid\"");
    let alert = keys.has_all(&["pluginId", "wascid"]);
    Sniff::when(report || alerts || alert)
}

/// An alert of a report, in XML (names as they are) or JSON.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Alert<'a> {
    #[serde(borrow, alias = "pluginId")]
    pluginid: Text<'a>,
    #[serde(borrow, rename = "alertRef")]
    reference_id: Text<'a>,
    #[serde(borrow)]
    alert: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    riskcode: Text<'a>,
    #[serde(borrow)]
    risk: Text<'a>,
    #[serde(borrow)]
    riskdesc: Text<'a>,
    #[serde(borrow)]
    confidence: Text<'a>,
    #[serde(borrow, alias = "description")]
    desc: Text<'a>,
    #[serde(borrow)]
    solution: Text<'a>,
    #[serde(borrow)]
    reference: Text<'a>,
    #[serde(borrow)]
    cweid: Text<'a>,
    #[serde(borrow)]
    wascid: Text<'a>,
    tags: Named,
    #[serde(borrow)]
    instances: Option<Vec<Instance<'a>>>,
    /// The API and very old reports have the one instance in the alert itself.
    #[serde(flatten, borrow)]
    only: Instance<'a>,
}

/// The names of tags: `[{"tag": name, "link": ...}]` in reports, `{name: link}` of the API.
#[derive(Default)]
struct Named(Vec<String>);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names: Vec<_> = match tree::Value::deserialize(deserializer)? {
            tree::Value::Object(links) => links.keys().filter_map(text::some).collect(),
            tags => tags.items("").iter().filter_map(|tag| text::some(&tag.text("tag"))).collect(),
        };
        Ok(Self(names))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Instance<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, alias = "url")]
    uri: Text<'a>,
    #[serde(borrow)]
    method: Text<'a>,
    #[serde(borrow)]
    param: Text<'a>,
    #[serde(borrow)]
    attack: Text<'a>,
    #[serde(borrow)]
    evidence: Text<'a>,
    #[serde(borrow, alias = "other")]
    otherinfo: Text<'a>,
    #[serde(borrow, rename = "request-header", alias = "requestheader")]
    request_header: Text<'a>,
    #[serde(borrow, rename = "request-body", alias = "requestbody")]
    request_body: Text<'a>,
    #[serde(borrow, rename = "response-header", alias = "responseheader")]
    response_header: Text<'a>,
    #[serde(borrow, rename = "response-body", alias = "responsebody")]
    response_body: Text<'a>,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let head = Head::peek(input)?;
    if page::is_one(&head) {
        page::read(input, options, &mut out)?;
    } else if head.trimmed().starts_with(b"<") {
        xml(input, options, &mut out)?;
    } else {
        json(input, options, &mut out)?;
    }
    out.finish(FORMAT.id)
}

fn xml(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut site = String::new();
    walk(input, options, out, FORMAT.id, &["OWASPZAPReport"], &mut |element, xml, out| {
        match element.name.as_str() {
            "OWASPZAPReport" => {
                out.source(FORMAT.tool, element.attr("version"));
                out.summary.seen_at = dates::date(element.attr("generated"));
            }
            "site" => site = element.attr("name").to_owned(),
            "alertitem" => {
                let at = out.record(xml.place(), "<alertitem>");
                let element = xml.subtree(element)?;
                let result = alert(&of_xml(&element), &site, &at, None, options, out);
                out.settle(&at, result)?;
            }
            _ => {}
        }
        Ok(())
    })
}

fn of_xml(element: &Element) -> Alert<'_> {
    fn text<'e>(element: &'e Element, name: &str) -> Text<'e> {
        Text(element.text_of(name).into())
    }
    fn instance(element: &Element) -> Instance<'_> {
        Instance {
            id: Text::default(),
            uri: text(element, "uri"),
            method: text(element, "method"),
            param: text(element, "param"),
            attack: text(element, "attack"),
            evidence: text(element, "evidence"),
            otherinfo: text(element, "otherinfo"),
            request_header: text(element, "requestheader"),
            request_body: text(element, "requestbody"),
            response_header: text(element, "responseheader"),
            response_body: text(element, "responsebody"),
        }
    }
    let of = |name: &str| text(element, name);
    let instances: Vec<_> = element.within("instances", "instance").map(instance).collect();
    Alert {
        pluginid: of("pluginid"),
        reference_id: of("alertRef"),
        alert: of("alert"),
        name: of("name"),
        riskcode: of("riskcode"),
        risk: Text::default(),
        riskdesc: of("riskdesc"),
        confidence: Some(of("confidence")).filter(|it| !it.is_empty()).unwrap_or_else(|| of("reliability")),
        desc: of("desc"),
        solution: of("solution"),
        reference: of("reference"),
        cweid: of("cweid"),
        wascid: of("wascid"),
        tags: Named(element.within("tags", "tag").filter_map(|tag| text::some(tag.text_of("tag"))).collect()),
        instances: element.child("instances").map(|_| instances),
        only: instance(element),
    }
}

fn json(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut known = false;
    match json.peek()? {
        None => return Err(ParseError::Empty { format: FORMAT.id }),
        Some(b'[') => {
            known = true;
            out.source(FORMAT.tool, "");
            json.each_of("", out, &mut |value, at, out| record(value, "", at, options, out))?;
        }
        Some(_) => {
            let mut version = String::new();
            json.object(&mut |json, key| match key {
                "@version" => {
                    version = json.value()?.read::<Text<'_>>().unwrap_or_default().to_string();
                    Ok(())
                }
                "@generated" => {
                    out.summary.seen_at = dates::date(&json.value()?.read::<Text<'_>>().unwrap_or_default());
                    Ok(())
                }
                "site" => {
                    known = true;
                    out.source(FORMAT.tool, &version);
                    match json.peek()? {
                        Some(b'[') => json.array(&mut |json| site(json, options, out)),
                        Some(b'{') => site(json, options, out),
                        _ => json.each_of("site[]", out, &mut |_, _, _| Ok(())),
                    }
                }
                "alerts" => {
                    known = true;
                    out.source(FORMAT.tool, &version);
                    json.each_of("alerts[]", out, &mut |value, at, out| record(value, "", at, options, out))
                }
                _ => json.skip(),
            })?;
        }
    }
    json.end()?;
    json.tell_flaws(out);
    if !known {
        let why = "it has neither site nor alerts".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    Ok(())
}

fn site(json: &mut Json<'_>, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut name = String::new();
    json.object(&mut |json, key| match key {
        "@name" => {
            name = json.value()?.read::<Text<'_>>().unwrap_or_default().to_string();
            Ok(())
        }
        "alerts" => {
            json.each_of("site[].alerts[]", out, &mut |value, at, out| record(value, &name, at, options, out))
        }
        _ => json.skip(),
    })
}

fn record(
    value: &Value<'_>,
    site: &str,
    at: &Place,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    alert(&value.read()?, site, at, Some(value.text.as_bytes()), options, out)
}

fn alert(
    alert: &Alert<'_>,
    site: &str,
    at: &Place,
    raw: Option<&[u8]>,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let first = |one: &'_ Text<'_>, other: &'_ Text<'_>| {
        if one.is_empty() { other.to_string() } else { one.to_string() }
    };
    let title = first(&alert.name, &alert.alert);
    let rule = text::some(&first(&alert.reference_id, &alert.pluginid)).ok_or("an alert without pluginid")?;
    let risk = match alert.riskcode.trim() {
        "" => first(&alert.risk, &alert.riskdesc),
        code => code.to_owned(),
    };
    let confidence = match alert.confidence.trim() {
        "0" => "false positive",
        "1" => "low",
        "2" => "medium",
        "3" => "high",
        "4" => "confirmed",
        word => word,
    };
    let confidence = text::name(confidence).to_lowercase();
    let (description, fix) =
        (text::body(&html::plain(&alert.desc)), text::body(&html::plain(&alert.solution)));
    let references = text::links([html::plain(&alert.reference).as_str()]);
    let wasc = text::tags([("WASC", if alert.wascid.starts_with('-') { "" } else { alert.wascid.trim() })]);
    let instances = alert.instances.as_deref().filter(|instances| !instances.is_empty());
    for instance in instances.unwrap_or(std::slice::from_ref(&alert.only)) {
        let mut weakness = WeaknessSeen { rule: rule.clone(), ..WeaknessSeen::default() };
        ids::cwes_in(&mut weakness.cwe, &alert.cweid);
        // A vulnerable JavaScript library: its CVEs stand in the words.
        if &*alert.pluginid == "10003" {
            let words = [&*instance.otherinfo, &*alert.only.otherinfo, &*alert.reference];
            for id in words.into_iter().flat_map(ids::ids_in) {
                ids::push_id(&mut weakness.ids, &id);
            }
        }
        let url = if instance.uri.is_empty() { site } else { &*instance.uri };
        let (asset, locus) = web::spot(url, &instance.param, options);
        let found = text::labelled([
            ("method", &*instance.method),
            ("attack", &*instance.attack),
            ("evidence", &*instance.evidence),
            ("other", &html::plain(&first(&instance.otherinfo, &alert.only.otherinfo))),
        ]);
        let request = format!("{}\n{}", &*instance.request_header, &*instance.request_body);
        let response = format!("{}\n{}", &*instance.response_header, &*instance.response_body);
        let exchange = web::exchange(url, request.trim(), response.trim());
        let finding = Finding {
            description: description.clone(),
            fix: fix.clone(),
            evidence: text::paragraphs([exchange.as_str(), &found]),
            raw_id: text::some(&alert.pluginid),
            seen_at: out.summary.seen_at,
            compliance: wasc.iter().filter(|it| *it != "WASC:0").cloned().collect(),
            tags: alert.tags.0.iter().take(50).cloned().collect(),
            confidence: confidence.clone(),
            references: references.clone(),
            suppressed: (confidence == "false positive").then(|| confidence.clone()),
            ..Finding::new(
                text::title(&title, &rule),
                ids::severity(risk_level(&risk)),
                weakness,
                asset,
                locus,
            )
        };
        out.finding(at, finding, raw)?;
    }
    Ok(())
}

/// Codes from 0 (informational) to 3 (high) are those of severities; words stay.
fn risk_level(risk: &str) -> &str {
    risk.split('(').next().unwrap_or_default().trim()
}
