//! sslscan: XML (`--xml`) of all versions.
//!
//! Obsolete protocols and weak ciphers that a server accepts, Heartbleed, insecure renegotiation, compression, and certificates that
//! are expired, self-signed or signed with a broken digest; each on the port. What a server does well is no finding.

use crate::common::out::Out;
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{assets, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "sslscan",
    name: "sslscan",
    summary: "XML: protocols, ciphers, Heartbleed, renegotiation, compression, certificates of TLS servers",
    extensions: &["xml"],
    docs: "https://github.com/rbsec/sslscan",
    tool: "sslscan",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let root = head.is_root("document");
    let marked = head.has_any(&["SSLScan", "<ssltest"]);
    Sniff::when(root && marked)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    walk(input, options, &mut out, FORMAT.id, &["document"], &mut |element, xml, out| {
        match element.name.as_str() {
            "document" => out.source(FORMAT.tool, element.attr("version")),
            "error" => out.gap("a server", text::name(&xml.subtree(element)?.text)),
            "ssltest" => {
                let at = out.record(xml.place(), "<ssltest>");
                let server = xml.subtree(element)?;
                self::server(&server, &at, options, out)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish(FORMAT.id)
}

/// Something that is wrong: rule, title, severity, CWE, CVE, and what shows it.
struct Wrong(&'static str, String, Severity, u32, &'static str, String);

fn server(server: &Element, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let host = server.attr("host");
    let names = [server.attr("sniname"), host];
    let asset = assets::host(host, names).or_else(|| options.asset.clone());
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Host));
    for Wrong(rule, title, severity, cwe, cve, evidence) in wrongs(server) {
        let ids = Some(cve.to_owned()).into_iter().filter(|id| !id.is_empty()).collect();
        let weakness = WeaknessSeen { ids, cwe: vec![cwe], rule: rule.to_owned() };
        let port = loci::port("tcp", server.attr("port"));
        let finding = Finding {
            evidence: text::body(&evidence),
            raw_id: Some(rule.to_owned()),
            ..Finding::new(text::title(&title, rule), severity, weakness, asset.clone(), port)
        };
        out.finding(at, finding, None)?;
    }
    Ok(())
}

fn wrongs(server: &Element) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    for protocol in server.children("protocol").filter(|it| it.attr("enabled") == "1") {
        let (rule, severity) = match (protocol.attr("type"), protocol.attr("version")) {
            ("ssl", "2") => ("protocol-sslv2", Severity::High),
            ("ssl", "3") => ("protocol-sslv3", Severity::High),
            ("tls", "1.0") => ("protocol-tlsv1.0", Severity::Medium),
            ("tls", "1.1") => ("protocol-tlsv1.1", Severity::Low),
            _ => continue,
        };
        let name = format!("{} {}", protocol.attr("type").to_uppercase(), protocol.attr("version"));
        wrongs.push(Wrong(rule, format!("Obsolete protocol {name}"), severity, 327, "", name));
    }
    for (strength, rule, severity) in [
        ("null", "cipher-null", Severity::High),
        ("anonymous", "cipher-anonymous", Severity::High),
        ("weak", "cipher-weak", Severity::Medium),
        ("medium", "cipher-medium", Severity::Low),
    ] {
        let accepted = server.children("cipher").filter(|it| {
            matches!(it.attr("status"), "accepted" | "preferred")
                && it.attr("strength").eq_ignore_ascii_case(strength)
        });
        let names: Vec<_> =
            accepted.map(|it| format!("{} {}", it.attr("sslversion"), it.attr("cipher"))).collect();
        if !names.is_empty() {
            let title = format!("Ciphers of strength {strength} are accepted");
            wrongs.push(Wrong(rule, title, severity, 326, "", names.join("\n")));
        }
    }
    let bleeding = server.children("heartbleed").filter(|it| it.attr("vulnerable") == "1");
    let bleeding: Vec<_> = bleeding.map(|it| it.attr("sslversion")).collect();
    if !bleeding.is_empty() {
        let title = "Heartbleed: memory of the server can be read".to_owned();
        wrongs.push(Wrong("heartbleed", title, Severity::High, 125, "CVE-2014-0160", bleeding.join("\n")));
    }
    let set = |name: &str, key: &str, value: &str| server.children(name).any(|it| it.attr(key) == value);
    if set("renegotiation", "supported", "1") && set("renegotiation", "secure", "0") {
        let title = "Insecure renegotiation".to_owned();
        wrongs.push(Wrong(
            "renegotiation-insecure",
            title,
            Severity::Medium,
            295,
            "CVE-2009-3555",
            String::new(),
        ));
    }
    if set("compression", "supported", "1") {
        let title = "TLS compression (CRIME)".to_owned();
        wrongs.push(Wrong("compression", title, Severity::Medium, 310, "CVE-2012-4929", String::new()));
    }
    let listed = server.within("certificates", "certificate");
    for certificate in server.children("certificate").chain(listed) {
        let subject = text::name(certificate.text_of("subject"));
        let of = |name: &str| certificate.text_of(name).to_lowercase();
        if of("expired") == "true" {
            let title = "The certificate is expired".to_owned();
            let evidence = format!("{subject}: {}", certificate.text_of("not-valid-after"));
            wrongs.push(Wrong("certificate-expired", title, Severity::Medium, 298, "", evidence));
        }
        if of("self-signed") == "true" {
            let title = "The certificate is self-signed".to_owned();
            wrongs.push(Wrong("certificate-self-signed", title, Severity::Medium, 295, "", subject.clone()));
        }
        let digest = of("signature-algorithm");
        if digest.contains("md5") || digest.contains("sha1with") {
            let title = format!("The certificate is signed with {digest}");
            wrongs.push(Wrong("certificate-weak-digest", title, Severity::Medium, 328, "", subject.clone()));
        }
    }
    wrongs
}
