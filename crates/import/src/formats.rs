//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod acunetix;
mod anchore;
mod anchore_policy;
mod appspider;
mod arachni;
mod aws_iam;
mod azurehound;
mod bandit;
mod bartizan;
mod brakeman;
mod burp;
mod cargo_audit;
mod clair;
mod clair_core;
mod composer_audit;
mod contrast;
mod cred_scan;
mod csaf;
mod cwe_checker;
mod cyclonedx;
mod dawnscanner;
mod dependency_track;
mod detect_secrets;
mod ggshield;
mod github;
mod gitlab;
mod gitleaks;
mod gosec;
mod govulncheck;
mod grype;
mod hadolint;
mod harbor;
mod immuniweb;
mod intoto;
mod invicti;
mod kiuwan;
mod kubernetes_rbac;
mod lynis;
mod masscan;
mod mozilla_observatory;
mod n0s1;
mod nessus;
mod nexpose;
mod nikto;
mod njsscan;
mod nmap;
mod noseyparker;
mod npm_audit;
mod nuclei;
mod openscap;
mod openvas;
mod openvex;
mod osv_scanner;
mod outpost24;
mod pip_audit;
mod pmd;
mod qualys;
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
mod sslyze;
mod stackhawk;
mod testssl;
mod trivy;
mod trivy_operator;
mod trufflehog;
mod trufflehog3;
mod vcg;
mod veracode;
mod wazuh;
mod whispers;
mod whitehat_sentinel;
mod wpscan;
mod xanitizer;
mod zap;

/// All formats, by id.
pub static FORMATS: &[Format] = &[
    acunetix::FORMAT,
    anchore::FORMAT,
    anchore_policy::FORMAT,
    appspider::FORMAT,
    arachni::FORMAT,
    aws_iam::FORMAT,
    azurehound::FORMAT,
    bandit::FORMAT,
    bartizan::FORMAT,
    brakeman::FORMAT,
    burp::FORMAT,
    cargo_audit::FORMAT,
    clair::FORMAT,
    clair_core::FORMAT,
    composer_audit::FORMAT,
    contrast::FORMAT,
    cred_scan::FORMAT,
    csaf::FORMAT,
    cwe_checker::FORMAT,
    cyclonedx::FORMAT,
    dawnscanner::FORMAT,
    dependency_track::FORMAT,
    detect_secrets::FORMAT,
    ggshield::FORMAT,
    github::FORMAT,
    gitlab::FORMAT,
    gitleaks::FORMAT,
    gosec::FORMAT,
    govulncheck::FORMAT,
    grype::FORMAT,
    hadolint::FORMAT,
    harbor::FORMAT,
    immuniweb::FORMAT,
    intoto::FORMAT,
    invicti::FORMAT,
    kiuwan::FORMAT,
    kubernetes_rbac::FORMAT,
    lynis::FORMAT,
    masscan::FORMAT,
    mozilla_observatory::FORMAT,
    n0s1::FORMAT,
    nessus::FORMAT,
    nexpose::FORMAT,
    nikto::FORMAT,
    njsscan::FORMAT,
    nmap::FORMAT,
    noseyparker::FORMAT,
    npm_audit::FORMAT,
    nuclei::FORMAT,
    openscap::FORMAT,
    openvas::FORMAT,
    openvex::FORMAT,
    osv_scanner::FORMAT,
    outpost24::FORMAT,
    pip_audit::FORMAT,
    pmd::FORMAT,
    qualys::FORMAT,
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
    sslyze::FORMAT,
    stackhawk::FORMAT,
    testssl::FORMAT,
    trivy::FORMAT,
    trivy_operator::FORMAT,
    trufflehog::FORMAT,
    trufflehog3::FORMAT,
    vcg::FORMAT,
    veracode::FORMAT,
    wazuh::FORMAT,
    whispers::FORMAT,
    whitehat_sentinel::FORMAT,
    wpscan::FORMAT,
    xanitizer::FORMAT,
    zap::FORMAT,
];
