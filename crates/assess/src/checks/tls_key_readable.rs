//! Private keys that every account may read.

use super::support::{file_hit, merged};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Keys that a passphrase protects do not count, unless everybody may change them.
pub(super) const CHECK: Check = Check {
    id: "tls-key-readable",
    title: "Every account may read a private key",
    meaning: "The private key of a certificate may be read or changed by every account on this host.",
    why: "Whoever has the key can pretend to be this service and read what was meant for it; the certificate has to be replaced.",
    fix: "sudo chmod 600 /PATH\n# If it was open for a while, make a new key and have the certificate reissued",
    severity: Severity::High,
    cwe: 732,
    attack: "T1552.004",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let open = facts.tls.get()?.iter().filter(|key| {
        key.kind == "private-key"
            && (key.file.world_writable() || key.file.world_readable() && !key.encrypted)
    });
    Ok(merged(open.map(|key| {
        file_hit(&key.file.path, "", format!("every account may use it (mode {:04o})", key.file.mode))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{certificate, hits, host, inconclusive, misses, private_key, tls};
    use bartizan_model::host::TlsFile;

    #[test]
    fn hit() {
        hits(&CHECK, &tls(&[private_key("/etc/ssl/web.key", 0o644)]), &["file:/etc/ssl/web.key"]);
    }

    #[test]
    fn miss() {
        let protected = TlsFile { encrypted: true, ..private_key("/etc/ssl/b.key", 0o644) };
        let group = private_key("/etc/ssl/private/a.key", 0o640);
        misses(&CHECK, &tls(&[group, protected, certificate("/etc/ssl/web.pem")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
