//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod acunetix;
mod aide;
mod alertlogic;
mod anchore;
mod anchore_policy;
mod api_edgescan;
mod appcheck;
mod appscan;
mod appspider;
mod aqua;
mod arachni;
mod asff;
mod aws_access_analyzer;
mod aws_config;
mod aws_credential_report;
mod aws_ec2;
mod aws_ecr;
mod aws_eks;
mod aws_guardduty;
mod aws_iam;
mod aws_identity_center;
mod aws_inspector;
mod aws_lambda;
mod aws_rds;
mod aws_resource_policy;
mod azurehound;
mod bandit;
mod bartizan;
mod bearer;
mod black_duck;
mod black_duck_binary;
mod brakeman;
mod bugcrowd;
mod bundler_audit;
mod burp;
mod cargo_audit;
mod cargo_deny;
mod cfn_nag;
mod checkmarx;
mod checkov;
mod checkstyle;
mod chef_inspec;
mod chkrootkit;
mod clair;
mod clair_core;
mod clamav;
mod cloudflare_insights;
mod cloudsploit;
mod cobalt;
mod code_climate;
mod codechecker;
mod composer_audit;
mod conftest;
mod contrast;
mod coverity;
mod cppcheck;
mod crashtest_security;
mod cred_scan;
mod crowdstrike_spotlight;
mod crunch42;
mod csaf;
mod cve_bin_tool;
mod cwe_checker;
mod cyberwatch;
mod cyclonedx;
mod cycognito;
mod dalfox;
mod dawnscanner;
mod deepfence;
mod defender_cloud;
mod dependency_check;
mod dependency_track;
mod detect_secrets;
mod dev_audit;
mod dirsearch;
mod docker_bench;
mod dockle;
mod dotnet_vulnerable;
mod drheader;
mod dsop;
mod eslint;
mod estate;
mod faraday;
mod feroxbuster;
mod ffuf;
mod firmwalker;
mod flawfinder;
mod fortify;
mod gcp_artifact;
mod gcp_scc;
mod generic;
mod ggshield;
mod gitguardian;
mod github;
mod gitlab;
mod gitleaks;
mod gobuster;
mod golangci_lint;
mod gosec;
mod govulncheck;
mod grype;
mod hackerone;
mod hadolint;
mod harbor;
mod horusec;
mod humble;
mod huskyci;
mod hydra;
mod immuniweb;
mod infer;
mod intoto;
mod intsights;
mod invicti;
mod iptables;
mod iriusrisk;
mod kics;
mod kingfisher;
mod kiuwan;
mod kiuwan_sca;
mod klocwork;
mod krakend_audit;
mod kube_bench;
mod kube_hunter;
mod kube_linter;
mod kube_score;
mod kubeaudit;
mod kubernetes_rbac;
mod kubescape;
mod kubesec;
mod legitify;
mod lynis;
mod masscan;
mod mend;
mod meterian;
mod mix_audit;
mod mobsf;
mod mozilla_observatory;
mod ms_defender;
mod n0s1;
mod nancy;
mod nessus;
mod nettacker;
mod neuvector;
mod nexpose;
mod nftables;
mod nikto;
mod njsscan;
mod nmap;
mod noseyparker;
mod npm_audit;
mod nsp;
mod nuclei;
mod ocsf;
mod openreports;
mod openscap;
mod openvas;
mod openvex;
mod orca_security;
mod ort;
mod osquery;
mod osv_scanner;
mod outpost24;
mod phpcs;
mod phpstan;
mod pingcastle;
mod pip_audit;
mod pmd;
mod polaris;
mod popeye;
mod powerpipe;
mod prisma_cloud;
mod progpilot;
mod prowler;
mod psalm;
mod ptart;
mod pvs_studio;
mod pwn_sast;
mod pylint;
mod qualys;
mod qualys_was;
mod rapplex;
mod redhatsatellite;
mod repository_members;
mod retire_js;
mod reversinglabs;
mod risk_recon;
mod rubocop;
mod ruff;
mod rusty_hog;
mod safety;
mod sarif;
mod scantist;
mod scorecard;
mod scout_suite;
mod secretlint;
mod semgrep;
mod sharphound;
mod shellcheck;
mod skf;
mod snyk;
mod snyk_issues;
mod sobelow;
mod solar_appscreener;
mod sonarqube;
mod sonatype_iq;
mod spdx;
mod spotbugs;
mod ssh_audit;
mod ssl_labs;
mod sslscan;
mod sslyze;
mod stackhawk;
mod staticcheck;
mod swiftlint;
mod syft;
mod symfony_security;
mod sysdig;
mod talisman;
mod tenable_assets;
mod terrascan;
mod testssl;
mod tflint;
mod tfsec;
mod threagile;
mod threat_composer;
mod threat_dragon;
mod trivy;
mod trivy_operator;
mod trufflehog;
mod trufflehog3;
mod trustwave;
mod vcg;
mod veracode;
mod veracode_sca;
mod vulners;
mod vuls;
mod wapiti;
mod wazuh;
mod webinspect;
mod wfuzz;
mod whispers;
mod whitehat_sentinel;
mod wiz;
mod wpscan;
mod xanitizer;
mod xeol;
mod xray;
mod xygeni;
mod zap;
mod zizmor;
mod zora;

