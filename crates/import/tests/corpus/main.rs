//! Real reports of other tools, against what another importer's tests assert of them. Skipped when the corpora are not there:
//! set `BARTIZAN_SHARED`, or put them beside the repository. `CORPUS=nessus` looks at one folder and prints each file.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod bills;
mod counts;
mod fields;

use bartizan_import::{
    Collected, Observation, OpenError, Options, Place, Summary, by_id, detect, entries, open,
};
use bartizan_model::Finding;
use std::collections::BTreeMap;
use std::io::{BufRead, Cursor, Read as _};
use std::ops::ControlFlow;
use std::path::PathBuf;

fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("BARTIZAN_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let path = given.unwrap_or(beside).join("corpora");
    if !path.join("reports.tar.gz").exists() {
        println!("skipped: no corpora at {} (set BARTIZAN_SHARED)", path.display());
        return None;
    }
    Some(path)
}

/// All files of an archive in the corpora.
fn files(archive: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let packed = std::fs::File::open(shared()?.join(archive)).unwrap();
    let mut files = BTreeMap::new();
    // Not by our own reader, which goes into the archives that lie in it.
    for entry in tar::Archive::new(flate2::read::GzDecoder::new(packed)).entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        files.insert(entry.path().unwrap().to_str().unwrap().to_owned(), content);
    }
    Some(files)
}

/// Whether only one folder is looked at, and this one is not it.
fn left_out(file: &str) -> bool {
    std::env::var("CORPUS").is_ok_and(|only| !file.starts_with(&only))
}

/// The reports of an archive, or the one report itself.
fn reports(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    match open(bytes, &Default::default()) {
        Ok(_) => Ok(vec![bytes.to_vec()]),
        Err(OpenError::Archive(_)) => {
            let mut inside = Vec::new();
            entries(Cursor::new(bytes), &Default::default(), &mut |entry| {
                let mut content = Vec::new();
                entry.reader.read_to_end(&mut content).unwrap();
                inside.push(content);
                ControlFlow::Continue(())
            })
            .map_err(|error| error.to_string())?;
            Ok(inside)
        }
        Err(error) => Err(error.to_string()),
    }
}

/// The format; of an archive that of the first report in it that has one.
fn detected(bytes: &[u8]) -> Result<&'static str, String> {
    let mut known = Err("an empty archive".to_owned());
    for report in reports(bytes)? {
        let mut reader = open(&report[..], &Default::default()).map_err(|error| error.to_string())?;
        let found =
            detect(reader.fill_buf().unwrap()).map(|format| format.id).map_err(|error| error.to_string());
        known = known.or(found);
    }
    known
}

/// What a report says; of an archive all its reports in this format.
fn parse(format: &str, bytes: &[u8]) -> (Collected, Result<Summary, String>) {
    let mut seen = Collected::default();
    let options = Options { fallback: "corpus".into(), ..Options::default() };
    let mut result = Err("nothing in it is of this format".to_owned());
    let reports = reports(bytes).unwrap();
    let one = reports.len() == 1;
    for report in reports.iter().filter(|report| one || detected(report) == Ok(format)) {
        let mut reader = open(&report[..], &Default::default()).unwrap();
        let summary = (by_id(format).unwrap().parse)(&mut reader, &options, &mut seen);
        result = summary.map_err(|error| error.to_string());
    }
    seen.observations = joined(seen.observations);
    (seen, result)
}

/// A record that names several CVEs is one finding for the other importer; here it was told once for each.
fn joined(observations: Vec<(Place, Observation)>) -> Vec<(Place, Observation)> {
    let is_cve = |finding: &Finding| finding.weakness.ids.first().is_some_and(|id| id.starts_with("CVE-"));
    let mut joined: Vec<(Place, Observation)> = Vec::new();
    for (at, observation) in observations {
        if let (Observation::Finding(own), Some((before_at, Observation::Finding(before)))) =
            (&observation, joined.last_mut())
            && at == *before_at
            && is_cve(own)
            && is_cve(before)
            && (&own.weakness.rule, &own.locus, &own.asset, &own.title)
                == (&before.weakness.rule, &before.locus, &before.asset, &before.title)
            && own.weakness.ids[0] != before.weakness.ids[0]
        {
            before.weakness.ids.extend(own.weakness.ids.iter().take(1).cloned());
            before.weakness.cwe.extend(&own.weakness.cwe);
            before.cvss.extend(own.cvss.iter().cloned());
        } else {
            joined.push((at, observation));
        }
    }
    joined
}
