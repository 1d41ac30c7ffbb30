//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod bandit;
mod bartizan;
mod brakeman;
mod csaf;
mod cyclonedx;
mod detect_secrets;
mod ggshield;
mod github;
mod gitlab;
mod gitleaks;
mod gosec;
mod hadolint;
mod intoto;
mod n0s1;
mod njsscan;
mod nmap;
mod noseyparker;
mod nuclei;
mod openvex;
mod rusty_hog;
mod sarif;
mod secretlint;
mod semgrep;
mod spdx;
mod trivy;
mod trufflehog;
mod trufflehog3;
mod whispers;

/// All formats, by id.
pub static FORMATS: &[Format] = &[
    bandit::FORMAT,
    bartizan::FORMAT,
    brakeman::FORMAT,
    csaf::FORMAT,
    cyclonedx::FORMAT,
    detect_secrets::FORMAT,
    ggshield::FORMAT,
    github::FORMAT,
    gitlab::FORMAT,
    gitleaks::FORMAT,
    gosec::FORMAT,
    hadolint::FORMAT,
    intoto::FORMAT,
    n0s1::FORMAT,
    njsscan::FORMAT,
    nmap::FORMAT,
    noseyparker::FORMAT,
    nuclei::FORMAT,
    openvex::FORMAT,
    rusty_hog::FORMAT,
    sarif::FORMAT,
    secretlint::FORMAT,
    semgrep::FORMAT,
    spdx::FORMAT,
    trivy::FORMAT,
    trufflehog::FORMAT,
    trufflehog3::FORMAT,
    whispers::FORMAT,
];
