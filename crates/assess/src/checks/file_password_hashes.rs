//! The password hashes can be read by others.

use super::support::{files, group_name};
use crate::Check;
use bartizan_model::host::{Fact, FileMeta, HostFacts};
use bartizan_model::{Hit, Severity};

/// `/etc/shadow`, `/etc/gshadow` and their backups: readable by root and the group shadow alone.
pub(super) const CHECK: Check = Check {
    id: "file-password-hashes",
    title: "Others than root may read or change the password hashes",
    meaning: "An account besides root may read or write /etc/shadow, /etc/gshadow or one of their backups.",
    why: "Whoever reads the hashes can guess the passwords elsewhere without limit; whoever writes them sets root's password.",
    fix: "sudo chown root:shadow /etc/shadow /etc/shadow- /etc/gshadow /etc/gshadow-\nsudo chmod 640 /etc/shadow /etc/shadow- /etc/gshadow /etc/gshadow-\n# RHEL and its kin\nsudo chown root:root /etc/shadow /etc/shadow- /etc/gshadow /etc/gshadow-\nsudo chmod 000 /etc/shadow /etc/shadow- /etc/gshadow /etc/gshadow-",
    severity: Severity::High,
    cwe: 732,
    attack: "T1003.008",
    cis: "7.1.5",
    judge,
};

/// The files looked at.
const PATHS: &[&str] = &["/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-"];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let by_group = |meta: &FileMeta| meta.gid != 0 && meta.mode & 0o070 != 0;
    // The name of the group matters only where the group may do something.
    if PATHS
        .iter()
        .any(|path| matches!(facts.files.get(*path), Some(Fact::Known(Some(meta))) if by_group(meta)))
    {
        facts.groups.get()?;
    }
    files(facts, PATHS, |meta| {
        let mode = meta.mode;
        let shadow = || group_name(facts, meta.gid).is_ok_and(|name| name == Some("shadow"));
        if mode & 0o007 != 0 {
            Some(format!("every account may use it (mode {mode:04o})"))
        } else if meta.uid != 0 {
            Some(format!("it belongs to user id {} instead of root", meta.uid))
        } else if by_group(meta) && (mode & 0o030 != 0 || !shadow()) {
            Some(format!("members of group id {} may use it (mode {mode:04o})", meta.gid))
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{CHECK, PATHS};
    use crate::checks::testing::{absent, files, group, hits, host, inconclusive, meta, misses};
    use bartizan_model::host::{Fact, FileMeta, HostFacts};

    #[test]
    fn hit() {
        let groups = Fact::Known(vec![group("shadow", 42, &[]), group("staff", 50, &[])]);
        let open = [meta("/etc/shadow", 0o644), FileMeta { gid: 50, ..meta("/etc/shadow-", 0o640) }];
        let facts = HostFacts { groups, ..files(&open) };
        hits(&CHECK, &facts, &["file:/etc/shadow", "file:/etc/shadow-"]);
    }

    #[test]
    fn miss() {
        let groups = Fact::Known(vec![group("shadow", 42, &[])]);
        let debian = FileMeta { gid: 42, ..meta("/etc/shadow", 0o640) };
        let facts = absent(HostFacts { groups, ..files(&[debian]) }, &PATHS[1..]);
        misses(&CHECK, &facts);
        misses(&CHECK, &absent(files(&[meta("/etc/shadow", 0o000)]), &PATHS[1..]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        let debian = FileMeta { gid: 42, ..meta("/etc/shadow", 0o640) };
        inconclusive(&CHECK, &absent(files(&[debian]), &PATHS[1..]));
    }
}
