//! A store of its own for each test, and short words to fill and to look at it.

use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{
    AssetId, AssetKind, AssetRef, Checks, Coverage, Covered, ExposureId, Finding, Identifier, IdentifierKind,
    Loci, Locus, Network, Observation, RunId, Severity, Status, Timestamp,
};
use bartizan_store::{Actor, ExposureRow, Ingest, IngestOptions, RunResult, Store, StoreError, Tally, Tx};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A store and the way past it, to see every row.
pub(crate) struct House {
    store: Store,
    pub(crate) place: Place,
}

pub(crate) enum Place {
    File(PathBuf),
    Url(String),
}

impl Deref for House {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

pub(crate) fn on_sqlite(test: fn(&House)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bartizan.db");
    let store = Store::open_sqlite(&path).unwrap();
    test(&House { store, place: Place::File(path) });
}

pub(crate) fn on_postgresql(test: fn(&House)) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let Ok(admin) = std::env::var("BARTIZAN_TEST_PG") else {
        let required = std::env::var("BARTIZAN_REQUIRE_PG").is_ok_and(|value| value == "1");
        assert!(!required, "BARTIZAN_REQUIRE_PG=1, but BARTIZAN_TEST_PG names no server");
        return;
    };
    let name = format!("contract_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let config: postgres::Config = admin.parse().unwrap();
    let run = |sql: String| config.connect(postgres::NoTls).unwrap().batch_execute(&sql).unwrap();
    run(format!("CREATE DATABASE {name}"));
    let (base, _) = admin.rsplit_once('/').unwrap();
    let url = format!("{base}/{name}");
    let outcome = std::panic::catch_unwind(|| {
        let store = Store::open_postgres(&url).unwrap();
        test(&House { store, place: Place::Url(url.clone()) });
    });
    run(format!("DROP DATABASE {name} WITH (FORCE)"));
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// Midnight of a day, counted from some day.
pub(crate) fn day(number: i64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 - 1_700_000_000 % 86_400).plus_days(number)
}

pub(crate) fn host(text: &str) -> AssetRef {
    AssetRef::host(text).unwrap()
}

/// A host from identifiers such as `ip:10.0.0.1 cloud-id:i-1`.
pub(crate) fn named(identifiers: &str) -> AssetRef {
    let identifiers: Vec<_> = identifiers
        .split_whitespace()
        .map(|text| {
            let (kind, value) = text.split_once(':').unwrap();
            Identifier::new(kind.parse::<IdentifierKind>().unwrap(), value).unwrap()
        })
        .collect();
    AssetRef::new(AssetKind::Host, "", identifiers).unwrap()
}

/// A finding; a weakness that starts with `CVE-` is an id, all others are rules.
pub(crate) fn finding(asset: &AssetRef, weakness: &str, locus: &str, severity: Severity) -> Finding {
    let Ok(locus) = locus.parse::<Locus>();
    let known = weakness.starts_with("CVE-");
    Finding {
        description: format!("words about {weakness}"),
        fix: "upgrade".into(),
        references: vec!["https://example.org/a".into()],
        ..Finding::new(
            format!("title of {weakness}"),
            severity,
            WeaknessSeen {
                ids: if known { vec![weakness.to_owned()] } else { Vec::new() },
                cwe: vec![79],
                rule: if known { String::new() } else { weakness.to_owned() },
            },
            asset.clone(),
            locus,
        )
    }
}

/// A report to import.
#[derive(Clone)]
pub(crate) struct Report {
    pub(crate) tool: &'static str,
    pub(crate) seen_at: Timestamp,
    pub(crate) observations: Vec<Observation>,
    pub(crate) coverage: Coverage,
    pub(crate) demo: bool,
    pub(crate) network: Option<Network>,
}

pub(crate) fn report(tool: &'static str, on: i64) -> Report {
    Report {
        tool,
        seen_at: day(on),
        observations: Vec::new(),
        coverage: Coverage::default(),
        demo: false,
        network: None,
    }
}

impl Report {
    pub(crate) fn of(self, network: &str) -> Self {
        Self { network: network.parse().ok(), ..self }
    }

    pub(crate) fn sees(self, asset: &AssetRef, weakness: &str, locus: &str) -> Self {
        self.finds(finding(asset, weakness, locus, Severity::High))
    }

    pub(crate) fn finds(self, finding: Finding) -> Self {
        self.observes(Observation::Finding(Box::new(finding)))
    }

    pub(crate) fn observes(mut self, observation: Observation) -> Self {
        self.observations.push(observation);
        self
    }

