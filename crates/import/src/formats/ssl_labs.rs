//! Qualys SSL Labs: assessments of the API (versions 2 to 4) and of `ssllabs-scan`, one host or a list.
//!
//! A known attack that works, a protocol that is deprecated (RFC 7568, RFC 8996) and a certificate that is not to be trusted is a
//! finding on the endpoint. A grade only sums them up: it is an attribute of the host. An endpoint that could not be assessed is a gap.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{assets, dates, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::{AssetSeen, WeaknessSeen};
use bartizan_model::{AssetKind, Finding, Observation, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ssl_labs",
    name: "SSL Labs",
    summary: "JSON of the API and ssllabs-scan: attacks on TLS, deprecated protocols, certificates",
    extensions: &["json"],
    docs: "https://github.com/ssllabs/ssllabs-scan/blob/master/ssllabs-api-docs-v3.md",
    tool: "ssl-labs",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, host),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has("host") && keys.has_any(&["endpoints", "engineVersion"]) && keys.has("criteriaVersion"),
    )
}

/// What can be wrong: the rule, the title, the severity, the CWE and the CVE.
type Check = (&'static str, &'static str, Severity, u32, &'static str);

/// Tests that are true where the server is vulnerable.
const TRUE: [(&str, Check); 7] = [
    (
        "heartbleed",
        (
            "heartbleed",
            "Heartbleed: memory of the server can be read",
            Severity::Critical,
            126,
            "CVE-2014-0160",
        ),
    ),
    ("poodle", ("poodle", "POODLE on SSL 3.0", Severity::Medium, 757, "CVE-2014-3566")),
    ("freak", ("freak", "FREAK: export keys are accepted", Severity::Medium, 326, "CVE-2015-0204")),
    (
        "logjam",
        ("logjam", "Logjam: weak Diffie-Hellman groups are accepted", Severity::Medium, 326, "CVE-2015-4000"),
    ),
    (
        "drownVulnerable",
        ("drown", "DROWN: SSL 2.0 with this key breaks TLS", Severity::High, 327, "CVE-2016-0800"),
    ),
    ("vulnBeast", ("beast", "BEAST: TLS 1.0 with CBC suites", Severity::Low, 327, "CVE-2011-3389")),
    ("supportsRc4", ("rc4", "RC4 is accepted", Severity::Medium, 327, "CVE-2015-2808")),
];

/// Tests with a code: the codes of a server that is vulnerable.
const CODES: [(&str, &[u64], Check); 10] = [
    (
        "openSslCcs",
        &[2, 3],
        ("openssl-ccs-injection", "OpenSSL CCS injection", Severity::High, 326, "CVE-2014-0224"),
    ),
    (
        "openSSLLuckyMinus20",
        &[2],
        ("lucky-minus-20", "OpenSSL padding oracle (LuckyMinus20)", Severity::High, 310, "CVE-2016-2107"),
    ),
    (
        "ticketbleed",
        &[2],
        (
            "ticketbleed",
            "Ticketbleed: memory of the server can be read",
            Severity::High,
            200,
            "CVE-2016-9244",
        ),
    ),
    (
        "bleichenbacher",
        &[2, 3],
        ("robot", "ROBOT: RSA decryption oracle", Severity::High, 203, "CVE-2017-13099"),
    ),
    ("poodleTls", &[2], ("poodle-tls", "POODLE on TLS", Severity::High, 203, "CVE-2014-8730")),
    ("zombiePoodle", &[2, 3], ("zombie-poodle", "Zombie POODLE padding oracle", Severity::Medium, 203, "")),
    ("goldenDoodle", &[4, 5], ("golden-doodle", "GOLDENDOODLE padding oracle", Severity::Medium, 203, "")),
    (
        "zeroLengthPaddingOracle",
        &[6, 7],
        ("zero-length-padding-oracle", "Zero-length padding oracle", Severity::Medium, 203, "CVE-2019-1559"),
    ),
    (
        "sleepingPoodle",
        &[10, 11],
        ("sleeping-poodle", "Sleeping POODLE padding oracle", Severity::Medium, 203, ""),
    ),
    (
        "dhUsesKnownPrimes",
        &[2],
        ("weak-dh-primes", "Known weak Diffie-Hellman primes", Severity::Medium, 326, ""),
    ),
];

/// Deprecated protocols by their number on the wire.
const PROTOCOLS: [(u64, Check); 4] = [
    (0x0200, ("protocol-sslv2", "SSL 2.0 is supported", Severity::High, 327, "")),
    (0x0300, ("protocol-sslv3", "SSL 3.0 is supported", Severity::High, 327, "")),
    (0x0301, ("protocol-tlsv1.0", "TLS 1.0 is supported", Severity::Medium, 327, "")),
    (0x0302, ("protocol-tlsv1.1", "TLS 1.1 is supported", Severity::Low, 327, "")),
];

/// Bits of what is wrong with a certificate.
const CERTIFICATE: [(u64, Check); 7] = [
    (1, ("certificate-untrusted", "No chain of trust leads to the certificate", Severity::Medium, 295, "")),
    (4, ("certificate-expired", "The certificate is expired", Severity::Medium, 298, "")),
    (
        8,
        (
            "certificate-hostname-mismatch",
            "The certificate is not for this host name",
            Severity::Medium,
            297,
            "",
        ),
    ),
    (16, ("certificate-revoked", "The certificate is revoked", Severity::High, 299, "")),
    (64, ("certificate-self-signed", "The certificate is self-signed", Severity::Medium, 295, "")),
    (128, ("certificate-blacklisted", "The certificate is on a block list", Severity::High, 295, "")),
    (
        256,
        ("certificate-weak-digest", "The certificate has an insecure signature", Severity::Medium, 328, ""),
    ),
];

fn host(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("host");
    if name.is_empty() {
        return Err("no host".into());
    }
    if !record.at("endpoints").is_array() && !record.at("endpoints").is_null() {
        return Err("endpoints that are no list".into());
    }
    if record.text("status") == "ERROR" {
        out.gap(text::name(&name), text::title(&record.text("statusMessage"), "it could not be assessed"));
    }
    let seen_at = dates::date(&record.text("testTime"));
    out.summary.seen_at = out.summary.seen_at.max(seen_at);
    for endpoint in record.items("endpoints") {
        let ip = endpoint.text("ipAddress");
        let local = options.asset.clone().filter(|_| assets::is_loopback(&name));
        let asset = local.or_else(|| assets::machine([&*name, &*ip, &*endpoint.text("serverName")], []));
        let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Host));
        let (status, grade) =
            (endpoint.text("statusMessage"), endpoint.first(&["grade", "gradeTrustIgnored"]));
        if !matches!(&*status, "" | "Ready") {
            out.gap(format!("{} ({})", text::name(&name), text::name(&ip)), text::name(&status));
        }
        match endpoint.at("details") {
            Value::Object(_) => {}
            Value::Null => continue,
            _ => return Err("details that are no object".into()),
        }
        let mut seen = AssetSeen { seen_at, ..AssetSeen::new(asset.clone()) };
        seen.attributes.extend(text::some(&grade).map(|grade| ("ssl-labs-grade".to_owned(), grade)));
        out.observe(&record.at, Observation::Asset(seen), None)?;
        let port = match &*record.text("port") {
            "" => "443".to_owned(),
            port => port.to_owned(),
        };
        for ((rule, title, severity, cwe, cve), detail) in wrongs(record, endpoint.at("details")) {
            let ids = Some(cve.to_owned()).into_iter().filter(|cve| !cve.is_empty()).collect();
            let weakness = WeaknessSeen { ids, cwe: vec![cwe], rule: rule.to_owned() };
            let finding = Finding {
                evidence: text::labelled([("endpoint", &*ip), ("grade", &*grade), ("details", &detail)]),
                raw_id: Some(rule.to_owned()),
                seen_at,
                ..Finding::new(title, severity, weakness, asset.clone(), loci::port("tcp", &port))
            };
            record.tell_alone(finding, out)?;
        }
    }
    Ok(())
}

