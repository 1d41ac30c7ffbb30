//! Shared temporary folders that honour root's bit.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `/tmp` and `/var/tmp`, where they are mounts of their own, need `nosuid` and `nodev`. `noexec` breaks installers
/// and is not asked for.
pub(super) const CHECK: Check = Check {
    id: "mount-temporary-folders",
    title: "Programs in temporary folders may carry root's rights",
    meaning: "/tmp or /var/tmp is a file system of its own and is mounted without nosuid or nodev.",
    why: "Everybody may write there. A file with the set-user-id bit or a device file that gets there, by an archive or a backup, works.",
    fix: "# Add nosuid,nodev to its line in /etc/fstab, then\nsudo mount -o remount,nosuid,nodev /tmp\n# /tmp as a systemd unit\nsudo systemctl edit tmp.mount",
    severity: Severity::Low,
    cwe: 1188,
    attack: "T1548.001",
    cis: "1.1.2.1.3",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let judged =
        facts.mounts.get()?.iter().filter(|mount| ["/tmp", "/var/tmp"].contains(&mount.target.as_str()));
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
        hits(&CHECK, &mounts(&[mount("/tmp", "tmpfs", "rw,relatime")]), &["mount:/tmp"]);
        hits(&CHECK, &mounts(&[mount("/var/tmp", "ext4", "rw,nosuid")]), &["mount:/var/tmp"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &mounts(&[mount("/tmp", "tmpfs", "rw,nosuid,nodev")]));
        misses(&CHECK, &mounts(&[mount("/", "ext4", "rw,relatime")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
