//! SSH carries windows of graphical programs.

use super::support::sshd_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `X11Forwarding` should be `no` on a server. Debian's file sets it to `yes`, so this is a setting to tidy up, not a
/// door.
pub(super) const CHECK: Check = Check {
    id: "sshd-x11-forwarding",
    title: "SSH forwards graphical windows",
    meaning: "People who log in may have graphical programs of this host shown on their own screen (X11Forwarding yes).",
    why: "An attacker who owns this host can read the screen and the keyboard of everybody who connects with X11 forwarding. Servers rarely need it.",
    fix: "printf '%s\\n' 'X11Forwarding no' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-x11.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Low,
    cwe: 441,
    attack: "T1021.004",
    cis: "5.1.8",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let disabled = sshd_is(facts, "DisableForwarding", "no", |value| value == "yes")?;
    if disabled.is_empty() {
        sshd_is(facts, "X11Forwarding", "no", |value| value == "yes")
    } else {
        Ok(vec![])
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("x11forwarding", "yes")]), &["setting:sshd/X11Forwarding"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("x11forwarding", "yes"), ("disableforwarding", "yes")]));
        misses(&CHECK, &sshd(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
