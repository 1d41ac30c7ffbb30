//! Amazon Inspector's own findings (`aws inspector2 list-findings`): vulnerabilities of packages and of code, and network paths,
//! on instances, images and functions. In Security Hub they are ASFF.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::{cloud, dates, ids, loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_inspector",
    name: "Amazon Inspector",
    summary: "JSON of list-findings: vulnerabilities of packages and code, reachable ports",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/inspector/v2/APIReference/API_Finding.html",
    tool: "inspector",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["findings", "detail"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = head.has_all(&["\"findingArn\"", "inspector"]);
    let empty = || keys.names().eq(["findings"]) && keys.is_empty_list("findings");
    match keys.has_any(&["findings", "detail"]) {
        true if ours => Sniff::Yes,
        // What an account without findings answers.
        true if empty() => Sniff::Maybe,
        _ => Sniff::No,
    }
}

fn asset(resource: &Value<'_>, account: &str, options: &Options) -> AssetRef {
    let id = resource.text("id");
    let details = resource.at("details");
    let name = resource.first(&["tags/Name", "details/awsLambdaFunction/functionName"]);
    let image = cloud::ecr_image(&id, &details.text("awsEcrContainerImage/imageTags/0"));
    let known = image.or_else(|| cloud::aws(&id, &name, account, &resource.text("region")));
    let mut asset = known.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    if asset.kind == AssetKind::Host {
        let addresses = details.texts("awsEc2Instance/ipV4Addresses");
        let vpc = details.text("awsEc2Instance/vpcId");
        asset.identifiers.extend(addresses.iter().filter_map(|ip| cloud::known_as(ip, &vpc)));
    }
    asset
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.text("findingArn").is_empty() {
        return Err("no findingArn".into());
    }
    let none = [Value::Null];
    let resources = record.items("resources");
    for resource in if resources.is_empty() { &none } else { resources } {
        let asset = asset(resource, &record.text("awsAccountId"), options);
        for finding in findings(record, &asset)? {
            record.tell(dress(finding, record, resource), out)?;
        }
    }
    Ok(())
}

fn findings(record: &Record<'_>, asset: &AssetRef) -> Result<Vec<Finding>, &'static str> {
    let severity = ids::severity(&record.text("severity"));
    let title = record.text("title");
    let simple = |rule: &str, locus: Locus| {
        let weakness = WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() };
        Finding::new(text::title(&title, rule), severity, weakness, asset.clone(), locus)
    };
    let code = record.at("codeVulnerabilityDetails");
    if code.is_object() {
        let file = code.first(&["filePath/filePath", "filePath/fileName"]);
        let rule = code.first(&["detectorId", "ruleId", "detectorName"]);
        let mut finding = simple(&rule, loci::file(&file, ""));
        finding.weakness.cwe = cwes(code.texts("cwes").into_iter().chain(record.texts("cwes")));
        finding.line = code.count("filePath/startLine");
        finding.references = links(code.texts("referenceUrls"));
        return Ok(vec![finding]);
    }
    let network = record.at("networkReachabilityDetails");
    if network.is_object() {
        let port = network.number("openPortRange/begin").filter(|port| (0.0..65536.0).contains(port));
        let protocol = network.text("protocol").to_lowercase();
        let protocol = if protocol.is_empty() { "tcp".to_owned() } else { protocol };
        let locus = port.map_or(Locus::Whole, |port| Locus::port(&protocol, port as u16));
        let mut finding = simple("network-reachability", locus);
        let steps = network.items("networkPath/steps").iter();
        finding.evidence =
            text::body(&steps.map(|it| it.text("componentId")).collect::<Vec<_>>().join(" > "));
        return Ok(vec![finding]);
    }
    let details = record.at("packageVulnerabilityDetails");
    let id = details.text("vulnerabilityId");
    if id.is_empty() && !details.is_null() {
        return Err("a vulnerability of a package without its id");
    }
    if id.is_empty() {
        return if title.is_empty() {
            Err("neither vulnerability nor title")
        } else {
            Ok(vec![simple(&record.text("type"), Locus::Whole)])
        };
    }
    let packages = record.items_of(details, "vulnerablePackages").iter().map(|named| {
        let name = named.text("name");
        let manager = named.text("packageManager").to_lowercase();
        let source = details.text("source").to_lowercase();
        let distribution = source.split('_').next().unwrap_or_default().to_owned();
        let package = Package::new(ecosystem(&manager, &distribution), &name, &version(named));
        let mut finding = package.vulnerability(
            asset.clone(),
            &id,
            details.texts("relatedVulnerabilities"),
            &title,
            severity,
        );
        finding.fix = text::body(&named.said("remediation"));
        fixed_in(&mut finding, &named.said("fixedInVersion"));
        finding.evidence = text::body(&format!("{name} {} {}", version(named), named.text("filePath")));
        finding.tags = text::tags([("layer", &*named.text("sourceLayerHash"))]);
        finding.cvss_score = record.number("inspectorScore");
        let scores = details.items("cvss").iter().map(|it| it.text("scoringVector"));
        finding.cvss = vectors(
            [record.text("inspectorScoreDetails/adjustedCvss/scoringVector")].into_iter().chain(scores),
        );
        finding.references =
            links(details.texts("referenceUrls").into_iter().chain([details.text("sourceUrl")]));
        finding
    });
    Ok(packages.collect())
}

fn version(package: &Value<'_>) -> String {
    let (version, release) = (package.text("version"), package.text("release"));
    if release.is_empty() { version.into_owned() } else { format!("{version}-{release}") }
}

fn dress(mut finding: Finding, record: &Record<'_>, resource: &Value<'_>) -> Finding {
    finding.description = paragraphs([record.text("description")]);
    finding.fix =
        paragraphs([finding.fix.as_str().into(), record.at("remediation/recommendation").said("text")])
            .replace("None Provided", "")
            .trim()
            .to_owned();
    finding.epss = record.number("epss/score");
    finding.raw_id = Some(text::name(&record.text("findingArn")));
    finding.found_at = dates::date(&record.text("firstObservedAt"));
    finding.seen_at = dates::date(&record.text("lastObservedAt"));
    finding.tags.extend(cloud::tags(&record.text("awsAccountId"), &resource.text("region")));
    let digest = resource.text("details/awsEcrContainerImage/imageHash");
    finding.tags.extend(text::tags([("digest", &*digest)]));
    if record.text("exploitAvailable") == "YES" {
        finding.tags.push("exploit:available".to_owned());
    }
    let status = record.text("status").to_lowercase();
    finding.suppressed = match status.as_str() {
        "closed" => Some(Finding::FIXED.to_owned()),
        "suppressed" => Some(status),
        _ => None,
    };
    finding
}
