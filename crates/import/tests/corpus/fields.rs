//! What a report says of each finding: the fields that two importers have in common.

use crate::{detected, files, left_out, parse};
use bartizan_model::Finding;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Assertions that say something else than the report does: file, field, value (`*` for any), why. One reviewed file.
const DIFFERENCES: &str = include_str!("../corpus_fields.tsv");

/// One line: a field of one finding (by its place in the other importer's list, or `*`) and what it must be.
#[derive(Deserialize)]
struct Assertion {
    file: String,
    mode: String,
    index: Value,
    field: String,
    op: String,
    value: Value,
}

/// Whether the assertion holds of the finding; `None` where the field means nothing here.
fn holds(assertion: &Assertion, finding: &Finding) -> Option<bool> {
    let text = match &assertion.value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let number = || text.parse::<f64>().ok();
    let near = |ours: Option<f64>| Some(ours.zip(number()).is_some_and(|(a, b)| (a - b).abs() < 1e-6));
    if assertion.op == "same-items" && assertion.field == "unsaved_vulnerability_ids" {
        let ids: Vec<_> = assertion.value.as_array()?.iter().filter_map(Value::as_str).collect();
        return Some(ids.iter().all(|id| has_id(finding, id)));
    }
    if assertion.op != "==" || text.is_empty() {
        return None;
    }
    let plain = |path: &str| path.trim_start_matches("file://").trim_start_matches("./").replace('\\', "/");
    match assertion.field.as_str() {
        "severity" => Some(finding.severity.as_str().eq_ignore_ascii_case(&text)),
        "cwe" => {
            let text = text.trim_start_matches("CWE-");
            Some(text == "0" || finding.weakness.cwe.iter().any(|cwe| cwe.to_string() == text))
        }
        // What it calls a component may be the asset itself.
        "component_name" => Some(
            finding.component_name.eq_ignore_ascii_case(&text)
                || finding.asset.name.eq_ignore_ascii_case(&text)
                || finding.asset.identifiers.iter().any(|it| it.value.eq_ignore_ascii_case(&text))
                || finding.component.as_ref().is_some_and(|purl| purl.contains(&format!("/{text}"))),
        ),
        "component_version" => Some(
            finding.component_version == text
                || finding.component.as_ref().is_some_and(|purl| purl.contains(&format!("@{text}"))),
        ),
        // A vulnerable package is its own place; the file that names it is told beside.
        "file_path" => Some(
            plain(&format!("{} {}", finding.locus, finding.evidence))
                .contains(plain(&text).trim_start_matches('/')),
        ),
        // No line is its line 0.
        "line" => Some(finding.line.unwrap_or_default().to_string() == text),
        "cvssv3" => Some(finding.cvss.iter().any(|vector| vector.contains(text.trim_end_matches('/')))),
        "cvssv3_score" => near(finding.cvss_score),
        "epss_score" => near(finding.epss),
        "fix_version" => Some(finding.fixed_version.as_deref() == Some(&text)),
        "vuln_id_from_tool" | "unique_id_from_tool" => Some(
            finding.raw_id.as_deref() == Some(&text)
                || finding.weakness.rule == text
                || has_id(finding, &text),
        ),
        field if field.starts_with("unsaved_vulnerability_ids[") => Some(has_id(finding, &text)),
        _ => None,
    }
}

fn has_id(finding: &Finding, id: &str) -> bool {
    finding.weakness.ids.iter().any(|ours| ours.eq_ignore_ascii_case(id)) || finding.weakness.rule == id
}

#[test]
fn fields_are_those_of_the_corpus() {
    let Some(files) = files("reports.tar.gz") else { return };
    let lines = String::from_utf8(files["reports/fields.jsonl"].clone()).unwrap();
    let mut groups: BTreeMap<(String, String, String), Vec<Assertion>> = BTreeMap::new();
    for line in lines.lines() {
        let assertion: Assertion = serde_json::from_str(line).unwrap();
        let key = (assertion.file.clone(), assertion.mode.clone(), assertion.index.to_string());
        groups.entry(key).or_default().push(assertion);
    }
    let mut parsed = BTreeMap::new();
    let differences: Vec<[&str; 4]> = DIFFERENCES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect::<Vec<_>>().try_into().expect("file, field, value, why"))
        .collect();
    let mut used = vec![false; differences.len()];
    let (mut held, mut all, mut wrong) = (0, 0, Vec::new());
    for ((file, _, index), assertions) in &groups {
        let Some(bytes) = files.get(&format!("reports/{file}")).filter(|_| !left_out(file)) else { continue };
        let Ok(format) = detected(bytes) else { continue };
        let findings: &Vec<Finding> =
            parsed.entry(file).or_insert_with(|| parse(format, bytes).0.findings().cloned().collect());
        // The two importers do not list in one order: the finding meant is the one of which most holds.
        let count = |finding: &&Finding| {
            assertions.iter().filter(|assertion| holds(assertion, finding) == Some(true)).count()
        };
        let Some(meant) = findings.iter().rev().max_by_key(count) else { continue };
        for assertion in assertions {
            let verdict = if index == "\"*\"" {
                let verdicts: Vec<_> = findings.iter().filter_map(|it| holds(assertion, it)).collect();
                (!verdicts.is_empty()).then(|| verdicts.iter().all(|held| *held))
            } else {
                holds(assertion, meant)
            };
            let Some(verdict) = verdict else { continue };
            let Assertion { field, op, value, .. } = assertion;
            let told = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let excused = differences.iter().position(|[name, of, value, _]| {
                name == file && of == field && (*value == "*" || *value == told)
            });
            if let Some(at) = excused.filter(|_| !verdict) {
                used[at] = true;
                continue;
            }
            all += 1;
            if verdict {
                held += 1;
            } else {
                wrong.push(format!("{file}[{index}] {field} {op} {value}"));
            }
        }
    }
    let unused: Vec<_> =
        differences.iter().zip(used).filter(|([file, ..], used)| !used && !left_out(file)).collect();
    assert!(unused.is_empty(), "these no longer differ: {unused:?}");
    println!("{held} of {all} comparable assertions hold; not:\n{}", wrong.join("\n"));
    assert!(wrong.is_empty(), "{} assertions do not hold and have no reason", wrong.len());
}
