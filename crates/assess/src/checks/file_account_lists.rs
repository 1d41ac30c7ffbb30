//! The lists of accounts can be changed by others.

use super::support::{files, others_may_write};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `/etc/passwd`, `/etc/group` and their backups must belong to root and be writable by nobody else.
pub(super) const CHECK: Check = Check {
    id: "file-account-lists",
    title: "Others than root may change the list of accounts",
    meaning: "An account besides root may write /etc/passwd, /etc/group or one of their backups.",
    why: "One changed line makes any account root.",
    fix: "sudo chown root:root /etc/passwd /etc/group\nsudo chmod 644 /etc/passwd /etc/group\nsudo chmod 600 /etc/passwd- /etc/group-",
    severity: Severity::High,
    cwe: 732,
    attack: "T1098",
    cis: "7.1.1",
    judge,
};

/// The files looked at.
const PATHS: &[&str] = &["/etc/passwd", "/etc/passwd-", "/etc/group", "/etc/group-"];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    files(facts, PATHS, others_may_write)
}

#[cfg(test)]
mod tests {
    use super::{CHECK, PATHS};
    use crate::checks::testing::{absent, files, hits, host, inconclusive, meta, misses};

    #[test]
    fn hit() {
        hits(&CHECK, &files(&[meta("/etc/passwd", 0o666)]), &["file:/etc/passwd"]);
    }

    #[test]
    fn miss() {
        let there = [meta("/etc/passwd", 0o644), meta("/etc/passwd-", 0o600)];
        misses(&CHECK, &absent(files(&there), &PATHS[there.len()..]));
        misses(&CHECK, &absent(host(), PATHS));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &absent(host(), &PATHS[1..]));
    }
}
