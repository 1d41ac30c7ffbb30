//! The whole router: the API, the probes, the UI, and the layers around them.

use crate::registry::Operation;
use crate::request::{API, observe, panicked};
use crate::state::AppState;
use crate::{metrics, resources, ui};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// Every operation of the API and who may call it.
pub fn operations() -> Vec<Operation> {
    resources::registry().finish().2
}

/// The OpenAPI document as pretty-printed JSON, made from the code.
pub fn openapi() -> String {
    let mut text = resources::registry().finish().1.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

pub(crate) fn router(state: AppState) -> Router {
    let (api, document, _) = resources::registry().finish();
    let document: axum::body::Bytes = document.to_json().unwrap_or_default().into();
    let show = get(move || async move { ([(header::CONTENT_TYPE, "application/json")], document) });
    Router::new()
        .nest(API, api)
        .route("/api/v1/openapi.json", show)
        .route("/healthz", get(metrics::healthz))
        .route("/readyz", get(metrics::readyz))
        .route("/metrics", get(metrics::metrics))
        .fallback(ui::serve)
        .layer(DefaultBodyLimit::max(state.config.max_body))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(AppState::clone(&state), observe))
        // Outside of the errors' bodies, so that these are compressed too; never the event stream.
        .layer(CompressionLayer::new())
        .with_state(state)
}
