//! SSH agrees on keys by outdated methods.

use super::support::sshd_offers;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Groups of 1024 bits and exchanges that rely on SHA-1 are out.
pub(super) const CHECK: Check = Check {
    id: "sshd-weak-key-exchange",
    title: "SSH agrees on session keys by outdated methods",
    meaning: "The key exchange methods that the SSH server accepts contain ones with SHA-1 or with numbers of only 1024 bits.",
    why: "Well-funded attackers can break 1024-bit groups, and then read recorded sessions later, passwords included.",
    fix: "# Remove the KexAlgorithms line to get OpenSSH's good defaults, or take the weak ones out:\nprintf '%s\\n' 'KexAlgorithms -*sha1*' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-kex.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd\n# RHEL and its kin follow the system policy instead: sudo update-crypto-policies --set DEFAULT",
    severity: Severity::Medium,
    cwe: 326,
    attack: "T1557",
    cis: "5.1.12",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sshd_offers(facts, "KexAlgorithms", |name| name.ends_with("-sha1") || name.contains("-sha1-"))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sshd};

    #[test]
    fn hit() {
        let list = "curve25519-sha256,diffie-hellman-group1-sha1";
        hits(&CHECK, &sshd(&[("kexalgorithms", list)]), &["setting:sshd/KexAlgorithms"]);
        hits(
            &CHECK,
            &sshd(&[("kexalgorithms", "+diffie-hellman-group-exchange-sha1")]),
            &["setting:sshd/KexAlgorithms"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("kexalgorithms", "curve25519-sha256,diffie-hellman-group14-sha256")]));
        misses(&CHECK, &sshd(&[("kexalgorithms", "-diffie-hellman-group14-sha1")]));
        misses(&CHECK, &sshd(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
