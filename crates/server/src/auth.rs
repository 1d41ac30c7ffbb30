//! Who calls: a session's cookie or a token, and whether the call may do what it asks for.

use crate::error::ApiError;
use crate::registry::Access;
use crate::state::AppState;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bartizan_app::{Account, Actor, Reader, StoreError};
use bartizan_iam::{Secret, constant_time_eq};
use bartizan_model::Role;
use bartizan_model::Timestamp;

/// The header that carries a session's forgery check.
pub(crate) const CSRF_HEADER: &str = "x-bartizan-csrf";

/// How a caller proved who they are; holds digests, never a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    Session { digest: String },
    Token { digest: String },
}

/// Who calls.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) account: Account,
    /// What the call may do: the account's role, or less where its token has less.
    pub(crate) role: Role,
    pub(crate) proof: Proof,
    csrf: Option<String>,
}

impl Caller {
    /// The name of the account.
    pub(crate) fn name(&self) -> &str {
        &self.account.name
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor::person(&self.account.name)
    }

    /// The value that calls by cookie carry; empty for tokens, which need none.
    pub(crate) fn csrf(&self) -> &str {
        self.csrf.as_deref().unwrap_or_default()
    }

    /// Refuses tokens: what only a person at a browser may do.
    pub(crate) fn must_be_person(&self) -> Result<(), ApiError> {
        match self.proof {
            Proof::Session { .. } => Ok(()),
            Proof::Token { .. } => {
                Err(ApiError::forbidden("A token cannot do this.").hint("Sign in with your password."))
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // The guard put it there; a handler that is registered as public has none.
        parts.extensions.get::<Self>().cloned().ok_or_else(not_signed_in)
    }
}

/// Lets a call through that may do what its operation needs.
pub(crate) async fn guard(State(access): State<Access>, mut request: Request, next: Next) -> Response {
    let state = request.extensions().get::<AppState>().cloned();
    match admit(access, state, request.method().clone(), request.headers().clone()).await {
        Err(error) => error.into_response(),
        Ok(caller) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(caller);
            }
            next.run(request).await
        }
    }
}

async fn admit(
    access: Access,
    state: Option<AppState>,
    method: Method,
    headers: HeaderMap,
) -> Result<Option<Caller>, ApiError> {
    if access == Access::Public {
        return Ok(None);
    }
    let state = state.ok_or_else(|| ApiError::internal("a route outside of the server's layers"))?;
    let proof = proof(&headers, state.config.secure())?;
    let now = state.app.now();
    let asked = proof.clone();
    let caller = state.read(move |reader| identify(reader, asked, now)).await?;
    let Some(caller) = caller else {
        return Err(match proof {
            Proof::Session { .. } => {
                ApiError::unauthenticated("Your session has ended.").hint("Sign in again.")
            }
            Proof::Token { .. } => ApiError::unauthenticated("This token is not valid.")
                .hint("It may have been revoked or have expired; make a new one under Settings, Tokens."),
        });
    };
    if let Some(csrf) = &caller.csrf
        && !method.is_safe()
    {
        let sent = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !constant_time_eq(sent, csrf) {
            return Err(ApiError::csrf("The call lacks the proof that our own page made it.")
                .hint("Send the header X-Bartizan-CSRF with the value that GET /api/v1/session gave."));
        }
    }
    match access {
        Access::Needs(permission) if !permission.is_given_to(caller.role) => {
            let needs = permission.least_role();
            Err(ApiError::forbidden(format!(
                "Your role ({}) may not do this; it needs {needs}.",
                caller.role
            ))
            .hint("Ask an administrator."))
        }
        _ => Ok(Some(caller)),
    }
}

/// Whether a proof still holds, for calls that stay open.
pub(crate) fn holds(reader: &mut Reader<'_>, proof: Proof, now: Timestamp) -> Result<bool, StoreError> {
    Ok(identify(reader, proof, now)?.is_some())
}

fn identify(reader: &mut Reader<'_>, proof: Proof, now: Timestamp) -> Result<Option<Caller>, StoreError> {
    Ok(match &proof {
        Proof::Session { digest } => reader.session(digest, now)?.map(|session| Caller {
            role: session.account.role,
            account: session.account,
            csrf: Some(session.csrf),
            proof,
        }),
        Proof::Token { digest } => {
            reader.token(digest, now)?.map(|(account, role)| Caller { role, account, csrf: None, proof })
        }
    })
}

/// What the caller shows. A token that is there counts, also where there is a cookie too.
fn proof(headers: &HeaderMap, secure: bool) -> Result<Proof, ApiError> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let secret = value.to_str().ok().and_then(|text| {
            let (scheme, rest) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| Secret::parse(rest.trim()))?
        });
        return match secret {
            Some(secret) => Ok(Proof::Token { digest: secret.digest() }),
            None => Err(ApiError::unauthenticated("The Authorization header holds no token of ours.")
                .hint("Write it as `Authorization: Bearer btz_...`.")),
        };
    }
    let name = cookie_name(secure);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let secret = pairs.find(|(key, _)| *key == name).and_then(|(_, value)| Secret::parse(value));
    secret.map(|secret| Proof::Session { digest: secret.digest() }).ok_or_else(not_signed_in)
}

fn not_signed_in() -> ApiError {
    ApiError::unauthenticated("You are not signed in.").hint("Sign in, or send a token.")
}

/// The session cookie's name: with TLS, one that only this very host can set.
pub(crate) const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-bartizan_session" } else { "bartizan_session" }
}

/// The header that gives a browser its session; with an empty secret, one that takes it away.
pub(crate) fn set_cookie(
    secret: Option<&Secret>,
    seconds: u64,
    secure: bool,
) -> Result<HeaderValue, ApiError> {
    let (name, flag) = (cookie_name(secure), if secure { "; Secure" } else { "" });
    let (value, age) = secret.map_or((String::new(), 0), |secret| (secret.to_string(), seconds));
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{flag}");
    let mut header = HeaderValue::from_str(&text).map_err(|error| ApiError::internal(error.to_string()))?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn a_token_or_the_right_cookie_is_a_proof() {
        let secret = Secret::from_bytes(&[7; 32]);
        let digest = secret.digest();
        let bearer = headers(&[("authorization", &format!("bearer {secret}"))]);
        assert_eq!(proof(&bearer, false).unwrap(), Proof::Token { digest: digest.clone() });
        let cookie = headers(&[("cookie", &format!("a=b; bartizan_session={secret}"))]);
        assert_eq!(proof(&cookie, false).unwrap(), Proof::Session { digest });
        assert!(proof(&cookie, true).is_err(), "with TLS the cookie has another name");
        for bad in ["Bearer", "Bearer x", "Basic dTpw", &secret.to_string()] {
            assert!(
                proof(&headers(&[("authorization", bad), ("cookie", "bartizan_session=x")]), false).is_err()
            );
        }
        assert!(proof(&headers(&[]), false).is_err());
    }

    #[test]
    fn cookies_are_strict() {
        let secret = Secret::from_bytes(&[7; 32]);
        let plain = set_cookie(Some(&secret), 60, false).unwrap();
        assert!(plain.is_sensitive());
        let plain = plain.to_str().unwrap().to_owned();
        assert!(plain.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=60"), "{plain}");
        let secure = set_cookie(Some(&secret), 60, true).unwrap();
        let secure = secure.to_str().unwrap();
        assert!(secure.starts_with("__Host-bartizan_session=btz_") && secure.ends_with("; Secure"));
        assert!(set_cookie(None, 60, true).unwrap().to_str().unwrap().contains("session=; Path=/"));
    }
}
