//! Prowler's own reports: JSON and CSV of version 2, JSON of version 3, CSV of version 3 and later. (JSON of version 4 and
//! later is OCSF, and all versions can write ASFF.) Only what failed is a finding; what is muted is told as such. A check
//! that passed closes what it found on that resource before.

use crate::common::layout::Layout;
use crate::common::table::Table;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{assets, cloud, dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "prowler",
    name: "Prowler",
    summary: "JSON and CSV of versions 2 to 5: failed checks of AWS, Azure, Google Cloud, Kubernetes and others",
    extensions: &["json"],
    docs: "https://docs.prowler.com/",
    tool: "prowler",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

/// Columns of a table, by the version: 4 and later, 3, 2 in two dialects.
const TABLES: [[&str; 3]; 4] = [
    ["FINDING_UID", "CHECK_ID", "STATUS"],
    ["FINDING_UNIQUE_ID", "CHECK_ID", "STATUS"],
    ["TITLE_ID", "CHECK_RESULT", "TITLE_TEXT"],
    ["TITLE_ID", "RESULT", "TITLE_TEXT"],
];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has_all(&["FindingUniqueId", "CheckID"])
            || keys.has_all(&["Control ID", "Account Number", "Status"])
            || TABLES.iter().any(|columns| head.csv(columns)),
    )
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if !head::begins_json(input)? {
        return table(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, |record, options, out| {
        let mut compliance = Vec::new();
        if let Some(frameworks) = record.at("Compliance").as_object() {
            for (framework, _) in frameworks {
                let controls = record.at("Compliance").at(framework).texts("");
                compliance
                    .extend(controls.iter().map(|control| text::name(&format!("{framework}:{control}"))));
            }
        }
        match row(|keys| record.first(keys), options)? {
            Some(finding) if finding.is_gone() => out.clear(&finding),
            Some(finding) => record.tell(Finding { compliance, ..finding }, out)?,
            None => {}
        }
        Ok(())
    })
}

fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
    let columns = TABLES.iter().find(|columns| head::csv(&head, *columns)).unwrap_or(&TABLES[0]);
    let table = Table::open(input, &options.limits, "prowler", columns)?;
    let mut out = Out::new(sink);
    out.source("prowler", "");
    table.rows(&mut out, &mut |record, at, out| {
        let Some(mut finding) = row(|keys| record.first(keys).to_owned().into(), options)? else {
            return Ok(());
        };
        if finding.is_gone() {
            out.clear(&finding);
            return Ok(());
        }
        // `CIS-1.10: 1.2.11 | CIS-1.8: 1.2.11, 1.2.12`
        for part in record.get("COMPLIANCE").split('|') {
            if let Some((framework, controls)) = part.split_once(':') {
                let controls =
                    controls.split(',').map(|control| format!("{}:{}", framework.trim(), control.trim()));
                finding.compliance.extend(controls.map(|control| text::name(&control)));
            }
        }
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(record.raw().as_bytes()))?)
    })?;
    out.finish("prowler")
}

