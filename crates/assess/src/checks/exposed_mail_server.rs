//! A mail server that other machines can reach.

use super::support::{by_port, exposed};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// On a mail server it is meant to be: accept it there.
pub(super) const CHECK: Check = Check {
    id: "exposed-mail-server",
    title: "The mail server listens to the network",
    meaning: "A mail server accepts connections from other machines (port 25).",
    why: "Most hosts only send their own messages. A server that anybody can reach can be used to send spam, and its errors to get in.",
    fix: "# Postfix\nsudo postconf -e 'inet_interfaces = loopback-only' && sudo systemctl restart postfix\n# Exim: choose local delivery or a smarthost, and 127.0.0.1 ; ::1 to listen on\nsudo dpkg-reconfigure exim4-config",
    severity: Severity::Low,
    cwe: 668,
    attack: "T1190",
    cis: "2.1.21",
    judge,
};

/// Protocol, port, service.
const PORTS: &[(&str, u16, &str)] = &[("tcp", 25, "a mail server")];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    exposed(facts, by_port(PORTS))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, socket, sockets};

    #[test]
    fn hit() {
        hits(&CHECK, &sockets(&[socket("tcp", "0.0.0.0", 25, "master")]), &["port/tcp/25"]);
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sockets(&[socket("tcp", "127.0.0.1", 25, "exim4"), socket("tcp", "::1", 25, "exim4")]),
        );
        misses(&CHECK, &sockets(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
