//! What leaves the house: bills of materials and VEX documents, written from what is known of an asset. Pure: no store,
//! no clock.
//!
//! The same facts give the same bytes: everything is sorted, ids come from the content, and the time is that of the
//! facts. So two documents that differ say that something changed.

mod bill;
mod cyclonedx;
mod openvex;
mod spdx;

pub use bill::{Bill, Link, Part, State, Subject, Vulnerability};
pub use cyclonedx::cyclonedx;
pub use openvex::openvex;
pub use spdx::spdx;

/// The name under which the tool stands in documents.
const TOOL: &str = "bartizan";
