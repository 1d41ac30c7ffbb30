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
//! | [`feeds`] | all sources, each with its address, licence and format |
//! | [`record`] | an advisory, whatever source it is from |
//! | [`ecosystem`] | whose names and versions it speaks |
//! | [`version`] | the version orders of all ecosystems |
//! | [`index`] | the compiled advisories, read in place |

pub mod cve;
pub mod cvss;
pub mod detect;
pub mod ecosystem;
pub mod epss;
pub mod feed;
pub mod feeds;
pub mod index;
pub mod json;
pub mod kev;
pub mod record;
pub mod ssvc;
pub mod version;

mod cpe;
mod text;
mod yaml;

pub use cve::CveId;
pub use text::Problem;
