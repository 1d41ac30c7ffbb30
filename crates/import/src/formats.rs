//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod anchore;
mod anchore_policy;
mod appscan;
mod aws_iam;
mod bandit;
mod bartizan;
mod bearer;
mod brakeman;
mod bugcrowd;
mod cargo_audit;
mod checkmarx;
mod checkstyle;
mod clair;
mod clair_core;
mod codechecker;
mod composer_audit;
mod contrast;
mod coverity;
mod cppcheck;
mod cred_scan;
mod csaf;
mod cwe_checker;
mod cyclonedx;
mod dawnscanner;
mod dependency_track;
mod detect_secrets;
mod eslint;
mod faraday;
mod flawfinder;
mod fortify;
mod generic;
mod ggshield;
mod gitguardian;
mod github;
mod gitlab;
mod gitleaks;
mod golangci_lint;
mod gosec;
mod govulncheck;
mod grype;
mod hackerone;
mod hadolint;
mod harbor;
mod horusec;
mod infer;
mod intoto;
mod kiuwan;
mod kiuwan_sca;
mod legitify;
mod meterian;
mod mobsf;
mod n0s1;
mod njsscan;
mod nmap;
mod noseyparker;
mod npm_audit;
mod nuclei;
mod openvex;
mod osv_scanner;
mod phpcs;
mod phpstan;
mod pip_audit;
mod pmd;
mod progpilot;
mod psalm;
mod ptart;
mod pvs_studio;
mod pwn_sast;
mod pylint;
mod reversinglabs;
mod rubocop;
mod rusty_hog;
mod sarif;
mod secretlint;
mod semgrep;
mod sharphound;
mod snyk;
mod snyk_issues;
mod solar_appscreener;
mod sonarqube;
mod spdx;
mod spotbugs;
mod talisman;
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
    appscan::FORMAT,
    aws_iam::FORMAT,
    bandit::FORMAT,
    bartizan::FORMAT,
    bearer::FORMAT,
    brakeman::FORMAT,
    bugcrowd::FORMAT,
    cargo_audit::FORMAT,
    checkmarx::FORMAT,
    checkstyle::FORMAT,
    clair::FORMAT,
    clair_core::FORMAT,
    codechecker::FORMAT,
    composer_audit::FORMAT,
    contrast::FORMAT,
    coverity::FORMAT,
    cppcheck::FORMAT,
    cred_scan::FORMAT,
    csaf::FORMAT,
    cwe_checker::FORMAT,
    cyclonedx::FORMAT,
    dawnscanner::FORMAT,
    dependency_track::FORMAT,
    detect_secrets::FORMAT,
    eslint::FORMAT,
    faraday::FORMAT,
    flawfinder::FORMAT,
    fortify::FORMAT,
    generic::FORMAT,
    ggshield::FORMAT,
    gitguardian::FORMAT,
    github::FORMAT,
    gitlab::FORMAT,
    gitleaks::FORMAT,
    golangci_lint::FORMAT,
    gosec::FORMAT,
    govulncheck::FORMAT,
    grype::FORMAT,
    hackerone::FORMAT,
    hadolint::FORMAT,
    harbor::FORMAT,
    horusec::FORMAT,
    infer::FORMAT,
    intoto::FORMAT,
    kiuwan::FORMAT,
    kiuwan_sca::FORMAT,
    legitify::FORMAT,
    meterian::FORMAT,
    mobsf::FORMAT,
    n0s1::FORMAT,
    njsscan::FORMAT,
    nmap::FORMAT,
    noseyparker::FORMAT,
    npm_audit::FORMAT,
    nuclei::FORMAT,
    openvex::FORMAT,
    osv_scanner::FORMAT,
    phpcs::FORMAT,
    phpstan::FORMAT,
    pip_audit::FORMAT,
    pmd::FORMAT,
    progpilot::FORMAT,
    psalm::FORMAT,
    ptart::FORMAT,
    pvs_studio::FORMAT,
    pwn_sast::FORMAT,
    pylint::FORMAT,
    reversinglabs::FORMAT,
    rubocop::FORMAT,
    rusty_hog::FORMAT,
    sarif::FORMAT,
    secretlint::FORMAT,
    semgrep::FORMAT,
    sharphound::FORMAT,
    snyk::FORMAT,
    snyk_issues::FORMAT,
    solar_appscreener::FORMAT,
    sonarqube::FORMAT,
    spdx::FORMAT,
    spotbugs::FORMAT,
    talisman::FORMAT,
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
