//! SSH offers broken or outdated ciphers.

use super::support::sshd_offers;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// CBC modes, RC4, 3DES, Blowfish, CAST and `none` are out; OpenSSH's own list has none of them.
pub(super) const CHECK: Check = Check {
    id: "sshd-weak-ciphers",
    title: "SSH offers outdated encryption",
    meaning: "The list of ciphers that the SSH server accepts contains some that are no longer safe (CBC modes, RC4, 3DES, Blowfish, CAST128).",
    why: "Somebody who can read or change the traffic in between may recover parts of a session, or push both ends to the weakest cipher they share.",
    fix: "# Remove the Ciphers line to get OpenSSH's good defaults, or take the weak ones out:\nprintf '%s\\n' 'Ciphers -*-cbc,arcfour*,3des*,blowfish*,cast128*' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-ciphers.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd\n# RHEL and its kin follow the system policy instead: sudo update-crypto-policies --set DEFAULT",
    severity: Severity::Medium,
    cwe: 327,
    attack: "T1040",
    cis: "5.1.6",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sshd_offers(facts, "Ciphers", |name| {
        let broken = ["arcfour", "3des", "blowfish", "cast128", "none"];
        name.ends_with("-cbc")
            || name.starts_with("rijndael")
            || broken.iter().any(|start| name.starts_with(start))
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("ciphers", "aes256-ctr,aes128-cbc,3des-cbc")]), &["setting:sshd/Ciphers"]);
        hits(&CHECK, &sshd(&[("ciphers", "+arcfour")]), &["setting:sshd/Ciphers"]);
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sshd(&[("ciphers", "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-ctr")]),
        );
        misses(&CHECK, &sshd(&[("ciphers", "-*-cbc")]));
        misses(&CHECK, &sshd(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
