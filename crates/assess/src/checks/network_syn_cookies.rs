//! The host can be flooded with half-open connections.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `net.ipv4.tcp_syncookies` must be 1 or 2; 1 is the kernel's default.
pub(super) const CHECK: Check = Check {
    id: "network-syn-cookies",
    title: "The host has no protection against floods of new connections",
    meaning: "SYN cookies are off (net.ipv4.tcp_syncookies is 0).",
    why: "With little bandwidth an attacker can fill the table of new connections, so that nobody else can connect.",
    fix: "printf '%s\\n' 'net.ipv4.tcp_syncookies = 1' | sudo tee /etc/sysctl.d/90-bartizan-syncookies.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 400,
    attack: "T1499.001",
    cis: "3.3.10",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["net.ipv4.tcp_syncookies"], |value| value < 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("net.ipv4.tcp_syncookies", "0")]),
            &["setting:sysctl/net.ipv4.tcp_syncookies"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("net.ipv4.tcp_syncookies", "1")]));
        misses(&CHECK, &sysctl(&[("net.ipv4.tcp_syncookies", "2")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
