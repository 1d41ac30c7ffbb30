//! The settings of SSH can be changed by others.

use super::support::{files, others_may_write};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Reading them is harmless: Debian ships the file readable by everybody.
pub(super) const CHECK: Check = Check {
    id: "file-sshd-config",
    title: "Others than root may change the settings of SSH",
    meaning: "An account besides root may write /etc/ssh/sshd_config.",
    why: "One line there opens every account or runs any program as root.",
    fix: "sudo chown root:root /etc/ssh/sshd_config\nsudo chmod 600 /etc/ssh/sshd_config",
    severity: Severity::High,
    cwe: 732,
    attack: "T1098.004",
    cis: "5.1.1",
    judge,
};

/// The files looked at.
const PATHS: &[&str] = &["/etc/ssh/sshd_config"];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    files(facts, PATHS, others_may_write)
}

#[cfg(test)]
mod tests {
    use super::{CHECK, PATHS};
    use crate::checks::testing::{absent, files, hits, host, inconclusive, meta, misses};
    use bartizan_model::host::FileMeta;

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &files(&[FileMeta { gid: 50, ..meta("/etc/ssh/sshd_config", 0o664) }]),
            &["file:/etc/ssh/sshd_config"],
        );
    }

    #[test]
    fn miss() {
        let there = [meta("/etc/ssh/sshd_config", 0o644)];
        misses(&CHECK, &absent(files(&there), &PATHS[there.len()..]));
        misses(&CHECK, &absent(host(), PATHS));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &absent(host(), &PATHS[1..]));
    }
}
