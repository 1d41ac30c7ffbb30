//! SSH private keys that every account may read.

use super::support::{file_hit, merged};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// A key under a passphrase does not count: reading it is not yet having it.
pub(super) const CHECK: Check = Check {
    id: "ssh-private-key-readable",
    title: "Every account may read an SSH private key",
    meaning: "A private key for SSH, without a passphrase, may be read by every account on this host.",
    why: "Whoever can run anything here logs on wherever the key is listed, as its owner. ssh itself refuses to use such a key, other programs do not.",
    fix: "chmod 600 /PATH\n# If it was open for a while, make a new key and take the old one out of every authorized_keys\nssh-keygen -t ed25519 -f /PATH",
    severity: Severity::High,
    cwe: 732,
    attack: "T1552.004",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let open = facts.private_keys.get()?.iter().filter(|key| key.exposed && !key.encrypted);
    Ok(merged(open.map(|key| {
        let detail = format!("every account may use this key of {} (mode {:04o})", key.user, key.file.mode);
        file_hit(&key.file.path, "", detail)
    })))
}

#[cfg(test)]
pub(super) mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, meta, misses};
    use bartizan_model::host::{Fact, HostFacts, PrivateKey};

    /// A host with these private keys of SSH: path, whether encrypted, whether every account may read it.
    pub(in crate::checks) fn ssh_keys(list: &[(&str, bool, bool)]) -> HostFacts {
        let keys = list.iter().map(|(path, encrypted, exposed)| PrivateKey {
            user: "bob".to_owned(),
            file: meta(path, if *exposed { 0o644 } else { 0o600 }),
            algorithm: "ssh-ed25519".to_owned(),
            encrypted: *encrypted,
            exposed: *exposed,
            fingerprint: "SHA256:x".to_owned(),
        });
        HostFacts { private_keys: Fact::Known(keys.collect()), ..host() }
    }

    #[test]
    fn hit() {
        hits(&CHECK, &ssh_keys(&[("/home/bob/.ssh/id", false, true)]), &["file:/home/bob/.ssh/id"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &ssh_keys(&[("/home/bob/.ssh/id", false, false), ("/home/bob/.ssh/b", true, true)]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
