//! The private keys of the SSH server can be read by others.

use super::support::{files, group_name};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `/etc/ssh/ssh_host_*_key`: readable by root, on RHEL also by the group ssh_keys.
pub(super) const CHECK: Check = Check {
    id: "file-ssh-host-keys",
    title: "Others than root may read the SSH server's private keys",
    meaning: "An account besides root may read a private host key in /etc/ssh.",
    why: "With the key an attacker can pretend to be this host and take the passwords of those who connect.",
    fix: "sudo chown root:root /etc/ssh/ssh_host_*_key\nsudo chmod 600 /etc/ssh/ssh_host_*_key\n# If it was open for a while, make new keys\nsudo rm /etc/ssh/ssh_host_*_key* && sudo ssh-keygen -A && sudo systemctl restart ssh",
    severity: Severity::High,
    cwe: 732,
    attack: "T1552.004",
    cis: "5.1.2",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let names = facts.files.keys().map(String::as_str);
    let keys: Vec<_> =
        names.filter(|path| path.starts_with("/etc/ssh/ssh_host_") && path.ends_with("_key")).collect();
    if keys.is_empty() {
        // Without a server there are no keys to look at.
        return match facts.sshd.get()? {
            None => Ok(vec![]),
            Some(_) => Err("/etc/ssh/ssh_host_*_key: not collected".to_owned()),
        };
    }
    files(facts, &keys, |meta| {
        let mode = meta.mode;
        let keepers = meta.gid == 0 || group_name(facts, meta.gid).is_ok_and(|name| name == Some("ssh_keys"));
        let by_group = mode & 0o030 != 0 || mode & 0o040 != 0 && !keepers;
        if mode & 0o007 != 0 || by_group {
            Some(format!("others than root may use it (mode {mode:04o}, group id {})", meta.gid))
        } else {
            (meta.uid != 0).then(|| format!("it belongs to user id {} instead of root", meta.uid))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{files, group, hits, host, inconclusive, meta, misses, no_sshd, sshd};
    use bartizan_model::host::{Fact, FileMeta, HostFacts};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &files(&[meta("/etc/ssh/ssh_host_rsa_key", 0o644)]),
            &["file:/etc/ssh/ssh_host_rsa_key"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &files(&[meta("/etc/ssh/ssh_host_rsa_key", 0o600)]));
        let groups = Fact::Known(vec![group("ssh_keys", 996, &[])]);
        let rhel = FileMeta { gid: 996, ..meta("/etc/ssh/ssh_host_rsa_key", 0o640) };
        misses(&CHECK, &HostFacts { groups, ..files(&[rhel]) });
        misses(&CHECK, &no_sshd());
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sshd(&[]));
    }
}
