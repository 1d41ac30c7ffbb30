//! OpenSCAP: XCCDF results (1.1 and 1.2), ARF (`--results-arf`) and OVAL results.
//!
//! A rule that failed is a finding on the target; one that could not be checked (`error`, `unknown`) is a gap. A rule is known by
//! its id, or by the CVE where it identifies exactly one. In OVAL results, a definition of class `vulnerability` or `patch` that
//! is true is a finding.
//!
//! Every rule and definition that came to a verdict was looked at, and covers what it found itself: another rule may be about the
//! same CVE, so each is a place of its own for that. A rule asks what its benchmark, profile and tailoring set (the least length of
//! a password, say), so these are the vantage: what passes by one profile may fail by another.

use crate::common::kept::Kept;
use crate::common::out::Out;
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{assets, benchmark, dates, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, WeaknessSeen};
use bartizan_model::{AssetKind, AssetRef, Checks, Covered, Finding, Loci, Locus, Observation, Severity};
use std::collections::{BTreeSet, HashMap};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "openscap",
    name: "OpenSCAP",
    summary: "XCCDF, ARF and OVAL results: failed rules and true definitions on the target",
    extensions: &["xml"],
    docs: "https://www.open-scap.org/resources/documentation/",
    tool: "openscap",
    sniff,
    parse,
};

const ROOTS: &[&str] = &["Benchmark", "TestResult", "asset-report-collection", "oval_results"];

fn sniff(head: &Head<'_>) -> Sniff {
    let Some((root, namespace)) = head.root() else { return Sniff::No };
    Sniff::when(match root {
        "Benchmark" | "TestResult" => namespace.contains("xccdf"),
        "asset-report-collection" | "oval_results" => true,
        _ => false,
    })
}

/// The most rules of a report by which something is closed: the largest collections of definitions have some 50,000.
const MOST: usize = 200_000;

/// What a rule or definition means.
#[derive(Default)]
struct Rule {
    title: String,
    severity: String,
    description: String,
    fix: String,
    ids: Vec<String>,
    compliance: Vec<String>,
    references: Vec<String>,
    /// Of an OVAL definition.
    class: String,
}

