//! SSH does not log who logs in.

use super::support::sshd_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `LogLevel` must be at least `INFO`, OpenSSH's default.
pub(super) const CHECK: Check = Check {
    id: "sshd-log-level",
    title: "SSH does not log who logs in",
    meaning: "The SSH server only logs errors or nothing at all (LogLevel).",
    why: "After a break-in nobody can tell who came in, when, from where and with which key, and password guessing goes unnoticed.",
    fix: "printf '%s\\n' 'LogLevel VERBOSE' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-log.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Low,
    cwe: 778,
    attack: "T1562.006",
    cis: "5.1.14",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sshd_is(facts, "LogLevel", "INFO", |value| matches!(value, "quiet" | "fatal" | "error"))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("loglevel", "QUIET")]), &["setting:sshd/LogLevel"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("loglevel", "VERBOSE")]));
        misses(&CHECK, &sshd(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
