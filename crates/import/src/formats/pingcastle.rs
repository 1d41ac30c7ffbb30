//! PingCastle: the XML of a health check of an Active Directory domain (`ad_hc_DOMAIN.xml`).
//!
//! One finding per rule that scored, on the domain; its details are the evidence. What a rule could not look at is not told, so
//! nothing is covered. The severity follows from the points: a category is full at 100.

use crate::common::out::Out;
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{assets, dates, directory, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "pingcastle",
    name: "PingCastle",
    summary: "XML of a health check: the rules that an Active Directory domain breaks",
    extensions: &["xml"],
    docs: "https://www.pingcastle.com/documentation/healthcheck/",
    tool: "pingcastle",
    sniff: |head| Sniff::when(head.is_root("HealthcheckData")),
    parse,
};

/// What the report says of the domain, before its rules.
#[derive(Default)]
struct About {
    version: String,
    name: String,
    sid: String,
}

impl About {
    fn asset(&self, options: &Options) -> AssetRef {
        let by_sid = directory::object(AssetKind::Domain, &self.name, &self.sid);
        let known = by_sid.or_else(|| assets::named(AssetKind::Domain, &self.name));
        known.unwrap_or_else(|| options.asset_or(AssetKind::Domain))
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut about = About::default();
    walk(input, options, &mut out, FORMAT.id, &["HealthcheckData"], &mut |element, xml, out| {
        match element.name.as_str() {
            "HealthcheckData" => {}
            "RiskRules" => out.source(FORMAT.tool, &about.version),
            "HealthcheckRiskRule" => {
                let at = out.record(xml.place(), "<HealthcheckRiskRule>");
                let rule = xml.subtree(element)?;
                match finding(&rule, about.asset(options), out) {
                    Some(finding) => out.finding(&at, finding, None)?,
                    None => out.reject(at, "a rule without RiskId"),
                }
            }
            "EngineVersion" => about.version = xml.subtree(element)?.words(),
            "DomainFQDN" => about.name = xml.subtree(element)?.words(),
            "DomainSid" => about.sid = xml.subtree(element)?.words(),
            "GenerationDate" => out.summary.seen_at = dates::date(&xml.subtree(element)?.words()),
            _ => xml.skip()?,
        }
        Ok(())
    })?;
    if out.summary.source.name.is_empty() {
        let why = "it has no RiskRules".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    out.finish(FORMAT.id)
}

fn finding(rule: &Element, asset: AssetRef, out: &Out<'_>) -> Option<Finding> {
    let id = text::some(rule.text_of("RiskId"))?;
    let severity = match rule.text_of("Points").parse::<u32>() {
        Ok(0) => Severity::Info,
        Ok(1..10) => Severity::Low,
        Ok(10..30) => Severity::Medium,
        Ok(30..100) => Severity::High,
        Ok(_) => Severity::Critical,
        Err(_) => Severity::Unknown,
    };
    let details: Vec<_> = rule.within("Details", "string").map(|detail| detail.text.trim()).collect();
    let link = format!("https://www.pingcastle.com/PingCastleFiles/ad_hc_rules_list.html#{id}");
    let weakness = WeaknessSeen { rule: id.clone(), ..WeaknessSeen::default() };
    Some(Finding {
        evidence: text::body(&details.join("\n")),
        raw_id: Some(id.clone()),
        seen_at: out.summary.seen_at,
        tags: text::tags([
            ("category", rule.text_of("Category")),
            ("model", rule.text_of("Model")),
            ("points", rule.text_of("Points")),
        ]),
        references: text::links([link.as_str()]),
        ..Finding::new(text::title(rule.text_of("Rationale"), &id), severity, weakness, asset, Locus::Whole)
    })
}
