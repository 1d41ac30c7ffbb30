//! Programs may look into each other's memory.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `kernel.yama.ptrace_scope` should be 1 or more; a kernel without Yama does not have the parameter.
pub(super) const CHECK: Check = Check {
    id: "kernel-ptrace",
    title: "Programs may read the memory of other programs of the same user",
    meaning: "Any program may attach to all others that run under the same account (kernel.yama.ptrace_scope is 0).",
    why: "One hijacked program, a browser say, can read passwords and keys from the memory of the others, such as an SSH agent.",
    fix: "printf '%s\\n' 'kernel.yama.ptrace_scope = 1' | sudo tee /etc/sysctl.d/90-bartizan-ptrace.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 200,
    attack: "T1055.008",
    cis: "1.5.2",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["kernel.yama.ptrace_scope"], |value| value < 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("kernel.yama.ptrace_scope", "0")]),
            &["setting:sysctl/kernel.yama.ptrace_scope"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("kernel.yama.ptrace_scope", "1")]));
        misses(&CHECK, &sysctl(&[("kernel.yama.ptrace_scope", "2")]));
        misses(&CHECK, &sysctl(&[("kernel.yama.ptrace_scope", "3")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