/// All formats, by id.
pub static FORMATS: &[Format] = &[
    acunetix::FORMAT,
    aide::FORMAT,
    alertlogic::FORMAT,
    anchore::FORMAT,
    anchore_policy::FORMAT,
    api_edgescan::FORMAT,
    appcheck::FORMAT,
    appscan::FORMAT,
    appspider::FORMAT,
    aqua::FORMAT,
    arachni::FORMAT,
    asff::FORMAT,
    aws_access_analyzer::FORMAT,
    aws_config::FORMAT,
    aws_credential_report::FORMAT,
    aws_ec2::FORMAT,
    aws_ecr::FORMAT,
    aws_eks::FORMAT,
    aws_guardduty::FORMAT,
    aws_iam::FORMAT,
    aws_identity_center::FORMAT,
    aws_inspector::FORMAT,
    aws_lambda::FORMAT,
    aws_rds::FORMAT,
    aws_resource_policy::FORMAT,
    azurehound::FORMAT,
    bandit::FORMAT,
    bartizan::FORMAT,
    bearer::FORMAT,
    black_duck::FORMAT,
    black_duck_binary::FORMAT,
    brakeman::FORMAT,
    bugcrowd::FORMAT,
    bundler_audit::FORMAT,
    burp::FORMAT,
    cargo_audit::FORMAT,
    cargo_deny::FORMAT,
    cfn_nag::FORMAT,
    checkmarx::FORMAT,
    checkov::FORMAT,
    checkstyle::FORMAT,
    chef_inspec::FORMAT,
    chkrootkit::FORMAT,
    clair::FORMAT,
    clair_core::FORMAT,
    clamav::FORMAT,
    cloudflare_insights::FORMAT,
    cloudsploit::FORMAT,
    cobalt::FORMAT,
    code_climate::FORMAT,
    codechecker::FORMAT,
    composer_audit::FORMAT,
    conftest::FORMAT,
    contrast::FORMAT,
    coverity::FORMAT,
    cppcheck::FORMAT,
    crashtest_security::FORMAT,
    cred_scan::FORMAT,
    crowdstrike_spotlight::FORMAT,
    crunch42::FORMAT,
    csaf::FORMAT,
    cve_bin_tool::FORMAT,
    cwe_checker::FORMAT,
    cyberwatch::FORMAT,
    cyclonedx::FORMAT,
    cycognito::FORMAT,
    dalfox::FORMAT,
    dawnscanner::FORMAT,
    deepfence::FORMAT,
    defender_cloud::FORMAT,
    dependency_check::FORMAT,
    dependency_track::FORMAT,
    detect_secrets::FORMAT,
    dev_audit::FORMAT,
    dirsearch::FORMAT,
    docker_bench::FORMAT,
    dockle::FORMAT,
    dotnet_vulnerable::FORMAT,
    drheader::FORMAT,
    dsop::FORMAT,
    eslint::FORMAT,
    estate::FORMAT,
    faraday::FORMAT,
    feroxbuster::FORMAT,
    ffuf::FORMAT,
    firmwalker::FORMAT,
    flawfinder::FORMAT,
    fortify::FORMAT,
    gcp_artifact::FORMAT,
    gcp_scc::FORMAT,
    generic::FORMAT,
    ggshield::FORMAT,
    gitguardian::FORMAT,
    github::FORMAT,
    gitlab::FORMAT,
    gitleaks::FORMAT,
    gobuster::FORMAT,
    golangci_lint::FORMAT,
    gosec::FORMAT,
    govulncheck::FORMAT,
    grype::FORMAT,
    hackerone::FORMAT,
    hadolint::FORMAT,
    harbor::FORMAT,
    horusec::FORMAT,
    humble::FORMAT,
    huskyci::FORMAT,
    hydra::FORMAT,
    immuniweb::FORMAT,
    infer::FORMAT,
    intoto::FORMAT,
    intsights::FORMAT,
    invicti::FORMAT,
    iptables::FORMAT,
    iriusrisk::FORMAT,
    kics::FORMAT,
    kingfisher::FORMAT,
    kiuwan::FORMAT,
    kiuwan_sca::FORMAT,
    klocwork::FORMAT,
    krakend_audit::FORMAT,
    kube_bench::FORMAT,
    kube_hunter::FORMAT,
    kube_linter::FORMAT,
    kube_score::FORMAT,
    kubeaudit::FORMAT,
    kubernetes_rbac::FORMAT,
    kubescape::FORMAT,
    kubesec::FORMAT,
    legitify::FORMAT,
    lynis::FORMAT,
    masscan::FORMAT,
    mend::FORMAT,
    meterian::FORMAT,
    mix_audit::FORMAT,
    mobsf::FORMAT,
    mozilla_observatory::FORMAT,
    ms_defender::FORMAT,
    n0s1::FORMAT,
    nancy::FORMAT,
    nessus::FORMAT,
    nettacker::FORMAT,
    neuvector::FORMAT,
    nexpose::FORMAT,
    nftables::FORMAT,
    nikto::FORMAT,
    njsscan::FORMAT,
    nmap::FORMAT,
    noseyparker::FORMAT,
    npm_audit::FORMAT,
    nsp::FORMAT,
    nuclei::FORMAT,
    ocsf::FORMAT,
    openreports::FORMAT,
    openscap::FORMAT,
    openvas::FORMAT,
    openvex::FORMAT,
    orca_security::FORMAT,
    ort::FORMAT,
    osquery::FORMAT,
    osv_scanner::FORMAT,
    outpost24::FORMAT,
    phpcs::FORMAT,
    phpstan::FORMAT,
    pingcastle::FORMAT,
    pip_audit::FORMAT,
    pmd::FORMAT,
    polaris::FORMAT,
    popeye::FORMAT,
    powerpipe::FORMAT,
    prisma_cloud::FORMAT,
    progpilot::FORMAT,
    prowler::FORMAT,
    psalm::FORMAT,
    ptart::FORMAT,
    pvs_studio::FORMAT,
    pwn_sast::FORMAT,
    pylint::FORMAT,
    qualys::FORMAT,
    qualys_was::FORMAT,
    rapplex::FORMAT,
    redhatsatellite::FORMAT,
    repository_members::FORMAT,
    retire_js::FORMAT,
    reversinglabs::FORMAT,
    risk_recon::FORMAT,
    rubocop::FORMAT,
    ruff::FORMAT,
    rusty_hog::FORMAT,
    safety::FORMAT,
    sarif::FORMAT,
    scantist::FORMAT,
    scorecard::FORMAT,
    scout_suite::FORMAT,
    secretlint::FORMAT,
    semgrep::FORMAT,
    sharphound::FORMAT,
    shellcheck::FORMAT,
    skf::FORMAT,
    snyk::FORMAT,
    snyk_issues::FORMAT,
    sobelow::FORMAT,
    solar_appscreener::FORMAT,
    sonarqube::FORMAT,
    sonatype_iq::FORMAT,
    spdx::FORMAT,
    spotbugs::FORMAT,
    ssh_audit::FORMAT,
    ssl_labs::FORMAT,
    sslscan::FORMAT,
    sslyze::FORMAT,
    stackhawk::FORMAT,
    staticcheck::FORMAT,
    swiftlint::FORMAT,
    syft::FORMAT,
    symfony_security::FORMAT,
    sysdig::FORMAT,
    talisman::FORMAT,
    tenable_assets::FORMAT,
    terrascan::FORMAT,
    testssl::FORMAT,
    tflint::FORMAT,
    tfsec::FORMAT,
    threagile::FORMAT,
    threat_composer::FORMAT,
    threat_dragon::FORMAT,
    trivy::FORMAT,
    trivy_operator::FORMAT,
    trufflehog::FORMAT,
    trufflehog3::FORMAT,
    trustwave::FORMAT,
    vcg::FORMAT,
    veracode::FORMAT,
    veracode_sca::FORMAT,
    vulners::FORMAT,
    vuls::FORMAT,
    wapiti::FORMAT,
    wazuh::FORMAT,
    webinspect::FORMAT,
    wfuzz::FORMAT,
    whispers::FORMAT,
    whitehat_sentinel::FORMAT,
    wiz::FORMAT,
    wpscan::FORMAT,
    xanitizer::FORMAT,
    xeol::FORMAT,
    xray::FORMAT,
    xygeni::FORMAT,
    zap::FORMAT,
    zizmor::FORMAT,
    zora::FORMAT,
];
