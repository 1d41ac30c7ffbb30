//! Packets with forged senders are taken.

use super::support::{sysctl, sysctl_hit};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `rp_filter` of `all` or `default` must be 1 (strict) or 2 (loose, what systemd sets and hosts with several ways
/// need).
pub(super) const CHECK: Check = Check {
    id: "network-reverse-path-filter",
    title: "The host accepts packets with forged sender addresses",
    meaning: "The kernel does not check whether a packet comes in where its sender could be reached (rp_filter is 0).",
    why: "Attackers hide behind addresses that are not theirs, or pretend to be a host that is trusted.",
    fix: "printf '%s\\n' 'net.ipv4.conf.all.rp_filter = 1' 'net.ipv4.conf.default.rp_filter = 1' | sudo tee /etc/sysctl.d/90-bartizan-rp-filter.conf\nsudo sysctl --system\n# Use 2 instead of 1 on hosts with several network interfaces or a VPN",
    severity: Severity::Low,
    cwe: 290,
    attack: "T1557",
    cis: "3.3.7",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let (all, default) = ("net.ipv4.conf.all.rp_filter", "net.ipv4.conf.default.rp_filter");
    // An interface takes the higher of `all` and its own value, and its own came from `default`.
    let off = sysctl(facts, all)? == 0 && sysctl(facts, default)? == 0;
    Ok(if off { vec![sysctl_hit(all, 0)] } else { vec![] })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        let off = [("net.ipv4.conf.all.rp_filter", "0"), ("net.ipv4.conf.default.rp_filter", "0")];
        hits(&CHECK, &sysctl(&off), &["setting:sysctl/net.ipv4.conf.all.rp_filter"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("net.ipv4.conf.all.rp_filter", "1")]));
        misses(
            &CHECK,
            &sysctl(&[("net.ipv4.conf.all.rp_filter", "0"), ("net.ipv4.conf.default.rp_filter", "2")]),
        );
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[("net.ipv4.conf.all.rp_filter", "0")]));
    }
}
