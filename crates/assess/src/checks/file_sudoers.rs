//! The rules of sudo can be changed by others.

use super::support::{files, others_may_write};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `/etc/sudoers` and `/etc/sudoers.d` must belong to root and be writable by nobody else.
pub(super) const CHECK: Check = Check {
    id: "file-sudoers",
    title: "Others than root may change the rules of sudo",
    meaning: "An account besides root may write /etc/sudoers or put files into /etc/sudoers.d.",
    why: "One line there makes any account root. (Sudo refuses some of these files, which then locks the administrators out.)",
    fix: "sudo chown root:root /etc/sudoers /etc/sudoers.d\nsudo chmod 440 /etc/sudoers\nsudo chmod 750 /etc/sudoers.d",
    severity: Severity::High,
    cwe: 732,
    attack: "T1548.003",
    cis: "",
    judge,
};

/// The files looked at.
const PATHS: &[&str] = &["/etc/sudoers", "/etc/sudoers.d"];

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
            &files(&[FileMeta { uid: 1000, ..meta("/etc/sudoers", 0o440) }]),
            &["file:/etc/sudoers"],
        );
    }

    #[test]
    fn miss() {
        let there = [meta("/etc/sudoers", 0o440)];
        misses(&CHECK, &absent(files(&there), &PATHS[there.len()..]));
        misses(&CHECK, &absent(host(), PATHS));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &absent(host(), &PATHS[1..]));
    }
}
