//! The AWS Security Finding Format, whatever product wrote it (Security Hub, Inspector, GuardDuty, Macie, Prowler): a list, or
//! the answer of `aws securityhub get-findings`, or an event.
//!
//! One finding a resource, and for vulnerabilities one a CVE and package. A check that passed and a finding that was
//! archived, suppressed or resolved is handed over as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::{benchmark, cloud, dates, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "asff",
    name: "AWS Security Finding Format",
    summary: "JSON of Security Hub and of all that writes to it: controls, vulnerabilities, threats by resource",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html",
    tool: "security-hub",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { tool: "", lists: &["[]", "Findings", "findings", "detail/findings"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let wrapped = keys.has_any(&["Findings", "findings", "detail"]) || keys.in_array;
    let ours = head.has_all(&["\"SchemaVersion\"", "\"ProductArn\"", "\"GeneratorId\""]);
    // What Security Hub answers where there is nothing.
    let empty = || keys.names().eq(["Findings"]) && keys.is_empty_list("Findings");
    match wrapped && ours {
        true => Sniff::Yes,
        false if empty() => Sniff::Maybe,
        false => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut tool = String::new();
    LAYOUT.parse(input, options, sink, |record, options, out| found(record, &mut tool, options, out))
}

/// The product that wrote it, in one word.
fn product(record: &Record<'_>) -> String {
    let fields = record.at("ProductFields");
    let field = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let named = [
        field("ProviderName"),
        record.text("ProductName").into_owned(),
        field("aws/securityhub/ProductName"),
        record.text("ProductArn").rsplit('/').next().unwrap_or_default().to_owned(),
    ];
    let named = named.into_iter().find(|name| !name.is_empty() && name != "Default").unwrap_or_default();
    named.to_lowercase().replace(' ', "-")
}

fn found(record: &Record<'_>, tool: &mut String, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, title) = (record.text("Id"), record.text("Title"));
    if id.is_empty() || title.is_empty() {
        return Err("no Id or no Title".into());
    }
    let product = product(record);
    if *tool != product || out.summary.source.name.is_empty() {
        out.source(if product.is_empty() { FORMAT.tool } else { &product }, "");
        *tool = product;
    }
    let resources = record.items("Resources");
    if resources.is_empty() {
        let account = cloud::account("aws", &record.text("AwsAccountId"));
        let asset = account.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
        return on(record, &Value::Null, &asset, out);
    }
    resources.iter().try_for_each(|resource| on(record, resource, &asset(record, resource, options), out))
}

fn asset(record: &Record<'_>, resource: &Value<'_>, options: &Options) -> AssetRef {
    let id = resource.text("Id");
    let region = resource.first(&["Region"]);
    let details = resource.at("Details");
    let image = cloud::ecr_image(&id, &details.text("AwsEcrContainerImage/ImageTags/0"));
    let name = resource.first(&["Tags/Name", "Details/AwsLambdaFunction/FunctionName"]);
    let known = image.or_else(|| cloud::aws(&id, &name, &record.text("AwsAccountId"), &region));
    let mut asset = known.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    if asset.kind == AssetKind::Host {
        let addresses = details.texts("AwsEc2Instance/IpV4Addresses");
        let vpc = details.text("AwsEc2Instance/VpcId");
        asset.identifiers.extend(addresses.iter().filter_map(|ip| cloud::known_as(ip, &vpc)));
    }
    asset
}

/// The rule by which the product knows it: the control, the kind of a threat, else what generated it.
fn rule(record: &Record<'_>) -> String {
    let control =
        record.first(&["Compliance/SecurityControlId", "ProductFields/ControlId", "ProductFields/RuleId"]);
    let generator = record.text("GeneratorId");
    let kind = record.text("Types/0");
    let threat = record.text("ProductName") == "GuardDuty" || generator.starts_with("arn:aws:guardduty");
    if benchmark::is_number(&control) {
        // `arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.3`
        let (_, ruleset) = generator.split_once('/').unwrap_or_default();
        let ruleset = ruleset.split_once("/rule/").map_or(ruleset, |(ruleset, _)| ruleset);
        return benchmark::rule(&benchmark::family(ruleset), "", &control, &record.text("Title"));
    }
    text::name(match (&*control, &*generator) {
        (control, _) if !control.is_empty() => control,
        _ if threat && !kind.is_empty() => &kind,
        // Prowler's own reports name its checks without its name before them.
        (_, generator) => generator.strip_prefix("prowler-").unwrap_or(generator),
    })
}

fn on(record: &Record<'_>, resource: &Value<'_>, asset: &AssetRef, out: &mut Out<'_>) -> Told {
    let vulnerabilities = record.items("Vulnerabilities");
    let severity = record.at("Severity");
    let word = severity.first(&["Label", "Original"]);
    let normalized =
        severity.number("Normalized").map_or(Severity::Unknown, |n| Severity::from_cvss(n / 10.0));
    let severity = Severity::from_word(&word).filter(|it| *it != Severity::Unknown).unwrap_or(normalized);
    for vulnerability in vulnerabilities {
        let id = vulnerability.text("Id");
        let packages = record.items_of(vulnerability, "VulnerablePackages");
        let none = [Value::Null];
        for named in if packages.is_empty() { &none } else { packages } {
            let name = named.text("Name");
            let mut finding = if name.is_empty() {
                let mut weakness = WeaknessSeen { rule: text::name(&id), ..WeaknessSeen::default() };
                ids::push_id(&mut weakness.ids, &id);
                Finding::new(
                    text::title(&record.text("Title"), &id),
                    severity,
                    weakness,
                    asset.clone(),
                    Locus::Whole,
                )
            } else {
                let manager = named.text("PackageManager").to_lowercase();
                let kind = ecosystem(&manager, "");
                let package = Package::new(kind, &name, &named.text("Version"));
                package.vulnerability(asset.clone(), &id, [""; 0], &record.text("Title"), severity)
            };
            finding.weakness.cwe = cwes(vulnerability.texts("Cwes"));
            let cvss = vulnerability.items("Cvss");
            finding.cvss = vectors(cvss.iter().map(|it| it.text("BaseVector")));
            finding.cvss_score = cvss.iter().find_map(|it| it.number("BaseScore"));
            finding.epss = vulnerability.number("EpssScore").or_else(|| record.number("EpssScore"));
            finding.fix = text::body(&named.text("Remediation"));
            fixed_in(&mut finding, &named.said("FixedInVersion"));
            finding.evidence =
                text::body(&format!("{name} {} {}", named.text("Version"), named.text("FilePath")));
            finding.references = links(
                vulnerability.texts("ReferenceUrls").into_iter().chain([vulnerability.text("Vendor/Url")]),
            );
            record.tell(dress(finding, record, resource), out)?;
        }
    }
    if !vulnerabilities.is_empty() {
        return Ok(());
    }
    let weakness = WeaknessSeen {
        rule: rule(record),
        ids: ids::ids_in(&record.text("Title")),
        ..WeaknessSeen::default()
    };
    let locus = match record.number("Action/NetworkConnectionAction/LocalPortDetails/Port") {
        Some(port) if (1.0..65536.0).contains(&port) => Locus::port("tcp", port as u16),
        _ => Locus::Whole,
    };
    let finding =
        Finding::new(text::title(&record.text("Title"), "finding"), severity, weakness, asset.clone(), locus);
    record.tell(dress(finding, record, resource), out)
}

/// Adds what the record says of all that it tells.
fn dress(mut finding: Finding, record: &Record<'_>, resource: &Value<'_>) -> Finding {
    finding.description = paragraphs([record.text("Description")]);
    let advice = record.at("Remediation/Recommendation");
    finding.fix = paragraphs([finding.fix.as_str().into(), advice.said("Text")]);
    if finding.evidence.trim().is_empty() {
        finding.evidence = text::body(&resource.text("Id"));
    }
    finding.raw_id = Some(text::name(&record.text("Id")));
    finding.found_at = dates::date(&record.first(&["FirstObservedAt", "CreatedAt"]));
    finding.seen_at = dates::date(&record.first(&["LastObservedAt", "UpdatedAt"]));
    finding.compliance =
        record.texts("Compliance/RelatedRequirements").iter().map(|it| control(it)).collect();
    finding.confidence = record.text("Confidence").into_owned();
    let region = resource.text("Region");
    finding.tags = cloud::tags(
        &record.text("AwsAccountId"),
        if region.is_empty() {
            cloud::region_of(&resource.text("Id")).to_owned()
        } else {
            region.into_owned()
        }
        .as_str(),
    );
    let kind = resource.text("Type");
    finding.tags.extend(text::tags([("type", &*kind)]));
    let told = std::mem::take(&mut finding.references);
    let own =
        links([advice.text("Url"), record.text("SourceUrl"), record.text("ProductFields/RecommendationUrl")]);
    finding.references = text::links(own.iter().chain(&told).map(String::as_str));
    let workflow = record.first(&["Workflow/Status", "WorkflowState"]);
    let over = [record.text("RecordState"), workflow, record.text("Compliance/Status")];
    let over = over.iter().find(|word| ["ARCHIVED", "SUPPRESSED", "RESOLVED", "PASSED"].contains(&&***word));
    finding.suppressed = over.map(|word| match word.as_ref() {
        "PASSED" | "RESOLVED" if !cloud::is_of_one_region(&resource.text("Id"), "") => {
            Finding::FIXED.to_owned()
        }
        // Also what is no longer checked.
        word => word.to_lowercase(),
    });
    finding
}

/// `CIS-1.5 1.20` and `NIST.800-53.r5 AC-4`: a framework and its control.
fn control(text: &str) -> String {
    let (framework, control) = text.split_once(' ').unwrap_or((text, ""));
    text::name(format!("{framework}:{control}").trim_end_matches(':'))
}
