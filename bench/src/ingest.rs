//! Findings into the store: new, seen again later, and the same report again; beside what raw SQLite does with rows
//! that are as narrow, in the same run and the same kind of file. Parsing is not in it. Every commit is durable.

use crate::measure::{median, peak_memory, rate, timed};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{
    AssetKind, AssetRef, Checks, Coverage, Covered, Finding, Identifier, Loci, Locus, Observation,
};
use bartizan_model::{Severity, Timestamp};
use bartizan_store::{Actor, Ingest, IngestOptions, RunResult, Store, StoreError, Tally};
use std::path::Path;

const FINDINGS: usize = 10_000;
const HOSTS: usize = 500;
const RUNS: usize = 5;

pub(crate) fn run() -> anyhow::Result<()> {
    println!(
        "  {FINDINGS} nuclei-like findings over {HOSTS} hosts, descriptions of 500 bytes, one durable commit; median of {RUNS} runs"
    );
    let mut figures: [Vec<f64>; 5] = Default::default();
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        let store = Store::open_sqlite(&folder.path().join("bartizan.db"))?;
        for (index, day) in [1, 2, 2].into_iter().enumerate() {
            let observations = observations();
            let (tally, time) =
                timed(|| import(&store, observations, Timestamp::from_seconds(86_400 * day)))?;
            let count = if index == 0 { tally.created } else { tally.unchanged };
            anyhow::ensure!(count == FINDINGS as i64, "unexpected: {tally:?}");
            figures[index].push(rate(FINDINGS, time));
        }
        let [inserts, updates] = raw(&folder.path().join("raw.db"))?;
        figures[3].push(inserts);
        figures[4].push(updates);
    }
    let [new, later, same, inserts, updates] = figures.map(median);
    println!("  new                        {new:>9.0} findings/s");
    println!("  seen again, later          {later:>9.0} findings/s");
    println!("  the same report again      {same:>9.0} findings/s");
    println!("  raw SQLite, insert         {inserts:>9.0} rows/s   ours is {:.2} of it", new / inserts);
    println!("  raw SQLite, update a time  {updates:>9.0} rows/s   ours is {:.2} of it", later / updates);
    if let Some(peak) = peak_memory() {
        println!("  peak memory                {peak:>9.0} MiB (findings in memory included)");
    }
    Ok(())
}

fn observations() -> Vec<Observation> {
    (0..FINDINGS).map(|number| Observation::Finding(Box::new(finding(number)))).collect()
}

fn asset(number: usize) -> AssetRef {
    let name = format!("host-{number}.example.org");
    let address = format!("10.1.{}.{}", number / 250, number % 250 + 1);
    let identifiers = [Identifier::host(&name), Identifier::host(&address)];
    let fallback = AssetRef { kind: AssetKind::Host, name: name.clone(), identifiers: Vec::new() };
    AssetRef::new(AssetKind::Host, &name, identifiers.into_iter().flatten()).unwrap_or(fallback)
}

fn finding(number: usize) -> Finding {
    let (host, check) = (number % HOSTS, number / HOSTS);
    let cve = check.is_multiple_of(2).then(|| format!("CVE-2023-{}", 10_000 + check));
    let mut description = format!("Check {check} found that host {host} answers in a way that gives away ");
    while description.len() < 500 {
        description +=
            "the version of its software and the paths of files that nobody should be able to read, ";
    }
    description.truncate(500);
    Finding {
        description,
        fix: "Restrict access to the panel.".into(),
        cvss: vec!["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N".into()],
        evidence: format!("http://host-{host}.example.org:{}/panel/{check}", 8000 + check % 4),
        raw_id: Some(format!("{number:08x}")),
        references: vec![format!("https://example.org/advisory/{check}")],
        ..Finding::new(
            format!("Exposed panel number {check}"),
            Severity::ALL[1 + check % 5],
            WeaknessSeen {
                ids: cve.into_iter().collect(),
                cwe: vec![200],
                rule: format!("http/exposure-{check}"),
            },
            asset(host),
            Locus::port("tcp", 8000 + (check % 4) as u16),
        )
    }
}

fn import(store: &Store, observations: Vec<Observation>, seen_at: Timestamp) -> anyhow::Result<Tally> {
    let asset = |number| Covered::new(asset(number), Checks::All, Loci::All);
    let coverage = Coverage { covered: (0..HOSTS).map(asset).collect(), gaps: Vec::new() };
    let tally = store.write::<_, StoreError>(&Actor::system("bench"), seen_at, |tx| {
        let run = tx.begin_run("import", "bench")?;
        let mut ingest =
            Ingest::new(tx, IngestOptions { run, tool: "nuclei", seen_at, demo: false, network: None })?;
        for observation in observations {
            ingest.push(observation)?;
        }
        let tally = ingest.finish(&coverage)?;
        let result =
            RunResult { tool: "nuclei", bytes: 0, tally, gaps: &[], rejected: &[], rejected_total: 0 };
        tx.finish_run(run, &result)?;
        Ok(tally)
    })?;
    Ok(tally)
}

/// Rows a second that raw SQLite inserts, and then touches, with three indexes and a durable commit.
pub(crate) fn raw(path: &Path) -> anyhow::Result<[f64; 2]> {
    let mut db = rusqlite::Connection::open(path)?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
         CREATE TABLE t (id INTEGER PRIMARY KEY, print BLOB NOT NULL UNIQUE, asset BIGINT, weakness BIGINT, severity BIGINT,
         status BIGINT, first_seen BIGINT, last_seen BIGINT); CREATE INDEX t_asset ON t (asset); CREATE INDEX t_weakness ON t (weakness);",
    )?;
    let print = |n: i64| (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes().repeat(2);
    let rows = 0..FINDINGS as i64;
    let ((), inserts) = timed(|| {
        let tx = db.transaction()?;
        {
            let mut statement = tx.prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
            for n in rows.clone() {
                let (asset, weakness) = (n % HOSTS as i64, n / HOSTS as i64);
                statement.execute(rusqlite::params![n, print(n), asset, weakness, n % 5, 0, 1, 1])?;
            }
        }
        Ok(tx.commit()?)
    })?;
    let ((), updates) = timed(|| {
        let tx = db.transaction()?;
        {
            let mut statement = tx.prepare("UPDATE t SET last_seen = ?2 WHERE print = ?1")?;
            for n in rows.clone() {
                statement.execute(rusqlite::params![print(n), 2])?;
            }
        }
        Ok(tx.commit()?)
    })?;
    Ok([rate(FINDINGS, inserts), rate(FINDINGS, updates)])
}
