//! SSLyze: JSON of versions 2 to 6 and the XML of version 1.
//!
//! SSLyze measures and rates little: what becomes a finding is a known attack that works, a protocol that is deprecated (RFC
//! 7568, RFC 8996), a TLS 1.2 suite outside of Mozilla's intermediate list (forward secrecy and AEAD), a certificate that fails
//! validation, and unsafe renegotiation or compression. Each is on the host, at its port. A server that could not be reached is a
//! gap.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::tree::{Tree, Value};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{assets, dates, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{ServiceSeen, WeaknessSeen};
use bartizan_model::{AssetRef, Finding, Locus, Observation, Severity};
use std::borrow::Cow;
use std::cell::Cell;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "sslyze",
    name: "SSLyze",
    summary: "JSON and XML output: attacks on TLS, deprecated protocols and suites, certificates",
    extensions: &["json", "xml"],
    docs: "https://nabla-c0d3.github.io/sslyze/documentation/json-output.html",
    tool: "sslyze",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    version: ("sslyze_version", ""),
    heads: &["sslyze_version", "date_scans_completed"],
    lists: &[
        "server_scan_results",
        "server_connectivity_errors",
        "accepted_targets",
        "invalid_targets",
        "invalid_server_strings",
    ],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let json = keys.has_any(&["sslyze_version", "sslyze_url"])
        || keys.has("server_scan_results")
        || keys.has_all(&["accepted_targets", "invalid_targets"]);
    let xml = head.is_root("document") && head.has("SSLyze");
    Sniff::when(json || xml)
}

/// What can be wrong: the rule, the title, the severity, the CWE and the CVEs.
type Check = (&'static str, &'static str, Severity, u32, &'static [&'static str]);

const HEARTBLEED: Check = (
    "heartbleed",
    "Heartbleed: memory of the server can be read",
    Severity::Critical,
    126,
    &["CVE-2014-0160"],
);
const CCS: Check =
    ("openssl-ccs-injection", "OpenSSL CCS injection", Severity::High, 326, &["CVE-2014-0224"]);
const ROBOT: Check = ("robot", "ROBOT: RSA decryption oracle", Severity::High, 203, &["CVE-2017-13099"]);
const RENEGOTIATION: Check = (
    "client-renegotiation",
    "Clients can make the server renegotiate (denial of service)",
    Severity::Medium,
    770,
    &[],
);
const INSECURE_RENEGOTIATION: Check = (
    "insecure-renegotiation",
    "Secure renegotiation is not supported",
    Severity::Medium,
    310,
    &["CVE-2009-3555"],
);
const COMPRESSION: Check =
    ("compression", "TLS compression is supported (CRIME)", Severity::Medium, 310, &["CVE-2012-4929"]);
const SUITES: Check = (
    "weak-tls1.2-suites",
    "TLS 1.2 suites without forward secrecy or authenticated encryption",
    Severity::Medium,
    326,
    &[],
);
const HOSTNAME: Check = (
    "certificate-hostname-mismatch",
    "The certificate is not for this host name",
    Severity::Medium,
    297,
    &[],
);
const UNTRUSTED: Check =
    ("certificate-untrusted", "No trust store accepts the certificate", Severity::Medium, 295, &[]);
const SHA1: Check =
    ("certificate-sha1", "The certificate chain is signed with SHA-1", Severity::Medium, 328, &[]);
const PROTOCOLS: [(&str, &str, Check); 4] = [
    ("ssl_2_0_cipher_suites", "sslv2", ("ssl2", "SSL 2.0 is supported", Severity::High, 327, &[])),
    ("ssl_3_0_cipher_suites", "sslv3", ("ssl3", "SSL 3.0 is supported", Severity::High, 327, &[])),
    ("tls_1_0_cipher_suites", "tlsv1", ("tls1.0", "TLS 1.0 is supported", Severity::Medium, 327, &[])),
    ("tls_1_1_cipher_suites", "tlsv1_1", ("tls1.1", "TLS 1.1 is supported", Severity::Medium, 327, &[])),
];

/// One server, and what of it was found.
struct Server {
    asset: AssetRef,
    port: String,
    found: Vec<(Check, String)>,
    /// A result that is not what SSLyze writes: what it found stays open.
    unread: Option<&'static str>,
}

