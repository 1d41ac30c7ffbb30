//! Crashes of privileged programs leave readable memory images.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `fs.suid_dumpable` must not be 1. 0 is the default; 2, which systemd-coredump sets, leaves them to root alone.
pub(super) const CHECK: Check = Check {
    id: "kernel-core-dumps-of-privileged-programs",
    title: "Privileged programs leave their memory behind when they crash",
    meaning: "When a program with root's rights crashes, a copy of its memory is written for the user who started it (fs.suid_dumpable is 1).",
    why: "The copy can hold password hashes and keys, and a user can make the program crash on purpose.",
    fix: "printf '%s\\n' 'fs.suid_dumpable = 0' | sudo tee /etc/sysctl.d/90-bartizan-suid-dumpable.conf\nsudo sysctl --system",
    severity: Severity::Medium,
    cwe: 528,
    attack: "T1003",
    cis: "1.5.3",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["fs.suid_dumpable"], |value| value == 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(&CHECK, &sysctl(&[("fs.suid_dumpable", "1")]), &["setting:sysctl/fs.suid_dumpable"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("fs.suid_dumpable", "0")]));
        misses(&CHECK, &sysctl(&[("fs.suid_dumpable", "2")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
