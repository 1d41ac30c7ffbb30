//! Collectors: what is on this host.
//!
//! [`collect`] fills a [`HostFacts`](bartizan_model::host::HostFacts) from a [`Root`], [`observations`] turns it into the house's one currency, and
//! [`changes`] says what differs between two of them. [`GROUPS`] lists what is collected, from where, and with which
//! rights; to add a collector, write one file in `src/host/` and one line in that registry.

mod accounts;
mod changes;
#[cfg(unix)]
mod command;
mod containers;
#[cfg(unix)]
mod host;
mod observe;
mod purl;
#[cfg(unix)]
mod root;
pub mod software;

pub use changes::{Change, changes};
#[cfg(unix)]
pub use host::{GROUPS, Group, collect};
pub use observe::observations;
pub use purl::purl;
#[cfg(unix)]
pub use root::{Root, host_name};
