//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod aws_iam;
mod bandit;
mod bartizan;
mod brakeman;
mod cred_scan;
mod csaf;
mod cwe_checker;
mod cyclonedx;
mod dawnscanner;
mod detect_secrets;
mod ggshield;
mod github;
mod gitlab;
mod gitleaks;
mod gosec;
mod hadolint;
mod intoto;
mod kiuwan;
mod n0s1;
mod njsscan;
mod nmap;
mod noseyparker;
mod nuclei;
mod openvex;
mod pmd;
mod rusty_hog;
mod sarif;
mod sharphound;
mod secretlint;
mod semgrep;
mod sonarqube;
mod spdx;
mod spotbugs;
mod trivy;
mod trufflehog;
mod trufflehog3;
mod vcg;
mod veracode;
mod whispers;
mod xanitizer;

/// All formats, by id.
pub static FORMATS: &[Format] = &[
    aws_iam::FORMAT,
    bandit::FORMAT,
    bartizan::FORMAT,
    brakeman::FORMAT,
    cred_scan::FORMAT,
    csaf::FORMAT,
    cwe_checker::FORMAT,
    cyclonedx::FORMAT,
    dawnscanner::FORMAT,
    detect_secrets::FORMAT,
    ggshield::FORMAT,
    github::FORMAT,
    gitlab::FORMAT,
    gitleaks::FORMAT,
    gosec::FORMAT,
    hadolint::FORMAT,
    intoto::FORMAT,
    kiuwan::FORMAT,
    n0s1::FORMAT,
    njsscan::FORMAT,
    nmap::FORMAT,
    noseyparker::FORMAT,
    nuclei::FORMAT,
    openvex::FORMAT,
    pmd::FORMAT,
    rusty_hog::FORMAT,
    sarif::FORMAT,
    sharphound::FORMAT,
    secretlint::FORMAT,
    semgrep::FORMAT,
    sonarqube::FORMAT,
    spdx::FORMAT,
    spotbugs::FORMAT,
    trivy::FORMAT,
    trufflehog::FORMAT,
    trufflehog3::FORMAT,
    vcg::FORMAT,
    veracode::FORMAT,
    whispers::FORMAT,
    xanitizer::FORMAT,
];
