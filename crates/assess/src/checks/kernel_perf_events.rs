//! Every account may use the kernel's performance counters.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `kernel.perf_event_paranoid` should be 2 or more, the kernel's default.
pub(super) const CHECK: Check = Check {
    id: "kernel-perf-events",
    title: "Every account may watch the processor's performance counters",
    meaning: "Accounts without rights may measure the kernel and other programs (kernel.perf_event_paranoid is below 2).",
    why: "Measurements give away secrets of other programs, and errors in this part of the kernel were used to become root.",
    fix: "printf '%s\\n' 'kernel.perf_event_paranoid = 3' | sudo tee /etc/sysctl.d/90-bartizan-perf.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 200,
    attack: "T1082",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["kernel.perf_event_paranoid"], |value| value < 2)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("kernel.perf_event_paranoid", "1")]),
            &["setting:sysctl/kernel.perf_event_paranoid"],
        );
        hits(
            &CHECK,
            &sysctl(&[("kernel.perf_event_paranoid", "-1")]),
            &["setting:sysctl/kernel.perf_event_paranoid"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("kernel.perf_event_paranoid", "2")]));
        misses(&CHECK, &sysctl(&[("kernel.perf_event_paranoid", "3")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
