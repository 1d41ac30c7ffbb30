//! The one shape of an error: a closed code, words for people, and the request's id, which also stands in the log.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bartizan_app::{AppError, StoreError};
use bartizan_iam::NoRandomness;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, for programs. Closed: a new code is a new version of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    /// The request makes no sense as it stands.
    BadRequest,
    /// The query does not parse; `span` says where.
    BadQuery,
    /// Nobody is signed in, or the session or token ended.
    Unauthenticated,
    /// Who is signed in may not do this.
    Forbidden,
    /// The call could have been forged by another site.
    Csrf,
    /// There is no such thing.
    NotFound,
    /// The facts forbid it.
    Conflict,
    /// The body is too large.
    TooLarge,
    /// Too many tries.
    RateLimited,
    /// It cannot be done right now.
    Unavailable,
    /// Our fault.
    Internal,
}

/// The body of every answer that is no success.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// What went wrong.
    pub(crate) error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ErrorDetail {
    /// For programs.
    pub(crate) code: Code,
    /// For people.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// The bytes of the query that are wrong: from, to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) span: Option<[usize; 2]>,
    /// Stands in the server's log beside what else is known.
    pub(crate) request_id: String,
}

/// An error on its way out. The request's id is put in by [`crate::request`].
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) span: Option<[usize; 2]>,
    /// For the log alone: may name files, addresses and SQL, but no secret.
    pub(crate) detail: Option<String>,
    pub(crate) retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        let message = sentence(message.into());
        Self { status, code, message, hint: None, span: None, detail: None, retry_after: None }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadRequest, message)
    }

    pub(crate) fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, Code::Forbidden, message)
    }

    pub(crate) fn csrf(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, Code::Csrf, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Code::NotFound, message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, Code::Conflict, message)
    }

    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, message)
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, message)
    }

    /// Our fault: the detail goes to the log, not to the caller.
    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        let mut error = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Code::Internal,
            "Something went wrong inside Bartizan.",
        )
        .hint("Try again. If it stays, look into the server's log for this request's id.");
        error.detail = Some(detail.into());
        error
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The error for an answer that a library made without one of ours.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, Code::BadRequest, "This path does not know this method.")
                    .hint("The methods of each path are in /api/v1/openapi.json.")
            }
            StatusCode::NOT_FOUND => Self::not_found("There is nothing at this path."),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large("The body is too large."),
            StatusCode::REQUEST_TIMEOUT => Self::new(status, Code::Unavailable, "It took too long."),
            _ if status.is_server_error() => Self::internal(format!("answered {status} without a reason")),
            _ => Self::new(status, Code::BadRequest, "The request cannot be understood."),
        }
    }

    pub(crate) fn body(&self, request_id: &str) -> ErrorBody {
        ErrorBody {
            error: ErrorDetail {
                code: self.code,
                message: self.message.clone(),
                hint: self.hint.clone(),
                span: self.span,
                request_id: request_id.to_owned(),
            },
        }
    }

    pub(crate) fn render(&self, request_id: &str) -> Response {
        let mut response = (self.status, axum::Json(self.body(request_id))).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Leaves the error beside an empty answer; [`crate::request::observe`] makes the body, since it knows the id.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what, id } => Self::not_found(format!("There is no {what} {id}."))
                .hint("It may have been removed or merged; search for it."),
            StoreError::Conflict(words) => Self::conflict(words),
            StoreError::Sqlite(_) | StoreError::Postgres(_) | StoreError::Folder { .. } => {
                Self::unavailable("The database does not answer.")
                    .hint("Check free disk space and the server's log, then try again.")
                    .detail(error.to_string())
            }
            _ => Self::internal(error.to_string()),
        }
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Store(error) => error.into(),
            AppError::Query(error) => {
                let mut answer = Self::new(
                    StatusCode::BAD_REQUEST,
                    Code::BadQuery,
                    format!("The query: {}", error.problem),
                );
                answer.span = Some([error.span.start, error.span.end]);
                answer.hint = Some(match &error.suggestion {
                    Some(word) => format!("Did you mean `{word}`?"),
                    None => format!("Expected: {}.", error.expected),
                });
                answer
            }
            AppError::Cancelled => Self::conflict(error.to_string()),
            AppError::Input(_)
            | AppError::TooMuch(_)
            | AppError::Open { .. }
            | AppError::Detect { .. }
            | AppError::OtherFormat { .. }
            | AppError::Parse { .. }
            | AppError::Table { .. }
            | AppError::Feed { .. } => Self::bad_request(error.to_string()),
            AppError::File { .. } | AppError::Advisories(_) | AppError::Internal => {
                Self::internal(error.to_string())
            }
        }
    }
}

impl From<NoRandomness> for ApiError {
    fn from(error: NoRandomness) -> Self {
        Self::internal(error.to_string())
    }
}

/// Words of other crates begin small and end without a full stop; those for people do not.
fn sentence(text: String) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return text };
    let mut text: String = first.to_uppercase().chain(characters).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_sentences() {
        assert_eq!(sentence("there is no x".into()), "There is no x.");
        assert_eq!(sentence("Why?".into()), "Why?");
        assert_eq!(sentence(String::new()), "");
    }

    #[test]
    fn what_went_wrong_inside_stays_inside() {
        let error = ApiError::internal("/secret/path is gone");
        let body = serde_json::to_string(&error.body("1")).unwrap();
        assert!(!body.contains("secret") && body.contains(r#""code":"internal""#), "{body}");
    }
}
