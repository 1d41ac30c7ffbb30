//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod bartizan;
mod cargo_audit;
mod composer_audit;
mod csaf;
mod cyclonedx;
mod govulncheck;
mod grype;
mod intoto;
mod nmap;
mod npm_audit;
mod nuclei;
mod openvex;
mod osv_scanner;
mod pip_audit;
mod sarif;
mod spdx;
mod trivy;
mod trivy_operator;

/// All formats, by id.
pub static FORMATS: &[Format] = &[
    bartizan::FORMAT,
    cargo_audit::FORMAT,
    composer_audit::FORMAT,
    csaf::FORMAT,
    cyclonedx::FORMAT,
    govulncheck::FORMAT,
    grype::FORMAT,
    intoto::FORMAT,
    nmap::FORMAT,
    npm_audit::FORMAT,
    nuclei::FORMAT,
    openvex::FORMAT,
    osv_scanner::FORMAT,
    pip_audit::FORMAT,
    sarif::FORMAT,
    spdx::FORMAT,
    trivy::FORMAT,
    trivy_operator::FORMAT,
];
