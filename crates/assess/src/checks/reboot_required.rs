//! Updates that wait for a restart.

use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// A new kernel or C library is installed, and the old one still runs.
pub(super) const CHECK: Check = Check {
    id: "reboot-required",
    title: "Updates are installed but wait for a restart",
    meaning: "Packages such as the kernel or the C library were updated, and the old version is still running.",
    why: "The errors that the update repairs are still there until the host restarts.",
    fix: "sudo systemctl reboot\n# RHEL and its kin, to see whether it is needed\nsudo dnf needs-restarting -r",
    severity: Severity::Medium,
    cwe: 1395,
    attack: "T1068",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    Ok(match facts.reboot_required.get()? {
        Some(packages) if packages.is_empty() => vec![Hit::whole("a restart is asked for")],
        Some(packages) => vec![Hit::whole(format!("a restart is asked for by {}", packages.join(", ")))],
        None => vec![],
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let reboot_required = Fact::Known(Some(vec!["linux-image-6.1.0-13-amd64".to_owned()]));
        hits(&CHECK, &HostFacts { reboot_required, ..host() }, &[""]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &HostFacts { reboot_required: Fact::Known(None), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