impl Server {
    fn new(host: &str, ip: &str, port: &str, options: &Options) -> Option<Self> {
        let local = options.asset.clone().filter(|_| assets::is_loopback(host));
        let asset = local.or_else(|| assets::machine([host, ip], [])).or_else(|| options.asset.clone())?;
        Some(Self { asset, port: text::name(port), found: Vec::new(), unread: None })
    }

    fn found(&mut self, is: bool, check: Check, evidence: String) {
        if is {
            self.found.push((check, evidence));
        }
    }

    fn observe(self, at: &Place, out: &mut Out<'_>) -> Result<(), Stop> {
        let locus = loci::port("tcp", &self.port);
        if let Locus::Port { protocol, port } = &locus {
            let service = ServiceSeen {
                asset: self.asset.clone(),
                protocol: protocol.clone(),
                port: *port,
                name: "tls".to_owned(),
                product: String::new(),
                version: String::new(),
                cpe: String::new(),
                addresses: Vec::new(),
                vantage: String::new(),
            };
            out.observe(at, Observation::Service(service), None)?;
        }
        for ((rule, title, severity, cwe, ids), evidence) in self.found {
            let ids = ids.iter().map(|id| (*id).to_owned()).collect();
            let weakness = WeaknessSeen { ids, cwe: vec![cwe], rule: rule.to_owned() };
            let finding = Finding {
                evidence: text::body(&evidence),
                raw_id: Some(rule.to_owned()),
                seen_at: out.summary.seen_at,
                ..Finding::new(title, severity, weakness, self.asset.clone(), locus.clone())
            };
            out.finding(at, finding, None)?;
        }
        match self.unread {
            Some(what) => Err(format!("what it says of `{what}` could not be read").into()),
            None => Ok(()),
        }
    }
}

