//! Documents about an asset that others read: bills of materials and VEX, as downloads.

use crate::error::ApiError;
use crate::extract::{Params, Path};
use crate::state::AppState;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bartizan_app::{AUTHOR, Document};
use bartizan_model::AssetId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// A format of bills of materials.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BillFormat {
    /// CycloneDX 1.6.
    #[default]
    Cyclonedx,
    /// SPDX 2.3.
    Spdx,
}

/// Which bill.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BillParams {
    /// `cyclonedx` or `spdx`.
    #[serde(default)]
    #[param(inline)]
    format: BillFormat,
    /// With vulnerabilities and what was decided of them (CycloneDX only).
    #[serde(default)]
    vex: bool,
}

/// Who says so.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct VexParams {
    /// The author of the document: your organisation.
    #[serde(default)]
    author: String,
}

/// The asset's software as a bill of materials.
#[utoipa::path(get, path = "/assets/{id}/sbom", operation_id = "assetBill", tag = "assets", params(("id" = i64, Path), BillParams),
    responses((status = 200, content((String = "application/vnd.cyclonedx+json"), (String = "application/spdx+json")))))]
pub(crate) async fn bill(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Params(params): Params<BillParams>,
) -> Result<Response, ApiError> {
    let (document, mime, name) = match (params.format, params.vex) {
        (BillFormat::Spdx, true) => {
            return Err(ApiError::bad_request("SPDX has no place for vulnerabilities.")
                .hint("Leave `vex` out, or choose `format=cyclonedx`."));
        }
        (BillFormat::Spdx, false) => (Document::Spdx, "application/spdx+json", "spdx.json"),
        (BillFormat::Cyclonedx, vex) => {
            (Document::CycloneDx { vex }, "application/vnd.cyclonedx+json; version=1.6", "cdx.json")
        }
    };
    answer(&state, id, document, AUTHOR.to_owned(), mime, name).await
}

/// What was decided of the asset's vulnerabilities, as OpenVEX.
#[utoipa::path(get, path = "/assets/{id}/vex", operation_id = "assetVex", tag = "assets", params(("id" = i64, Path), VexParams),
    responses((status = 200, body = String, content_type = "application/json")))]
pub(crate) async fn vex(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Params(params): Params<VexParams>,
) -> Result<Response, ApiError> {
    let author = match params.author.trim() {
        "" => AUTHOR.to_owned(),
        author => super::label("author", author, 200)?,
    };
    answer(&state, id, Document::OpenVex, author, "application/json", "openvex.json").await
}

async fn answer(
    state: &AppState,
    id: i64,
    document: Document,
    author: String,
    mime: &'static str,
    name: &'static str,
) -> Result<Response, ApiError> {
    let text = state
        .call(move |state| {
            let mut text = Vec::new();
            state.app.write_document(AssetId(id), document, &author, &mut text)?;
            Ok(text)
        })
        .await?;
    let disposition = format!("attachment; filename=\"asset-{id}.{name}\"");
    let headers = [(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, text).into_response())
}
