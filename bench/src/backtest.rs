//! The back-test of priority: what was known on 2024-10-24, ranked, against what entered KEV after that day. Ours is the
//! shipped product from end to end: the records are loaded as a feed, one finding for every CVE is imported onto one
//! host on the internet of which nobody said what it is worth, and the factors are read from its explanations. There is
//! neither EPSS nor KEV in it. Needs `../shared/knowledge` beside the repository, or `BARTIZAN_KNOWLEDGE`.

use anyhow::Context;
use bartizan_advisory::cve::{self, CveState};
use bartizan_advisory::kev;
use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions};
use bartizan_model::Timestamp;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

/// The day of the records; what is known later is not used.
const CUTOFF: &str = "2024-10-24";
/// A CVE without a CVSS score is taken for one in the middle.
const NO_SCORE: f64 = 5.0;
const SHARES: [f64; 4] = [0.01, 0.05, 0.10, 0.20];
/// What others measured on the same data, from the page about priority: AUC and the coverage at [`SHARES`].
const BASELINES: [(&str, &str, [f64; 4]); 4] = [
    ("CVSS base score", "0.73-0.77", [0.05, 0.28, 0.40, 0.47]),
    ("SSVC (automatable, total, PoC)", "0.78", [0.05, 0.20, 0.33, 0.68]),
    ("logistic regression", "0.79", [0.12, 0.38, 0.57, 0.72]),
    ("the same with words", "0.86", [0.12, 0.47, 0.65, 0.78]),
];

/// What of the records is used.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    /// All of it: SSVC as it was assessed up to the day.
    All,
    /// SSVC without its word on exploitation.
    NoExploitation,
    /// CVSS alone.
    NoSsvc,
}

pub(crate) fn run() -> anyhow::Result<()> {
    let folder = std::env::var_os("BARTIZAN_KNOWLEDGE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/knowledge"), PathBuf::from);
    if !folder.join("vulnrichment").is_dir() {
        println!("  skipped: {} is not there", folder.display());
        return Ok(());
    }
    let records = unpack(&folder.join("vulnrichment/vulnrichment.jsonl.zst"))?;
    let (before, after) = exploited(&folder)?;
    let mut base: HashMap<String, f64> = HashMap::new();
    for (line, record) in cve::records(records.as_slice()) {
        let record = record.with_context(|| format!("line {line}"))?;
        let id = record.id.to_string();
        if record.state != CveState::Rejected && !before.contains(&id) {
            base.insert(id, record.preferred_cvss().map_or(NO_SCORE, |cvss| cvss.vector.score()));
        }
    }
    let mut ids: Vec<&String> = base.keys().collect();
    ids.sort();
    let later: Vec<bool> = ids.iter().map(|id| after.contains(*id)).collect();
    let positives = later.iter().filter(|later| **later).count();
    println!(
        "  {} CVEs not in KEV on {CUTOFF}; {positives} of them entered it later: figures are good to about 8 points",
        ids.len()
    );
    println!("    {:<64} {:>9}  {:>5} {:>5} {:>5} {:>5}", "", "AUC", "1 %", "5 %", "10 %", "20 %");
    for (name, auc, shares) in BASELINES {
        row(&format!("measured: {name}"), auc, shares);
    }
    show("CVSS base score, here", &ids.iter().map(|id| base[*id]).collect::<Vec<_>>(), &later);
    for (known, words) in [
        (Known::All, "ours, SSVC as known on the day"),
        (Known::NoExploitation, "ours, SSVC without exploitation"),
        (Known::NoSsvc, "ours, CVSS alone"),
    ] {
        let ranks = ours(&records, &ids, known)?;
        for (index, what) in
            ["activity", "activity x success", "risk, what lists are sorted by"].iter().enumerate()
        {
            let values: Vec<f64> =
                ids.iter().map(|id| ranks.get(*id).map_or(0.0, |values| values[index])).collect();
            show(&format!("{words}: {what}"), &values, &later);
        }
    }
    Ok(())
}

fn unpack(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let mut text = Vec::new();
    zstd::stream::read::Decoder::new(file)?.read_to_end(&mut text)?;
    Ok(text)
}

/// CVEs that were in KEV by the day, and those that entered it later. The newest list gives no days, so what is on it
/// and not in the older, dated one entered after that.
fn exploited(folder: &Path) -> anyhow::Result<(HashSet<String>, HashSet<String>)> {
    let catalogue = kev::parse(&unpack(&folder.join("kev/known_exploited_vulnerabilities.json.zst"))?)?;
    let (mut before, mut after) = (HashSet::new(), HashSet::new());
    for entry in catalogue.entries {
        // Days as `YYYY-MM-DD` compare as text.
        let set =
            if entry.added.as_deref().is_some_and(|day| day > CUTOFF) { &mut after } else { &mut before };
        set.insert(entry.cve.to_string());
    }
    let newest = String::from_utf8(unpack(&folder.join("epss/epss_kev_nvd-2026-08-22.csv.zst"))?)?;
    let ids = newest.lines().filter_map(|line| line.split(',').next()).filter(|id| id.starts_with("CVE-"));
    after.extend(ids.filter(|id| !before.contains(*id)).map(str::to_owned));
    Ok((before, after))
}

