//! What happens around every request: its id, whether it is meant for us, its time limit, its errors' shape, its line
//! in the log and in the metrics. No query text is logged: it may hold names, and the set-up link holds a secret.

use crate::error::ApiError;
use crate::headers;
use crate::state::AppState;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;
use tracing::Instrument;

/// Where the API lies.
pub(crate) const API: &str = "/api/v1";

/// The peer's address, for the brake on guessing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// See the module.
pub(crate) async fn observe(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let id = state.next_request_id();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().map(|matched| matched.as_str().to_owned());
    let peer = peer(&state, &request);
    request.extensions_mut().insert(Peer(peer));
    request.extensions_mut().insert(AppState::clone(&state));
    let span = tracing::info_span!("request", id, %method, path);
    let probe = matches!(path.as_str(), "/healthz" | "/readyz");
    let allowed = match probe {
        true => Ok(()),
        false => state.hosts.check(&method, request.uri(), request.headers()),
    };
    let response = match allowed {
        Err(error) => error.into_response(),
        Ok(()) if is_upload(&method, &path) => next.run(request).instrument(span.clone()).await,
        Ok(()) => {
            match tokio::time::timeout(state.config.timeout, next.run(request).instrument(span.clone())).await
            {
                Ok(response) => response,
                Err(_) => ApiError::unavailable("It took too long.")
                    .hint("Ask for less at once, or try again later.")
                    .detail("timed out")
                    .into_response(),
            }
        }
    };
    let mut response = finish(response, &path, &id);
    headers::put(response.headers_mut(), &path, state.config.secure());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    let (status, took) = (response.status(), begin.elapsed());
    state.metrics.count(&method, route.as_deref().unwrap_or("other"), status.as_u16(), took);
    let milliseconds = took.as_millis() as u64;
    span.in_scope(|| tracing::info!(status = status.as_u16(), milliseconds, "answered"));
    response
}

/// Uploads take as long as they take; they may only not pause for long (see [`crate::spool`]).
fn is_upload(method: &Method, path: &str) -> bool {
    method == Method::POST && matches!(path.strip_prefix(API), Some("/imports" | "/feeds"))
}

/// Gives every error its body: ours, and those that a library made.
fn finish(mut response: Response, path: &str, id: &str) -> Response {
    let status = response.status();
    let error = response.extensions_mut().remove::<ApiError>();
    let foreign = || (status.is_client_error() || status.is_server_error()) && path.starts_with("/api");
    let error = match error {
        Some(error) => error,
        None if foreign() && !is_json(&response) => ApiError::of_status(status),
        None => return response,
    };
    if error.status.is_server_error() {
        let detail = error.detail.as_deref().unwrap_or_default();
        tracing::error!(id, path, status = error.status.as_u16(), detail, "{}", error.message);
    }
    let mut rendered = error.render(id);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        rendered.headers_mut().insert(header::ALLOW, allow.clone());
    }
    rendered
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// The answer where a handler panicked: the panic's words go to the log.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    ApiError::internal(format!("a handler panicked: {}", words.unwrap_or_default())).into_response()
}

/// Who calls. Behind a proxy on this machine, its last word on the matter counts; else nobody's.
fn peer(state: &AppState, request: &Request) -> IpAddr {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let direct = info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    if state.config.public_urls.is_empty() || !crate::config::is_loopback(direct) {
        return direct;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.unwrap_or(direct)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_that_tells_nothing() {
        let response = finish(panicked(Box::new("secret words")), "/api/v1/x", "7");
        assert_eq!(response.status(), 500);
        assert!(is_json(&response));
        let error = ApiError::of_status(response.status()).body("7");
        assert!(!serde_json::to_string(&error).unwrap().contains("secret"));
    }

    #[test]
    fn only_uploads_have_no_time_limit() {
        assert!(is_upload(&Method::POST, "/api/v1/imports") && is_upload(&Method::POST, "/api/v1/feeds"));
        assert!(
            !is_upload(&Method::GET, "/api/v1/feeds")
                && !is_upload(&Method::POST, "/api/v1/imports/1/cancel")
        );
    }
}
