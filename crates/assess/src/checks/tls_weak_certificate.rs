//! Certificates with weak keys or signatures.

use super::support::{file_hit, merged, own_certificate};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// RSA and DSA under 2048 bits, elliptic curves under 224, signatures with MD5 or SHA-1. This host's own certificates,
/// not those of public authorities, whose own signature nobody relies on.
pub(super) const CHECK: Check = Check {
    id: "tls-weak-certificate",
    title: "A certificate is too weak",
    meaning: "A certificate of this host has a key that is too short, or is signed with MD5 or SHA-1.",
    why: "Such keys and signatures can be forged with enough effort, and then somebody else can pretend to be this service. Browsers refuse them.",
    fix: "# Make a new key and have the certificate reissued\nsudo openssl req -new -newkey rsa:3072 -sha256 -noenc -keyout /etc/ssl/private/NAME.key -out NAME.csr\n# OpenSSL before 3.0: -nodes instead of -noenc",
    severity: Severity::Medium,
    cwe: 326,
    attack: "T1557",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let own = facts.tls.get()?.iter().filter(|tls| own_certificate(tls));
    Ok(merged(own.filter_map(|tls| {
        let least = if matches!(tls.algorithm.as_str(), "rsa" | "dsa") { 2048 } else { 224 };
        let signature = tls.signature.to_ascii_lowercase();
        let what = match tls.bits.filter(|bits| *bits < least) {
            Some(bits) => format!("a key {} of {bits} bits", tls.algorithm),
            None if ["md5", "md2", "sha1"].iter().any(|old| signature.contains(old)) => {
                format!("a signature {signature}")
            }
            None => return None,
        };
        Some(file_hit(&tls.file.path, "", format!("{} has {what}", tls.subject)))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{certificate, hits, host, inconclusive, misses, tls};
    use bartizan_model::host::TlsFile;

    #[test]
    fn hit() {
        let short = TlsFile { bits: Some(1024), ..certificate("/etc/ssl/a.pem") };
        let sha1 = TlsFile { signature: "ecdsa-with-SHA1".to_owned(), ..certificate("/etc/ssl/b.pem") };
        hits(&CHECK, &tls(&[short, sha1]), &["file:/etc/ssl/a.pem", "file:/etc/ssl/b.pem"]);
    }

    #[test]
    fn miss() {
        let curve = TlsFile { algorithm: "ec".to_owned(), bits: Some(256), ..certificate("/etc/ssl/a.pem") };
        let authority = TlsFile { bits: Some(1024), ..certificate("/etc/ssl/certs/ca-certificates.crt") };
        misses(&CHECK, &tls(&[curve, authority, certificate("/etc/ssl/b.pem")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
