//! Microsoft Defender for Cloud: recommendations exported from the portal (CSV, once \"Azure Security Center\"), and security
//! assessments (`az security assessment list`, REST, Resource Graph). What is healthy or not applicable is passed over.

use crate::common::layout::{Layout, Record, Told};
use crate::common::table::{self};
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{cloud, dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "defender_cloud",
    name: "Microsoft Defender for Cloud",
    summary: "CSV recommendations and JSON assessments: unhealthy Azure, AWS and GCP resources",
    extensions: &["json"],
    docs: "https://learn.microsoft.com/en-us/azure/defender-for-cloud/review-security-recommendations",
    tool: "defender-for-cloud",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &["[]", "value", "data"], ..Layout::of(&FORMAT) };

const COLUMNS: [&str; 4] = ["recommendationName", "recommendationDisplayName", "resourceId", "state"];

fn sniff(head: &Head<'_>) -> Sniff {
    let lower = || head.text().to_lowercase();
    let keys = head.keys();
    Sniff::when(
        (keys.has_any(&["value", "data"]) || keys.in_array)
            && head.has("\"status\"")
            && lower().contains("microsoft.security/assessments")
            || head.csv(&COLUMNS),
    )
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if !head::begins_json(input)? {
        return table(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, assessed)
}

fn is_fine(state: &str) -> bool {
    ["healthy", "notapplicable", "not applicable", "offbypolicy"].contains(&state.to_lowercase().as_str())
}

fn finding(
    rule: &str,
    title: &str,
    severity: &str,
    resource: &str,
    name: &str,
    options: &Options,
) -> Finding {
    let asset = cloud::resource(resource, name).unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    let weakness = WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() };
    Finding {
        tags: cloud::tags(cloud::account_of(resource), ""),
        ..Finding::new(text::title(title, rule), ids::severity(severity), weakness, asset, Locus::Whole)
    }
}

fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, &COLUMNS, input, options, sink, |row, at, out| {
        let (rule, title) = (row.get("recommendationName"), row.get("recommendationDisplayName"));
        if rule.is_empty() && title.is_empty() {
            return Err("no recommendation".into());
        }
        if is_fine(row.get("state")) {
            return Ok(());
        }
        let controls = serde_json::from_str::<Value<'_>>(row.get("controls")).unwrap_or_default();
        let controls = controls.as_object().into_iter().flat_map(|it| it.keys());
        let finding = Finding {
            description: text::body(row.get("description")),
            fix: text::body(row.get("remediationSteps")),
            raw_id: Some(text::name(row.get("recommendationId"))),
            found_at: dates::date(row.get("firstEvaluationDate")),
            seen_at: dates::date(row.get("exportedTimestamp")),
            compliance: controls.map(|control| text::name(&format!("secure-score:{control}"))).collect(),
            references: text::links([row.get("azurePortalRecommendationLink")]),
            tags: cloud::tags(cloud::account_of(row.get("resourceId")), "")
                .into_iter()
                .chain(text::tags([("tactic", row.get("tactics")), ("technique", row.get("techniques"))]))
                .collect(),
            ..finding(
                if rule.is_empty() { title } else { rule },
                title,
                row.get("severity"),
                row.get("resourceId"),
                row.get("resourceName"),
                options,
            )
        };
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

fn assessed(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    // The command line tool writes the properties beside the rest.
    let about = if record.at("properties").is_object() { record.at("properties") } else { record };
    let (rule, title) = (record.text("name"), about.first(&["displayName", "metadata/displayName"]));
    if rule.is_empty() || about.at("status").is_null() {
        return Err("no name or no status".into());
    }
    let state = about.text("status/code");
    let is_healthy = state.eq_ignore_ascii_case("healthy");
    if is_fine(&state) && !is_healthy {
        return Ok(());
    }
    let resource = about.first(&["resourceDetails/Id", "resourceDetails/id", "resourceDetails/ResourceId"]);
    let id = record.text("id");
    let resource = if resource.is_empty() {
        id.split("/providers/Microsoft.Security/").next().unwrap_or_default().into()
    } else {
        resource
    };
    let portal = about.first(&["links/azurePortal", "links/azurePortalUri"]);
    let portal = if portal.is_empty() || portal.contains("://") {
        portal.into_owned()
    } else {
        format!("https://{portal}")
    };
    let finding = Finding {
        description: paragraphs([about.text("metadata/description"), about.text("status/description")]),
        fix: text::body(&about.text("metadata/remediationDescription")),
        evidence: text::body(&about.text("status/cause")),
        raw_id: Some(text::name(&id)),
        found_at: dates::date(&about.first(&["status/firstEvaluationDate", "timeGenerated"])),
        references: text::links([portal.as_str()]),
        ..finding(
            &rule,
            &title,
            &about.first(&["metadata/severity", "severity"]),
            &resource,
            &about.text("resourceDetails/ResourceName"),
            options,
        )
    };
    if is_healthy {
        out.clear(&finding);
        return Ok(());
    }
    record.tell(finding, out)
}
