//! Everybody may read the kernel's log.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `kernel.dmesg_restrict` should be 1, Debian's default.
pub(super) const CHECK: Check = Check {
    id: "kernel-log-readable",
    title: "Every account may read the kernel's log",
    meaning: "Accounts without rights may read the messages of the kernel (kernel.dmesg_restrict is 0).",
    why: "The log gives away addresses, hardware and crashes that help an attacker with an ordinary account to become root.",
    fix: "printf '%s\\n' 'kernel.dmesg_restrict = 1' | sudo tee /etc/sysctl.d/90-bartizan-dmesg.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 532,
    attack: "T1082",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["kernel.dmesg_restrict"], |value| value < 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(&CHECK, &sysctl(&[("kernel.dmesg_restrict", "0")]), &["setting:sysctl/kernel.dmesg_restrict"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("kernel.dmesg_restrict", "1")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
