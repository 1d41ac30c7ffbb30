//! An installation in a temporary folder, with a clock that the test turns.

use bartizan_app::{Actor, App, AppError, Clock, ImportRequest, Imported, OpenOptions};
use bartizan_import::{Collected, Options};
use bartizan_model::{AssetId, Covered, ExposureId, Locus, Status, Timestamp};
use std::collections::BTreeSet;
use std::io::{BufRead, Cursor};

/// The asset of reports that name none.
const FALLBACK: &str = "fallback";

/// What a person says of a report.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub(crate) fallback: &'static str,
    pub(crate) is_guess: bool,
    pub(crate) complete: bool,
}

impl Default for Told {
    fn default() -> Self {
        Self { fallback: FALLBACK, is_guess: false, complete: false }
    }
}

pub(crate) struct House {
    _folder: tempfile::TempDir,
    app: App,
    clock: Clock,
}

impl House {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse("2080-01-10T12:00:00Z").unwrap());
        let options =
            OpenOptions { data: folder.path().join("data"), database_url: None, clock: clock.clone() };
        Self { app: App::open(options).unwrap(), clock, _folder: folder }
    }

    /// Imports a report, a minute after the last one.
    pub(crate) fn import(&self, format: &str, report: &[u8]) -> Result<Imported, AppError> {
        self.import_as(format, report, &Told::default())
    }

    /// As [`import`](Self::import), with what a person says beside it.
    pub(crate) fn import_as(&self, format: &str, report: &[u8], told: &Told) -> Result<Imported, AppError> {
        self.clock.set(Timestamp::from_micros(self.clock.now().micros() + 60_000_000));
        let request = ImportRequest {
            format: Some(format.to_owned()),
            is_guess: told.is_guess,
            complete: told.complete,
            ..ImportRequest::new(
                "report",
                Box::new(Cursor::new(report.to_vec())),
                report.len() as u64,
                told.fallback,
            )
        };
        self.app.import(&Actor::person("ada"), request)
    }

    pub(crate) fn open(&self) -> BTreeSet<ExposureId> {
        let mut open = BTreeSet::new();
        let each = |row: bartizan_app::ExposureRow| {
            if row.status == Status::Open {
                open.insert(row.id);
            }
        };
        self.app.read(|reader| reader.each_exposure(each)).unwrap();
        open
    }

    /// The names of all software that is there now.
    pub(crate) fn software(&self) -> Vec<String> {
        self.app
            .read(|reader| {
                let mut assets = Vec::new();
                reader.each_asset(|row| assets.push(row.id))?;
                let mut names = Vec::new();
                for asset in assets {
                    names.extend(reader.components(asset, 100)?.1.into_iter().map(|it| it.name));
                }
                names.sort();
                Ok(names)
            })
            .unwrap()
    }

    /// Whether one of these proves every place clear where the tool saw the exposure. What Bartizan concludes from facts ends
    /// with them.
    pub(crate) fn is_covered(&self, exposure: ExposureId, tool: &str, covered: &[Covered]) -> bool {
        self.app
            .read(|reader| {
                let row = reader.exposure(exposure)?;
                let weakness = reader.weakness(row.weakness)?.key;
                let known: BTreeSet<_> =
                    reader.identifiers(row.asset)?.into_iter().map(|it| (it.kind, it.value)).collect();
                let on_it = |it: &&Covered| {
                    let mut named = it.asset.identifiers.iter().cloned();
                    named.any(|it| known.contains(&(it.kind, it.value)))
                };
                let covered: Vec<_> = covered.iter().filter(on_it).collect();
                let proven = |sighting: &bartizan_store::SightingRow| {
                    let Ok(locus) = sighting.locus.parse::<Locus>();
                    let said = sighting.finding.as_ref();
                    let (rule, vantage) =
                        said.map_or(("", ""), |finding| (&finding.weakness.rule, &finding.vantage));
                    covered.iter().any(|it| it.contains(weakness.as_str(), rule, &locus, vantage))
                };
                let sightings = reader.sightings(exposure)?;
                let mut told = sightings.iter().filter(|sighting| sighting.source == tool);
                Ok(told.all(|sighting| sighting.present || proven(sighting)))
            })
            .unwrap()
    }

    /// Where an exposure is: the names of its asset, and its places.
    pub(crate) fn place(&self, exposure: ExposureId) -> (BTreeSet<String>, Vec<String>) {
        self.app
            .read(|reader| {
                let asset: AssetId = reader.exposure(exposure)?.asset;
                let names = reader.identifiers(asset)?.into_iter().map(|it| it.value).collect();
                let places = reader.sightings(exposure)?.into_iter().map(|it| it.locus).collect();
                Ok((names, places))
            })
            .unwrap()
    }
}

/// What a report says for itself; `None` where it is refused.
pub(crate) fn said(format: &str, report: &[u8]) -> Option<Collected> {
    let mut seen = Collected::default();
    let options = Options { fallback: FALLBACK.into(), ..Options::default() };
    let mut reader = bartizan_import::open(report, &options.limits).ok()?;
    reader.fill_buf().ok()?;
    (bartizan_import::by_id(format)?.parse)(&mut reader, &options, &mut seen).ok()?;
    Some(seen)
}
