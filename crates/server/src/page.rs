//! Lists: what they take and how they answer, the same for every noun.

use crate::error::ApiError;
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// Rows of a page where the caller does not say.
const LIMIT: usize = 50;
/// Most rows of a page.
const MOST: usize = 500;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// How many there are in all.
    pub(crate) total: u64,
    /// This page.
    pub(crate) items: Vec<T>,
    /// Hand it over as `after` for the next page; `null` on the last.
    #[schema(required)]
    pub(crate) next: Option<String>,
}

/// What a list that can be searched takes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// A query; empty for all.
    #[serde(default)]
    pub(crate) q: String,
    /// What to sort by, descending with a leading `-`.
    #[serde(default)]
    pub(crate) sort: String,
    /// Rows of a page, 1 to 500; 50 where not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<String>,
}

impl Search {
    pub(crate) fn limit(&self) -> Result<usize, ApiError> {
        limit(self.limit)
    }

    pub(crate) fn after<T: FromStr>(&self) -> Result<Option<T>, ApiError> {
        cursor(self.after.as_deref())
    }
}

/// What a list in the order of time takes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Pages {
    /// Rows of a page, 1 to 500; 50 where not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<String>,
}

impl Pages {
    pub(crate) fn limit(&self) -> Result<usize, ApiError> {
        limit(self.limit)
    }

    pub(crate) fn after<T: FromStr>(&self) -> Result<Option<T>, ApiError> {
        cursor(self.after.as_deref())
    }
}

pub(crate) fn limit(asked: Option<usize>) -> Result<usize, ApiError> {
    match asked.unwrap_or(LIMIT) {
        limit @ 1..=MOST => Ok(limit),
        other => Err(ApiError::bad_request(format!("`limit` is 1 to {MOST}, not {other}."))),
    }
}

pub(crate) fn cursor<T: FromStr>(text: Option<&str>) -> Result<Option<T>, ApiError> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => match text.parse() {
            Ok(cursor) => Ok(Some(cursor)),
            Err(_) => {
                Err(ApiError::bad_request("`after` is no cursor.").hint("Use the `next` of the page before."))
            }
        },
    }
}

/// A list of rows read newest first with one more than asked: cuts it and says where the next page begins.
pub(crate) fn cut<T>(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> i64) -> (Vec<T>, Option<String>) {
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| key(last).to_string());
    (items, next)
}

/// A point in time as the API writes it: RFC 3339, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Time(pub(crate) Timestamp);

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl PartialSchema for Time {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl ToSchema for Time {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_cursors_are_checked() {
        assert_eq!(limit(None).unwrap(), LIMIT);
        assert!(limit(Some(0)).is_err() && limit(Some(501)).is_err() && limit(Some(500)).is_ok());
        assert!(cursor::<i64>(Some("x")).is_err());
        assert_eq!(cursor::<i64>(Some("")).unwrap(), None);
        assert_eq!(cut(vec![3, 2, 1], 2, |n| *n), (vec![3, 2], Some("2".to_owned())));
        assert_eq!(cut(vec![2, 1], 2, |n| *n), (vec![2, 1], None));
    }
}
