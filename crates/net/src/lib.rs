//! The only door to the network: no other crate opens a connection to another machine.
//!
//! Nothing passes that an [`Authorization`] did not admit, whatever a redirect or a name server says. What passes is
//! bounded in size, time, redirects and attempts, and polite: one connection to a host at a time, pauses where a server asks for them.

mod address;
mod authorization;
mod client;
mod error;
mod location;
mod partial;
mod polite;
mod retry;
mod validators;

pub use authorization::{Authorization, host_of};
pub use client::{Answer, Client, Limits, Proxying, Step};
pub use error::{Cause, NetError};
pub use polite::one_per_host;
pub use validators::Validators;
