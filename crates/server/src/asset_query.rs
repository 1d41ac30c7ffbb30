//! Refuses queries over assets that speak of exposures, and says which word does.

use crate::error::{ApiError, Code};
use axum::http::StatusCode;
use bartizan_app::asset_query::{is_of_assets, makes_scopes, refused};
use bartizan_model::query::{Field, Query};

/// Refuses a query with fields that speak of exposures.
pub(crate) fn check(query: &Query, text: &str) -> Result<(), ApiError> {
    refuse(query, text, is_of_assets)
}

/// As [`check`], for the query that makes a scope: it must not name scopes, nor what changes with every run.
pub(crate) fn check_scope(query: &Query, text: &str) -> Result<(), ApiError> {
    refuse(query, text, makes_scopes)
}

fn refuse(query: &Query, text: &str, usable: fn(Field) -> bool) -> Result<(), ApiError> {
    let Some(field) = refused(query, usable) else { return Ok(()) };
    let name = field.info().name;
    let words = format!("`{name}` cannot be asked of an asset here.");
    let mut error = ApiError::new(StatusCode::BAD_REQUEST, Code::BadQuery, words).hint(
        "Assets know asset, kind, reach, criticality, data, demo, unknown and words; their list also scope, first_seen and last_seen.",
    );
    let lower = text.to_ascii_lowercase();
    let names = std::iter::once(name).chain(field.info().aliases.iter().copied());
    let at = names.filter_map(|name| lower.find(&format!("{name}:")).map(|at| [at, at + name.len()])).min();
    error.span = Some(at.unwrap_or([0, text.len()]));
    Err(error)
}