    /// Looked at everything on an asset.
    pub(crate) fn covers(self, asset: &AssetRef) -> Self {
        self.covers_part(asset, Checks::All, Loci::All)
    }

    pub(crate) fn covers_part(mut self, asset: &AssetRef, checks: Checks, loci: Loci) -> Self {
        self.coverage.covered.push(Covered::new(asset.clone(), checks, loci));
        self
    }
}

pub(crate) fn ports(low: u16, high: u16) -> Loci {
    Loci::Ports { protocol: "tcp".into(), ranges: vec![(low, high)] }
}

pub(crate) fn only(keys: &[&str]) -> Checks {
    Checks::Only(keys.iter().map(|key| (*key).to_owned()).collect())
}

/// Takes a report in as the app does: the run begins in one write, and ends with its results in another.
pub(crate) fn ingest(tx: &mut Tx<'_>, run: RunId, report: &Report) -> Result<Tally, StoreError> {
    let options = IngestOptions {
        run,
        tool: report.tool,
        seen_at: report.seen_at,
        demo: report.demo,
        network: report.network.as_ref(),
    };
    let mut ingest = Ingest::new(tx, options)?;
    for observation in &report.observations {
        ingest.push(observation.clone())?;
    }
    let tally = ingest.finish(&report.coverage)?;
    let result = RunResult {
        tool: report.tool,
        bytes: 1,
        tally,
        gaps: &report.coverage.gaps,
        rejected: &[],
        rejected_total: 0,
    };
    tx.finish_run(run, &result)?;
    Ok(tally)
}

impl House {
    pub(crate) fn write<T>(&self, on: i64, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.try_write(on, work).unwrap()
    }

    pub(crate) fn try_write<T>(
        &self,
        on: i64,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.store.write(&Actor::person("ann"), day(on), work)
    }

    pub(crate) fn import(&self, report: &Report) -> Tally {
        let kind = if report.demo { "demo" } else { "import" };
        let run = self.write(100, |tx| tx.begin_run(kind, "a file"));
        self.write(100, |tx| ingest(tx, run, report))
    }

    pub(crate) fn exposures(&self) -> Vec<ExposureRow> {
        let mut all = Vec::new();
        self.read::<_, StoreError>(|reader| reader.each_exposure(|row| all.push(row))).unwrap();
        all
    }

    /// Weakness, locus and status of every exposure.
    pub(crate) fn statuses(&self) -> BTreeMap<(String, String), Status> {
        let key = |row: &ExposureRow| {
            self.read::<_, StoreError>(|reader| Ok(reader.weakness(row.weakness)?.key)).unwrap()
        };
        self.exposures().iter().map(|row| ((key(row), row.locus.clone()), row.status)).collect()
    }

    /// The only exposure.
    pub(crate) fn exposure(&self) -> ExposureRow {
        let mut all = self.exposures();
        assert_eq!(all.len(), 1, "{all:#?}");
        all.remove(0)
    }

    pub(crate) fn sightings(&self, id: ExposureId) -> Vec<bartizan_store::SightingRow> {
        self.read::<_, StoreError>(|reader| reader.sightings(id)).unwrap()
    }

    pub(crate) fn assets(&self) -> Vec<bartizan_store::AssetRow> {
        let mut all = Vec::new();
        self.read::<_, StoreError>(|reader| reader.each_asset(|row| all.push(row))).unwrap();
        all
    }

    /// The current identifiers of an asset as text.
    pub(crate) fn identifiers(&self, asset: AssetId) -> String {
        let rows = self.read::<_, StoreError>(|reader| reader.identifiers(asset)).unwrap();
        let current = rows.iter().filter(|row| row.valid_to.is_none());
        current.map(|row| format!("{}:{}", row.kind, row.value)).collect::<Vec<_>>().join(" ")
    }

    /// Every row of every table as text, but for some tables, and for columns given as `table.column`.
    pub(crate) fn dump(&self, without: &[&str]) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        for (table, columns) in self.columns() {
            if without.contains(&table.as_str()) {
                continue;
            }
            let columns: Vec<_> = columns
                .into_iter()
                .map(|c| c.0)
                .filter(|c| !without.contains(&format!("{table}.{c}").as_str()))
                .collect();
            let mut rows = self.raw(&table, &columns);
            rows.sort();
            all.insert(table, rows);
        }
        all
    }

