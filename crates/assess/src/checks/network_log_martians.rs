//! Packets with impossible addresses are not logged.

use super::support::{sysctl, sysctl_hit};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// A packet is logged where `all` or the interface says so, and the interface's value came from `default`.
pub(super) const CHECK: Check = Check {
    id: "network-log-martians",
    title: "Packets with impossible sender addresses are not logged",
    meaning: "The kernel drops packets whose addresses cannot be right without a word (log_martians is 0).",
    why: "Such packets hint at forged senders or a wrong network setup; nobody sees them. Good to have, not urgent.",
    fix: "printf '%s\\n' 'net.ipv4.conf.all.log_martians = 1' 'net.ipv4.conf.default.log_martians = 1' | sudo tee /etc/sysctl.d/90-bartizan-martians.conf\nsudo sysctl --system",
    severity: Severity::Info,
    cwe: 778,
    attack: "T1562.006",
    cis: "3.3.9",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let (all, default) = ("net.ipv4.conf.all.log_martians", "net.ipv4.conf.default.log_martians");
    let off = sysctl(facts, all)? == 0 && sysctl(facts, default)? == 0;
    Ok(if off { vec![sysctl_hit(all, 0)] } else { vec![] })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sysctl};

    #[test]
    fn hit() {
        let off = [("net.ipv4.conf.all.log_martians", "0"), ("net.ipv4.conf.default.log_martians", "0")];
        hits(&CHECK, &sysctl(&off), &["setting:sysctl/net.ipv4.conf.all.log_martians"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("net.ipv4.conf.all.log_martians", "1")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[("net.ipv4.conf.all.log_martians", "0")]));
    }
}