/// What is wrong with an endpoint; certificates stand beside it since version 3.
fn wrongs(host: &Record<'_>, details: &Value<'_>) -> Vec<(Check, String)> {
    let mut wrongs = Vec::new();
    let mut found = |is: bool, check: Check, detail: String| {
        if is {
            wrongs.push((check, detail));
        }
    };
    for (key, check) in TRUE {
        found(details.is_true(key), check, String::new());
    }
    for (key, codes, check) in CODES {
        let code = details.count(key).unwrap_or_default();
        found(codes.contains(&code), check, format!("{key} {code}"));
    }
    for protocol in host.items_of(details, "protocols") {
        for (number, check) in PROTOCOLS {
            found(protocol.count("id") == Some(number), check, String::new());
        }
    }
    // Bits: DEFLATE; renegotiation that clients begin, without protection.
    let bit = |key: &str| details.count(key).unwrap_or_default() & 1 == 1;
    let crime =
        ("compression", "TLS compression is supported (CRIME)", Severity::Medium, 310, "CVE-2012-4929");
    found(bit("compressionMethods"), crime, String::new());
    let renegotiation = (
        "insecure-renegotiation",
        "Insecure renegotiation is supported",
        Severity::Medium,
        310,
        "CVE-2009-3555",
    );
    found(bit("renegSupport"), renegotiation, String::new());
    let leaf = details.text("certChains/0/certIds/0");
    let leaf = host.items("certs").iter().find(|cert| !leaf.is_empty() && cert.text("id") == leaf);
    let certificate = leaf.or(host.items("certs").first()).unwrap_or(details.at("cert"));
    let issues = certificate.count("issues").unwrap_or_default();
    for (bit, check) in CERTIFICATE {
        found(issues & bit != 0, check, certificate.text("subject").into_owned());
    }
    wrongs
}
