//! WPScan JSON: vulnerabilities of WordPress, its plugins and themes; interesting findings; weak passwords.
//!
//! The core, plugins and themes with their versions are components. Known vulnerabilities carry WPScan's own id, interesting
//! findings their type as rule. A password that was found is not kept. Without an API token WPScan knows no vulnerabilities:
//! that is a gap. The application runs on the host at the address that answered.

use crate::common::flex::{Text, Texts, or_default};
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::{cvss, dates, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::{ComponentSeen, WeaknessSeen};
use bartizan_model::{AssetRef, Finding, Locus, Observation, Severity};
use serde::Deserialize;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "wpscan",
    name: "WPScan",
    summary: "JSON output: vulnerabilities of WordPress, plugins and themes, interesting findings, weak passwords",
    extensions: &["json"],
    docs: "https://github.com/wpscanteam/wpscan/wiki/WPScan-User-Documentation",
    tool: "wpscan",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let banner = keys
        .value("banner")
        .is_some_and(|banner| banner.get(..400).unwrap_or(banner).windows(6).any(|w| w == b"WPScan"));
    Sniff::when(
        banner || (keys.has("target_url") && keys.has_any(&["interesting_findings", "effective_url"])),
    )
}

/// The core, a plugin or a theme.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Part<'a> {
    #[serde(borrow)]
    slug: Text<'a>,
    #[serde(borrow)]
    location: Text<'a>,
    /// Of the core; a plugin has it in `version`.
    #[serde(borrow)]
    number: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    version: Version<'a>,
    #[serde(borrow)]
    found_by: Text<'a>,
    #[serde(borrow)]
    confidence: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Version<'a> {
    #[serde(borrow)]
    number: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Vulnerability<'a> {
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    fixed_in: Text<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow)]
    poc: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    cvss: Cvss<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    references: References<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Cvss<'a> {
    #[serde(borrow)]
    score: Text<'a>,
    #[serde(borrow)]
    vector: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct References<'a> {
    #[serde(borrow)]
    cve: Texts<'a>,
    #[serde(borrow)]
    url: Texts<'a>,
    #[serde(borrow)]
    wpvulndb: Texts<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Interesting<'a> {
    #[serde(borrow)]
    url: Text<'a>,
    #[serde(borrow)]
    to_s: Text<'a>,
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    found_by: Text<'a>,
    #[serde(borrow)]
    confidence: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    references: References<'a>,
    #[serde(borrow)]
    interesting_entries: Texts<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status<'a> {
    #[serde(borrow)]
    error: Text<'a>,
    #[serde(borrow)]
    version: Text<'a>,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut out = Out::new(sink);
    if json.peek()?.is_none() {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    let (mut known, mut target, mut address) = (false, String::new(), None);
    json.object(&mut |json, key| {
        known |= matches!(key, "banner" | "target_url" | "effective_url");
        if known && out.summary.source.name.is_empty() && key != "banner" {
            out.source(FORMAT.tool, "");
        }
        match key {
            "banner" => {
                let banner = json.value()?;
                out.source(FORMAT.tool, &banner.read::<Status<'_>>().unwrap_or_default().version);
            }
            "start_time" | "stop_time" => {
                let time = json.value()?;
                out.summary.seen_at =
                    dates::date(&time.read::<Text<'_>>().unwrap_or_default()).or(out.summary.seen_at);
            }
            "target_url" => target = json.value()?.read::<Text<'_>>().unwrap_or_default().to_string(),
            "target_ip" => {
                let place = json.place();
                let answered = json.value()?;
                address = Some((place, answered.read::<Text<'_>>().unwrap_or_default().to_string()));
            }
            "scan_aborted" => {
                let why = json.value()?;
                out.gap("the scan", text::name(&why.read::<Text<'_>>().unwrap_or_default()));
            }
            "vuln_api" => {
                let status = json.value()?;
                let error = text::name(&status.read::<Status<'_>>().unwrap_or_default().error);
                if !error.is_empty() {
                    out.gap("vulnerabilities of WordPress, plugins and themes", error);
                }
            }
            "interesting_findings" => {
                json.each_of("interesting_findings[]", &mut out, &mut |value, at, out| {
                    let finding = interesting(&value.read()?, &target, options)?;
                    Ok(out.finding(
                        at,
                        Finding { seen_at: out.summary.seen_at, ..finding },
                        Some(value.text.as_bytes()),
                    )?)
                })?;
            }
            "version" => part(json, "wordpress", "wordpress", &target, options, &mut out)?,
            "main_theme" => part(json, "wordpress-theme", "", &target, options, &mut out)?,
            "plugins" => json.object(&mut |json, slug| {
                let slug = slug.to_owned();
                part(json, "wordpress-plugin", &slug, &target, options, &mut out)
            })?,
            "themes" => json.object(&mut |json, slug| {
                let slug = slug.to_owned();
                part(json, "wordpress-theme", &slug, &target, options, &mut out)
            })?,
            "password_attack" => json.object(&mut |json, user| {
                let (at, user) = (json.place(), text::name(user));
                // The value is the password.
                json.skip()?;
                let at = out.record(at, "password_attack");
                let finding = guessed(&user, &target, options);
                out.finding(&at, Finding { seen_at: out.summary.seen_at, ..finding }, None)
            })?,
            _ => json.skip()?,
        }
        Ok(())
    })?;
    json.end()?;
    if !known {
        let why = "it names no target_url".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    json.tell_flaws(&mut out);
    if let Some((place, address)) = address {
        let mut machines = web::Machines::default();
        let at = out.record(place, "target_ip");
        machines.tell(&web::spot(&target, "", options).0, &address, &at, &mut out)?;
        machines.cover(&mut out);
    }
    out.finish(FORMAT.id)
}

fn guessed(user: &str, target: &str, options: &Options) -> Finding {
    let (asset, _) = web::spot(target, "", options);
    let weakness = WeaknessSeen { rule: "weak-password".into(), cwe: vec![521], ..WeaknessSeen::default() };
    let title = format!("The password of {user} can be guessed");
    Finding::new(title, Severity::Critical, weakness, asset, Locus::named("account", user))
}

fn interesting(it: &Interesting<'_>, target: &str, options: &Options) -> Result<Finding, String> {
    let rule = text::some(&it.kind).or_else(|| text::some(&it.to_s.to_lowercase()));
    let rule = rule.ok_or("an interesting finding without type and words")?;
    let url = if it.url.is_empty() { target } else { &*it.url };
    let (asset, locus) = web::spot(url, "", options);
    let entries = it.interesting_entries.iter().collect::<Vec<_>>().join("\n");
    let mut weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    it.references.cve.iter().for_each(|cve| push_cve(&mut weakness.ids, cve));
    Ok(Finding {
        evidence: text::labelled([("URL", url), ("found by", &*it.found_by), ("entries", &entries)]),
        confidence: text::some(&it.confidence).map(|percent| format!("{percent}%")).unwrap_or_default(),
        references: text::links(it.references.url.iter()),
        ..Finding::new(text::title(&it.to_s, &weakness.rule), Severity::Info, weakness, asset, locus)
    })
}

/// CVEs stand there without `CVE-`.
fn push_cve(into: &mut Vec<String>, cve: &str) {
    let bare = cve.trim().trim_start_matches("CVE-");
    ids::push_id(into, &format!("CVE-{bare}"));
}

fn part(
    json: &mut Json<'_>,
    kind: &'static str,
    slug: &str,
    target: &str,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    json.each_of(kind, out, &mut |value, at, out| {
        let part: Part<'_> = value.read()?;
        let name = text::name(if slug.is_empty() { &part.slug } else { slug });
        let version = if part.number.is_empty() { &part.version.number } else { &part.number };
        let (asset, _) = web::spot(target, "", options);
        let component = ComponentSeen {
            asset: asset.clone(),
            purl: String::new(),
            name: name.clone(),
            version: text::name(version),
            locations: text::some(&part.location).into_iter().collect(),
            vantage: String::new(),
        };
        out.observe(at, Observation::Component(component), None)?;
        for vulnerability in &part.vulnerabilities {
            let finding = vulnerable(vulnerability, &part, (kind, &name, version), &asset)?;
            out.finding(at, Finding { seen_at: out.summary.seen_at, ..finding }, None)?;
        }
        Ok(())
    })
}

fn vulnerable(
    it: &Vulnerability<'_>,
    part: &Part<'_>,
    (kind, name, version): (&str, &str, &str),
    asset: &AssetRef,
) -> Result<Finding, String> {
    let id = it.references.wpvulndb.iter().next().and_then(text::some);
    let rule = id
        .clone()
        .or_else(|| text::some(&it.title.to_lowercase()))
        .ok_or("a vulnerability without id and title")?;
    let mut weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    it.references.cve.iter().for_each(|cve| push_cve(&mut weakness.ids, cve));
    let severity = match &*it.cvss.severity {
        "" => it.cvss.score.parse().map_or(Severity::Unknown, Severity::from_cvss),
        word => ids::severity(word),
    };
    let fixed = text::some(&it.fixed_in);
    Ok(Finding {
        description: text::paragraphs([&*it.description, &*it.poc]),
        fix: fixed
            .as_ref()
            .map(|version| format!("Update {name} to {version} or later."))
            .unwrap_or_default(),
        cvss: cvss::vectors([&*it.cvss.vector]),
        cvss_score: it.cvss.score.parse().ok(),
        component_name: name.to_owned(),
        component_version: text::name(version),
        fixed_version: fixed,
        evidence: text::labelled([("location", &*part.location), ("found by", &*part.found_by)]),
        raw_id: id,
        confidence: text::some(&part.confidence).map(|percent| format!("{percent}%")).unwrap_or_default(),
        references: text::links(it.references.url.iter()),
        ..Finding::new(
            text::title(&it.title, name),
            severity,
            weakness,
            asset.clone(),
            Locus::named(kind, name),
        )
    })
}
