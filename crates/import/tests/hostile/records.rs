//! What one damaged record costs: itself, and that is said. The others are told as if nothing had happened.

use super::damage::{Dice, Kind, Place, damaged, places};
use super::{Fixture, fixtures, read};
use bartizan_import::{Collected, Summary};
use bartizan_model::Loci;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ops::Range;

/// The objects of a JSON report from which something was told, each where it begins.
fn records(bytes: &[u8], good: &Collected) -> Vec<Place> {
    let told: BTreeSet<_> = good.observations.iter().map(|(at, _)| at.offset as usize).collect();
    let mut all = places(bytes);
    all.retain(|place| {
        place.kind == Kind::Value && told.contains(&place.is.start) && bytes[place.is.start] == b'{'
    });
    all
}

/// Whether a report that was read says something that the whole one did not: a record that could not be used, or a gap.
fn says_more(seen: &Collected, good: &Collected, record: &Range<usize>) -> bool {
    let outside = good.rejected.iter().filter(|(at, _)| !record.contains(&(at.offset as usize)));
    seen.rejected.len() > outside.count() || seen.gaps.iter().any(|gap| !good.gaps.contains(gap))
}

#[test]
fn a_record_that_is_none_costs_only_itself_and_is_said() {
    let (mut count, mut wrong) = (0, Vec::new());
    for Fixture { format, name, bytes } in fixtures() {
        let (good, summary) = read(format, &bytes, &name);
        // What belongs together is one record: a document without lists.
        let records = records(&bytes, &good);
        if summary.is_none() || records.len() < 2 {
            continue;
        }
        for record in [&records[0], &records[records.len() / 2]] {
            for other in ["7", "\"text\""] {
                count += 1;
                let what = format!("{name} with {other} at {}", record.is.start);
                let (seen, summary) = read(format, &record.replaced(&bytes, other.as_bytes()), &what);
                if summary.is_some() && !says_more(&seen, &good, &record.is) {
                    wrong.push(format!("{} {what}: nothing is said", format.id));
                }
                let outside = |at: &u64| !record.is.contains(&(*at as usize));
                let kept = good.observations.iter().filter(|(at, _)| outside(&at.offset)).count();
                if summary.is_some() && seen.observations.len() < kept && !is_of_all(format.id) {
                    wrong.push(format!(
                        "{} {what}: {} of {kept} are left",
                        format.id,
                        seen.observations.len()
                    ));
                }
            }
        }
    }
    println!("{count} records");
    assert!(count > 200, "only {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where nothing is said yet, as what stands there in other reports is not looked at: who mends one takes it out.
const NOT_SAID: &[(&str, &str)] = &[
    ("cfn_nag", "/0/file_results/violations/0/logical_resource_ids"),
    ("checkmarx", "/scanResults/iacSecurity"),
    ("checkmarx", "/scanResults/sast"),
    ("checkmarx", "/xissues/0/details"),
    ("cobalt", "/data/0/resource/affected_targets"),
    ("composer_audit", "/advisories/acme~1numbered"),
    ("composer_audit", "/advisories/acme~1widget"),
    ("composer_audit", "/ignored-advisories/acme~1gadget"),
    ("crashtest_security", "/data/findings/fingerprinting"),
    ("crashtest_security", "/data/findings/xss"),
    ("generic", "/findings/1/endpoints"),
    ("generic", "/findings/1/endpoints/0"),
    ("huskyci", "/genericresults/huskycigitleaksoutput"),
    ("huskyci", "/goresults/huskycigosecoutput"),
    ("huskyci", "/huskyciresults/rubyresults"),
    ("huskyci", "/huskyciresults/rubyresults/huskycibrakemanoutput"),
    ("huskyci", "/javascriptresults/huskycinpmauditoutput"),
    ("mobsf", "/binary_analysis/Binary makes use of insecure API(s)"),
    // A text names another package, through which this one is affected.
    ("npm_audit", "/vulnerabilities/widget/via/0"),
    ("npm_audit", "/ws"),
    ("ort", "/advisor/results/PyPI::widget:1.0"),
    ("rapplex", "/Severities/BestPractice/0/Issues"),
    ("rapplex", "/Severities/Critical/0/Issues"),
    ("ssh_audit", "/enc/1/notes"),
    ("ssh_audit", "/kex/0/notes"),
    ("ssl_labs", "/endpoints/0/details/cert"),
    ("testssl", "/scanResult/0/protocols"),
    ("threat_dragon", "/detail/diagrams/0/cells/0/data"),
];

#[test]
fn what_is_neither_object_nor_list_where_one_should_be_is_said() {
    let (mut count, mut wrong) = (0, BTreeSet::new());
    for Fixture { format, name, bytes } in fixtures() {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let good = read(format, &bytes, &name).0;
        let mut all = Vec::new();
        super::places(&document, "", &mut all);
        for path in all.iter().filter(|path| !path.is_empty()) {
            if !document.pointer(path).is_some_and(|value| value.is_object() || value.is_array()) {
                continue;
            }
            for other in [json!(7), json!("text")] {
                count += 1;
                let mut broken = document.clone();
                *broken.pointer_mut(path).unwrap() = other;
                let (seen, summary) = read(format, broken.to_string().as_bytes(), &format!("{name}, {path}"));
                let lost = seen.findings().count() < good.findings().count();
                let is_new = |(_, why): &&(bartizan_import::Place, String)| {
                    !good.rejected.iter().any(|(_, told)| told == why)
                };
                let said = seen.rejected.iter().any(|rejected| is_new(&rejected))
                    || says_more(&seen, &good, &(0..0));
                if summary.is_some() && lost && !said {
                    wrong.insert((format.id, path.clone()));
                }
            }
        }
    }
    println!("{count} documents");
    let known = NOT_SAID.iter().map(|(format, path)| (*format, (*path).to_owned())).collect();
    let (new, mended): (Vec<_>, Vec<_>) =
        (wrong.difference(&known).collect(), known.difference(&wrong).collect());
    assert!(new.is_empty(), "nothing is said of what is wrong at {new:#?}");
    assert!(mended.is_empty(), "take out of NOT_SAID what is said now: {mended:#?}");
}

/// Whether less is found than before, and nothing is said of it.
fn is_silent((seen, summary): &(Collected, Option<Summary>), good: &Collected) -> bool {
    let lost = seen.findings().count() < good.findings().count();
    summary.is_some() && lost && !says_more(seen, good, &(0..0))
}

#[test]
fn a_quote_that_swallows_the_rows_below_its_header_is_no_clean_report() {
    let mut count = 0;
    for Fixture { format, name, bytes } in fixtures() {
        let good = read(format, &bytes, &name).0;
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let Some(comma) = bytes[..end].iter().rposition(|byte| *byte == b',') else { continue };
        // No other quote ends it.
        if name.ends_with(".csv") && !bytes.contains(&b'"') && good.findings().next().is_some() {
            count += 1;
            let broken = [&bytes[..=comma], b"\"", &bytes[end..]].concat();
            let read = read(format, &broken, &format!("{name} with a quote in its header"));
            assert!(!is_silent(&read, &good), "{} {name}", format.id);
        }
    }
    assert!(count > 5, "only {count}");
}

#[test]
fn an_id_of_a_vulnerability_that_is_none_is_said() {
    let mut count = 0;
    for Fixture { format, name, bytes } in fixtures() {
        let text = String::from_utf8_lossy(&bytes);
        if ["nmap", "testssl"].contains(&format.id) && text.contains("CVE-") {
            count += 1;
            let good = read(format, &bytes, &name).0;
            let read = read(format, text.replace("CVE-", "?-").as_bytes(), &format!("{name} without CVEs"));
            assert!(!is_silent(&read, &good), "{} {name}", format.id);
        }
    }
    assert!(count > 3, "only {count}");
}

/// Formats whose records say something only together: objects of a cluster or of a network, and what binds them.
fn is_of_all(format: &str) -> bool {
    ["aws_ec2", "kubernetes_rbac"].contains(&format)
}

#[test]
fn the_same_damage_is_read_the_same_way_twice() {
    for (number, Fixture { format, name, bytes }) in fixtures().into_iter().enumerate() {
        for turn in 0..6 {
            let seed = number as u64 * 1000 + turn;
            let report = damaged(&bytes, &mut Dice(seed));
            let what = format!("{name}, damage {seed}");
            let (one, other) = (read(format, &report, &what), read(format, &report, &what));
            assert_eq!(one.1, other.1, "{} {what}", format.id);
            assert_eq!(one.0.observations, other.0.observations, "{} {what}", format.id);
            assert_eq!((one.0.covered, one.0.gaps), (other.0.covered, other.0.gaps), "{} {what}", format.id);
            assert_eq!(one.0.rejected, other.0.rejected, "{} {what}", format.id);
        }
    }
}

#[test]
fn tables_and_lines_that_are_cut_close_nothing_that_they_no_longer_tell() {
    let (mut count, mut wrong) = (0, Vec::new());
    for Fixture { format, name, bytes } in fixtures() {
        if serde_json::from_slice::<Value>(&bytes).is_ok() || bytes.trim_ascii().starts_with(b"<") {
            continue;
        }
        let whole = read(format, &bytes, &name).0.observations.len();
        for cut in (1..bytes.trim_ascii_end().len()).step_by(bytes.len() / 60 + 1) {
            count += 1;
            let (mut seen, summary) = read(format, &bytes[..cut], &format!("{name} cut at {cut}"));
            // The facts of an asset end with its own record; our own format says what it covers in a line.
            seen.covered.retain(|covered| covered.loci != Loci::Facts && format.id != "bartizan");
            if summary.is_some() && !seen.covered.is_empty() && seen.observations.len() < whole {
                wrong.push(format!("{} {name} cut at {cut}: {:?}", format.id, seen.covered));
            }
        }
    }
    assert!(count > 1000, "only {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
