//! Certificates and private keys in the usual places. Of private keys only kind, size and protection are kept.

use super::{Group, authorized_keys, fact};
use crate::root::Root;
use bartizan_model::Timestamp;
use bartizan_model::host::{FileMeta, HostFacts, TlsFile};
use base64::Engine;
use x509_parser::public_key::PublicKey;

pub(super) const GROUP: Group = Group {
    name: "tls",
    reads: "PEM and DER files under /etc/ssl, /etc/letsencrypt/live, /etc/nginx, /etc/apache2, /etc/httpd, /etc/haproxy, /etc/pki/tls",
    needs: "root for /etc/ssl/private",
    collect,
};

const FOLDERS: &[&str] = &[
    "/etc/ssl/certs",
    "/etc/ssl/private",
    "/etc/letsencrypt/live",
    "/etc/nginx",
    "/etc/apache2",
    "/etc/httpd",
    "/etc/haproxy",
    "/etc/pki/tls/certs",
    "/etc/pki/tls/private",
];
/// The most files that are looked at.
const FILES: usize = 5_000;
/// The largest file that can be a certificate or a key.
const SIZE: u64 = 256 << 10;
/// How deep folders are entered.
const DEPTH: u32 = 4;
/// A file with more certificates than any chain has is a bundle of authorities to trust.
const CHAIN: usize = 10;

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.tls = fact(read(root));
}

fn read(root: &Root) -> Result<Vec<TlsFile>, String> {
    let (mut found, mut count) = (Vec::new(), 0);
    let mut todo: Vec<_> = FOLDERS.iter().map(|folder| ((*folder).to_owned(), 0)).collect();
    while let Some((folder, depth)) = todo.pop() {
        for name in root.list(&folder)?.unwrap_or_default() {
            let path = format!("{folder}/{name}");
            let link = root.link(&path).is_some();
            // The links here lead to the authorities that the distribution trusts.
            if link && (folder.ends_with("/certs") || folder.ends_with("-enabled")) {
                continue;
            }
            let Some(meta) = root.stat(&path)? else { continue };
            if meta.is_dir() {
                if !link && depth < DEPTH {
                    todo.push((path, depth + 1));
                }
                continue;
            }
            count += 1;
            if count > FILES {
                return Err(format!("{folder}: more than {FILES} files in the folders of certificates"));
            }
            if !meta.is_file() || meta.len() > SIZE {
                continue;
            }
            let bytes = root.bytes(&path, SIZE)?.unwrap_or_default();
            found.extend(parse(&bytes, &crate::root::file_meta(&path, &meta)));
        }
    }
    found.sort_by(|a, b| (&a.file, &a.kind).cmp(&(&b.file, &b.kind)));
    Ok(found)
}

/// What a file holds, in PEM or DER; nothing where it is neither.
pub(super) fn parse(bytes: &[u8], file: &FileMeta) -> Vec<TlsFile> {
    if bytes.starts_with(&[0x30, 0x82]) {
        return certificate(bytes, file).into_iter().collect();
    }
    let blocks = pem(&String::from_utf8_lossy(bytes));
    if blocks.iter().filter(|block| block.label.contains("CERTIFICATE")).count() > CHAIN {
        return Vec::new();
    }
    blocks
        .iter()
        .filter_map(|block| match block.label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => certificate(&block.der, file),
            label if label.ends_with("PRIVATE KEY") => Some(private_key(block, file)),
            _ => None,
        })
        .collect()
}

struct Block {
    label: String,
    encrypted: bool,
    der: Vec<u8>,
}

/// The blocks between `-----BEGIN x-----` and its end.
fn pem(text: &str) -> Vec<Block> {
    let (mut blocks, mut open) = (Vec::new(), None::<(String, bool, String)>);
    for line in text.lines().map(str::trim) {
        if let Some(label) = line.strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----")) {
            open = Some((label.to_owned(), label.starts_with("ENCRYPTED"), String::new()));
        } else if line.starts_with("-----END ") {
            if let Some((label, encrypted, body)) = open.take()
                && let Ok(der) = base64::engine::general_purpose::STANDARD.decode(body)
            {
                blocks.push(Block { label, encrypted, der });
            }
        } else if let Some((_, encrypted, body)) = &mut open {
            // Headers of the old form: `Proc-Type: 4,ENCRYPTED`.
            if line.contains(':') { *encrypted |= line.contains("ENCRYPTED") } else { body.push_str(line) }
        }
    }
    blocks
}

