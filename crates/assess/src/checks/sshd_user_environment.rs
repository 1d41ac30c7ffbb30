//! SSH lets users set the environment of their session.

use super::support::sshd_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `PermitUserEnvironment` must be `no`, OpenSSH's default.
pub(super) const CHECK: Check = Check {
    id: "sshd-user-environment",
    title: "SSH lets users change the environment of their session",
    meaning: "Variables from ~/.ssh/environment and authorized_keys are taken over at login (PermitUserEnvironment).",
    why: "With a variable such as LD_PRELOAD an account that is limited to one command can run any other.",
    fix: "printf '%s\\n' 'PermitUserEnvironment no' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-environment.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Medium,
    cwe: 454,
    attack: "T1574.006",
    cis: "5.1.21",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sshd_is(facts, "PermitUserEnvironment", "no", |value| value != "no")
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("permituserenvironment", "yes")]), &["setting:sshd/PermitUserEnvironment"]);
        hits(
            &CHECK,
            &sshd(&[("permituserenvironment", "LANG,LC_*")]),
            &["setting:sshd/PermitUserEnvironment"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("permituserenvironment", "no")]));
        misses(&CHECK, &sshd(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
