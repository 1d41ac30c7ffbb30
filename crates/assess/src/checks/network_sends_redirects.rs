//! The host tells neighbours to change their routes.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `send_redirects` should be 0 on a host that is no router.
pub(super) const CHECK: Check = Check {
    id: "network-sends-redirects",
    title: "The host sends its neighbours other ways to a destination",
    meaning: "The host sends ICMP redirects, which only a router should.",
    why: "An attacker on this host can use it to move the traffic of neighbours. On a host that does not route it has no use.",
    fix: "printf '%s\\n' 'net.ipv4.conf.all.send_redirects = 0' 'net.ipv4.conf.default.send_redirects = 0' | sudo tee /etc/sysctl.d/90-bartizan-send-redirects.conf\nsudo sysctl --system",
    severity: Severity::Info,
    cwe: 940,
    attack: "T1557",
    cis: "3.3.2",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sysctl_is(facts, &["net.ipv4.conf.all.send_redirects", "net.ipv4.conf.default.send_redirects"], |value| {
        value != 0
    })
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
                ("net.ipv4.conf.all.send_redirects", "1"),
                ("net.ipv4.conf.default.send_redirects", "1"),
            ]),
            &[
                "setting:sysctl/net.ipv4.conf.all.send_redirects",
                "setting:sysctl/net.ipv4.conf.default.send_redirects",
            ],
        );
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sysctl(&[
                ("net.ipv4.conf.all.send_redirects", "0"),
                ("net.ipv4.conf.default.send_redirects", "0"),
            ]),
        );
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
    }
}
