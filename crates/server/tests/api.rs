//! The API through the real router, over a SQLite database in a temporary folder.

#![expect(clippy::unwrap_used, reason = "helpers of tests panic like tests do")]

#[path = "api/abuse.rs"]
mod abuse;
#[path = "api/access.rs"]
mod access;
#[path = "api/accounts.rs"]
mod accounts;
#[path = "api/assets.rs"]
mod assets;
#[path = "api/attack.rs"]
mod attack;
#[path = "api/document.rs"]
mod document;
#[path = "api/exposures.rs"]
mod exposures;
#[path = "api/live.rs"]
mod live;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../../net/tests/support/mod.rs"]
mod mirror;
#[path = "api/pages.rs"]
mod pages;
#[path = "api/runs.rs"]
mod runs;
#[path = "api/scopes.rs"]
mod scopes;
#[path = "api/serve.rs"]
mod serve;
#[path = "api/support.rs"]
mod support;
#[path = "api/sync.rs"]
mod sync;
