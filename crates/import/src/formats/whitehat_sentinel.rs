//! WhiteHat Sentinel (now Synopsys/Black Duck Continuous Dynamic): the API's list of vulnerabilities.
//!
//! One finding per attack vector (a URL and parameter), or per vulnerability where there is none; the rule is the class.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{dates, html, ids, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "whitehat_sentinel",
    name: "WhiteHat Sentinel",
    summary: "API vulnerabilities: class, attack vectors, solution, state",
    extensions: &["json"],
    docs: "https://apidocs.whitehatsec.com/whs/docs/vulnerabilities",
    tool: "whitehat",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, vulnerability),
};

static LAYOUT: Layout = Layout { lists: &["collection"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let marked = keys.holds_all("collection", &["\"risk\"", "\"class\""]);
    Sniff::when(marked || keys.holds("collection", "\"attack_vectors\""))
}

fn vulnerability(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let class = text::some(&record.first(&["class_readable", "class"])).ok_or("no class")?;
    let level = record.first(&["custom_risk", "risk", "severity"]);
    let severity = match ids::severity_of_five(&level) {
        Severity::Unknown => ids::severity(&level),
        severity => severity,
    };
    let mut weakness = WeaknessSeen { rule: class.to_lowercase(), ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, &record.text("cwe"));
    let description = ["description/description_prepend", "description/description"]
        .map(|path| html::plain(&record.text(path)));
    let solution =
        ["solution/solution_prepend", "solution/solution"].map(|path| html::plain(&record.text(path)));
    let status = record.text("status");
    let yes = |path: &str| matches!(&*record.text(path), "1" | "true");
    let suppressed = match &*status {
        "closed" => Some(Finding::FIXED),
        _ if yes("accepted") => Some("risk accepted"),
        _ if yes("mitigated") || status == "mitigated" => Some("mitigated"),
        "invalid" => Some("false positive"),
        _ => None,
    };
    let vectors: Vec<_> = match record.items("attack_vectors") {
        [] => vec![&Value::Null],
        vectors => vectors.iter().collect(),
    };
    for vector in vectors {
        let url = vector.text("request/url");
        let url = if url.is_empty() { record.text("url") } else { url };
        let (asset, locus) = web::spot(&url, &vector.text("request/param_name"), options);
        let response = html::plain(&vector.text("response/body_match/content"));
        let notes = text::labelled([
            ("method", &*vector.text("request/method")),
            ("value", &*vector.text("request/param_value")),
            ("response", &*response),
        ]);
        let finding = Finding {
            description: text::paragraphs(description.iter().map(String::as_str)),
            fix: text::paragraphs(solution.iter().map(String::as_str)),
            cvss_score: record.number("cvss_score"),
            evidence: text::labelled([("URL", &*url), ("found", &*notes)]),
            raw_id: text::some(&record.text("id")),
            seen_at: dates::date(&vector.first(&["tested", "found"])),
            found_at: dates::date(&record.first(&["found", "opened"])),
            tags: vector.texts("scanner_tags").iter().filter_map(|tag| text::some(tag)).take(50).collect(),
            suppressed: suppressed.map(str::to_owned),
            ..Finding::new(text::title(&class, ""), severity, weakness.clone(), asset, locus)
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
