//! Findings of Amazon ECR's own scan of an image (`aws ecr describe-image-scan-findings`): vulnerabilities of its packages. Enhanced findings
//! are Amazon Inspector's, in the same answer.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, links, vectors};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, AssetRef, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_ecr",
    name: "Amazon ECR",
    summary: "JSON of describe-image-scan-findings: vulnerabilities of an image",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html",
    tool: "ecr",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    heads: &[
        "registryId",
        "repositoryName",
        "imageId",
        "imageScanStatus",
        "imageScanFindings/imageScanCompletedAt",
    ],
    lists: &["imageScanFindings/findings", "imageScanFindings/enhancedFindings"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has("imageScanFindings") && keys.has_any(&["repositoryName", "imageId", "imageScanStatus"]),
    )
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "imageScanFindings/findings" => found(record, options, out),
        _ => enhanced(record, options, out),
    }
}

fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let repository = record.head("repositoryName").text("");
    let registry = record.head("registryId").text("");
    let image = record.head("imageId");
    let (tag, digest) = (image.text("imageTag"), image.text("imageDigest"));
    let name = match (&*tag, &*digest) {
        (_, "") if tag.is_empty() => repository.to_string(),
        ("", digest) => format!("{repository}@{digest}"),
        (tag, _) => format!("{repository}:{tag}"),
    };
    // The answer names the account and not the region: the full name of the image is not known.
    let named = assets::named(AssetKind::ContainerImage, &format!("{registry}/{name}"))
        .filter(|_| !repository.is_empty());
    options.asset.clone().or(named).unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = record.text("name");
    let said = |key: &str| {
        let attributes = record.items("attributes").iter();
        let attribute = attributes.into_iter().find(|it| it.text("key").eq_ignore_ascii_case(key));
        attribute.map(|it| it.text("value")).unwrap_or_default()
    };
    let name = said("package_name");
    if id.is_empty() {
        return Err("no name".into());
    }
    let package = Package::new("", &name, &said("package_version"));
    let severity = ids::severity(&record.text("severity"));
    let mut finding = package.vulnerability(asset(record, options), &id, [""; 0], "", severity);
    finding.description = text::body(&record.text("description"));
    finding.cvss = vectors([said("CVSS3_VECTOR"), said("CVSS2_VECTOR")]);
    finding.cvss_score = ["CVSS3_SCORE", "CVSS2_SCORE"].iter().find_map(|key| said(key).parse().ok());
    finding.evidence = text::body(&format!("{name} {}", said("package_version")));
    finding.seen_at = dates::date(&record.head("imageScanFindings/imageScanCompletedAt").text(""));
    finding.references = links([record.text("uri")]);
    record.tell(finding, out)
}

fn enhanced(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let details = record.at("packageVulnerabilityDetails");
    let id = details.text("vulnerabilityId");
    if id.is_empty() {
        return Err("no vulnerabilityId".into());
    }
    for named in record.items_of(details, "vulnerablePackages") {
        let package = Package::new(
            &named.text("packageManager").to_lowercase(),
            &named.text("name"),
            &named.text("version"),
        );
        let severity = ids::severity(&record.text("severity"));
        let mut finding = package.vulnerability(
            asset(record, options),
            &id,
            details.texts("relatedVulnerabilities"),
            &record.text("title"),
            severity,
        );
        finding.description = text::body(&record.text("description"));
        fixed_in(&mut finding, &named.said("fixedInVersion"));
        finding.cvss = vectors(details.items("cvss").iter().map(|it| it.text("scoringVector")));
        finding.cvss_score = record.number("score");
        finding.evidence = text::body(&named.text("filePath"));
        finding.raw_id = text::some(&record.text("findingArn"));
        finding.found_at = dates::date(&record.text("firstObservedAt"));
        finding.seen_at = dates::date(&record.text("lastObservedAt"));
        finding.references =
            links(details.texts("referenceUrls").into_iter().chain([details.text("sourceUrl")]));
        let status = record.text("status").to_lowercase();
        finding.suppressed = match status.as_str() {
            "closed" => Some(Finding::FIXED.to_owned()),
            "suppressed" => Some(status),
            _ => None,
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
