//! The HTTP API, authentication, OpenAPI and the embedded UI.
//!
//! [`Server::bind`] checks that it is safe to serve as asked and listens; [`Server::run`] serves until it is told to stop.
//! A request passes, from outside in: compression, `request` (its id, whether it is meant for us, its time limit, the
//! shape of its errors, the strict headers), the catcher of panics, and the guard of its route (`auth`), which admits
//! who may do what `registry` says the operation needs. Handlers are in `resources`, one file per noun.

#![expect(unused_qualifications, reason = "the code that utoipa's macros make has them")]

mod asset_list;
mod asset_query;
mod auth;
mod config;
mod derived;
mod error;
mod extract;
mod headers;
mod host;
mod live;
mod metrics;
mod page;
mod registry;
mod request;
mod resources;
mod router;
mod serve;
mod spool;
mod state;
mod ui;

pub use config::{Config, ServeError, TlsFiles};
pub use registry::{Access, Operation};
pub use router::{openapi, operations};
pub use serve::Server;
