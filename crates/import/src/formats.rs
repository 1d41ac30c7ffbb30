//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod anchore;
mod anchore_policy;
mod bartizan;
mod cargo_audit;
mod clair;
mod clair_core;
mod composer_audit;
mod csaf;
mod cyclonedx;
mod dependency_track;
mod govulncheck;
mod grype;
mod harbor;
mod intoto;
mod nmap;
mod npm_audit;
mod nuclei;
mod openvex;
mod osv_scanner;
mod pip_audit;
mod sarif;
mod snyk;
mod snyk_issues;
mod spdx;
mod trivy;
mod trivy_operator;

/// All formats, by id.
pub static FORMATS: &[Format] = &[
    anchore::FORMAT,
    anchore_policy::FORMAT,
    bartizan::FORMAT,
    cargo_audit::FORMAT,
    clair::FORMAT,
    clair_core::FORMAT,
    composer_audit::FORMAT,
    csaf::FORMAT,
    cyclonedx::FORMAT,
    dependency_track::FORMAT,
    govulncheck::FORMAT,
    grype::FORMAT,
    harbor::FORMAT,
    intoto::FORMAT,
    nmap::FORMAT,
    npm_audit::FORMAT,
    nuclei::FORMAT,
    openvex::FORMAT,
    osv_scanner::FORMAT,
    pip_audit::FORMAT,
    sarif::FORMAT,
    snyk::FORMAT,
    snyk_issues::FORMAT,
    spdx::FORMAT,
    trivy::FORMAT,
    trivy_operator::FORMAT,
];