    fn raw(&self, table: &str, columns: &[String]) -> Vec<String> {
        match &self.place {
            Place::File(path) => {
                let text = |c: &String| {
                    format!("CASE typeof({c}) WHEN 'blob' THEN hex({c}) ELSE CAST({c} AS TEXT) END")
                };
                let list: Vec<_> = columns.iter().map(text).collect();
                let db = rusqlite::Connection::open(path).unwrap();
                let mut statement = db.prepare(&format!("SELECT {} FROM {table}", list.join(", "))).unwrap();
                let rows = statement.query_map([], |row| {
                    let cells: Vec<_> =
                        (0..columns.len()).map(|i| row.get::<_, Option<String>>(i).unwrap()).collect();
                    Ok(show(columns, &cells))
                });
                rows.unwrap().map(Result::unwrap).collect()
            }
            Place::Url(url) => {
                let list: Vec<_> = columns.iter().map(|c| format!("CAST({c} AS TEXT)")).collect();
                let mut db = postgres::Client::connect(url, postgres::NoTls).unwrap();
                let rows = db.query(&format!("SELECT {} FROM {table}", list.join(", ")), &[]).unwrap();
                let cells = |row: &postgres::Row| {
                    (0..columns.len()).map(|i| row.get(i)).collect::<Vec<Option<String>>>()
                };
                rows.iter().map(|row| show(columns, &cells(row))).collect()
            }
        }
    }

    /// Tables with their columns, and whether each may be null.
    pub(crate) fn columns(&self) -> BTreeMap<String, Vec<(String, bool)>> {
        let mut all: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
        for row in self.strings(
            "SELECT m.name, c.name, CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 'no' ELSE 'yes' END
             FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid",
            "SELECT table_name::text, column_name::text, lower(is_nullable::text) FROM information_schema.columns
             WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
        ) {
            all.entry(row[0].clone()).or_default().push((row[1].clone(), row[2] == "yes"));
        }
        all
    }

    /// Runs the text of this backend past the store.
    pub(crate) fn strings(&self, sqlite: &str, postgresql: &str) -> Vec<Vec<String>> {
        match &self.place {
            Place::File(path) => {
                let db = rusqlite::Connection::open(path).unwrap();
                let mut statement = db.prepare(sqlite).unwrap();
                let count = statement.column_count();
                let rows = statement
                    .query_map([], |row| (0..count).map(|i| row.get(i)).collect::<Result<Vec<String>, _>>());
                rows.unwrap().map(Result::unwrap).collect()
            }
            Place::Url(url) => {
                let mut db = postgres::Client::connect(url, postgres::NoTls).unwrap();
                let rows = db.query(postgresql, &[]).unwrap();
                rows.iter().map(|row| (0..row.len()).map(|i| row.get(i)).collect()).collect()
            }
        }
    }

    /// Opens the same place again.
    pub(crate) fn open_again(&self) -> Result<Store, StoreError> {
        match &self.place {
            Place::File(path) => Store::open_sqlite(path),
            Place::Url(url) => Store::open_postgres(url),
        }
    }

    /// Ends a store as the death of its process would, and waits until the database knows.
    pub(crate) fn ends(&self, other: Store, slot: i64) {
        drop(other);
        if let Place::Url(url) = &self.place {
            let mut db = postgres::Client::connect(url, postgres::NoTls).unwrap();
            let wait = format!("BEGIN; SELECT pg_advisory_xact_lock(7033411, {slot}); ROLLBACK");
            db.batch_execute(&wait).unwrap();
        }
    }
}

fn show(columns: &[String], cells: &[Option<String>]) -> String {
    let cells =
        columns.iter().zip(cells).map(|(name, cell)| format!("{name}={}", cell.as_deref().unwrap_or("NULL")));
    cells.collect::<Vec<_>>().join(" ")
}

/// Says which rows of two dumps differ, and fails if any does.
#[track_caller]
pub(crate) fn same(before: &BTreeMap<String, Vec<String>>, after: &BTreeMap<String, Vec<String>>) {
    for (table, rows) in before {
        let now = &after[table];
        let gone: Vec<_> = rows.iter().filter(|row| !now.contains(row)).collect();
        let new: Vec<_> = now.iter().filter(|row| !rows.contains(row)).collect();
        assert!(rows == now, "{table}\n gone: {gone:#?}\n new: {new:#?}");
    }
}

/// The log of what happened, which grows with every import.
pub(crate) const LOG: &[&str] = &["event", "counter", "run", "run_coverage", "run_note"];

/// Runs a property over made-up cases.
pub(crate) fn property<S: proptest::strategy::Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value)) {
    let config = proptest::test_runner::Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Default::default()
    };
    let seed = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(config, seed);
    let outcome = runner.run(strategy, |case| {
        test(case);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
