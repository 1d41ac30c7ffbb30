//! Neighbours may change this host's routes.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `accept_redirects` must be 0 for all interfaces, those there are and those to come.
pub(super) const CHECK: Check = Check {
    id: "network-accepts-redirects",
    title: "Neighbours on the network may redirect this host's traffic",
    meaning: "The host follows ICMP redirects: messages in which a neighbour says that there is a better way for some traffic.",
    why: "Somebody in the same network segment can send the host's traffic through their own machine, and read or change it.",
    fix: "printf '%s\\n' 'net.ipv4.conf.all.accept_redirects = 0' 'net.ipv4.conf.default.accept_redirects = 0' 'net.ipv6.conf.all.accept_redirects = 0' 'net.ipv6.conf.default.accept_redirects = 0' | sudo tee /etc/sysctl.d/90-bartizan-redirects.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 940,
    attack: "T1557",
    cis: "3.3.5",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(
        facts,
        &[
            "net.ipv4.conf.all.accept_redirects",
            "net.ipv4.conf.default.accept_redirects",
            "net.ipv6.conf.all.accept_redirects",
            "net.ipv6.conf.default.accept_redirects",
        ],
        |value| value != 0,
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
            &sysctl(&[
                ("net.ipv4.conf.all.accept_redirects", "0"),
                ("net.ipv4.conf.default.accept_redirects", "1"),
            ]),
            &["setting:sysctl/net.ipv4.conf.default.accept_redirects"],
        );
        hits(
            &CHECK,
            &sysctl(&[("net.ipv6.conf.all.accept_redirects", "1")]),
            &["setting:sysctl/net.ipv6.conf.all.accept_redirects"],
        );
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sysctl(&[
                ("net.ipv4.conf.all.accept_redirects", "0"),
                ("net.ipv4.conf.default.accept_redirects", "0"),
            ]),
        );
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
        inconclusive(&CHECK, &sysctl(&[("net.ipv4.conf.all.accept_redirects", "0")]));
    }
}
