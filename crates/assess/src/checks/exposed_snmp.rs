//! SNMP that other machines can reach.

use super::support::{by_port, exposed};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// The agent of net-snmp, or any other on port 161.
pub(super) const CHECK: Check = Check {
    id: "exposed-snmp",
    title: "The monitoring agent SNMP listens to the network",
    meaning: "An SNMP agent accepts packets from other machines.",
    why: "Versions 1 and 2c send their password, often `public`, in the clear; the answers list programs, networks and accounts.",
    fix: "# Remove it, or use version 3 with a password and let only the monitoring server in\nsudo apt purge snmpd\n# RHEL and its kin\nsudo dnf remove net-snmp\nsudo ufw allow from 192.0.2.10 to any port 161 proto udp",
    severity: Severity::Medium,
    cwe: 668,
    attack: "T1602.001",
    cis: "2.1.15",
    judge,
};

/// Protocol, port, service.
const PORTS: &[(&str, u16, &str)] = &[("udp", 161, "SNMP")];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    exposed(facts, by_port(PORTS))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, socket, sockets};

    #[test]
    fn hit() {
        hits(&CHECK, &sockets(&[socket("udp", "0.0.0.0", 161, "snmpd")]), &["port/udp/161"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sockets(&[socket("udp", "127.0.0.1", 161, "snmpd")]));
        misses(&CHECK, &sockets(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
