//! Asset data reports, whose detections are explained in a glossary at the end, and the API's host detections, which only
//! name the QID.

use super::{confidence, suppressed, words};
use crate::common::kept::{Kept, Known};
use crate::common::out::Out;
use crate::common::xml::{Element, Xml};
use crate::common::{assets, cvss, dates, ids, loci, text};
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, WeaknessSeen};
use bartizan_model::{AssetKind, AssetRef, Finding, Identifier, IdentifierKind, Observation};

/// What was read before the glossary.
pub(super) struct Report<'o> {
    options: &'o Options,
    kept: Kept<(Place, Finding)>,
    glossary: Known<Element>,
}

impl<'o> Report<'o> {
    pub(super) fn new(options: &'o Options) -> Self {
        let limit = options.limits.deferred;
        Self { options, kept: Kept::new(limit), glossary: Known::new(limit / 2) }
    }

    pub(super) fn element(
        &mut self,
        element: Element,
        xml: &mut Xml<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), ParseError> {
        match element.name.as_str() {
            "HOST" => {
                let at = out.record(xml.place(), "<HOST>");
                let host = xml.subtree(element)?;
                self.host(&host, &at, out)
            }
            "VULN_DETAILS" => {
                let details = xml.subtree(element)?;
                let bytes = details.bytes();
                self.glossary.put(text::name(details.text_of("QID")), details, bytes);
                Ok(())
            }
            "GENERATION_DATETIME" | "DATETIME" => {
                out.summary.seen_at = dates::date(&xml.subtree(element)?.text);
                Ok(())
            }
            "RISK_SCORE_PER_HOST" => xml.skip(),
            _ => Ok(()),
        }
    }

    fn host(&mut self, host: &Element, at: &Place, out: &mut Out<'_>) -> Result<(), ParseError> {
        let fqdn = host.within("DNS_DATA", "FQDN").next().map_or("", |fqdn| fqdn.text.trim());
        let names =
            [fqdn, host.text_of("DNS"), host.text_of("IP"), host.text_of("IPV6"), host.text_of("NETBIOS")];
        let own =
            [host.text_of("QG_HOSTID"), host.text_of("HOST_ID"), host.text_of("ID")].map(super::host_id);
        let cloud = [host.text_of("CLOUD_RESOURCE_ID"), host.text_of("EC2_INSTANCE_ID")];
        let cloud = cloud.into_iter().find_map(|id| Identifier::new(IdentifierKind::CloudId, id));
        let known = assets::machine(names, []).map(|asset| {
            let strong = own.into_iter().flatten().chain(cloud);
            let identifiers: Vec<_> = asset.identifiers.iter().cloned().chain(strong).collect();
            AssetRef::new(AssetKind::Host, &asset.name, identifiers).unwrap_or(asset)
        });
        let Some(asset) = known.or_else(|| self.options.asset.clone()) else {
            out.reject(at.clone(), "neither host nor address");
            return Ok(());
        };
        let scanned = ["LAST_SCAN_DATETIME", "LAST_VM_SCANNED_DATE", "LAST_VULN_SCAN_DATETIME"];
        let seen_at = scanned.into_iter().find_map(|name| dates::date(host.text_of(name)));
        let mut seen = AssetSeen { seen_at, ..AssetSeen::new(asset.clone()) };
        seen.os = [host.text_of("OPERATING_SYSTEM"), host.text_of("OS")].into_iter().find_map(text::some);
        out.observe(at, Observation::Asset(seen), None)?;
        let reported = host.within("VULN_INFO_LIST", "VULN_INFO");
        for detection in reported.chain(host.within("DETECTION_LIST", "DETECTION")) {
            let finding = finding(detection, &asset);
            let texts = finding.evidence.len() + asset.name.len() * 4 + 200;
            self.kept.push(at, (at.clone(), finding), texts)?;
        }
        Ok(())
    }

    /// Hands the detections over, explained.
    pub(super) fn finish(self, out: &mut Out<'_>) -> Result<(), ParseError> {
        self.glossary.tell("explanations of QIDs", out);
        for (at, mut finding) in self.kept {
            if let Some(details) = self.glossary.get(&finding.weakness.rule) {
                explain(&mut finding, details);
            }
            out.finding(&at, finding, None)?;
        }
        Ok(())
    }
}

fn finding(detection: &Element, asset: &AssetRef) -> Finding {
    let qid = text::name(detection.text_of("QID"));
    let weakness = WeaknessSeen { rule: qid.clone(), ..WeaknessSeen::default() };
    let locus = loci::port(detection.text_of("PROTOCOL"), detection.text_of("PORT"));
    let of =
        |names: [&'static str; 2]| names.into_iter().find_map(|name| dates::date(detection.text_of(name)));
    let status = [detection.text_of("VULN_STATUS"), detection.text_of("STATUS")].concat();
    let evidence = [detection.text_of("RESULT"), detection.text_of("RESULTS")].concat();
    Finding {
        evidence: text::body(&evidence),
        raw_id: text::some(detection.text_of("UNIQUE_VULN_ID")).or(Some(qid.clone())),
        seen_at: of(["LAST_FOUND", "LAST_FOUND_DATETIME"]),
        found_at: of(["FIRST_FOUND", "FIRST_FOUND_DATETIME"]),
        tags: text::tags([("qds", detection.text_of("QDS"))]),
        confidence: confidence(detection.text_of("TYPE")),
        suppressed: suppressed(&status, detection.text_of("IS_IGNORED"), detection.text_of("IS_DISABLED")),
        ..Finding::new(
            format!("QID {qid}"),
            ids::severity_of_five(detection.text_of("SEVERITY")),
            weakness,
            asset.clone(),
            locus,
        )
    }
}

fn explain(finding: &mut Finding, details: &Element) {
    finding.title = text::title(details.text_of("TITLE"), &finding.title);
    finding.severity = ids::severity_of_five(details.text_of("SEVERITY"));
    for cve in details.within("CVE_ID_LIST", "CVE_ID") {
        ids::push_id(&mut finding.weakness.ids, cve.text_of("ID"));
    }
    let description = [words(details.text_of("THREAT")), words(details.text_of("IMPACT"))];
    finding.description = text::paragraphs(description.iter().map(String::as_str));
    finding.fix = words(details.text_of("SOLUTION"));
    let scores: Vec<_> =
        ["CVSS3_SCORE", "CVSS_SCORE"].into_iter().filter_map(|name| details.child(name)).collect();
    let base = |score: &&Element| {
        let base = [score.text_of("CVSS3_BASE"), score.text_of("CVSS_BASE")].concat();
        base.split_whitespace().next().and_then(|base| base.parse().ok())
    };
    finding.cvss_score = scores.iter().find_map(base);
    finding.cvss = cvss::vectors(scores.iter().map(|score| score.text_of("CVSS_VECTOR")));
    finding.tags.extend(text::tags([("category", details.text_of("CATEGORY"))]));
    let links =
        details.within("VENDOR_REFERENCE_LIST", "VENDOR_REFERENCE").map(|vendor| vendor.text_of("URL"));
    finding.references = text::links(links);
}