/// Whether a TLS 1.2 suite is of Mozilla's intermediate kind.
fn is_recommended(suite: &str) -> bool {
    let forward_secret =
        ["ECDHE", "DHE", "TLS_ECDHE", "TLS_DHE"].iter().any(|prefix| suite.starts_with(prefix));
    forward_secret && (suite.contains("GCM") || suite.contains("CHACHA20")) && !suite.contains("anon")
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    if !head.trimmed().starts_with(b"<") {
        return LAYOUT.parse(input, options, sink, server);
    }
    let mut out = Out::new(sink);
    walk(input, options, &mut out, FORMAT.id, &["document"], &mut |element, xml, out| {
        match element.name.as_str() {
            "document" => out.source(FORMAT.tool, element.attr("SSLyzeVersion")),
            "target" => {
                let at = out.record(xml.place(), "<target>");
                let target = xml.subtree(element)?;
                let result =
                    self::target(&target, options).ok_or(Stop::Record("a target without host".into()));
                let result = result.and_then(|server| server.observe(&at, out));
                out.settle(&at, result)?;
            }
            "invalidTarget" => {
                let why = element.attr("error").to_owned();
                let target = xml.subtree(element)?;
                out.gap(format!("server {}", text::name(&target.text)), text::name(&why));
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish(FORMAT.id)
}

fn server(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let place = ["server_location", "server_info/server_location", "server_info"];
    let location = place.iter().map(|path| record.at(path)).find(|it| !it.at("hostname").is_null());
    let empty = Value::Null;
    let location = location.unwrap_or(&empty);
    let name = location.text("hostname");
    if matches!(record.list, "server_connectivity_errors" | "invalid_targets" | "invalid_server_strings") {
        let why = record.first(&["error_message", "connectivity_error_trace"]);
        let given = record.text("server_string");
        let name = if name.is_empty() { given } else { name };
        out.gap(format!("server {}", text::name(&name)), text::title(&why, "it could not be reached"));
        return Ok(());
    }
    if record.text("connectivity_status") == "ERROR" {
        let why = text::title(&record.text("connectivity_error_trace"), "it could not be reached");
        out.gap(format!("server {}", text::name(&name)), why);
        return Ok(());
    }
    let mut server = Server::new(&name, &location.text("ip_address"), &location.text("port"), options)
        .ok_or("a server without host name and address")?;
    let results = ["scan_result", "scan_commands_results", "commands_results"];
    let results = results.iter().map(|path| record.at(path)).find(|it| !it.is_null()).unwrap_or(&empty);
    commands(record, results, &mut server);
    let own = dates::date(&record.text("scan_completed_at"));
    let seen = own.or_else(|| dates::date(&record.head("date_scans_completed").text("")));
    out.summary.seen_at = out.summary.seen_at.max(seen);
    for (command, why) in record.at("scan_commands_errors").as_object().into_iter().flatten() {
        let what = format!("{} of {}", text::name(command), server.asset.name);
        out.gap(what, text::title(&why.first(&["reason", "exception_trace"]), "it failed"));
    }
    for (command, result) in results.as_object().into_iter().flatten() {
        if result.text("status") == "ERROR" {
            let what = format!("{} of {}", text::name(command), server.asset.name);
            out.gap(what, text::title(&result.text("error_reason"), "it failed"));
        }
    }
    server.observe(&record.at, out)
}

/// What the results of its commands say of a server.
fn commands(record: &Record<'_>, results: &Value<'_>, server: &mut Server) {
    let unread = Cell::new((!results.is_null() && !results.is_object()).then_some("the commands"));
    let result = |command: &'static str| {
        let result = match results.at(command).at("result") {
            Value::Null => results.at(command),
            result => result,
        };
        if !result.is_null() && !result.is_object() {
            unread.set(Some(command));
        }
        result
    };
    let truth = |command: &'static str, key: &'static str| {
        let truth = result(command).at(key);
        if !truth.is_null() && truth.as_bool().is_none() {
            unread.set(Some(key));
        }
        truth.as_bool()
    };
    server.found(truth("heartbleed", "is_vulnerable_to_heartbleed") == Some(true), HEARTBLEED, String::new());
    server.found(
        truth("openssl_ccs_injection", "is_vulnerable_to_ccs_injection") == Some(true),
        CCS,
        String::new(),
    );
    server.found(truth("openssl_ccs", "is_vulnerable_to_ccs_injection") == Some(true), CCS, String::new());
    let robot = result("robot").first(&["robot_result", "robot_result_enum"]).into_owned();
    server.found(robot.starts_with("VULNERABLE"), ROBOT, robot.clone());
    for command in ["session_renegotiation", "reneg"] {
        let dos = ["is_vulnerable_to_client_renegotiation_dos", "accepts_client_renegotiation"];
        let dos = dos.iter().any(|key| truth(command, key) == Some(true));
        server.found(dos, RENEGOTIATION, String::new());
        let insecure = truth(command, "supports_secure_renegotiation") == Some(false);
        server.found(insecure, INSECURE_RENEGOTIATION, String::new());
    }
    for command in ["tls_compression", "compression"] {
        let supported = truth(command, "supports_compression") == Some(true);
        let named = !result(command).text("compression_name").is_empty();
        server.found(supported || named, COMPRESSION, String::new());
    }
    let accepted = |command: &'static str| -> Vec<String> {
        let list = ["accepted_cipher_suites", "accepted_cipher_list"];
        let suites = list.iter().flat_map(|list| record.items_of(result(command), list));
        suites.map(|suite| suite.first(&["cipher_suite/name", "name", "openssl_name"]).into_owned()).collect()
    };
    for (command, old, check) in PROTOCOLS {
        let suites = [accepted(command), accepted(old)].concat();
        server.found(!suites.is_empty(), check, suites.join("\n"));
    }
    let weak = [accepted("tls_1_2_cipher_suites"), accepted("tlsv1_2")].concat();
    let weak: Vec<_> = weak.into_iter().filter(|suite| !is_recommended(suite)).collect();
    server.found(!weak.is_empty(), SUITES, weak.join("\n"));
    for command in ["certificate_info", "certinfo"] {
        let deployments = record.items_of(result(command), "certificate_deployments");
        deployments.iter().for_each(|it| certificate(record, it, server));
    }
    server.unread = unread.get();
}

fn certificate(record: &Record<'_>, deployment: &Value<'_>, server: &mut Server) {
    let is = |key: &str, value: bool| deployment.at(key).as_bool() == Some(value);
    let subject = deployment.text("received_certificate_chain/0/subject/rfc4514_string").into_owned();
    server.found(is("leaf_certificate_subject_matches_hostname", false), HOSTNAME, subject.clone());
    server.found(is("verified_chain_has_sha1_signature", true), SHA1, subject);
    let paths = record.items_of(deployment, "path_validation_results");
    let trusted = |path: &Value<'_>| {
        path.is_true("was_validation_successful") || !path.at("verified_certificate_chain").is_null()
    };
    let errors = paths.iter().map(|path| path.first(&["openssl_error_string", "validation_error"]));
    let mut errors: Vec<_> = errors.filter(|error| !error.is_empty()).map(Cow::into_owned).collect();
    errors.dedup();
    server.found(!paths.is_empty() && !paths.iter().any(trusted), UNTRUSTED, errors.join("\n"));
}

fn target(target: &Element, options: &Options) -> Option<Server> {
    let mut server = Server::new(target.attr("host"), target.attr("ip"), target.attr("port"), options)?;
    let unread = Cell::new(None);
    let truth = |command: &str, element: &'static str, attribute: &str| {
        let found = target.child(command).and_then(|command| command.child(element))?;
        let word = found.attr(attribute).to_ascii_lowercase();
        let truth = word.parse().ok();
        if truth.is_none() {
            unread.set(Some(element));
        }
        truth
    };
    server.found(
        truth("heartbleed", "openSslHeartbleed", "isVulnerable") == Some(true),
        HEARTBLEED,
        String::new(),
    );
    server.found(
        truth("openssl_ccs", "openSslCcsInjection", "isVulnerable") == Some(true),
        CCS,
        String::new(),
    );
    let robot =
        target.child("robot").and_then(|it| it.child("robotAttack")).map_or("", |it| it.attr("resultEnum"));
    server.found(robot.starts_with("VULNERABLE"), ROBOT, robot.to_owned());
    let dos = truth("reneg", "sessionRenegotiation", "canBeClientInitiated") == Some(true);
    server.found(dos, RENEGOTIATION, String::new());
    let insecure = truth("reneg", "sessionRenegotiation", "isSecure") == Some(false);
    server.found(insecure, INSECURE_RENEGOTIATION, String::new());
    let compression = truth("compression", "compressionMethod", "isSupported") == Some(true);
    server.found(compression, COMPRESSION, String::new());
    let accepted = |command: &str| -> Vec<String> {
        let suites = target
            .child(command)
            .into_iter()
            .flat_map(|command| command.within("acceptedCipherSuites", "cipherSuite"));
        suites.map(|suite| suite.attr("name").to_owned()).collect()
    };
    for (_, command, check) in PROTOCOLS {
        let suites = accepted(command);
        server.found(!suites.is_empty(), check, suites.join("\n"));
    }
    let weak: Vec<_> = accepted("tlsv1_2").into_iter().filter(|suite| !is_recommended(suite)).collect();
    server.found(!weak.is_empty(), SUITES, weak.join("\n"));
    let validation =
        target.child("certinfo").and_then(|certificate| certificate.child("certificateValidation"));
    let hostname = validation.and_then(|it| it.child("hostnameValidation"));
    let mismatch =
        hostname.is_some_and(|it| it.attr("certificateMatchesServerHostname").eq_ignore_ascii_case("false"));
    server.found(mismatch, HOSTNAME, String::new());
    let chain = validation.and_then(|it| it.child("verifiedCertificateChain"));
    let sha1 = chain.is_some_and(|it| it.attr("hasSha1SignedCertificate").eq_ignore_ascii_case("true"));
    server.found(sha1, SHA1, String::new());
    server.unread = unread.get();
    Some(server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_of_both_styles() {
        for (suite, good) in [
            ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", true),
            ("ECDHE-RSA-CHACHA20-POLY1305", true),
            ("TLS_RSA_WITH_AES_128_GCM_SHA256", false),
            ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", false),
        ] {
            assert_eq!(is_recommended(suite), good, "{suite}");
        }
    }
}
