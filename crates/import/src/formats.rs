//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod aws_iam;
mod bartizan;
mod csaf;
mod cyclonedx;
mod intoto;
mod nmap;
mod nuclei;
mod openvex;
mod sarif;
mod sharphound;
mod spdx;
mod trivy;

/// All formats, by id.
pub static FORMATS: &[Format] = &[
    aws_iam::FORMAT,
    bartizan::FORMAT,
    csaf::FORMAT,
    cyclonedx::FORMAT,
    intoto::FORMAT,
    nmap::FORMAT,
    nuclei::FORMAT,
    openvex::FORMAT,
    sarif::FORMAT,
    sharphound::FORMAT,
    spdx::FORMAT,
    trivy::FORMAT,
];
