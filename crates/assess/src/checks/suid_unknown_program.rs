//! Programs with their owner's rights that no package brought.

use super::support::{file_hit, merged};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Files that containers and images keep for themselves do not count, and neither do folders.
pub(super) const CHECK: Check = Check {
    id: "suid-unknown-program",
    title: "A program with root's rights came from nowhere",
    meaning: "A file has the set-user-id or set-group-id bit (whoever starts it gets its owner's rights), and no package of the system brought it.",
    why: "Attackers leave such files as back doors. Honest ones are never updated by the system.",
    fix: "# Find out what it is and who put it there, then take the bit away or the file\nls -l /PATH\nsudo chmod ug-s /PATH",
    severity: Severity::Medium,
    cwe: 250,
    attack: "T1548.001",
    cis: "7.1.13",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let suid = facts.suid.get()?;
    if !suid.is_empty() && suid.iter().all(|file| file.package.is_none()) {
        return Err("which package owns which file: not collected".to_owned());
    }
    let images = [
        "/var/lib/docker/",
        "/var/lib/containers/",
        "/var/lib/containerd/",
        "/var/lib/machines/",
        "/var/lib/lxd/",
        "/var/lib/lxc/",
        "/var/lib/incus/",
        "/snap/",
        "/var/lib/snapd/",
        "/var/lib/flatpak/",
    ];
    let unknown = suid.iter().filter(|file| {
        !file.folder
            && file.mode & 0o6000 != 0
            && file.package.is_none()
            && !images.iter().any(|folder| file.path.starts_with(folder))
    });
    Ok(merged(unknown.map(|file| {
        let detail = format!(
            "no package owns it (mode {:04o}, user id {}, group id {})",
            file.mode, file.uid, file.gid
        );
        file_hit(&file.path, "", detail)
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, meta, misses};
    use bartizan_model::host::{Fact, FileMeta, HostFacts};

    #[test]
    fn hit() {
        let owned = FileMeta { package: Some("sudo".to_owned()), ..meta("/usr/bin/sudo", 0o4755) };
        let suid = Fact::Known(vec![owned, meta("/usr/local/bin/x", 0o4755)]);
        hits(&CHECK, &HostFacts { suid, ..host() }, &["file:/usr/local/bin/x"]);
    }

    #[test]
    fn miss() {
        let owned = FileMeta { package: Some("sudo".to_owned()), ..meta("/usr/bin/sudo", 0o4755) };
        let image = meta("/var/lib/docker/overlay2/1/diff/usr/bin/su", 0o4755);
        let folder = FileMeta { folder: true, ..meta("/srv/team", 0o2775) };
        misses(&CHECK, &HostFacts { suid: Fact::Known(vec![owned, image, folder]), ..host() });
        misses(&CHECK, &HostFacts { suid: Fact::Known(vec![]), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        let suid = Fact::Known(vec![meta("/usr/bin/sudo", 0o4755)]);
        inconclusive(&CHECK, &HostFacts { suid, ..host() });
    }
}
