//! No AppArmor and no SELinux.

use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// One of the two in force is enough; SELinux in permissive mode only logs.
pub(super) const CHECK: Check = Check {
    id: "no-mandatory-access-control",
    title: "Neither AppArmor nor SELinux is in force",
    meaning: "The kernel does not limit services to the files that they need.",
    why: "A hijacked service may use every file that its account can, instead of the few it needs.",
    fix: "# Debian and Ubuntu\nsudo apt install apparmor apparmor-utils\nsudo sed -i 's/^GRUB_CMDLINE_LINUX=\"/&apparmor=1 security=apparmor /' /etc/default/grub && sudo update-grub && sudo systemctl reboot\n# RHEL and its kin\nsudo sed -i 's/^SELINUX=.*/SELINUX=enforcing/' /etc/selinux/config && sudo fixfiles -F onboot && sudo systemctl reboot",
    severity: Severity::Medium,
    cwe: 693,
    attack: "T1562.001",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let fact = |name: &str| match facts.hardening.get(name) {
        Some(fact) => fact.get().map(|value| value.trim().to_ascii_lowercase()),
        None => Err(format!("{name}: not collected")),
    };
    let (selinux, apparmor) = (fact("selinux"), fact("apparmor"));
    if selinux.as_deref() == Ok("enforcing") || apparmor.as_deref() == Ok("enabled") {
        return Ok(vec![]);
    }
    Ok(vec![Hit::whole(format!("AppArmor is {}, SELinux is {}", apparmor?, selinux?))])
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses};
    use bartizan_model::host::{Fact, HostFacts};

    fn mac(facts: &[(&str, &str)]) -> HostFacts {
        let known = |value: &str| Fact::Known(value.to_owned());
        let hardening = facts.iter().map(|(name, value)| ((*name).to_owned(), known(value))).collect();
        HostFacts { hardening, ..host() }
    }

    #[test]
    fn hit() {
        hits(&CHECK, &mac(&[("selinux", "permissive"), ("apparmor", "disabled")]), &[""]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &mac(&[("selinux", "enforcing")]));
        misses(&CHECK, &mac(&[("selinux", "disabled"), ("apparmor", "enabled")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &mac(&[("selinux", "disabled")]));
    }
}
