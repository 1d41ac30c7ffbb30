//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod anchore;
mod anchore_policy;
mod aws_iam;
mod bandit;
mod bartizan;
mod brakeman;
mod cargo_audit;
mod checkmarx;
mod clair;
mod clair_core;
mod composer_audit;
mod coverity;
mod cred_scan;
mod csaf;
mod cwe_checker;
mod cyclonedx;
mod dawnscanner;
mod dependency_track;
mod detect_secrets;
mod fortify;
mod generic;
mod ggshield;
mod github;
mod gitlab;
mod gitleaks;
mod gosec;
mod govulncheck;
mod grype;
mod hadolint;
mod harbor;
mod intoto;
mod kiuwan;
mod kiuwan_sca;
mod legitify;
mod mobsf;
mod n0s1;
mod njsscan;
mod nmap;
mod noseyparker;
mod npm_audit;
mod nuclei;
mod openvex;
mod osv_scanner;
mod pip_audit;
mod pmd;
mod ptart;
mod reversinglabs;
mod rusty_hog;
mod sarif;
mod secretlint;
mod semgrep;
mod sharphound;
mod snyk;
mod snyk_issues;
mod sonarqube;
mod spdx;
mod spotbugs;
mod threagile;
mod threat_composer;
mod trivy;
mod trivy_operator;
mod trufflehog;
mod trufflehog3;
mod vcg;
mod veracode;
mod webinspect;
mod whispers;
mod xanitizer;
mod xygeni;

/// All formats, by id.
pub static FORMATS: &[Format] = &[
    anchore::FORMAT,
    anchore_policy::FORMAT,
    aws_iam::FORMAT,
    bandit::FORMAT,
    bartizan::FORMAT,
    brakeman::FORMAT,
    cargo_audit::FORMAT,
    checkmarx::FORMAT,
    clair::FORMAT,
    clair_core::FORMAT,
    composer_audit::FORMAT,
    coverity::FORMAT,
    cred_scan::FORMAT,
    csaf::FORMAT,
    cwe_checker::FORMAT,
    cyclonedx::FORMAT,
    dawnscanner::FORMAT,
    dependency_track::FORMAT,
    detect_secrets::FORMAT,
    fortify::FORMAT,
    generic::FORMAT,
    ggshield::FORMAT,
    github::FORMAT,
    gitlab::FORMAT,
    gitleaks::FORMAT,
    gosec::FORMAT,
    govulncheck::FORMAT,
    grype::FORMAT,
    hadolint::FORMAT,
    harbor::FORMAT,
    intoto::FORMAT,
    kiuwan::FORMAT,
    kiuwan_sca::FORMAT,
    legitify::FORMAT,
    mobsf::FORMAT,
    n0s1::FORMAT,
    njsscan::FORMAT,
    nmap::FORMAT,
    noseyparker::FORMAT,
    npm_audit::FORMAT,
    nuclei::FORMAT,
    openvex::FORMAT,
    osv_scanner::FORMAT,
    pip_audit::FORMAT,
    pmd::FORMAT,
    ptart::FORMAT,
    reversinglabs::FORMAT,
    rusty_hog::FORMAT,
    sarif::FORMAT,
    secretlint::FORMAT,
    semgrep::FORMAT,
    sharphound::FORMAT,
    snyk::FORMAT,
    snyk_issues::FORMAT,
    sonarqube::FORMAT,
    spdx::FORMAT,
    spotbugs::FORMAT,
    threagile::FORMAT,
    threat_composer::FORMAT,
    trivy::FORMAT,
    trivy_operator::FORMAT,
    trufflehog::FORMAT,
    trufflehog3::FORMAT,
    vcg::FORMAT,
    veracode::FORMAT,
    webinspect::FORMAT,
    whispers::FORMAT,
    xanitizer::FORMAT,
    xygeni::FORMAT,
];