/// Activity, activity times success, and risk of every CVE, by the product.
fn ours(records: &[u8], ids: &[&String], known: Known) -> anyhow::Result<HashMap<String, [f64; 3]>> {
    let folder = tempfile::tempdir()?;
    let now = Timestamp::parse(CUTOFF).context("the day does not parse")?;
    let app = App::open(OpenOptions {
        data: folder.path().to_owned(),
        database_url: None,
        clock: Clock::fixed(now),
    })?;
    let actor = Actor::system("bench");
    let feed = if known == Known::All { records.to_vec() } else { without(records, known)? };
    app.load_feed(&actor, Box::new(Cursor::new(feed)), "records")?;
    let asset = json!({"kind": "host", "name": "host.example", "identifiers": [{"kind": "fqdn", "value": "host.example"}]});
    let mut report = json!({"kind": "asset", "asset": asset, "reach": "internet"}).to_string();
    for id in ids {
        let weakness = json!({"ids": [id], "cwe": [], "rule": ""});
        let finding = json!({"kind": "finding", "title": id, "severity": "unknown", "weakness": weakness, "asset": asset, "locus": ""});
        report += "\n";
        report += &finding.to_string();
    }
    let size = report.len() as u64;
    let request = ImportRequest {
        at_hand: true,
        format: Some("bartizan".into()),
        ..ImportRequest::new("all.jsonl", Box::new(Cursor::new(report.into_bytes())), size, "")
    };
    let imported = app.import(&actor, request)?;
    anyhow::ensure!(imported.tally.created as usize == ids.len(), "unexpected: {:?}", imported.tally);
    let estate = app.estate()?;
    let mut all = HashMap::new();
    let (query, mut after) = (app.query("")?, None);
    loop {
        let page = estate.search(&query, Default::default(), after.as_ref(), 10_000, now);
        for id in &page.ids {
            let (view, why) = (estate.view(*id), estate.explain(*id));
            let (view, why) = (view.context("an exposure is gone")?, why.context("an exposure is gone")?);
            let factor = |name| why.factors.iter().find(|f| f.name == name).map_or(0.0, |f| f.estimate.value);
            let activity = factor("activity");
            all.insert(view.weakness_key, [activity, activity * factor("success"), view.risk]);
        }
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// The records without a part of SSVC.
fn without(records: &[u8], known: Known) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(records.len());
    for line in records.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut record: Value = serde_json::from_slice(line)?;
        let containers = record["containers"]["adp"].as_array_mut().into_iter().flatten();
        for metrics in containers.filter_map(|container| container["metrics"].as_array_mut()) {
            let is_ssvc = |metric: &Value| metric["other"]["type"] == "ssvc";
            if known == Known::NoSsvc {
                metrics.retain(|metric| !is_ssvc(metric));
                continue;
            }
            for metric in metrics.iter_mut().filter(|metric| is_ssvc(metric)) {
                let options = metric["other"]["content"]["options"].as_array_mut();
                for option in options.into_iter().flatten() {
                    if option.get("Exploitation").is_some() {
                        *option = json!({"Exploitation": "none"});
                    }
                }
            }
        }
        serde_json::to_writer(&mut out, &record)?;
        out.push(b'\n');
    }
    Ok(out)
}

/// Prints the AUC and the coverage of a ranking; what is equal shares its places.
fn show(name: &str, values: &[f64], later: &[bool]) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let positives = later.iter().filter(|later| **later).count() as f64;
    let negatives = values.len() as f64 - positives;
    let places = SHARES.map(|share| share * values.len() as f64);
    let (mut covered, mut beaten, mut at, mut below) = ([0.0; 4], 0.0, 0, negatives);
    for group in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let hits = group.iter().filter(|index| later[**index]).count() as f64;
        let misses = group.len() as f64 - hits;
        below -= misses;
        beaten += hits * (below + misses / 2.0);
        for (covered, place) in covered.iter_mut().zip(places) {
            *covered += hits * ((place - at as f64) / group.len() as f64).clamp(0.0, 1.0);
        }
        at += group.len();
    }
    row(name, &format!("{:.2}", beaten / (positives * negatives)), covered.map(|hits| hits / positives));
}

fn row(name: &str, auc: &str, shares: [f64; 4]) {
    let [a, b, c, d] = shares;
    println!("    {name:<64} {auc:>9}  {a:>5.2} {b:>5.2} {c:>5.2} {d:>5.2}");
}
