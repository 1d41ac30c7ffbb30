//! SSH private keys without a passphrase.

use super::support::{file_hit, merged};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Keys of machines need to be so; they are told all the same, since they are what an attacker takes along.
pub(super) const CHECK: Check = Check {
    id: "ssh-private-key-unencrypted",
    title: "An SSH private key lies without a passphrase",
    meaning: "The file of a private key for SSH is all that is needed to use the key.",
    why: "Whoever takes over the account or this host, or finds a backup of it, logs on to every machine that lists the key.",
    fix: "# A key of a person: give it a passphrase, and let an agent keep it\nssh-keygen -p -f /PATH\n# A key of a machine: bind it to its address and its one command where it is listed\n#   from=\"192.0.2.10\",restrict,command=\"/usr/local/bin/backup\" ssh-ed25519 ...",
    severity: Severity::Low,
    cwe: 522,
    attack: "T1552.004",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let bare = facts.private_keys.get()?.iter().filter(|key| !key.encrypted);
    Ok(merged(bare.map(|key| {
        let algorithm = if key.algorithm.is_empty() { "key" } else { &key.algorithm };
        file_hit(&key.file.path, "", format!("this {algorithm} of {} has no passphrase", key.user))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::ssh_private_key_readable::tests::ssh_keys;
    use crate::checks::testing::{hits, host, inconclusive, misses};

    #[test]
    fn hit() {
        hits(&CHECK, &ssh_keys(&[("/root/.ssh/id", false, false)]), &["file:/root/.ssh/id"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &ssh_keys(&[("/root/.ssh/id", true, false)]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
