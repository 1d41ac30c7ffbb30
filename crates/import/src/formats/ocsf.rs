//! Findings of the Open Cybersecurity Schema Framework, whatever product wrote them: vulnerability (2002), compliance (2003),
//! detection (2004), data security (2006) and application security posture (2007) findings, and security findings of before
//! version 1.1 (2001). What passed or was resolved closes what was found there; what was
//! suppressed is told as such.

use crate::common::house::House;
use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::{assets, benchmark, cloud, dates, ids, loci, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};
use std::borrow::Cow;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ocsf",
    name: "OCSF findings",
    summary: "JSON of OCSF findings: vulnerabilities, compliance, detections, by resource and device",
    extensions: &["json"],
    docs: "https://schema.ocsf.io/categories/findings",
    tool: "ocsf",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { tool: "", lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let about = keys.has_any(&["finding_info", "finding", "vulnerabilities", "compliance"]);
    let classed = keys.has_any(&["class_uid", "type_uid", "category_uid", "class_name"]);
    match (keys.has_all(&["metadata", "severity_id"]), about && classed) {
        (true, true) => Sniff::Yes,
        // A long record may hide the rest behind the head.
        (true, false) if about || classed => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut tool = (String::new(), String::new());
    LAYOUT.parse(input, options, sink, |record, options, out| found(record, &mut tool, options, out))
}

/// The titles, ids and words of the finding, which older versions kept in another object.
fn info<'a>(record: &'a Record<'_>, keys: &[&str]) -> Cow<'a, str> {
    let said = |object| keys.iter().map(move |key| record.text(&format!("{object}/{key}")));
    let said = said("finding_info").chain(said("finding"));
    // These texts are owned by paths that are built here.
    Cow::Owned(said.map(Cow::into_owned).find(|text| !text.is_empty()).unwrap_or_default())
}

fn found(record: &Record<'_>, tool: &mut (String, String), options: &Options, out: &mut Out<'_>) -> Told {
    let title = info(record, &["title"]);
    if title.is_empty() && record.items("vulnerabilities").is_empty() {
        return Err("neither a title nor vulnerabilities".into());
    }
    let product = record.at("metadata/product");
    let now = (product.first(&["name", "vendor_name"]).into_owned(), product.text("version").into_owned());
    if *tool != now || out.summary.source.name.is_empty() {
        out.source(if now.0.is_empty() { "ocsf" } else { &now.0 }, &now.1);
        *tool = now;
    }
    let state = [record.text("status_code"), record.text("compliance/status"), record.text("status")];
    let passes = |word: &Cow<'_, str>| ["PASS", "PASSED"].iter().any(|it| word.eq_ignore_ascii_case(it));
    let is_passed = state[..2].iter().any(passes);
    let none = [Value::Null];
    let resources = if record.items("resources").is_empty() {
        record.items("resource")
    } else {
        record.items("resources")
    };
    let ours = Some(record.at("unmapped/bartizan")).filter(|it| it.is_object()).map(Value::to_string);
    let house = || ours.as_deref().and_then(House::of);
    if state[2].eq_ignore_ascii_case("resolved") && house().is_some() {
        // Our own word that it is proven gone.
        return Ok(());
    }
    for resource in if resources.is_empty() { &none } else { resources } {
        let (uid, service) = (resource.text("uid"), resource.text("group/name"));
        let is_aws = record.text("cloud/provider").eq_ignore_ascii_case("aws");
        if is_passed && is_aws && cloud::is_of_one_region(&uid, &service) {
            continue;
        }
        let asset = asset(record, resource, options);
        for finding in findings(record, &title, &asset) {
            let mut finding = dress(finding, record, resource);
            if let Some(house) = house() {
                house.dress(&mut finding);
            }
            match is_passed {
                true => out.clear(&finding),
                false => record.tell(finding, out)?,
            }
        }
    }
    Ok(())
}

fn asset(record: &Record<'_>, resource: &Value<'_>, options: &Options) -> AssetRef {
    let (account, region) = (record.text("cloud/account/uid"), resource.first(&["region"]));
    let provider = record.text("cloud/provider").to_lowercase();
    let (uid, name) = (resource.text("uid"), resource.text("name"));
    let resource_asset = || match provider.as_str() {
        "aws" => cloud::ecr_image(&uid, "").or_else(|| cloud::aws(&uid, &name, &account, &region)),
        "" | "kubernetes" => None,
        _ => cloud::resource(&uid, &name),
    };
    let kubernetes = || {
        let namespace = resource.first(&["namespace", "data/metadata/namespace", "region"]);
        let namespace = namespace.trim_start_matches("namespace:").trim().to_owned();
        let parts =
            [namespace, name.to_string()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        assets::named(AssetKind::CloudResource, &parts.join("/"))
    };
    let device = || {
        let device = record.at("device");
        let names = [device.text("hostname"), device.text("name"), device.text("ip")];
        let name = names.iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
        assets::host(&name, [&*device.text("hostname"), &*device.text("ip")])
    };
    let other =
        || if uid.is_empty() { cloud::account(&provider, &account) } else { cloud::resource(&uid, &name) };
    let known = resource_asset().or_else(device).or_else(kubernetes).or_else(other);
    known.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource))
}

