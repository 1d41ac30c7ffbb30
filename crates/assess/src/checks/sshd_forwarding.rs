//! SSH lends out its network connections.

use super::support::sshd_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// TCP and agent forwarding are on by default; a server that is no jump host can do without.
pub(super) const CHECK: Check = Check {
    id: "sshd-forwarding",
    title: "SSH lets people tunnel through this host",
    meaning: "People who log in may open connections through this host (AllowTcpForwarding) and bring their key agent along (AllowAgentForwarding).",
    why: "One stolen account becomes a tunnel past the firewall, and an attacker who owns this host can use forwarded agents to go on to other hosts.",
    fix: "# Not on jump hosts, and not where people or tools rely on tunnels\nprintf '%s\\n' 'AllowTcpForwarding no' 'AllowAgentForwarding no' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-forwarding.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Info,
    cwe: 441,
    attack: "T1572",
    cis: "5.1.8",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    if !sshd_is(facts, "DisableForwarding", "no", |value| value == "yes")?.is_empty() {
        return Ok(vec![]);
    }
    let mut hits = sshd_is(facts, "AllowTcpForwarding", "yes", |value| value != "no")?;
    hits.extend(sshd_is(facts, "AllowAgentForwarding", "yes", |value| value != "no")?);
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, no_sshd, sshd};

    #[test]
    fn hit() {
        let both = ["setting:sshd/AllowTcpForwarding", "setting:sshd/AllowAgentForwarding"];
        hits(&CHECK, &sshd(&[]), &both);
        let tunnels = [("allowtcpforwarding", "local"), ("allowagentforwarding", "no")];
        hits(&CHECK, &sshd(&tunnels), &["setting:sshd/AllowTcpForwarding"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("allowtcpforwarding", "no"), ("allowagentforwarding", "no")]));
        misses(&CHECK, &sshd(&[("disableforwarding", "yes")]));
        misses(&CHECK, &no_sshd());
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
