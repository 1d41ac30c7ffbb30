//! Chef InSpec (and CINC Auditor): the JSON reporter, the small one (`json-min`), and lines of single controls as collectors
//! forward them. One finding a control that failed; controls that were waived are told as such. Ids of controls are those of their
//! profile, so a control goes by both.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{assets, benchmark, dates, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "chef_inspec",
    name: "Chef InSpec",
    summary: "JSON reporters and lines of controls: controls that failed on a host",
    extensions: &["json"],
    docs: "https://docs.chef.io/inspec/latest/reference/reporters/",
    tool: "inspec",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let full = keys.has_all(&["profiles", "platform", "statistics"]);
    let small = keys.has_all(&["controls", "statistics", "version"]);
    let line = keys.has_all(&["control_tags", "results", "impact"]);
    Sniff::when(full || small || line)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.at("profiles").is_array() {
        return record.items("profiles").iter().try_for_each(|profile| {
            let name = profile.text("name");
            profile.items("controls").iter().try_for_each(|it| control(record, it, &name, options, out))
        });
    }
    if record.at("controls").is_array() {
        let mut controls = record.items("controls").iter();
        return controls.try_for_each(|it| control(record, it, &it.text("profile_id"), options, out));
    }
    control(record, record, &record.text("profile/name"), options, out)
}

fn control(
    record: &Record<'_>,
    control: &Value<'_>,
    profile: &str,
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    let (id, title) = (control.text("id"), control.text("title"));
    let results = control.items("results");
    if id.is_empty() {
        return Err("a control without id".into());
    }
    let failed: Vec<_> = results.iter().filter(|it| it.text("status") == "failed").collect();
    let is_failed = !failed.is_empty() || control.text("status") == "failed";
    // A control with a test that was skipped, or with none, proves nothing.
    let is_passed = !results.is_empty() && results.iter().all(|it| it.text("status") == "passed");
    if !is_failed && !is_passed {
        return Ok(());
    }
    let platform = record.at("platform");
    let target = platform.first(&["target_id", "hostname"]);
    let asset = options.asset.clone().or_else(|| assets::host(&target, [&*target]));
    // The impact of a control is a number from 0 to 1.
    let severity =
        control.number("impact").map_or(Severity::Unknown, |impact| Severity::from_cvss(impact * 10.0));
    let tags = if control.at("tags").is_object() { control.at("tags") } else { control.at("control_tags") };
    let compliance = tags.as_object().into_iter().flatten().flat_map(|(framework, controls)| {
        controls.texts("").into_iter().map(|it| text::name(&format!("{framework}:{it}"))).collect::<Vec<_>>()
    });
    let failed = if failed.is_empty() { vec![control] } else { failed };
    let told = failed.iter().flat_map(|it| [it.text("code_desc"), it.text("message")]);
    let rule = benchmark::qualified(&benchmark::family(profile), &id);
    let weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    let waived =
        control.is_true("waiver_data/run") || control.text("waiver_data/skipped_due_to_waiver") == "true";
    let finding = Finding {
        description: paragraphs([control.first(&["desc", "description"])]),
        fix: text::body(&control.first(&["descriptions/fix", "tags/fix"])),
        evidence: paragraphs(told),
        raw_id: Some(text::name(&id)),
        seen_at: results.iter().find_map(|it| dates::date(&it.text("start_time"))),
        compliance: compliance.collect(),
        suppressed: waived.then(|| "waived".to_owned()),
        ..Finding::new(
            text::title(&title, &id),
            severity,
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::Host)),
            Locus::Whole,
        )
    };
    if is_passed {
        out.clear(&finding);
        return Ok(());
    }
    record.tell(finding, out)
}
