//! Senders may choose the way of their packets.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// The kernel takes source routed packets only where `all` allows it, so `default` does not matter here.
pub(super) const CHECK: Check = Check {
    id: "network-source-routing",
    title: "Senders may choose the way of their packets through the network",
    meaning: "The host accepts packets that carry their own route (accept_source_route).",
    why: "An attacker can send packets around the firewall and get answers that would not reach them otherwise.",
    fix: "printf '%s\\n' 'net.ipv4.conf.all.accept_source_route = 0' 'net.ipv6.conf.all.accept_source_route = 0' | sudo tee /etc/sysctl.d/90-bartizan-source-route.conf\nsudo sysctl --system",
    severity: Severity::Medium,
    cwe: 940,
    attack: "T1599",
    cis: "3.3.8",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(
        facts,
        &["net.ipv4.conf.all.accept_source_route", "net.ipv6.conf.all.accept_source_route"],
        |value| value > 0,
    )
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sysctl(&[("net.ipv4.conf.all.accept_source_route", "1")]),
            &["setting:sysctl/net.ipv4.conf.all.accept_source_route"],
        );
        hits(
            &CHECK,
            &sysctl(&[
                ("net.ipv4.conf.all.accept_source_route", "0"),
                ("net.ipv6.conf.all.accept_source_route", "1"),
            ]),
            &["setting:sysctl/net.ipv6.conf.all.accept_source_route"],
        );
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sysctl(&[
                ("net.ipv4.conf.all.accept_source_route", "0"),
                ("net.ipv6.conf.all.accept_source_route", "-1"),
            ]),
        );
        misses(&CHECK, &sysctl(&[("net.ipv4.conf.all.accept_source_route", "0")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
        inconclusive(
            &CHECK,
            &sysctl(&[("net.ipv4.conf.all.accept_source_route", "0"), ("net.ipv6.conf.all.forwarding", "0")]),
        );
    }
}
