//! Writing what a chunk of findings changed, in bulk.

use super::Ingest;
use super::Place;
use super::known::Key;
use crate::db::{Bulk, Kind, Mode, Value};
use crate::error::StoreError;
use bartizan_model::{Finding, Severity, Timestamp};

/// Rows of one chunk that are still to be written, each at most once.
#[derive(Default)]
pub(super) struct Changes {
    /// New exposures, and the finding that names their locus.
    pub(super) created: Vec<(Key, usize)>,
    /// Exposures whose own columns changed, by the numbers that they are remembered by.
    pub(super) exposures: Vec<u32>,
    /// Exposures that were seen later than before and did not change otherwise.
    pub(super) later: Vec<u32>,
    /// Sightings that are new or were seen again.
    pub(super) sightings: Vec<SightingChange>,
}

pub(super) struct SightingChange {
    /// The number by which the exposure is remembered.
    pub(super) exposure: u32,
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
    pub(super) fn write(&mut self, findings: &[Box<Finding>], changes: &Changes) -> Result<(), StoreError> {
        let (source, run) = (self.source, self.options.run);
        let known = &self.known;
        let loci: Vec<String> = changes
            .created
            .iter()
            .map(|(key, index)| if key.2 == 0 { String::new() } else { findings[*index].locus.to_string() })
            .collect();
        let created = changes.created.iter().zip(&loci).filter_map(|((key, _), locus)| {
            let exposure = known.of(key)?;
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
        let changed = changes.exposures.iter().map(|exposure| known.get(*exposure)).map(|exposure| {
            [
                exposure.id.into(),
                i64::from(exposure.severity.code()).into(),
                crate::exposure::status_code(exposure.status).into(),
                exposure.first_seen.into(),
                exposure.last_seen.into(),
            ]
        });
        self.tx.db.bulk(&EXPOSURE_CHANGES, changed)?;
        let later = changes.later.iter().map(|exposure| known.get(*exposure));
        let later = later.map(|exposure| (exposure.id, exposure.last_seen));
        let (ranges, singles) = spans(later.collect());
        for (low, high, seen) in ranges {
            self.tx.db.execute(
                "UPDATE exposure SET last_seen = $3 WHERE id BETWEEN $1 AND $2 AND last_seen < $3",
                &[low.into(), high.into(), seen.into()],
            )?;
        }
        let rows = singles.into_iter().map(|(id, seen)| [id.into(), seen.into()]);
        self.tx.db.bulk(&EXPOSURES_LATER, rows)?;

        let fresh = || changes.sightings.iter().filter(|change| change.fresh);
        let loci: Vec<String> = fresh().map(|change| findings[change.finding].locus.to_string()).collect();
        let rows = fresh().zip(&loci).map(|(change, locus)| {
            let (segment, record) = change.words.unwrap_or_default();
            [
                change.place.0.into(),
                source.into(),
                change.place.1.into(),
                Value::Text(locus),
                Value::Text(&findings[change.finding].vantage),
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
        // Where all that this source said of an exposure was said again at one time, the exposure stands for its places.
        let mut whole = Vec::new();
        let mut parts = Vec::new();
        for change in again().filter(|change| change.words.is_none()) {
            let known = known.get(change.exposure);
            if known.was_confirmed(source, self.chunk, change.looked_at) {
                whole.push((change.place.0, change.looked_at));
            } else {
                parts.push(change);
            }
        }
        let (ranges, singles) = spans(whole);
        for (low, high, seen) in ranges {
            self.tx.db.execute(
                "UPDATE sighting SET last_seen = $4, looked_at = $4, run_id = $5
                 WHERE exposure_id BETWEEN $1 AND $2 AND source_id = $3",
                &[low.into(), high.into(), source.into(), seen.into(), run.into()],
            )?;
        }
        let rows = singles
            .into_iter()
            .map(|(exposure, seen)| [exposure.into(), source.into(), seen.into(), seen.into(), run.into()]);
        self.tx.db.bulk(&EXPOSURES_AGAIN, rows)?;
        let rows = parts.into_iter().map(|change| {
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

/// From so many neighbours on, one statement over a range of ids is cheaper than a row each.
const WORTH_A_RANGE: usize = 4;

/// A range of ids, both ends in it, and when all of it was seen.
type Span = (i64, i64, Timestamp);

/// Ids that are neighbours and were seen at one time, as ranges; and the others.
fn spans(mut seen: Vec<(i64, Timestamp)>) -> (Vec<Span>, Vec<(i64, Timestamp)>) {
    seen.sort_unstable();
    seen.dedup();
    let (mut ranges, mut singles) = (Vec::new(), Vec::new());
    for run in seen.chunk_by(|one, next| next.0 == one.0 + 1 && next.1 == one.1) {
        match run {
            [first, .., last] if run.len() >= WORTH_A_RANGE => ranges.push((first.0, last.0, first.1)),
            few => singles.extend_from_slice(few),
        }
    }
    (ranges, singles)
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

const EXPOSURES_LATER: Bulk<'_> = Bulk {
    table: "exposure",
    columns: &[("id", Kind::Int), ("last_seen", Kind::Int)],
    mode: Mode::Update(1),
};

const SIGHTINGS: Bulk<'_> = Bulk {
    table: "sighting",
    columns: &[
        ("exposure_id", Kind::Int),
        ("source_id", Kind::Int),
        ("locus_digest", Kind::Int),
        ("locus", Kind::Text),
        ("vantage", Kind::Text),
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

/// The same of all places of an exposure.
const EXPOSURES_AGAIN: Bulk<'_> = Bulk {
    table: "sighting",
    columns: &[
        ("exposure_id", Kind::Int),
        ("source_id", Kind::Int),
        ("last_seen", Kind::Int),
        ("looked_at", Kind::Int),
        ("run_id", Kind::Int),
    ],
    mode: Mode::Update(2),
};
