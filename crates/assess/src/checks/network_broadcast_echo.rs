//! The host answers pings to the whole network.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `net.ipv4.icmp_echo_ignore_broadcasts` must be 1, the kernel's default.
pub(super) const CHECK: Check = Check {
    id: "network-broadcast-echo",
    title: "The host answers pings that are sent to everybody",
    meaning: "The host answers echo requests to broadcast addresses.",
    why: "An attacker sends one packet with a forged sender, and all hosts of the network flood the victim with answers.",
    fix: "printf '%s\\n' 'net.ipv4.icmp_echo_ignore_broadcasts = 1' | sudo tee /etc/sysctl.d/90-bartizan-broadcast.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 406,
    attack: "T1498.002",
    cis: "3.3.4",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["net.ipv4.icmp_echo_ignore_broadcasts"], |value| value < 1)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("net.ipv4.icmp_echo_ignore_broadcasts", "0")]),
            &["setting:sysctl/net.ipv4.icmp_echo_ignore_broadcasts"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("net.ipv4.icmp_echo_ignore_broadcasts", "1")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
