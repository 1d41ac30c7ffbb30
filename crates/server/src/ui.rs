//! The UI, built by `web/` and embedded in the binary (read from disk in a debug build).

use crate::error::ApiError;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist/"]
struct Files;

/// What is shown where the UI was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Bartizan</title>\
<h1>The UI is not built</h1><p>This Bartizan was built without its UI; the API works. To build the UI: \
<code>make web</code> (or <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>), then build Bartizan again.</p>";

/// Serves a file of the UI, or the UI itself at every path that is a page of its own.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return ApiError::not_found("There is nothing at this path.")
            .hint("The paths are in /api/v1/openapi.json.")
            .into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let name = path.trim_start_matches('/');
    if !name.is_empty() && name != "index.html" && !name.starts_with('.') {
        if let Some(file) = Files::get(name) {
            // The build puts a digest into the names under static/, so what is there never changes.
            let cache =
                if name.starts_with("static/") { "public, max-age=31536000, immutable" } else { "no-cache" };
            return answer(&file, name, cache);
        }
        if name.starts_with("static/") {
            return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
        }
    }
    match Files::get("index.html") {
        Some(page) => answer(&page, "index.html", "no-store"),
        None => Html(NOT_BUILT).into_response(),
    }
}

fn answer(file: &rust_embed::EmbeddedFile, name: &str, cache: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, kind(name)), (header::CACHE_CONTROL, cache)];
    (headers, Body::from(file.data.to_vec())).into_response()
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
