//! The kernel shows its addresses to everybody.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `kernel.kptr_restrict` should be 1 or 2.
pub(super) const CHECK: Check = Check {
    id: "kernel-pointers",
    title: "The kernel shows its memory addresses to everybody",
    meaning: "Files in /proc and /sys give away where the kernel's parts lie in memory (kernel.kptr_restrict is 0).",
    why: "An attacker with an ordinary account needs these addresses to turn a kernel bug into root.",
    fix: "printf '%s\\n' 'kernel.kptr_restrict = 2' | sudo tee /etc/sysctl.d/90-bartizan-kptr.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 200,
    attack: "T1082",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["kernel.kptr_restrict"], |value| value < 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(&CHECK, &sysctl(&[("kernel.kptr_restrict", "0")]), &["setting:sysctl/kernel.kptr_restrict"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("kernel.kptr_restrict", "1")]));
        misses(&CHECK, &sysctl(&[("kernel.kptr_restrict", "2")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
