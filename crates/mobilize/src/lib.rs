//! What leaves the house: bills of materials and VEX documents of an asset, and lists of exposures in formats that others
//! read. Pure: no store, no clock.
//!
//! The same facts give the same bytes: everything is sorted, ids come from the content, and the time is that of the
//! facts. So two documents that differ say that something changed.

mod bill;
mod cyclonedx;
mod exposed;
mod ocsf;
mod openvex;
mod rows;
mod sarif;
mod spdx;

pub use bill::{Bill, Link, Part, State, Subject, Vulnerability};
pub use cyclonedx::cyclonedx;
pub use exposed::{Asset, Decision, Exposed, Sighting, Urgency, Weakness};
pub use ocsf::ocsf;
pub use openvex::openvex;
pub use rows::{JsonRows, csv_header, csv_row};
pub use sarif::Sarif;
pub use spdx::spdx;

/// The name under which the tool stands in documents.
const TOOL: &str = "bartizan";
