//! Shared memory that honours root's bit.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `/dev/shm` needs `nosuid` and `nodev`, as systemd mounts it.
pub(super) const CHECK: Check = Check {
    id: "mount-shared-memory",
    title: "Programs in shared memory may carry root's rights",
    meaning: "/dev/shm is mounted without nosuid or nodev.",
    why: "Everybody may write there. A file with the set-user-id bit or a device file that gets there works.",
    fix: "sudo mount -o remount,nosuid,nodev /dev/shm\n# And for good\necho 'tmpfs /dev/shm tmpfs defaults,nosuid,nodev 0 0' | sudo tee -a /etc/fstab",
    severity: Severity::Low,
    cwe: 1188,
    attack: "T1548.001",
    cis: "1.1.2.2.3",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let judged = facts.mounts.get()?.iter().filter(|mount| ["/dev/shm"].contains(&mount.target.as_str()));
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
        hits(&CHECK, &mounts(&[mount("/dev/shm", "tmpfs", "rw")]), &["mount:/dev/shm"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &mounts(&[mount("/dev/shm", "tmpfs", "rw,nosuid,nodev")]));
        misses(&CHECK, &mounts(&[mount("/", "overlay", "rw")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
