//! How things went day by day, derived from the exposures and the evidence for their status.

use crate::{App, AppError};
use bartizan_model::Timestamp;
use bartizan_model::time::DAY;
use std::sync::PoisonError;

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
        let live = self.live()?;
        let mut followed = live.followed.lock().unwrap_or_else(PoisonError::into_inner);
        let evidence = followed.evidence(&self.store)?;
        let estate = self.estate()?;
        let first_seen = estate.first_seen_by_day(from, usize::try_from(days).unwrap_or(0));
        let mut open = estate.open_count() as i64;
        drop(estate);
        let mut all = Vec::new();
        // Backwards from what is open now.
        for (number, new) in first_seen.into_iter().enumerate().rev() {
            let day = from + number as i64;
            let count = |kinds: &[&str]| -> i64 {
                let on = evidence.range((day, String::new())..(day + 1, String::new()));
                on.filter(|((_, kind), _)| kinds.contains(&kind.as_str())).map(|(_, count)| count).sum()
            };
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
