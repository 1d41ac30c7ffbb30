//! The feed readers against real feeds of the shared folder.

mod support;

use std::collections::BTreeMap;
use std::io::BufReader;

use bartizan_advisory::cve::{self, CveState};
use bartizan_advisory::detect::PREFIX;
use bartizan_advisory::epss::{EpssError, EpssReader};
use bartizan_advisory::feeds::detect;
use bartizan_advisory::ssvc::{Decision, Exploitation, MissionImpact, TechnicalImpact, decide};
use bartizan_advisory::{CveId, kev};
use support::{in_tar, shared, unpacked};

fn feed(bytes: &[u8]) -> Option<&'static str> {
    detect(&bytes[..bytes.len().min(PREFIX)]).map(|feed| feed.id)
}

#[test]
fn vulnrichment() {
    let Some(path) = shared("knowledge/vulnrichment/vulnrichment.jsonl.zst") else { return };
    let file = zstd::Decoder::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    let mut problems: BTreeMap<String, usize> = BTreeMap::new();
    for (line, record) in cve::records(BufReader::new(file)) {
        let r = record.unwrap_or_else(|e| panic!("line {line}: {e}"));
        let mut add = |what: &str, n: usize| *count.entry(what.to_owned()).or_default() += n;
        add("records", 1);
        add(r.state.as_str(), 1);
        add("described", usize::from(r.description.is_some()));
        add("updated", usize::from(r.updated.is_some()));
        add("published time", usize::from(r.published.is_some()));
        add("kev", usize::from(r.kev_added.is_some()));
        add("cwe", usize::from(!r.cwes.is_empty()));
        add("scored", usize::from(r.preferred_cvss().is_some()));
        add("vectors", r.cvss.len());
        add("stated score fits", r.cvss.iter().filter(|a| a.stated_score_fits() == Some(true)).count());
        assert_eq!(r.ssvc.is_some(), r.state == CveState::Published, "{}", r.id);
        if let Some(ssvc) = &r.ssvc {
            assert!(ssvc.as_of.is_some(), "{}", r.id);
            add(&format!("exploitation {}", ssvc.exploitation), 1);
        }
        for p in r.problems {
            *problems.entry(format!("{}: {}", p.at, p.reason)).or_default() += 1;
        }
    }
    eprintln!("vulnrichment: {count:#?}\nproblems: {problems:#?}");
    assert_eq!(count["records"], 44_130);
    assert_eq!(count["published"], 44_026);
    assert_eq!(count["rejected"], 104);
    assert_eq!(count["kev"], 224);
    assert_eq!(count["described"], 44_130);
    assert_eq!(count["updated"], 44_130);
}

#[test]
fn kev_catalog() {
    let Some(bytes) = unpacked("knowledge/kev/known_exploited_vulnerabilities.json.zst") else { return };
    assert_eq!(feed(&bytes), Some("kev"));
    let kev = kev::parse(&bytes).unwrap();
    assert!(kev.complete && kev.problems.is_empty(), "{:?}", kev.problems);
    assert_eq!(kev.entries.len(), 1_404);
    assert_eq!(kev.version.as_deref(), Some("2025.08.25"));
    assert_eq!(kev.entries.iter().filter(|e| e.cwes.is_empty()).count(), 152);
    assert!(kev.entries.iter().all(|e| e.added.is_some() && e.due.is_some()));
    assert!(kev.entries.iter().any(|e| e.ransomware));
}

#[test]
fn epss_tables() {
    // Three of the values that were quoted in templates are no probabilities.
    for (path, rows, bad) in [
        ("knowledge/epss/epss_kev_nvd-2026-08-22.csv.zst", 1_556, 0),
        ("knowledge/epss/epss_from_nuclei_templates.csv.zst", 2_793, 3),
    ] {
        let Some(bytes) = unpacked(path) else { return };
        assert_eq!(feed(&bytes), Some("epss"));
        let mut reader = EpssReader::new(bytes.as_slice()).unwrap();
        let scores: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
        eprintln!("{path}: {} scores, {} problems {:?}", scores.len(), reader.rejected(), reader.problems());
        assert_eq!((scores.len(), reader.rejected(), reader.complete()), (rows, bad, bad == 0));
        let distinct: std::collections::BTreeSet<CveId> = scores.iter().map(|s| s.cve).collect();
        assert_eq!(distinct.len(), rows);
    }
    let Some(history) = unpacked("knowledge/epss/epss_kev_weekly_history.csv.zst") else { return };
    assert!(matches!(EpssReader::new(history.as_slice()), Err(EpssError::History)));
}

#[test]
fn ssvc_table() {
    let Some(tar) = unpacked("knowledge/ssvc/ssvc-data.tar.zst") else { return };
    let table = in_tar(&tar, "data/csv/cisa/cisa_coordinator_2_0_3.csv").unwrap();
    let mut rows = 0;
    for row in csv::Reader::from_reader(table).records() {
        let row = row.unwrap();
        let exploitation = match &row[1] {
            "public poc" => Exploitation::Poc,
            word => Exploitation::from_word(word).unwrap(),
        };
        let impact = TechnicalImpact::from_word(&row[3]).unwrap();
        let mission = MissionImpact::from_word(&row[4]).unwrap();
        let want = Decision::from_word(&row[5]).unwrap();
        assert_eq!(decide(exploitation, &row[2] == "yes", impact, mission), want, "{row:?}");
        rows += 1;
    }
    assert_eq!(rows, 36);
}

#[test]
fn records_are_detected() {
    let Some(path) = shared("knowledge/vulnrichment/vulnrichment.jsonl.zst") else { return };
    let mut prefix = vec![0; PREFIX];
    let mut file = zstd::Decoder::new(std::fs::File::open(path).unwrap()).unwrap();
    std::io::Read::read_exact(&mut file, &mut prefix).unwrap();
    assert_eq!(feed(&prefix), Some("cve"));
}
