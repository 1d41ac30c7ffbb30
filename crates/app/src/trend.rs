//! How things went day by day, derived from the exposures and the evidence for their status.

use crate::{App, AppError};
use bartizan_model::Timestamp;
use bartizan_model::time::DAY;
use std::collections::BTreeMap;

/// One day (UTC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Its first moment.
    pub day: Timestamp,
    /// Exposures open at its end.
    pub open: i64,
    /// First seen or back on this day.
    pub opened: i64,
    /// Proven fixed on this day.
    pub fixed: i64,
}

impl App {
    /// The last `days` days, oldest first. Decisions move exposures out of `open` on the day they were taken.
    pub fn trend(&self, days: i64) -> Result<Vec<Day>, AppError> {
        let today = self.now().micros().div_euclid(DAY);
        let from = today - days + 1;
        let evidence = self.read(|reader| reader.evidence_by_day(Timestamp::from_micros(from * DAY)))?;
        let estate = self.estate()?;
        let mut first_seen: BTreeMap<i64, i64> = BTreeMap::new();
        estate.each_first_seen(|at| {
            *first_seen.entry(at.micros().div_euclid(DAY).max(from - 1)).or_default() += 1;
        });
        let mut open = estate.open_count() as i64;
        drop(estate);
        let mut all = Vec::new();
        // Backwards from what is open now.
        for day in (from..=today).rev() {
            let count = |kinds: &[&str]| -> i64 {
                let of_kind = |row: &&(i64, String, i64)| row.0 == day && kinds.contains(&row.1.as_str());
                evidence.iter().filter(of_kind).map(|row| row.2).sum()
            };
            let new = first_seen.get(&day).copied().unwrap_or(0);
            let opened = new + count(&["reopened"]);
            let fixed = count(&["fixed"]);
            all.push(Day { day: Timestamp::from_micros(day * DAY), open: open.max(0), opened, fixed });
            open -= opened + count(&["revoked", "lapsed"]);
            open += fixed + count(&["decided"]);
        }
        all.reverse();
        Ok(all)
    }
}
