//! Network shares that honour root's bit.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// NFS, SMB and the like need `nosuid` and `nodev`: their files are made elsewhere.
pub(super) const CHECK: Check = Check {
    id: "mount-network-shares",
    title: "Programs on a network share may carry root's rights",
    meaning: "A folder of another machine (NFS, SMB, SSHFS) is mounted without nosuid or nodev.",
    why: "Root of the other machine, or whoever took it over, puts a file with the set-user-id bit there, and any account here becomes root with it.",
    fix: "# Add nosuid,nodev to its line in /etc/fstab, then\nsudo mount -o remount,nosuid,nodev /PATH",
    severity: Severity::Medium,
    cwe: 1188,
    attack: "T1548.001",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let judged = facts.mounts.get()?.iter().filter(|mount| {
        ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.glusterfs", "ceph", "9p"]
            .contains(&mount.fstype.as_str())
    });
    Ok(merged(judged.filter_map(|mount| {
        let has = |option: &str| mount.options.iter().any(|known| known == option);
        let missing: Vec<_> = ["nosuid", "nodev"].into_iter().filter(|option| !has(option)).collect();
        let detail = format!("{} is mounted without {}", mount.target, missing.join(" and "));
        (!missing.is_empty()).then(|| Hit::at("mount", &mount.target, detail))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, mount, mounts};

    #[test]
    fn hit() {
        hits(&CHECK, &mounts(&[mount("/srv/share", "nfs4", "rw,nosuid")]), &["mount:/srv/share"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &mounts(&[mount("/srv/share", "cifs", "rw,nosuid,nodev"), mount("/", "ext4", "rw")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
