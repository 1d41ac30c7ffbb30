//! What is known of exposures while a run is taken in.

use super::Place;
use super::hash::{FastMap, FastSet};
use crate::error::StoreError;
use bartizan_model::{Finding, Severity, SourceId, Status, Timestamp};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

/// An exposure's identity: asset, weakness, digest of the locus (0 where the weakness is catalogued).
pub(super) type Key = (i64, i64, i64);

/// The exposures that are remembered, by their identity: asset by asset, since reports mostly speak of one at a time, and what it has
/// stays near the core. Each has a number, so that it is looked for once.
#[derive(Default)]
pub(super) struct Remembered {
    assets: FastMap<i64, FastMap<(i64, i64), u32>>,
    exposures: Vec<Known>,
}

impl Remembered {
    /// The number of an exposure, made where it is not remembered. It holds until the next [`Self::clear`].
    pub(super) fn entry(
        &mut self,
        key: Key,
        make: impl FnOnce() -> Result<Known, StoreError>,
    ) -> Result<u32, StoreError> {
        let (asset, weakness, locus) = key;
        Ok(match self.assets.entry(asset).or_default().entry((weakness, locus)) {
            Entry::Occupied(number) => *number.get(),
            Entry::Vacant(entry) => {
                self.exposures.push(make()?);
                *entry.insert(self.exposures.len() as u32 - 1)
            }
        })
    }

    /// The exposure with this identity.
    pub(super) fn of(&self, &(asset, weakness, locus): &Key) -> Option<&Known> {
        self.assets.get(&asset)?.get(&(weakness, locus)).map(|number| self.get(*number))
    }

    /// The exposure with a number.
    pub(super) fn get(&self, number: u32) -> &Known {
        &self.exposures[number as usize]
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, number: u32) -> &mut Known {
        &mut self.exposures[number as usize]
    }

    /// The assets of which something is remembered that is so.
    pub(super) fn assets(&self, is_so: impl Fn(&Known) -> bool) -> FastSet<i64> {
        let so =
            self.assets.iter().filter(|(_, of_it)| of_it.values().any(|number| is_so(self.get(*number))));
        so.map(|(asset, _)| *asset).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.exposures.len()
    }

    pub(super) fn clear(&mut self) {
        self.assets.clear();
        self.exposures.clear();
    }
}

/// An exposure that is stored, or will be with the next write.
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) status: Status,
    pub(super) severity: Severity,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) sightings: Vec<Sighting>,
    pub(super) fate: Fate,
    /// The chunk in which its row was last queued.
    pub(super) queued: u32,
}

/// What this run did to an exposure; a later finding of the same run can only raise it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    Untouched,
    Unchanged,
    Updated,
    Reopened,
    Created,
}

pub(super) struct Sighting {
    pub(super) source: i64,
    pub(super) locus_digest: i64,
    pub(super) severity: Severity,
    pub(super) present: bool,
    pub(super) looked_at: Timestamp,
    /// The chunk in which its row was last queued, and where in the queue.
    pub(super) queued: (u32, u32),
}

impl Known {
    /// Whether every place of it that the source ever named was seen in this chunk, at one time.
    pub(super) fn was_confirmed(&self, source: SourceId, chunk: u32, seen: Timestamp) -> bool {
        let mut own = self.sightings.iter().filter(|sighting| sighting.source == source.0);
        own.all(|sighting| sighting.present && sighting.queued.0 == chunk && sighting.looked_at == seen)
    }

    /// The highest severity that a source reports, or last reported where none sees it any more.
    pub(super) fn reported(&self) -> Severity {
        let present = self.sightings.iter().filter(|s| s.present).map(|s| s.severity).max();
        present.or_else(|| self.sightings.iter().map(|s| s.severity).max()).unwrap_or(self.severity)
    }
}

impl Sighting {
    /// Whether the severity here follows the finding's. A report may name one place several times: its highest
    /// severity counts, so a lower one waits for the end of the report in `lowered`.
    pub(super) fn follows(
        &self,
        finding: &Finding,
        place: Place,
        first_time: bool,
        lowering: bool,
        lowered: &mut BTreeMap<Place, Box<Finding>>,
    ) -> bool {
        match finding.severity.cmp(&self.severity) {
            Ordering::Less if lowering => return true,
            Ordering::Less if first_time => {
                lowered.insert(place, Box::new(finding.clone()));
            }
            Ordering::Less => {
                if let Some(waiting) =
                    lowered.get_mut(&place).filter(|waiting| waiting.severity < finding.severity)
                {
                    **waiting = finding.clone();
                }
            }
            Ordering::Equal | Ordering::Greater => {
                lowered.remove(&place);
            }
        }
        finding.severity > self.severity
    }
}