#[derive(Default)]
struct Report {
    rules: HashMap<String, Rule>,
    /// The id of the benchmark that the report holds.
    benchmark: String,
    covered: Vec<Covered>,
    /// The host of an OVAL system, and its definitions that are known to be true or false.
    host: Option<AssetRef>,
    results: bool,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let mut report = Report::default();
    let mut values = Kept::new(options.limits.deferred);
    walk(input, options, &mut out, FORMAT.id, ROOTS, &mut |element, xml, out| {
        match element.name.as_str() {
            "Benchmark" => report.benchmark = text::name(element.attr("id")),
            "Rule" => {
                let rule = xml.subtree(element)?;
                report.rules.insert(text::name(rule.attr("id")), rule_of(&rule));
            }
            "TestResult" => {
                report.results = true;
                let at = out.record(xml.place(), "<TestResult>");
                let result = xml.subtree(element)?;
                test_result(&result, &at, options, &mut report, out)?;
            }
            "definition" if element.attr("result").is_empty() && !element.attr("class").is_empty() => {
                let definition = xml.subtree(element)?;
                report.rules.insert(text::name(definition.attr("id")), definition_of(&definition));
            }
            "definition" if !element.attr("definition_id").is_empty() => {
                report.results = true;
                let at = out.record(xml.place(), "<definition>");
                // Its criteria only repeat why.
                xml.skip()?;
                values.push(&at.clone(), (at, element), 200)?;
            }
            "system_info" => {
                let info = xml.subtree(element)?;
                let ips = info
                    .within("interfaces", "interface")
                    .map(|it| it.text_of("ip_address"))
                    .filter(|ip| !assets::is_loopback(ip));
                let macs = info.within("interfaces", "interface").map(|it| it.text_of("mac_address"));
                let names = std::iter::once(info.text_of("primary_host_name")).chain(ips);
                report.host = assets::machine(names, macs);
                if let Some(asset) = &report.host {
                    let os = format!("{} {}", info.text_of("os_name"), info.text_of("os_version"));
                    let seen = AssetSeen { os: text::some(&os), ..AssetSeen::new(asset.clone()) };
                    out.observe(&xml.place(), Observation::Asset(seen), None)?;
                }
            }
            // An ARF report holds OVAL results beside the test result that sums them up.
            "oval_results" if report.results => xml.skip()?,
            "criteria" | "tests" | "objects" | "states" | "variables" | "collected_objects"
            | "system_data" => {
                xml.skip()?;
            }
            _ => {}
        }
        Ok(())
    })?;
    definitions(values, options, &mut report, &mut out)?;
    if !report.results {
        let why = "it holds rules, but no result of a scan".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    report.covered.into_iter().for_each(|covered| out.cover(covered));
    Ok(out.end())
}

fn rule_of(rule: &Element) -> Rule {
    let all = |name: &'static str| rule.children(name);
    let mut ids = Vec::new();
    let idents = all("ident").chain(all("reference"));
    idents.for_each(|ident| ids::ids_in(&ident.words()).iter().for_each(|id| ids::push_id(&mut ids, id)));
    let description = [rule.child("description"), rule.child("rationale")];
    let description: Vec<_> = description.into_iter().flatten().map(Element::words).collect();
    let fix: Vec<_> =
        [rule.child("fixtext"), rule.child("fix")].into_iter().flatten().map(Element::words).collect();
    let links: Vec<_> = all("reference").map(|reference| reference.attr("href")).collect();
    Rule {
        title: text::title(&rule.child("title").map(Element::words).unwrap_or_default(), rule.attr("id")),
        severity: rule.attr("severity").to_owned(),
        description: text::paragraphs(description.iter().map(String::as_str)),
        fix: text::paragraphs(fix.iter().map(String::as_str)),
        ids,
        compliance: all("reference").filter_map(control).take(100).collect(),
        references: text::links(links),
        class: String::new(),
    }
}

/// `<reference href="https://www.cisecurity.org/...">5.2.1</reference>` as `cisecurity.org:5.2.1`.
fn control(reference: &Element) -> Option<String> {
    let control =
        text::some(&reference.words()).filter(|control| control.len() < 40 && !control.contains(' '))?;
    let host = assets::Url::parse(reference.attr("href"))?.host;
    Some(format!("{}:{control}", host.trim_start_matches("www.")))
}

fn definition_of(definition: &Element) -> Rule {
    let empty = Element::default();
    let metadata = definition.child("metadata").unwrap_or(&empty);
    let advisory = metadata.child("advisory").unwrap_or(&empty);
    let mut ids = Vec::new();
    for reference in metadata.children("reference").filter(|it| it.attr("source").eq_ignore_ascii_case("cve"))
    {
        ids::push_id(&mut ids, reference.attr("ref_id"));
    }
    advisory.children("cve").for_each(|cve| ids::push_id(&mut ids, &cve.text));
    let links: Vec<_> = metadata.children("reference").map(|reference| reference.attr("ref_url")).collect();
    Rule {
        title: text::title(metadata.text_of("title"), definition.attr("id")),
        severity: advisory.text_of("severity").to_owned(),
        description: text::body(metadata.text_of("description")),
        fix: String::new(),
        ids,
        compliance: Vec::new(),
        references: text::links(links),
        class: definition.attr("class").to_owned(),
    }
}

fn test_result(
    result: &Element,
    at: &Place,
    options: &Options,
    report: &mut Report,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let fact =
        |name: &str| result.within("target-facts", "fact").find(|fact| fact.attr("name").ends_with(name));
    let fact = |name: &str| fact(name).map_or("", |fact| fact.text.trim());
    let all = |name: &'static str| result.children(name).map(|it| it.text.trim());
    let names = [fact(":asset:identifier:fqdn"), fact(":asset:identifier:host_name")].into_iter();
    let names = names.chain(all("target")).chain(all("target-address"));
    let names = names.filter(|name| !assets::is_loopback(name) && !name.contains("://"));
    let macs = result
        .within("target-facts", "fact")
        .filter(|fact| fact.attr("name").to_lowercase().ends_with(":mac"));
    let macs = macs.map(|fact| fact.text.trim()).filter(|mac| !mac.starts_with("00:00:00:00"));
    let asset = options.asset.clone().or_else(|| assets::machine(names, macs));
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Host));
    let seen_at = [result.attr("end-time"), result.attr("start-time")].into_iter().find_map(dates::date);
    out.summary.seen_at = out.summary.seen_at.max(seen_at);
    out.observe(at, Observation::Asset(AssetSeen { seen_at, ..AssetSeen::new(asset.clone()) }), None)?;
    let unknown = Rule::default();
    let named = result.child("benchmark").map_or("", |benchmark| benchmark.attr("id"));
    let of = if report.benchmark.is_empty() { named } else { report.benchmark.as_str() };
    let mut checked = Checked::default();
    let vantage = vantage(result, &report.benchmark);
    for outcome in result.children("rule-result") {
        let id = text::name(outcome.attr("idref"));
        let rule = report.rules.get(&id).unwrap_or(&unknown);
        let mut weakness = WeaknessSeen {
            rule: benchmark::xccdf(of, &id),
            ids: rule.ids.clone(),
            ..WeaknessSeen::default()
        };
        outcome.children("ident").for_each(|ident| ids::push_id(&mut weakness.ids, &ident.text));
        let verdict = outcome.text_of("result");
        checked.take(&weakness.rule, matches!(verdict, "fail" | "pass" | "fixed"));
        let locus = place("rule", &weakness);
        match verdict {
            "fail" => {
                let level = if rule.severity.is_empty() { outcome.attr("severity") } else { &rule.severity };
                // XCCDF: a rule that says nothing is `unknown`.
                let severity = if level.is_empty() { Severity::Medium } else { ids::severity(level) };
                let messages: Vec<_> =
                    outcome.children("message").map(|message| message.text.trim()).collect();
                let finding = Finding {
                    description: rule.description.clone(),
                    fix: rule.fix.clone(),
                    evidence: text::body(&messages.join("\n")),
                    raw_id: Some(id.clone()),
                    seen_at: dates::date(outcome.attr("time")).or(seen_at),
                    compliance: rule.compliance.clone(),
                    references: rule.references.clone(),
                    vantage: vantage.clone(),
                    ..Finding::new(text::title(&rule.title, &id), severity, weakness, asset.clone(), locus)
                };
                out.finding(at, finding, None)?;
            }
            "error" | "unknown" => out.gap(format!("rule {id} on {}", asset.name), "it could not be checked"),
            _ => {}
        }
    }
    report.covered.extend(checked.covered(asset, &vantage, out));
    Ok(())
}

