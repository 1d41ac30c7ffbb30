//! SSH keeps dead sessions open.

use super::support::{seconds, sshd_is};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `ClientAliveInterval` and `ClientAliveCountMax` must both be above 0 for sshd to end sessions whose other end is
/// gone.
pub(super) const CHECK: Check = Check {
    id: "sshd-idle-timeout",
    title: "SSH never ends sessions whose user is gone",
    meaning: "The SSH server does not ask whether the other end is still there (ClientAliveInterval or ClientAliveCountMax is 0).",
    why: "Sessions of lost connections stay open, with all the rights of their user, for whoever gets hold of the host or the connection.",
    fix: "printf '%s\\n' 'ClientAliveInterval 300' 'ClientAliveCountMax 3' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-idle.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Info,
    cwe: 613,
    attack: "T1563.001",
    cis: "5.1.7",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let mut hits = sshd_is(facts, "ClientAliveInterval", "0", |value| seconds(value) == Some(0))?;
    hits.extend(sshd_is(facts, "ClientAliveCountMax", "3", |value| value == "0")?);
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, no_sshd, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[]), &["setting:sshd/ClientAliveInterval"]);
        let never = [("clientaliveinterval", "60"), ("clientalivecountmax", "0")];
        hits(&CHECK, &sshd(&never), &["setting:sshd/ClientAliveCountMax"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("clientaliveinterval", "5m"), ("clientalivecountmax", "3")]));
        misses(&CHECK, &no_sshd());
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
