//! Links in shared folders are followed without care.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `fs.protected_hardlinks` and `fs.protected_symlinks` must be 1, as every distribution sets them.
pub(super) const CHECK: Check = Check {
    id: "kernel-protected-links",
    title: "Links in shared folders are followed without care",
    meaning: "The kernel follows links that other users put into shared folders such as /tmp (fs.protected_hardlinks or fs.protected_symlinks is 0).",
    why: "A user puts a link where a program of root is about to write, and root then overwrites a file of the attacker's choice.",
    fix: "printf '%s\\n' 'fs.protected_hardlinks = 1' 'fs.protected_symlinks = 1' | sudo tee /etc/sysctl.d/90-bartizan-links.conf\nsudo sysctl --system",
    severity: Severity::Medium,
    cwe: 59,
    attack: "T1068",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["fs.protected_hardlinks", "fs.protected_symlinks"], |value| value < 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("fs.protected_hardlinks", "0"), ("fs.protected_symlinks", "1")]),
            &["setting:sysctl/fs.protected_hardlinks"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("fs.protected_hardlinks", "1"), ("fs.protected_symlinks", "1")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
        inconclusive(&CHECK, &sysctl(&[("fs.protected_hardlinks", "1")]));
    }
}
