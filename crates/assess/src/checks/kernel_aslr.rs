//! Programs sit at predictable addresses in memory.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `kernel.randomize_va_space` must be 2, the kernel's default.
pub(super) const CHECK: Check = Check {
    id: "kernel-aslr",
    title: "Programs are not placed at random addresses in memory",
    meaning: "The kernel does not shuffle all of a program's memory (kernel.randomize_va_space is below 2).",
    why: "Bugs in programs are much easier to turn into a takeover when the attacker knows where everything lies.",
    fix: "printf '%s\\n' 'kernel.randomize_va_space = 2' | sudo tee /etc/sysctl.d/90-bartizan-aslr.conf\nsudo sysctl --system",
    severity: Severity::Medium,
    cwe: 330,
    attack: "T1068",
    cis: "1.5.1",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["kernel.randomize_va_space"], |value| value != 2)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("kernel.randomize_va_space", "0")]),
            &["setting:sysctl/kernel.randomize_va_space"],
        );
        hits(
            &CHECK,
            &sysctl(&[("kernel.randomize_va_space", "1")]),
            &["setting:sysctl/kernel.randomize_va_space"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("kernel.randomize_va_space", "2")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
