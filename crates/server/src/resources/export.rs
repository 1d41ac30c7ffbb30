//! Exposures as a file: CSV for spreadsheets, JSON for programs; streamed page by page.

use super::exposures::{ExposureRow, rows};
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Params;
use crate::state::AppState;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bartizan_app::prioritize::{Cursor, Sort};
use bartizan_model::query::Query;
use futures_util::StreamExt;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Rows that are made at once.
const PAGE: usize = 1_000;
/// The columns of a CSV file.
const COLUMNS: [&str; 18] = [
    "id",
    "weakness",
    "title",
    "asset",
    "asset_id",
    "locus",
    "severity",
    "priority",
    "band",
    "ssvc",
    "status",
    "reach",
    "kev",
    "epss",
    "first_seen",
    "last_seen",
    "sources",
    "owner",
];

/// Which kind of file.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FileKind {
    /// Comma-separated values with a header line.
    #[default]
    Csv,
    /// One array of `ExposureRow`.
    Json,
}

/// What is exported, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportParams {
    /// A query; empty for all.
    #[serde(default)]
    q: String,
    /// `csv` or `json`.
    #[serde(default)]
    #[param(inline)]
    format: FileKind,
}

/// All exposures that a query selects, as a file, most urgent first.
#[utoipa::path(get, path = "/exposures/export", operation_id = "exportExposures", tag = "exposures", params(ExportParams),
    responses((status = 200, content((String = "text/csv"), (Vec<ExposureRow> = "application/json")))))]
pub(crate) async fn download(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<ExportParams>,
) -> Result<Response, ApiError> {
    let query = state.app.query_of(caller.name(), &params.q)?;
    let kind = params.format;
    let (mime, name) = match kind {
        FileKind::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"exposures.csv\""),
        FileKind::Json => ("application/json", "attachment; filename=\"exposures.json\""),
    };
    let begin = Step { state, query, kind, after: None, first: true, done: false };
    let chunks = futures_util::stream::unfold(begin, |step| async move {
        if step.done {
            return None;
        }
        match step.next().await {
            Ok((bytes, step)) => Some((Ok::<_, std::io::Error>(bytes), step)),
            // The head has gone out with 200: breaking off is the only honest way to say that the rest is missing.
            Err((error, step)) => Some((Err(std::io::Error::other(error.message)), step)),
        }
    });
    // Fused, since the compression in front polls once more after the end.
    let chunks = chunks.fuse();
    let headers = [(header::CONTENT_TYPE, mime), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// How far an export is.
struct Step {
    state: AppState,
    query: Query,
    kind: FileKind,
    after: Option<Cursor>,
    first: bool,
    done: bool,
}

impl Step {
    async fn next(mut self) -> Result<(Bytes, Self), (ApiError, Self)> {
        let (query, after) = (self.query.clone(), self.after.take());
        let page = self
            .state
            .call(move |state| {
                let page = state.app.estate()?.search(
                    &query,
                    Sort::default(),
                    after.as_ref(),
                    PAGE,
                    state.app.now(),
                );
                Ok((rows(state, &page.ids)?, page.next))
            })
            .await;
        let (items, next) = match page {
            Ok(page) => page,
            Err(error) => {
                self.done = true;
                return Err((error, self));
            }
        };
        self.done = next.is_none();
        self.after = next;
        let text = match self.kind {
            FileKind::Csv => csv(&items, self.first),
            FileKind::Json => json(&items, self.first, self.done),
        };
        self.first = false;
        Ok((Bytes::from(text), self))
    }
}

fn json(items: &[ExposureRow], first: bool, last: bool) -> String {
    let mut text = String::from(if first { "[" } else { "" });
    for (index, item) in items.iter().enumerate() {
        text.push_str(if first && index == 0 { "\n" } else { ",\n" });
        text.push_str(&serde_json::to_string(item).unwrap_or_default());
    }
    if last {
        text.push_str("\n]\n");
    }
    text
}

fn csv(items: &[ExposureRow], header: bool) -> String {
    let mut text = if header { COLUMNS.join(",") + "\r\n" } else { String::new() };
    for row in items {
        let fields = [
            row.id.to_string(),
            row.weakness.clone(),
            row.title.clone(),
            row.asset.clone(),
            row.asset_id.to_string(),
            row.locus.clone(),
            row.severity.to_owned(),
            row.priority.to_string(),
            row.band.to_owned(),
            row.ssvc.to_owned(),
            row.status.to_owned(),
            row.reach.to_owned(),
            row.kev.map_or(String::new(), |kev| kev.to_string()),
            row.epss.map_or(String::new(), |epss| epss.to_string()),
            row.first_seen.0.to_string(),
            row.last_seen.0.to_string(),
            row.sources.join(" "),
            row.owner.clone().unwrap_or_default(),
        ];
        let fields: Vec<String> = fields.iter().map(|field| cell(field)).collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

/// One cell. A spreadsheet would run text that begins like a formula, and findings hold what attackers wrote: such text
/// gets a leading apostrophe, which spreadsheets do not show.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n', '\'', ';', '\t']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_a_formula() {
        for (text, shown) in [
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(cell(text), shown);
        }
    }

    #[test]
    fn json_is_one_array() {
        assert_eq!(json(&[], true, true), "[\n]\n");
        assert_eq!(json(&[], true, false) + &json(&[], false, true), "[\n]\n");
    }
}
