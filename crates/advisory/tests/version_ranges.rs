//! Ranges of published advisories: all can be read but for a few that contradict themselves, and they hold the versions
//! that the advisories list.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "for tests only")]

mod support;

use bartizan_advisory::version::Scheme;
use bartizan_advisory::version::range::{Event, Ranges};
use serde_json::Value;
use std::collections::BTreeSet;
use support::unpacked;

fn records(name: &str) -> Option<Vec<Value>> {
    let text = String::from_utf8(unpacked(&format!("knowledge/advisories/{name}"))?).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn event(value: &Value) -> Event<'_> {
    let (kind, version) = value.as_object().unwrap().iter().next().unwrap();
    let version = version.as_str().unwrap();
    match kind.as_str() {
        "introduced" => Event::Introduced(version),
        "fixed" => Event::Fixed(version),
        "last_affected" => Event::LastAffected(version),
        "limit" => Event::Limit(version),
        _ => panic!("{kind}"),
    }
}

/// How many ranges are read, whose are not, and whose listed versions lie outside of all of a package's ranges.
fn osv(name: &str) -> Option<(usize, Vec<String>, BTreeSet<String>)> {
    let (mut read, mut refused, mut outside) = (0, Vec::new(), BTreeSet::new());
    for record in records(name)? {
        let id = || record["id"].as_str().unwrap().to_owned();
        for affected in record["affected"].as_array().into_iter().flatten() {
            let scheme = Scheme::of_ecosystem(affected["package"]["ecosystem"].as_str().unwrap()).unwrap();
            let mut all = Vec::new();
            let mut complete = true;
            for range in affected["ranges"].as_array().into_iter().flatten().filter(|r| r["type"] != "GIT") {
                let events: Vec<_> = range["events"].as_array().unwrap().iter().map(event).collect();
                match Ranges::of_events(scheme, &events) {
                    Ok(ranges) => {
                        read += 1;
                        all.push(ranges);
                    }
                    Err(_) => {
                        complete = false;
                        refused.push(id());
                    }
                }
            }
            for version in affected["versions"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let key = scheme.key(version).unwrap_or_else(|e| panic!("{version}: {e}"));
                if complete && !all.is_empty() && !all.iter().any(|ranges| ranges.contains(&key)) {
                    outside.insert(id());
                }
            }
        }
    }
    Some((read, refused, outside))
}

#[test]
fn events_of_go_rust_and_python() {
    for (name, least, beyond) in [
        ("golang-osv.jsonl.zst", 6_000, &[][..]),
        ("rustsec-osv.jsonl.zst", 1_200, &[]),
        // They list versions outside of their own ranges: the first has two stretches that overlap.
        ("pypa-osv-derived.jsonl.zst", 2_600, &["PYSEC-2021-114", "PYSEC-2023-177", "PYSEC-2023-61"]),
    ] {
        let Some((read, refused, outside)) = osv(name) else { return };
        eprintln!("{name}: {read} ranges read, {} refused", refused.len());
        assert!(read > least);
        assert_eq!(refused, [] as [String; 0]);
        assert_eq!(outside.iter().map(String::as_str).collect::<Vec<_>>(), beyond);
    }
}

/// The quoted texts of a YAML list of strings under a key, item by item.
fn items<'a>(yaml: &'a str, key: &str) -> Vec<&'a str> {
    let mut lines = yaml.lines().skip_while(|line| line.trim_end() != key);
    lines.next();
    lines
        .map_while(|line| line.trim_start().strip_prefix("- "))
        .map(|text| text.trim_matches(['"', '\'']))
        .collect()
}

#[test]
fn constraints_of_ruby_and_php() {
    let Some(ruby) = records("rubysec-yaml.jsonl.zst") else { return };
    let (mut read, mut refused) = (0, Vec::new());
    for record in &ruby {
        let yaml = record["content"].as_str().unwrap();
        for text in [items(yaml, "patched_versions:"), items(yaml, "unaffected_versions:")].concat() {
            match Ranges::parse(Scheme::Gem, text) {
                Ok(_) => read += 1,
                Err(error) => refused.push(format!("{}: {error}", record["path"])),
            }
        }
    }
    let Some(php) = records("friendsofphp-yaml.jsonl.zst") else { return };
    for record in &php {
        let yaml = record["content"].as_str().unwrap();
        for line in yaml.lines().filter_map(|l| l.trim().strip_prefix("versions:")) {
            let text = line.trim().trim_matches(['[', ']']).replace(['\'', '"'], "");
            match Ranges::parse(Scheme::Composer, &text) {
                Ok(_) => read += 1,
                Err(error) => refused.push(format!("{}: {error}", record["path"])),
            }
        }
    }
    eprintln!("{read} constraints read");
    assert!(read > 8_000);
    assert_eq!(refused, [""; 0]);
}
