//! A running kernel can be replaced by another.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `kernel.kexec_load_disabled` should be 1 where no crash dumps (kdump) are wanted.
pub(super) const CHECK: Check = Check {
    id: "kernel-kexec",
    title: "Root can swap the kernel for another one without a reboot",
    meaning: "Loading a new kernel into the running system is allowed (kernel.kexec_load_disabled is 0).",
    why: "An attacker who is root already can start a kernel of their own and so get around Secure Boot. Leave it if you use kdump or live updates.",
    fix: "printf '%s\\n' 'kernel.kexec_load_disabled = 1' | sudo tee /etc/sysctl.d/90-bartizan-kexec.conf\nsudo sysctl --system",
    severity: Severity::Info,
    cwe: 250,
    attack: "T1014",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["kernel.kexec_load_disabled"], |value| value < 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("kernel.kexec_load_disabled", "0")]),
            &["setting:sysctl/kernel.kexec_load_disabled"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("kernel.kexec_load_disabled", "1")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
