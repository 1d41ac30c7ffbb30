//! SSH trusts whole hosts.

use super::support::sshd_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `HostbasedAuthentication` must be `no`, OpenSSH's default.
pub(super) const CHECK: Check = Check {
    id: "sshd-host-based-authentication",
    title: "SSH lets people in because of the host they come from",
    meaning: "Users of hosts that this host trusts get in without a password or key of their own (HostbasedAuthentication yes).",
    why: "Whoever owns one of the trusted hosts owns accounts here as well, and a user may add trusted hosts in ~/.shosts.",
    fix: "printf '%s\\n' 'HostbasedAuthentication no' 'IgnoreRhosts yes' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-hosts.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Medium,
    cwe: 290,
    attack: "T1021.004",
    cis: "5.1.10",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sshd_is(facts, "HostbasedAuthentication", "no", |value| value != "no")
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("hostbasedauthentication", "yes")]), &["setting:sshd/HostbasedAuthentication"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("hostbasedauthentication", "no")]));
        misses(&CHECK, &sshd(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