/// The benchmark, profile and tailoring of a result.
fn vantage(result: &Element, own: &str) -> String {
    let of = |name: &str, attribute: &str| result.child(name).map_or("", |it| it.attr(attribute));
    let file = of("benchmark", "href").rsplit(['/', '\\']).next().unwrap_or_default();
    let benchmark = [own, of("benchmark", "id"), file].into_iter().find(|id| !id.trim().is_empty());
    let parts = [benchmark.unwrap_or_default(), of("profile", "idref"), of("tailoring-file", "id")];
    text::name(&parts.join(" "))
}

/// Where a rule finds something: on the whole target. What is one exposure whoever finds it, a CVE, is one sighting of each rule.
fn place(kind: &str, weakness: &WeaknessSeen) -> Locus {
    let names_cve = weakness.ids.iter().any(|id| id.starts_with("CVE-"));
    if names_cve || weakness.key(FORMAT.tool).is_known_vulnerability() {
        return Locus::named(kind, &weakness.rule);
    }
    Locus::Whole
}

/// The rules that were looked at: everything that came to a verdict, wherever it was asked.
#[derive(Default)]
struct Checked {
    known: BTreeSet<String>,
    open: BTreeSet<String>,
    left_out: u64,
}

impl Checked {
    fn take(&mut self, rule: &str, has_verdict: bool) {
        let rules = if has_verdict { &mut self.known } else { &mut self.open };
        if rules.len() < MOST {
            rules.insert(rule.to_owned());
        } else {
            self.left_out += 1;
        }
    }

    fn covered(mut self, asset: AssetRef, vantage: &str, out: &mut Out<'_>) -> Option<Covered> {
        if self.left_out > 0 {
            let what = format!("{} outcomes of rules on {}", self.left_out, asset.name);
            out.gap(what, "so many are told that nothing is closed by this report");
            return None;
        }
        self.known.retain(|rule| !self.open.contains(rule));
        if self.known.is_empty() {
            return None;
        }
        Some(Covered::new(asset, Checks::Rules(self.known), Loci::All).seen_from(vantage))
    }
}

/// The outcomes of an OVAL file; a host is told beside them.
fn definitions(
    values: Kept<(Place, Element)>,
    options: &Options,
    report: &mut Report,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let asset = options.asset.clone().or_else(|| report.host.clone());
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Host));
    let mut checked = Checked::default();
    for (at, value) in values {
        let id = text::name(value.attr("definition_id"));
        let Some(rule) =
            report.rules.get(&id).filter(|rule| matches!(rule.class.as_str(), "vulnerability" | "patch"))
        else {
            continue;
        };
        let weakness = WeaknessSeen { rule: id.clone(), ids: rule.ids.clone(), ..WeaknessSeen::default() };
        checked.take(&id, matches!(value.attr("result"), "true" | "false"));
        let locus = place("definition", &weakness);
        if matches!(value.attr("result"), "error" | "unknown") {
            out.gap(format!("definition {id}"), "it could not be checked");
        }
        if value.attr("result") == "true" {
            let severity = ids::severity(&rule.severity);
            let finding = Finding {
                description: rule.description.clone(),
                raw_id: Some(id.clone()),
                references: rule.references.clone(),
                ..Finding::new(rule.title.clone(), severity, weakness, asset.clone(), locus)
            };
            out.finding(&at, finding, None)?;
        }
    }
    report.covered.extend(checked.covered(asset, "", out));
    Ok(())
}