fn findings(record: &Record<'_>, title: &str, asset: &AssetRef) -> Vec<Finding> {
    let severity = match record.text("severity") {
        word if word.is_empty() => match record.number("severity_id").unwrap_or_default() as u8 {
            1 => Severity::Info,
            2 => Severity::Low,
            3 => Severity::Medium,
            4 => Severity::High,
            5 | 6 => Severity::Critical,
            _ => Severity::Unknown,
        },
        word => ids::severity(&word),
    };
    let vulnerabilities = record.items("vulnerabilities");
    if vulnerabilities.is_empty() {
        let named = record.first(&[
            "metadata/event_code",
            "compliance/control",
            "compliance/checks/0/uid",
            "finding_info/analytic/uid",
        ]);
        let named =
            if named.is_empty() { record.first(&["finding_info/types/0", "finding/types/0"]) } else { named };
        let rule = if named.is_empty() { title } else { &named };
        let name = if benchmark::is_number(rule) {
            let standards = record.texts("compliance/standards");
            let standard = standards.first().map_or("", |standard| standard.trim_start_matches("standards/"));
            benchmark::rule(&benchmark::family(standard), "", rule, title)
        } else {
            text::name(rule)
        };
        let weakness = WeaknessSeen { rule: name, ids: ids::ids_in(title), ..WeaknessSeen::default() };
        return vec![Finding::new(text::title(title, rule), severity, weakness, asset.clone(), Locus::Whole)];
    }
    let each = vulnerabilities.iter().flat_map(|it| {
        let packages = if it.items("affected_packages").is_empty() {
            it.items("packages")
        } else {
            it.items("affected_packages")
        };
        let packages = packages.iter().map(Some);
        let whole = std::iter::once(None).take(usize::from(packages.len() == 0));
        packages.chain(whole).map(move |package| vulnerability(it, package, severity, asset, title))
    });
    each.collect()
}

