//! Files in shared folders are opened without care.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `fs.protected_fifos` and `fs.protected_regular` should be 1 or 2.
pub(super) const CHECK: Check = Check {
    id: "kernel-protected-files",
    title: "Files that others put into shared folders are opened without care",
    meaning: "The kernel lets a program that wants to create a file in a shared folder such as /tmp open one that another user put there (fs.protected_fifos or fs.protected_regular is 0).",
    why: "A user puts a file where a program of root is about to write, and so reads or changes what root writes.",
    fix: "printf '%s\\n' 'fs.protected_fifos = 1' 'fs.protected_regular = 2' | sudo tee /etc/sysctl.d/90-bartizan-shared-files.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 377,
    attack: "T1068",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["fs.protected_fifos", "fs.protected_regular"], |value| value < 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("fs.protected_fifos", "0"), ("fs.protected_regular", "0")]),
            &["setting:sysctl/fs.protected_fifos", "setting:sysctl/fs.protected_regular"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("fs.protected_fifos", "1"), ("fs.protected_regular", "2")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
