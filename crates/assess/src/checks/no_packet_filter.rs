//! Nothing filters what comes in.

use super::support::{exposed, merged};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Only reported where something listens to the network; ports of DHCP clients do not count.
pub(super) const CHECK: Check = Check {
    id: "no-packet-filter",
    title: "No packet filter protects this host",
    meaning: "Other machines can reach services of this host, and no packet filter decides which.",
    why: "Every service that is started by mistake is open at once to everybody who can reach the host.",
    fix: "# Debian and Ubuntu; the first line keeps you from locking yourself out\nsudo apt install ufw && sudo ufw allow OpenSSH\nsudo ufw default deny incoming && sudo ufw enable\n# RHEL and its kin\nsudo systemctl enable --now firewalld",
    severity: Severity::Medium,
    cwe: 923,
    attack: "T1562.004",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let exposed: Vec<_> =
        merged(exposed(facts, |socket| (!matches!(socket.port, 68 | 546)).then_some("it"))?);
    if exposed.is_empty() {
        return Ok(vec![]);
    }
    let firewall = facts.firewall.get()?;
    if firewall.filters_input {
        return Ok(vec![]);
    }
    let ports: Vec<_> = exposed.iter().map(|hit| hit.locus.to_string()).collect();
    Ok(vec![Hit::whole(format!("{} filters nothing, and open are {}", firewall.engine, ports.join(", ")))])
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, socket, sockets};
    use bartizan_model::host::{Fact, Firewall, HostFacts};

    #[test]
    fn hit() {
        let none = Firewall { engine: "none".to_owned(), filters_input: false, input_rules: 0 };
        let facts = HostFacts { firewall: Fact::Known(none), ..sockets(&[socket("tcp", "::", 80, "nginx")]) };
        hits(&CHECK, &facts, &[""]);
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sockets(&[socket("tcp", "127.0.0.1", 80, "nginx"), socket("udp", "0.0.0.0", 68, "dhclient")]),
        );
        let good = Firewall { engine: "nftables".to_owned(), filters_input: true, input_rules: 4 };
        misses(
            &CHECK,
            &HostFacts { firewall: Fact::Known(good), ..sockets(&[socket("tcp", "::", 80, "nginx")]) },
        );
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sockets(&[socket("tcp", "::", 80, "nginx")]));
    }
}
