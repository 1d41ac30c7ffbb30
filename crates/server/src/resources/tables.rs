//! Tables that no format knows: their beginning to look at, and what their columns mean.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::state::AppState;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_import::{ColumnMap, FIELDS, HEAD, Limits, TableHead};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::BufRead as _;
use utoipa::ToSchema;

/// The beginning of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Table {
    /// What it is known by again: `PUT /tables/{header}` says what its columns mean.
    header: String,
    columns: Vec<TableColumn>,
    /// Its first rows.
    rows: Vec<Vec<String>>,
    /// Who is named as the source, where somebody said so before.
    #[schema(required)]
    source: Option<String>,
    /// What a column can be.
    fields: Vec<TableField>,
}

/// A column of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableColumn {
    name: String,
    /// The field that it is, as was said before, else probably by its name.
    #[schema(required)]
    field: Option<String>,
}

/// What a column can be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableField {
    name: &'static str,
    about: &'static str,
}

/// What the columns of a table mean.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TableMap {
    /// Who is named as the source of what it tells: `cmdb`.
    #[serde(default)]
    source: String,
    /// The field of each column by the column's name; others are left out.
    columns: BTreeMap<String, String>,
}

/// Looks at the beginning of a file: the first 64 KiB are enough. 404 where it is no table.
#[utoipa::path(post, path = "/tables", operation_id = "lookAtTable", tag = "runs",
    request_body(content = String, content_type = "application/octet-stream"), responses((status = 200, body = Table)))]
pub(crate) async fn look(State(state): State<AppState>, body: Bytes) -> Result<Json<Table>, ApiError> {
    let head = body.slice(..body.len().min(HEAD));
    let table = state.call(move |state| {
        let no_table = || {
            ApiError::not_found("This is no table.")
                .hint("A table has a line of column names and rows below it.")
        };
        let mut decoded = bartizan_import::open(&head[..], &Limits::default()).map_err(|_| no_table())?;
        let head = decoded.fill_buf().map_err(|_| no_table())?;
        let table = TableHead::of(head).ok_or_else(no_table)?;
        let known = state.app.column_map(&table.digest())?;
        let said = |name: &String| known.as_ref().and_then(|map| map.columns().get(name)).cloned();
        let fields = table.columns.iter().zip(table.guesses()).map(|(name, guess)| match &known {
            Some(_) => said(name),
            None => guess.map(str::to_owned),
        });
        let columns = table.columns.iter().zip(fields);
        Ok(Table {
            header: table.digest(),
            columns: columns.map(|(name, field)| TableColumn { name: name.clone(), field }).collect(),
            source: known.as_ref().map(|map| map.source().to_owned()),
            fields: FIELDS.iter().map(|(name, about)| TableField { name, about }).collect(),
            rows: table.rows,
        })
    });
    Ok(Json(table.await?))
}

/// Says what the columns under a header mean. It counts for every table with this header from then on.
#[utoipa::path(put, path = "/tables/{header}", operation_id = "mapTable", tag = "runs", params(("header" = String, Path)),
    request_body = TableMap, responses((status = 204)))]
pub(crate) async fn map(
    State(state): State<AppState>,
    caller: Caller,
    Path(header): Path<String>,
    Json(body): Json<TableMap>,
) -> Result<StatusCode, ApiError> {
    if header.len() != 32 || !header.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ApiError::bad_request("This is no header's digest.").hint("POST /tables gives it."));
    }
    if body.columns.len() > 500 {
        return Err(ApiError::bad_request("These are more than 500 columns."));
    }
    let map = ColumnMap::new(&body.source, body.columns).map_err(ApiError::bad_request)?;
    let actor = caller.actor();
    state.write_call(move |state| Ok(state.app.keep_column_map(&actor, &header, &map)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}
