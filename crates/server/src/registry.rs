//! Every operation of the API: route, documentation and needed permission in one registration.
//!
//! [`Registry::add`] takes the permission beside the routes, so an operation without one does not compile; what is open
//! to everyone says [`Access::Public`].

use crate::auth;
use crate::error::ErrorBody;
use crate::state::AppState;
use axum::middleware::from_fn_with_state;
use bartizan_iam::Permission;
use utoipa::openapi::path::{HttpMethod, Operation as Documented, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, ResponseBuilder, ServerBuilder,
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everyone, without an account.
    Public,
    /// Everyone with an account.
    SignedIn,
    /// Those with a role that allows it.
    Needs(Permission),
}

impl Access {
    /// Its name in documentation and snapshots.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "PUBLIC",
            Self::SignedIn => "signed-in",
            Self::Needs(permission) => permission.as_str(),
        }
    }
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// `GET`, `POST`, ...
    pub method: &'static str,
    /// Below `/api/v1`: `/exposures/{id}`.
    pub path: String,
    /// Who may call it.
    pub access: Access,
}

/// The operations as they are registered.
pub(crate) struct Registry {
    router: OpenApiRouter<AppState>,
    operations: Vec<Operation>,
}

impl Registry {
    pub(crate) fn new() -> Self {
        let info = InfoBuilder::new().title("Bartizan").version(env!("CARGO_PKG_VERSION")).description(Some(
            "Everything the UI does, and scripts can do. What this document cannot say is in docs/API.md.",
        ));
        let mut document = OpenApiBuilder::new()
            .info(info.build())
            .servers(Some([ServerBuilder::new().url(crate::request::API).build()]))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(auth::cookie_name(false)))),
        );
        components.add_security_scheme(
            "token",
            SecurityScheme::Http(
                HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("btz_...").build(),
            ),
        );
        let mut schemas = vec![(
            <ErrorBody as utoipa::ToSchema>::name().into(),
            <ErrorBody as utoipa::PartialSchema>::schema(),
        )];
        <ErrorBody as utoipa::ToSchema>::schemas(&mut schemas);
        components.schemas.extend(schemas);
        Self { router: OpenApiRouter::with_openapi(document), operations: Vec::new() }
    }

    /// Registers operations with who may call them.
    #[must_use]
    pub(crate) fn add(
        mut self,
        access: Access,
        (schemas, mut paths, methods): UtoipaMethodRouter<AppState>,
    ) -> Self {
        for (path, item) in &mut paths.paths {
            for (method, operation) in documented(item) {
                describe(operation, access, &method);
                self.operations.push(Operation { method: word(&method), path: path.clone(), access });
            }
        }
        let guarded = methods.route_layer(from_fn_with_state(access, auth::guard));
        self.router = self.router.routes((schemas, paths, guarded));
        self
    }

    /// The routes, their document, and the list of them.
    pub(crate) fn finish(self) -> (axum::Router<AppState>, OpenApi, Vec<Operation>) {
        let (router, document) = self.router.split_for_parts();
        let mut operations = self.operations;
        operations.sort_by(|a, b| (&a.path, a.method).cmp(&(&b.path, b.method)));
        (router, document, operations)
    }
}

/// Registers handlers by the access they need: `operations!(registry; Access::Public => setup::status, setup::complete; ...)`.
macro_rules! operations {
    ($registry:expr; $($access:expr => $($noun:ident :: $handler:ident),+ $(,)?);+ $(;)?) => {{
        let registry = $registry;
        $($(let registry = registry.add($access, utoipa_axum::routes!($noun::$handler));)+)+
        registry
    }};
}
pub(crate) use operations;

fn documented(item: &mut PathItem) -> Vec<(HttpMethod, &mut Documented)> {
    let all = [
        (HttpMethod::Get, item.get.as_mut()),
        (HttpMethod::Post, item.post.as_mut()),
        (HttpMethod::Put, item.put.as_mut()),
        (HttpMethod::Patch, item.patch.as_mut()),
        (HttpMethod::Delete, item.delete.as_mut()),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation?))).collect()
}

/// What every operation's documentation says in the same way: who may call it, and the shape of its errors.
fn describe(operation: &mut Documented, access: Access, method: &HttpMethod) {
    let security = match access {
        Access::Public => Vec::new(),
        _ => ["session", "token"].map(|name| SecurityRequirement::new(name, [""; 0])).to_vec(),
    };
    operation.security = Some(security);
    let who = match access {
        Access::Public => "Open to everyone.".to_owned(),
        Access::SignedIn => "For everyone who is signed in.".to_owned(),
        Access::Needs(permission) => {
            format!("Needs `{}` (role {}).", permission.as_str(), permission.least_role())
        }
    };
    let forged = match access {
        Access::Public => "",
        _ if matches!(method, HttpMethod::Get) => "",
        _ => " A call by cookie carries `X-Bartizan-CSRF`.",
    };
    let said = operation.description.take().unwrap_or_default();
    operation.description = Some(format!("{said}\n\n{who}{forged}").trim().to_owned());
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
    let error =
        ResponseBuilder::new().description("What went wrong.").content("application/json", body).build();
    operation.responses.responses.insert("default".to_owned(), error.into());
}

const fn word(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "GET",
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Delete => "DELETE",
        HttpMethod::Head => "HEAD",
        HttpMethod::Options => "OPTIONS",
        HttpMethod::Trace => "TRACE",
    }
}
