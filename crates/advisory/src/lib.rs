//! What the world knows about weaknesses: CVSS, CVE records, KEV, EPSS, SSVC, orders of versions.
//!
//! Everything here is pure: bytes or text in, typed values out. No I/O beyond the reader that the caller hands over, no
//! clock, no network. What a feed says wrongly becomes a [`Problem`] beside the result, so that a damaged feed never
//! looks like a clean one.
//!
//! | Module | Standard |
//! |---|---|
//! | [`cvss`] | FIRST CVSS v2, v3.0, v3.1 and v4.0 |
//! | [`cve`] | CVE JSON record format 5.x, with CISA's Vulnrichment container |
//! | [`kev`] | CISA Known Exploited Vulnerabilities catalog |
//! | [`epss`] | FIRST EPSS daily scores |
//! | [`ssvc`] | CISA's coordinator decision table (SSVC 2.0.3) |
//! | [`version`] | orders and ranges of versions, an ecosystem each |
//! | [`detect`] | which of these a file is |

pub mod cve;
pub mod cvss;
pub mod detect;
pub mod epss;
pub mod kev;
pub mod ssvc;
pub mod version;

mod text;

pub use cve::CveId;
pub use text::Problem;
