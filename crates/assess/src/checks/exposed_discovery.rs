//! Printing and discovery that other machines can reach.

use super::support::exposed;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// CUPS and Avahi. Port 5353/udp of other programs, such as a resolver, is not reported.
pub(super) const CHECK: Check = Check {
    id: "exposed-discovery",
    title: "Printing or discovery listens to the network",
    meaning: "The print server CUPS (port 631) or the discovery service Avahi (port 5353) accepts packets from other machines.",
    why: "Servers need neither. Both had errors by which somebody in the network could run commands.",
    fix: "sudo systemctl disable --now cups.socket cups.service cups-browsed avahi-daemon.socket avahi-daemon",
    severity: Severity::Low,
    cwe: 668,
    attack: "T1190",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    exposed(facts, |socket| match (socket.protocol.as_str(), socket.port) {
        ("tcp" | "udp", 631) => Some("printing"),
        ("udp", 5353) if socket.process.as_deref().is_some_and(|name| name.starts_with("avahi")) => {
            Some("Avahi")
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, socket, sockets};

    #[test]
    fn hit() {
        let list = [socket("udp", "0.0.0.0", 631, "cups-browsed"), socket("udp", "::", 5353, "avahi-daemon")];
        hits(&CHECK, &sockets(&list), &["port/udp/631", "port/udp/5353"]);
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sockets(&[
                socket("tcp", "127.0.0.1", 631, "cupsd"),
                socket("udp", "0.0.0.0", 5353, "systemd-resolve"),
            ]),
        );
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
