//! The boot menu can be changed by others.

use super::support::{files, others_may_write};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// The menu must belong to root and be writable by nobody else; what it says is no secret, unless it holds a password,
/// and then `grub-mkconfig` closes it.
pub(super) const CHECK: Check = Check {
    id: "file-boot-menu",
    title: "Others than root may change the boot menu",
    meaning: "An account besides root may write the configuration of the boot loader GRUB.",
    why: "It decides which kernel starts and with which settings; a changed one gives root at the next start.",
    fix: "sudo chown root:root /boot/grub/grub.cfg && sudo chmod 600 /boot/grub/grub.cfg\n# RHEL and its kin\nsudo chown root:root /boot/grub2/grub.cfg && sudo chmod 600 /boot/grub2/grub.cfg",
    severity: Severity::High,
    cwe: 732,
    attack: "T1542",
    cis: "1.4.2",
    judge,
};

/// The files looked at.
const PATHS: &[&str] = &["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    files(facts, PATHS, others_may_write)
}

#[cfg(test)]
mod tests {
    use super::{CHECK, PATHS};
    use crate::checks::testing::{absent, files, hits, host, inconclusive, meta, misses};

    #[test]
    fn hit() {
        hits(&CHECK, &files(&[meta("/boot/grub/grub.cfg", 0o666)]), &["file:/boot/grub/grub.cfg"]);
    }

    #[test]
    fn miss() {
        let there = [meta("/boot/grub/grub.cfg", 0o444)];
        misses(&CHECK, &absent(files(&there), &PATHS[there.len()..]));
        misses(&CHECK, &absent(host(), PATHS));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &absent(host(), &PATHS[1..]));
    }
}