fn vulnerability(
    item: &Value<'_>,
    package: Option<&Value<'_>>,
    severity: Severity,
    asset: &AssetRef,
    title: &str,
) -> Finding {
    let id = item.first(&["cve/uid", "advisory/uid", "title"]);
    let heading = item.first(&["title"]);
    let heading = if heading.is_empty() { title } else { &heading };
    let own = ids::severity(&item.text("severity"));
    let severity = if own == Severity::Unknown { severity } else { own };
    let mut finding = match package {
        Some(package) => {
            let kind = package.first(&["package_manager", "type"]).to_lowercase();
            let named =
                Package::given(&package.text("purl"), &kind, &package.text("name"), &package.text("version"));
            named.vulnerability(asset.clone(), &id, [""; 0], heading, severity)
        }
        None => {
            let code = item.text("affected_code/0/file/path");
            let rule = item.first(&["cve/uid", "cwe/uid", "advisory/uid", "title"]);
            let mut weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
            ids::push_id(&mut weakness.ids, &id);
            let locus = if code.is_empty() {
                Locus::Whole
            } else {
                loci::file(&code, &item.text("affected_code/0/rule/uid"))
            };
            Finding {
                line: item.count("affected_code/0/start_line"),
                ..Finding::new(text::title(heading, &rule), severity, weakness, asset.clone(), locus)
            }
        }
    };
    finding.description = text::body(&item.text("desc"));
    let listed = item.items("cwes").iter().chain(item.items("cve/cwes")).map(|it| it.text("uid"));
    finding.weakness.cwe =
        cwes(listed.chain([item.text("cwe/uid"), item.text("cve/cwe/uid"), item.text("cve/cwe_uid")]));
    let scores = item.items("cve/cvss");
    finding.cvss = vectors(scores.iter().map(|it| it.text("vector_string")));
    finding.cvss_score = scores.iter().find_map(|it| it.number("base_score"));
    finding.epss = item.number("cve/epss/score");
    fixed_in(&mut finding, &package.map(|it| it.text("fixed_in_version")).unwrap_or_default());
    finding.fix = paragraphs([finding.fix.as_str().into(), item.text("remediation/desc")]);
    finding.references = links(item.texts("references").into_iter().chain([item.text("cve/references")]));
    finding
}

fn dress(mut finding: Finding, record: &Record<'_>, resource: &Value<'_>) -> Finding {
    let risk = record.first(&["risk_details", "impact"]);
    finding.description = paragraphs([finding.description.as_str().into(), info(record, &["desc"]), risk]);
    let advice = record.first(&["remediation/desc", "finding/remediation/desc"]);
    finding.fix = paragraphs([finding.fix.as_str().into(), advice]);
    finding.evidence = paragraphs([record.first(&["status_detail", "message"]), resource.text("uid")]);
    finding.raw_id = text::some(&info(record, &["uid"]));
    finding.found_at = dates::date(&info(
        record,
        &["first_seen_time_dt", "first_seen_time", "created_time_dt", "created_time"],
    ));
    let seen = info(record, &["last_seen_time_dt", "last_seen_time"]);
    finding.seen_at =
        [seen, record.first(&["time_dt", "event_time", "time"])].iter().find_map(|at| dates::date(at));
    finding.confidence = record.text("confidence").into_owned();
    let frameworks = ["unmapped/compliance", "compliance/frameworks"]
        .iter()
        .filter_map(|path| record.at(path).as_object());
    let controls = frameworks.flatten().flat_map(|(framework, controls)| {
        controls
            .texts("")
            .into_iter()
            .map(|control| text::name(&format!("{framework}:{control}")))
            .collect::<Vec<_>>()
    });
    let standard = record.texts("compliance/standards").first().map(|it| it.to_string()).unwrap_or_default();
    let required = record
        .texts("compliance/requirements")
        .into_iter()
        .map(|control| text::name(format!("{standard}:{control}").trim_start_matches(':')));
    finding.compliance = controls.chain(required).collect();
    let region = resource.first(&["region"]);
    let region = if region.is_empty() { record.text("cloud/region") } else { region };
    finding.tags = cloud::tags(&record.text("cloud/account/uid"), &region);
    let told = std::mem::take(&mut finding.references);
    let more = record
        .texts("remediation/references")
        .into_iter()
        .chain([info(record, &["src_url"]), record.text("unmapped/related_url")]);
    let more = links(more);
    finding.references = text::links(told.iter().chain(&more).map(String::as_str));
    let status = record.text("status").to_lowercase();
    let over = ["suppressed", "resolved", "archived", "muted"].contains(&status.as_str());
    finding.suppressed = match status.as_str() {
        "resolved" => Some(Finding::FIXED.to_owned()),
        _ => over.then_some(status),
    };
    finding
}
