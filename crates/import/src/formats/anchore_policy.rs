//! Policy evaluations of an image by Anchore: `anchorectl image check -o json` (old and new) and `anchore-cli evaluate check
//! --detail --json`. One finding a check that stops or warns; vulnerabilities among them are on their package.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{assets, dates, ids, out::Out, purl, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "anchore_policy",
    name: "Anchore policy checks",
    summary: "JSON of anchorectl and Anchore Enterprise: policy violations of an image",
    extensions: &["json"],
    docs: "https://docs.anchore.com/current/docs/compliance_management/",
    tool: "anchore",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

const ROWS: &str = "*/*/detail/result/result/*/result/rows";
const HEADER: &str = "*/*/detail/result/result/*/result/header";

static LAYOUT: Layout = Layout {
    heads: &["evaluatedTag", "tag", "evaluations/evaluationTime", "lastEvaluation", HEADER],
    lists: &["[]/detail[]", "evaluations/details[]", ROWS],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let new = keys.has("evaluations") && keys.has_any(&["evaluatedTag", "policyId", "imageDigest"]);
    let old = keys.in_array && keys.has_all(&["finalAction", "detail"]);
    let digest = keys.in_array && keys.names().any(|key| key.starts_with("sha256:"));
    let enterprise = digest && head.has("\"detail\"");
    Sniff::when(new || old || enterprise)
}

/// What a check says, whatever the version.
struct Check {
    gate: String,
    trigger: String,
    trigger_id: String,
    policy: String,
    action: String,
    words: String,
    tag: String,
}

impl Check {
    fn of(record: &Record<'_>) -> Result<Self, &'static str> {
        let own = |text: std::borrow::Cow<'_, str>| text::name(&text);
        if record.list == ROWS {
            let columns = record.head(HEADER).texts("");
            let rows = record.as_array().ok_or("a row of a check is a list")?;
            let cell = |name: &str| {
                let at = columns.iter().position(|column| column.eq_ignore_ascii_case(name));
                own(at.and_then(|at| rows.get(at)).map(|cell| cell.text("")).unwrap_or_default())
            };
            return Ok(Self {
                gate: cell("Gate"),
                trigger: cell("Trigger"),
                trigger_id: cell("Trigger_Id"),
                policy: cell("Policy_Id"),
                action: cell("Gate_Action"),
                words: cell("Check_Output"),
                tag: cell("Repo_Tag"),
            });
        }
        let tag = [record.text("tag"), record.head("evaluatedTag").text(""), record.head("tag").text("")];
        Ok(Self {
            gate: own(record.text("gate")),
            trigger: own(record.first(&["triggerName", "trigger"])),
            trigger_id: own(record.first(&["triggerId", "trigger_id"])),
            policy: own(record.first(&["policyId", "policy_id"])),
            action: own(record.first(&["status", "action"])),
            words: record.first(&["description", "message"]).into_owned(),
            tag: own(tag.into_iter().find(|tag| !tag.is_empty()).unwrap_or_default()),
        })
    }
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let check = Check::of(record)?;
    if check.gate.is_empty() {
        return Err("no gate".into());
    }
    let asset = assets::image(&check.tag).unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage));
    let known = ids::ids_in(check.trigger_id.split('+').next().unwrap_or_default());
    // "HIGH Vulnerability found ..." says how bad it is; else there is what the policy does about it.
    let first = check.words.split(' ').next().unwrap_or_default();
    let severity = Severity::from_word(first).filter(|it| *it != Severity::Unknown).unwrap_or_else(|| {
        match check.action.to_lowercase().as_str() {
            "stop" => Severity::High,
            "warn" => Severity::Medium,
            "go" => Severity::Info,
            _ => Severity::Unknown,
        }
    });
    let package = check.trigger_id.split_once('+').map(|(_, package)| package);
    let locus = match package {
        Some(package) if check.gate == "vulnerabilities" => Locus::package(&purl::generic(package, "")),
        _ if check.trigger_id.is_empty() => Locus::Whole,
        _ => Locus::named("trigger", &check.trigger_id),
    };
    let weakness = WeaknessSeen {
        ids: known,
        rule: format!("{}:{}", check.gate, check.trigger),
        ..WeaknessSeen::default()
    };
    let title = format!("{} ({} {})", check.words, check.gate, check.trigger);
    let times = ["evaluations/evaluationTime", "lastEvaluation"].map(|path| record.head(path).text(""));
    let finding = Finding {
        description: text::body(&check.words),
        component_name: text::name(package.unwrap_or_default()),
        evidence: text::body(&format!("policy {}: {}", check.policy, check.action)),
        raw_id: Some(check.trigger_id.clone()).filter(|id| !id.is_empty()),
        seen_at: times.iter().find_map(|time| dates::date(time)),
        ..Finding::new(text::title(&title, &check.gate), severity, weakness, asset, locus)
    };
    record.tell(finding, out)
}
