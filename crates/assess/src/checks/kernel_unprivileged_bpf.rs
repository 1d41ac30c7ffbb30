//! Every account may load BPF programs into the kernel.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `kernel.unprivileged_bpf_disabled` should be 1 or 2, the default of current distributions.
pub(super) const CHECK: Check = Check {
    id: "kernel-unprivileged-bpf",
    title: "Every account may load programs into the kernel (BPF)",
    meaning: "Accounts without rights may run BPF programs inside the kernel (kernel.unprivileged_bpf_disabled is 0).",
    why: "Errors in the part that checks these programs gave ordinary accounts root many times, and help in attacks like Spectre.",
    fix: "printf '%s\\n' 'kernel.unprivileged_bpf_disabled = 1' | sudo tee /etc/sysctl.d/90-bartizan-bpf.conf\nsudo sysctl --system",
    severity: Severity::Medium,
    cwe: 250,
    attack: "T1068",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["kernel.unprivileged_bpf_disabled"], |value| value < 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("kernel.unprivileged_bpf_disabled", "0")]),
            &["setting:sysctl/kernel.unprivileged_bpf_disabled"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("kernel.unprivileged_bpf_disabled", "1")]));
        misses(&CHECK, &sysctl(&[("kernel.unprivileged_bpf_disabled", "2")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