/// What a record says, whatever its version calls it; `None` where it says neither that a check failed nor that it passed.
fn row<'a>(
    get: impl Fn(&[&str]) -> std::borrow::Cow<'a, str>,
    options: &Options,
) -> Result<Option<Finding>, &'static str> {
    let id = get(&["CheckID", "Control ID", "CHECK_ID", "TITLE_ID"]);
    if id.is_empty() {
        return Err("no id of a check");
    }
    let status = get(&["Status", "STATUS", "CHECK_RESULT", "RESULT"]);
    if ["INFO", "MANUAL"].iter().any(|open| status.eq_ignore_ascii_case(open)) {
        return Ok(None);
    }
    let provider = get(&["Provider", "PROVIDER"]).to_lowercase();
    let provider = if provider.is_empty() { "aws".to_owned() } else { provider };
    let account = get(&[
        "AccountId",
        "Account Number",
        "ACCOUNT_UID",
        "ACCOUNT_ID",
        "ACCOUNT_NUM",
        "Subscription",
        "ProjectId",
    ]);
    let region = get(&["Region", "REGION", "Location"]);
    let resource = get(&[
        "ResourceArn",
        "RESOURCE_ARN",
        "ResourceId",
        "Resource ID",
        "RESOURCE_UID",
        "RESOURCE_ID",
        "CHECK_RESOURCE_ID",
    ]);
    let name = get(&["ResourceName", "RESOURCE_NAME", "ResourceId"]);
    let asset = match provider.as_str() {
        "aws" if resource.starts_with("arn:") || resource.is_empty() => {
            cloud::aws(&resource, "", &account, &region)
        }
        "aws" => cloud::resource(&format!("{account}/{region}/{resource}"), &name),
        "kubernetes" => {
            let cluster = get(&["ACCOUNT_NAME", "Context"]);
            let parts =
                [&*cluster, &*region, &*name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            assets::named(AssetKind::CloudResource, &parts.join("/"))
        }
        _ => cloud::resource(&resource, &name),
    };
    let asset = asset
        .or_else(|| cloud::account(&provider, &account))
        .unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    let title = get(&["CheckTitle", "CHECK_TITLE", "Control", "TITLE_TEXT"]);
    let severity = ids::severity(&get(&["Severity", "SEVERITY", "CHECK_SEVERITY"]));
    let weakness = WeaknessSeen { rule: text::name(&id), ..WeaknessSeen::default() };
    let extended = get(&["StatusExtended", "STATUS_EXTENDED", "Message", "CHECK_RESULT_EXTENDED", "NOTES"]);
    let fix = get(&[
        "Remediation/Recommendation/Text",
        "Remediation",
        "REMEDIATION_RECOMMENDATION_TEXT",
        "CHECK_REMEDIATION",
    ]);
    let command = get(&["Remediation/Code/CLI", "REMEDIATION_CODE_CLI"]);
    let mut tags = cloud::tags(&account, &region);
    let service = get(&["ServiceName", "Service", "SERVICE_NAME", "CHECK_SERVICENAME"]);
    tags.extend(text::tags([("service", &*service)]));
    let is_passed = status.eq_ignore_ascii_case("PASS");
    if is_passed && provider == "aws" && cloud::is_of_one_region(&resource, &service) {
        return Ok(None);
    }
    let links = [
        "Remediation/Recommendation/Url",
        "REMEDIATION_RECOMMENDATION_URL",
        "RelatedUrl",
        "RELATED_URL",
        "Doc link",
        "CHECK_DOC",
    ];
    let links: Vec<_> = links.iter().map(|key| get(&[key])).collect();
    let muted = get(&["Muted", "MUTED"]).eq_ignore_ascii_case("true") || status.eq_ignore_ascii_case("MUTED");
    let raw_id = get(&["FindingUniqueId", "FINDING_UID", "FINDING_UNIQUE_ID"]);
    let scanned = get(&["AssessmentStartTime", "Timestamp", "TIMESTAMP", "ASSESSMENT_START_TIME"]);
    Ok(Some(Finding {
        description: paragraphs([get(&["Description", "DESCRIPTION"]), get(&["Risk", "RISK", "CHECK_RISK"])]),
        fix: paragraphs([fix, command]),
        evidence: paragraphs([&*extended, &*resource]),
        raw_id: text::some(&raw_id),
        seen_at: dates::date(scanned.split('.').next().unwrap_or_default()),
        tags,
        references: text::links(links.iter().map(|link| &**link)),
        suppressed: match () {
            () if is_passed => Some(Finding::FIXED.to_owned()),
            () => muted.then(|| "muted".to_owned()),
        },
        ..Finding::new(text::title(&title, &id), severity, weakness, asset, Locus::Whole)
    }))
}