fn certificate(der: &[u8], file: &FileMeta) -> Option<TlsFile> {
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    let key = certificate.public_key();
    let (algorithm, bits) = match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => ("rsa", authorized_keys::bits(rsa.modulus)),
        _ => {
            let curve =
                key.algorithm.parameters.as_ref().and_then(|p| p.as_oid().ok()).map(|oid| oid.to_id_string());
            algorithm(&key.algorithm.algorithm.to_id_string(), curve.as_deref())
        }
    };
    Some(TlsFile {
        file: file.clone(),
        kind: "certificate".to_owned(),
        algorithm: algorithm.to_owned(),
        bits,
        signature: signature(&certificate.signature_algorithm.algorithm.to_id_string()),
        not_after: Some(Timestamp::from_seconds(certificate.validity().not_after.timestamp())),
        encrypted: false,
        subject: certificate.subject().to_string(),
    })
}

/// Name and size of a key by the object identifiers of its algorithm and curve.
fn algorithm(oid: &str, curve: Option<&str>) -> (&'static str, Option<u32>) {
    match oid {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => ("rsa", None),
        "1.2.840.10045.2.1" => ("ec", curve.and_then(curve_bits)),
        "1.3.101.112" => ("ed25519", Some(256)),
        "1.3.101.113" => ("ed448", Some(456)),
        "1.2.840.10040.4.1" => ("dsa", None),
        _ => ("", None),
    }
}

fn curve_bits(oid: &str) -> Option<u32> {
    match oid {
        "1.2.840.10045.3.1.1" => Some(192),
        "1.3.132.0.33" => Some(224),
        "1.2.840.10045.3.1.7" | "1.3.132.0.10" => Some(256),
        "1.3.132.0.34" => Some(384),
        "1.3.132.0.35" => Some(521),
        _ => None,
    }
}

/// The name of a signature algorithm, else its number.
fn signature(oid: &str) -> String {
    match oid {
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10" => "rsassaPss",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.10040.4.3" => "dsa-with-sha1",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "ed25519",
        other => other,
    }
    .to_owned()
}

fn private_key(block: &Block, file: &FileMeta) -> TlsFile {
    let (algorithm, bits) = match block.label.as_str() {
        _ if block.encrypted => (if block.label.starts_with("RSA") { "rsa" } else { "" }, None),
        // Version, modulus, ...
        "RSA PRIVATE KEY" => ("rsa", rsa(&block.der)),
        "EC PRIVATE KEY" => ("ec", sec1_curve(&block.der)),
        "DSA PRIVATE KEY" => ("dsa", rsa(&block.der)),
        "PRIVATE KEY" => pkcs8(&block.der).unwrap_or(("", None)),
        _ => ("", None),
    };
    TlsFile {
        file: file.clone(),
        kind: "private-key".to_owned(),
        algorithm: algorithm.to_owned(),
        bits,
        signature: String::new(),
        not_after: None,
        encrypted: block.encrypted,
        subject: String::new(),
    }
}

/// One DER element: tag, contents, what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (bytes, rest) =
            rest.split_at_checked(usize::from(first & 0x7f)).filter(|(bytes, _)| bytes.len() <= 4)?;
        (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((*tag, contents, rest))
}

fn rsa(der: &[u8]) -> Option<u32> {
    let (_, sequence, _) = element(der)?;
    let (_, _version, rest) = element(sequence)?;
    let (_, modulus, _) = element(rest)?;
    authorized_keys::bits(modulus)
}

/// The curve in an `ECPrivateKey`, under the context tag 0.
fn sec1_curve(der: &[u8]) -> Option<u32> {
    let (_, mut rest, _) = element(der)?;
    while let Some((tag, contents, after)) = element(rest) {
        if tag == 0xa0 {
            return curve_bits(&oid(element(contents)?.1));
        }
        rest = after;
    }
    None
}

fn pkcs8(der: &[u8]) -> Option<(&'static str, Option<u32>)> {
    let (_, sequence, _) = element(der)?;
    let (_, _version, rest) = element(sequence)?;
    let (_, identifier, rest) = element(rest)?;
    let (_, name, parameters) = element(identifier)?;
    let curve = element(parameters).filter(|(tag, _, _)| *tag == 6).map(|(_, contents, _)| oid(contents));
    match algorithm(&oid(name), curve.as_deref()) {
        ("rsa", _) => Some(("rsa", element(rest).and_then(|(_, inner, _)| rsa(inner)))),
        other => Some(other),
    }
}

/// An object identifier in its dotted form.
fn oid(contents: &[u8]) -> String {
    let (mut parts, mut value) = (Vec::new(), 0_u64);
    for byte in contents {
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if parts.is_empty() {
                let first = (value / 40).min(2);
                parts.push(first);
                value -= first * 40;
            }
            parts.push(std::mem::take(&mut value));
        }
    }
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests;
