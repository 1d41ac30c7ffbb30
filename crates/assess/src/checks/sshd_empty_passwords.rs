//! SSH lets accounts without a password in.

use super::support::sshd_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `PermitEmptyPasswords` must be `no`, OpenSSH's default.
pub(super) const CHECK: Check = Check {
    id: "sshd-empty-passwords",
    title: "SSH lets accounts without a password in",
    meaning: "The SSH server accepts an empty password (PermitEmptyPasswords yes).",
    why: "Anybody on the network becomes an account that has no password, without guessing anything.",
    fix: "printf '%s\\n' 'PermitEmptyPasswords no' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-empty.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::High,
    cwe: 258,
    attack: "T1078",
    cis: "5.1.19",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sshd_is(facts, "PermitEmptyPasswords", "no", |value| value != "no")
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, no_sshd, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("permitemptypasswords", "yes")]), &["setting:sshd/PermitEmptyPasswords"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("permitemptypasswords", "no")]));
        misses(&CHECK, &sshd(&[]));
        misses(&CHECK, &no_sshd());
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
