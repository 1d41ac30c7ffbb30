//! Which exposures a bulk change is about: some by id, or all that a query selects.

use crate::error::ApiError;
use crate::state::Shared;
use bartizan_app::StoreError;
use bartizan_app::prioritize::{Cursor, Sort};
use bartizan_model::ExposureId;

/// Rows that a preview shows.
pub(crate) const SAMPLE: usize = 20;
/// Most exposures that one change can be about: more is a mistake more often than a wish.
const MOST: usize = 100_000;
/// Rows that are read at once.
const PAGE: usize = 10_000;

/// See the module.
pub(crate) enum Meant {
    Ids(Vec<ExposureId>),
    Query(String),
}

impl Meant {
    /// From a call's `ids` and `q`, of which one must be given.
    pub(crate) fn of(ids: Option<Vec<i64>>, q: Option<String>) -> Result<Self, ApiError> {
        match (ids, q) {
            (Some(ids), None) if !ids.is_empty() => {
                let mut ids: Vec<_> = ids.into_iter().map(ExposureId).collect();
                ids.sort_unstable();
                ids.dedup();
                Ok(Self::Ids(ids))
            }
            (None, Some(q)) if !q.trim().is_empty() => Ok(Self::Query(q)),
            _ => Err(ApiError::bad_request("Name the exposures by `ids` or by `q`, one of the two.")
                .hint("To mean all of them, write a query that says so, such as `status:open`.")),
        }
    }

    /// The exposures, most urgent first where a query means them.
    pub(crate) fn find(self, state: &Shared, person: &str) -> Result<Vec<ExposureId>, ApiError> {
        let text = match self {
            Self::Query(text) => text,
            Self::Ids(ids) => {
                check_count(ids.len())?;
                let estate = state.app.estate()?;
                if let Some(missing) = ids.iter().find(|id| estate.view(**id).is_none()) {
                    return Err(StoreError::NotFound { what: "exposure", id: missing.to_string() }.into());
                }
                return Ok(ids);
            }
        };
        let query = state.app.query_of(person, &text)?;
        let (now, estate) = (state.app.now(), state.app.estate()?);
        let selected = estate.select(&query, now);
        check_count(selected.count())?;
        let (mut ids, mut after): (Vec<ExposureId>, Option<Cursor>) = (Vec::new(), None);
        loop {
            let page = estate.page(&selected, Sort::default(), after.as_ref(), PAGE);
            ids.extend(page.ids);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(ids),
            }
        }
    }

    /// The exposures, of which there must be one.
    pub(crate) fn find_some(self, state: &Shared, person: &str) -> Result<Vec<ExposureId>, ApiError> {
        let ids = self.find(state, person)?;
        if ids.is_empty() {
            return Err(ApiError::not_found("No exposure is meant by this."));
        }
        Ok(ids)
    }
}

fn check_count(count: usize) -> Result<(), ApiError> {
    if count <= MOST {
        return Ok(());
    }
    Err(ApiError::bad_request(format!("This means {count} exposures; one change may mean at most {MOST}."))
        .hint("Narrow the query, and go in parts."))
}
