//! The host passes on packets between networks.

use super::support::sysctl_is;
use crate::Check;
use bartizan_model::host::{HostFacts, Mount};
use bartizan_model::{Hit, Severity};

/// Hosts with containers, virtual machines or a VPN must forward; where one of their packages is installed, the check
/// is silent.
pub(super) const CHECK: Check = Check {
    id: "network-forwards-packets",
    title: "The host passes packets on between networks",
    meaning: "The kernel forwards packets (ip_forward), though nothing that needs it (containers, virtual machines, VPN) was found.",
    why: "A host with two networks becomes a way around the firewall between them.",
    fix: "printf '%s\\n' 'net.ipv4.ip_forward = 0' 'net.ipv6.conf.all.forwarding = 0' | sudo tee /etc/sysctl.d/90-bartizan-forward.conf\nsudo sysctl --system",
    severity: Severity::Low,
    cwe: 923,
    attack: "T1090.001",
    cis: "3.3.1",
    judge,
};

/// Starts of names of packages whose work needs forwarding.
const ROUTERS: &[&str] = &[
    "docker",
    "containerd",
    "podman",
    "cri-o",
    "kubelet",
    "kubernetes",
    "k3s",
    "lxc",
    "lxd",
    "incus",
    "libvirt",
    "pve-",
    "wireguard",
    "openvpn",
    "strongswan",
    "libreswan",
    "tailscale",
    "frr",
    "bird",
    "keepalived",
    "radvd",
    "dnsmasq",
];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let hits =
        sysctl_is(facts, &["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"], |value| value != 0)?;
    if hits.is_empty() || facts.containers.get().is_ok_and(|list| !list.is_empty()) {
        return Ok(vec![]);
    }
    // A container sees the forwarding of its host's engine in its own network.
    let in_container =
        |list: &Vec<Mount>| list.iter().any(|mount| mount.target == "/" && mount.fstype == "overlay");
    if facts.mounts.get().is_ok_and(in_container) {
        return Ok(vec![]);
    }
    let router = |name: &str| ROUTERS.iter().any(|start| name.starts_with(start));
    Ok(if facts.packages.get()?.iter().any(|package| router(&package.name)) { vec![] } else { hits })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{
        container, hits, host, inconclusive, misses, mount, mounts, package, sysctl,
    };
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let packages = Fact::Known(vec![package("nginx", "1.22")]);
        let facts = HostFacts { packages, ..sysctl(&[("net.ipv4.ip_forward", "1")]) };
        hits(&CHECK, &facts, &["setting:sysctl/net.ipv4.ip_forward"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sysctl(&[("net.ipv4.ip_forward", "0")]));
        let packages = Fact::Known(vec![package("docker-ce", "24")]);
        misses(&CHECK, &HostFacts { packages, ..sysctl(&[("net.ipv4.ip_forward", "1")]) });
        let containers = Fact::Known(vec![container("app")]);
        let inside = mounts(&[mount("/", "overlay", "rw")]).mounts;
        misses(&CHECK, &HostFacts { mounts: inside, ..sysctl(&[("net.ipv4.ip_forward", "1")]) });
        misses(&CHECK, &HostFacts { containers, ..sysctl(&[("net.ipv4.ip_forward", "1")]) });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sysctl(&[]));
        inconclusive(&CHECK, &sysctl(&[("net.ipv4.ip_forward", "1")]));
    }
}
