//! Writing what a chunk of findings changed, in bulk.

use super::Ingest;
use super::Place;
use super::take::Key;
use crate::db::{Bulk, Kind, Mode, Value};
use crate::error::StoreError;
use bartizan_model::{Finding, Severity, Timestamp};

/// Rows of one chunk that are still to be written, each at most once.
#[derive(Default)]
pub(super) struct Changes {
    /// New exposures, and the finding that names their locus.
    pub(super) created: Vec<(Key, usize)>,
    /// Exposures whose own columns changed.
    pub(super) exposures: Vec<Key>,
    /// Sightings that are new or were seen again.
    pub(super) sightings: Vec<SightingChange>,
}

pub(super) struct SightingChange {
    pub(super) place: Place,
    pub(super) finding: usize,
    /// Whether there is no row yet.
    pub(super) fresh: bool,
    pub(super) severity: Severity,
    pub(super) present: bool,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) looked_at: Timestamp,
    /// Segment and record that hold the source's words, where they are new.
    pub(super) words: Option<(i64, i64)>,
}

impl Changes {
    /// Queues a sighting that is known, or adds to what this chunk queued for it already.
    pub(super) fn again(&mut self, queued: &mut (u32, u32), chunk: u32, change: SightingChange) {
        if queued.0 == chunk {
            let earlier = &mut self.sightings[queued.1 as usize];
            let (fresh, first_seen, words) =
                (earlier.fresh, earlier.first_seen, change.words.or(earlier.words));
            *earlier = SightingChange { fresh, first_seen, words, ..change };
        } else {
            *queued = (chunk, self.sightings.len() as u32);
            self.sightings.push(change);
        }
    }
}

impl Ingest<'_, '_> {
    pub(super) fn write(&mut self, findings: &[Finding], changes: &Changes) -> Result<(), StoreError> {
        let (source, run) = (self.source, self.options.run);
        let known = &self.known;
        let loci: Vec<String> = changes
            .created
            .iter()
            .map(|(key, index)| if key.2 == 0 { String::new() } else { findings[*index].locus.to_string() })
            .collect();
        let created = changes.created.iter().zip(&loci).filter_map(|((key, _), locus)| {
            let exposure = known.get(key)?;
            Some([
                exposure.id.into(),
                key.0.into(),
                key.1.into(),
                key.2.into(),
                Value::Text(locus),
                i64::from(exposure.severity.code()).into(),
                crate::exposure::status_code(exposure.status).into(),
                exposure.first_seen.into(),
                exposure.last_seen.into(),
            ])
        });
        self.tx.db.bulk(&EXPOSURES, created)?;
        let changed = changes.exposures.iter().filter_map(|key| {
            let exposure = known.get(key)?;
            Some([
                exposure.id.into(),
                i64::from(exposure.severity.code()).into(),
                crate::exposure::status_code(exposure.status).into(),
                exposure.first_seen.into(),
                exposure.last_seen.into(),
            ])
        });
        self.tx.db.bulk(&EXPOSURE_CHANGES, changed)?;

        let fresh = || changes.sightings.iter().filter(|change| change.fresh);
        let loci: Vec<String> = fresh().map(|change| findings[change.finding].locus.to_string()).collect();
        let rows = fresh().zip(&loci).map(|(change, locus)| {
            let (segment, record) = change.words.unwrap_or_default();
            [
                change.place.0.into(),
                source.into(),
                change.place.1.into(),
                Value::Text(locus),
                i64::from(change.severity.code()).into(),
                change.present.into(),
                change.first_seen.into(),
                change.last_seen.into(),
                change.looked_at.into(),
                run.into(),
                segment.into(),
                record.into(),
            ]
        });
        self.tx.db.bulk(&SIGHTINGS, rows)?;
        let again = || changes.sightings.iter().filter(|change| !change.fresh);
        let rows = again().filter_map(|change| {
            let (segment, record) = change.words?;
            Some([
                change.place.0.into(),
                source.into(),
                change.place.1.into(),
                i64::from(change.severity.code()).into(),
                1.into(),
                change.last_seen.into(),
                change.looked_at.into(),
                run.into(),
                segment.into(),
                record.into(),
            ])
        });
        self.tx.db.bulk(&SIGHTING_CHANGES, rows)?;
        let rows = again().filter(|change| change.words.is_none()).map(|change| {
            [
                change.place.0.into(),
                source.into(),
                change.place.1.into(),
                change.last_seen.into(),
                change.looked_at.into(),
                run.into(),
            ]
        });
        self.tx.db.bulk(&SIGHTINGS_AGAIN, rows)
    }
}

const EXPOSURES: Bulk<'_> = Bulk {
    table: "exposure",
    columns: &[
        ("id", Kind::Int),
        ("asset_id", Kind::Int),
        ("weakness_id", Kind::Int),
        ("locus_digest", Kind::Int),
        ("locus", Kind::Text),
        ("severity", Kind::Int),
        ("status", Kind::Int),
        ("first_seen", Kind::Int),
        ("last_seen", Kind::Int),
    ],
    mode: Mode::Insert(""),
};

const EXPOSURE_CHANGES: Bulk<'_> = Bulk {
    table: "exposure",
    columns: &[
        ("id", Kind::Int),
        ("severity", Kind::Int),
        ("status", Kind::Int),
        ("first_seen", Kind::Int),
        ("last_seen", Kind::Int),
    ],
    mode: Mode::Update(1),
};

const SIGHTINGS: Bulk<'_> = Bulk {
    table: "sighting",
    columns: &[
        ("exposure_id", Kind::Int),
        ("source_id", Kind::Int),
        ("locus_digest", Kind::Int),
        ("locus", Kind::Text),
        ("severity", Kind::Int),
        ("present", Kind::Int),
        ("first_seen", Kind::Int),
        ("last_seen", Kind::Int),
        ("looked_at", Kind::Int),
        ("run_id", Kind::Int),
        ("segment_id", Kind::Int),
        ("record", Kind::Int),
    ],
    mode: Mode::Insert(""),
};

/// The source says something new about a place it knows.
const SIGHTING_CHANGES: Bulk<'_> = Bulk {
    table: "sighting",
    columns: &[
        ("exposure_id", Kind::Int),
        ("source_id", Kind::Int),
        ("locus_digest", Kind::Int),
        ("severity", Kind::Int),
        ("present", Kind::Int),
        ("last_seen", Kind::Int),
        ("looked_at", Kind::Int),
        ("run_id", Kind::Int),
        ("segment_id", Kind::Int),
        ("record", Kind::Int),
    ],
    mode: Mode::Update(3),
};

/// The source says the same again: the record that holds its words stays the older one.
const SIGHTINGS_AGAIN: Bulk<'_> = Bulk {
    table: "sighting",
    columns: &[
        ("exposure_id", Kind::Int),
        ("source_id", Kind::Int),
        ("locus_digest", Kind::Int),
        ("last_seen", Kind::Int),
        ("looked_at", Kind::Int),
        ("run_id", Kind::Int),
    ],
    mode: Mode::Update(3),
};
