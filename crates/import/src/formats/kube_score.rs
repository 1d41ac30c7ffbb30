//! kube-score JSON (`-o json`): checks of Kubernetes manifests that are critical or warn. Skipped checks and good grades are left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::tree::{Tree, Value};
use crate::common::{loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kube_score",
    name: "kube-score",
    summary: "JSON: checks of Kubernetes manifests that fail",
    extensions: &["json"],
    docs: "https://github.com/zegl/kube-score",
    tool: "kube-score",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.in_array && keys.has_all(&["checks", "object_name", "type_meta"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("object_name");
    if name.is_empty() {
        return Err("no object_name".into());
    }
    for it in record.items("checks") {
        if it.is_true("skipped") {
            continue;
        }
        // From 1 (critical) over 5 (warning) and 7 (almost right) to 10 (all right).
        let severity = match it.count("grade") {
            Some(1) => Severity::High,
            Some(2..=5) => Severity::Medium,
            Some(_) => continue,
            None => {
                let told = Err(Stop::unknown("grade", &it.text("grade")));
                out.settle(&record.at, told)?;
                continue;
            }
        };
        let comments = record.items_of(it, "comments");
        let nothing = [Value::Null];
        for comment in if comments.is_empty() { &nothing } else { comments } {
            record.tell(finding(record, &name, it, comment, severity, options)?, out)?;
        }
    }
    Ok(())
}

fn finding(
    record: &Record<'_>,
    name: &str,
    it: &Value<'_>,
    comment: &Value<'_>,
    severity: Severity,
    options: &Options,
) -> Result<Finding, &'static str> {
    let (check, path, summary) = (it.at("check"), comment.text("path"), comment.text("summary"));
    let rule = check.first(&["id", "name"]);
    if rule.is_empty() {
        return Err("a check without id");
    }
    // The path is the container, where it is not the object as a whole.
    let place = if path.is_empty() { name.to_owned() } else { format!("{name}/{path}") };
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    Ok(Finding {
        description: text::paragraphs([&*check.text("comment"), &comment.text("description")]),
        evidence: text::labelled([("object", &*place), ("found", &*summary)]),
        component_name: text::name(name),
        line: record.count("file_row"),
        raw_id: text::some(&rule),
        references: text::links([&*comment.text("documentation_url")]),
        ..Finding::new(
            text::title(&summary, &check.text("name")),
            severity,
            weakness,
            options.asset_or(AssetKind::Repository),
            loci::file(&record.text("file_name"), &text::name(&format!("{place} {summary}"))),
        )
    })
}
