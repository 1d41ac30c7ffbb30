//! Crashes leave memory images in a folder for everybody.

use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `kernel.core_pattern` must not point into `/tmp`, `/var/tmp` or `/dev/shm`.
pub(super) const CHECK: Check = Check {
    id: "core-dumps-in-shared-folder",
    title: "Crashed programs leave their memory in a folder for everybody",
    meaning: "When a program crashes, a copy of its memory is written to a folder that all accounts share (core_pattern).",
    why: "The copy holds passwords and keys of the program, and an attacker can prepare the name under which root's dump is written.",
    fix: "sudo apt install systemd-coredump\n# or\necho 'kernel.core_pattern = core' | sudo tee /etc/sysctl.d/90-bartizan-core.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 528,
    attack: "T1003",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let pattern = facts.hardening.get("core-pattern").ok_or("core-pattern: not collected")?.get()?;
    let shared = ["/tmp/", "/var/tmp/", "/dev/shm/"].iter().any(|folder| pattern.starts_with(folder));
    let detail = || format!("core_pattern is {pattern}");
    Ok(if shared { vec![Hit::at("setting", "sysctl/kernel.core_pattern", detail())] } else { vec![] })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses};
    use bartizan_model::host::{Fact, HostFacts};

    fn pattern(value: &str) -> HostFacts {
        let fact = Fact::Known(value.to_owned());
        HostFacts { hardening: [("core-pattern".to_owned(), fact)].into(), ..host() }
    }

    #[test]
    fn hit() {
        hits(&CHECK, &pattern("/tmp/core.%p"), &["setting:sysctl/kernel.core_pattern"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &pattern("core"));
        misses(&CHECK, &pattern("|/lib/systemd/systemd-coredump %P %u %g %s %t %c %h"));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
