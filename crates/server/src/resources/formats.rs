//! The formats that imports understand.

use crate::extract::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// A report format.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportFormat {
    id: &'static str,
    /// The tool's or standard's own name.
    name: &'static str,
    /// What is taken from it.
    summary: &'static str,
    /// Usual file extensions.
    extensions: &'static [&'static str],
}

/// The formats that imports understand.
#[utoipa::path(get, path = "/formats", operation_id = "formats", tag = "runs", responses((status = 200, body = Vec<ReportFormat>)))]
pub(crate) async fn list() -> Json<Vec<ReportFormat>> {
    let formats = bartizan_import::FORMATS.iter();
    let view = |f: &bartizan_import::Format| ReportFormat {
        id: f.id,
        name: f.name,
        summary: f.summary,
        extensions: f.extensions,
    };
    Json(formats.map(view).collect())
}
