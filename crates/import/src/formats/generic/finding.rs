//! What both shapes tell, made into findings.

use crate::common::package::{Package, fixed_in};
use crate::common::{assets, cvss, dates, ids, loci, text};
use crate::format::Options;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus};

/// The fields of a finding by DefectDojo's names, empty where there is none.
pub(super) struct Told<'a> {
    pub(super) get: &'a dyn Fn(&str) -> String,
    pub(super) ids: Vec<String>,
    pub(super) tags: Vec<String>,
    /// URLs, hosts or host and port.
    pub(super) endpoints: Vec<String>,
}

/// One finding for each endpoint.
pub(super) fn findings(told: &Told<'_>, options: &Options) -> Result<Vec<Finding>, String> {
    let get = |name: &str| (told.get)(name);
    let title = get("title");
    if title.is_empty() {
        return Err("no title".to_owned());
    }
    let mut weakness = WeaknessSeen::default();
    let named = get("vuln_id_from_tool");
    told.ids.iter().chain([&get("cve"), &named]).for_each(|id| ids::push_id(&mut weakness.ids, id));
    ids::cwes_in(&mut weakness.cwe, &get("cwe"));
    weakness.rule = text::name(if named.is_empty() { &title } else { &named });

    let words = ["active", "false_p", "duplicate", "out_of_scope", "risk_accepted", "is_mitigated"];
    let says = |name: &str, word: &str| get(name).eq_ignore_ascii_case(word);
    let suppressed = words[1..].iter().find(|name| says(name, "true")).map(|name| match *name {
        "false_p" => "false positive".to_owned(),
        name => name.trim_start_matches("is_").replace('_', " "),
    });
    let suppressed = suppressed.or_else(|| says(words[0], "false").then(|| "inactive".to_owned()));
    let service = get("service");
    let product = assets::named(AssetKind::Application, &service).filter(|_| options.asset.is_none());
    let product = product.unwrap_or_else(|| options.asset_or(AssetKind::Application));
    let vectors = [get("cvssv4"), get("cvssv3"), get("cvssv2")];
    let score = |name: &str| get(name).parse::<f64>().ok().filter(|score| (0.0..=10.0).contains(score));
    let (name, version) = (get("component_name"), get("component_version"));
    let evidence = text::labelled([
        ("Steps to reproduce", get("steps_to_reproduce").as_str()),
        ("Payload", &get("payload")),
        ("Parameter", &get("param")),
        ("File", &get("file_path")),
    ]);
    let mut finding = Finding {
        description: text::paragraphs([
            get("description").as_str(),
            &get("impact"),
            &get("severity_justification"),
        ]),
        fix: text::body(&get("mitigation")),
        cvss: cvss::vectors(vectors.iter().map(String::as_str)),
        cvss_score: ["cvssv4_score", "cvssv3_score"].into_iter().find_map(score),
        epss: get("epss_score").parse().ok().filter(|epss| (0.0..=1.0).contains(epss)),
        component_name: text::name(&name),
        component_version: text::name(&version),
        evidence,
        line: get("line").parse().ok().filter(|line| *line > 0),
        raw_id: text::some(&get("unique_id_from_tool")),
        found_at: date(&get("date")),
        tags: told.tags.clone(),
        confidence: if says("verified", "true") { "verified".to_owned() } else { String::new() },
        references: text::links([get("references").as_str()]),
        suppressed,
        ..Finding::new(
            text::title(&title, ""),
            ids::severity(&get("severity")),
            weakness,
            product,
            Locus::Whole,
        )
    };
    let path = get("file_path");
    if !name.is_empty() {
        let package = Package::new("", &name, &version);
        finding.component = Some(package.purl.clone());
        finding.locus = Locus::package(&package.purl);
    } else if !path.is_empty() {
        finding.locus = loci::file(&path, &loci::snippet(&get("sast_source_object")));
    }
    let fix = finding.fix.clone();
    fixed_in(&mut finding, &get("fix_version"));
    finding.fix = fix;
    let mut all: Vec<_> =
        told.endpoints.iter().filter_map(|endpoint| at(endpoint, &get("param"), &finding)).collect();
    if all.is_empty() {
        all.push(finding);
    }
    Ok(all)
}

/// The finding on an endpoint.
fn at(endpoint: &str, parameter: &str, finding: &Finding) -> Option<Finding> {
    let url = assets::Url::parse(endpoint)?;
    let place: Option<(AssetRef, Locus)> = match url.web_application() {
        Some(asset) => Some((asset, loci::route(&url.path, parameter))),
        None => {
            let locus = url.port.map_or(Locus::Whole, |port| Locus::port("tcp", port));
            assets::host(&url.host, [url.host.as_str()]).map(|asset| (asset, locus))
        }
    };
    let (asset, locus) = place?;
    // A package or file on a host is still that.
    let locus = if finding.locus == Locus::Whole { locus } else { finding.locus.clone() };
    let evidence = text::paragraphs([finding.evidence.as_str(), &format!("Endpoint: {endpoint}")]);
    Some(Finding { asset, locus, evidence, ..finding.clone() })
}

/// ISO dates, and those with slashes of spreadsheets: the day stands first, unless that is no day of any month.
fn date(text: &str) -> Option<bartizan_model::Timestamp> {
    let parts: Vec<_> = text.split('/').collect();
    if let [first, second, year] = parts.as_slice()
        && let (Ok(first), Ok(second)) = (first.trim().parse::<u8>(), second.trim().parse::<u8>())
    {
        let (day, month) = if second > 12 { (second, first) } else { (first, second) };
        return dates::date(&format!("{}-{month:02}-{day:02}", year.trim()));
    }
    dates::date(text)
}
