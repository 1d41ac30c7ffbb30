//! How the host is named: machine id, SSH host keys, names, addresses, hardware addresses.

use super::{Group, addresses, authorized_keys};
use crate::root::Root;
use bartizan_model::host::{Fact, HostFacts};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Timestamp};
use std::net::{IpAddr, Ipv4Addr};

pub(super) const GROUP: Group = Group {
    name: "identity",
    reads: "/etc/machine-id, /etc/ssh/ssh_host_*_key.pub, /etc/hostname, /etc/hosts, /proc/net/route, /sys/class/net",
    needs: "nothing; addresses and hardware addresses only of a running system",
    collect,
};

/// Names of interfaces that engines and hypervisors make; many hosts have the same addresses on them.
const VIRTUAL: &[&str] = &[
    "br-", "cali", "cbr", "cilium", "cni", "docker", "flannel", "kube-", "lo", "lxc", "lxd", "podman",
    "veth", "virbr", "vmnet",
];

/// The reference of a host of which nothing is known, not even a name.
pub(super) fn nameless() -> AssetRef {
    let identifier = Identifier { kind: IdentifierKind::Name, value: "localhost".to_owned() };
    AssetRef { kind: AssetKind::Host, name: "localhost".to_owned(), identifiers: vec![identifier] }
}

/// How the host is named whose files these are; `None` where nothing names it.
pub(crate) fn of(root: &Root) -> Option<AssetRef> {
    let unnamed = nameless();
    let mut facts = HostFacts::unknown(unnamed.clone(), Timestamp::from_seconds(0));
    collect(root, &mut facts);
    (facts.asset != unnamed).then_some(facts.asset)
}

fn collect(root: &Root, facts: &mut HostFacts) {
    let mut found = Vec::new();
    // A failed read of one identifier leaves the others: fewer identifiers name the same asset.
    let text = |path: &str| root.text(path).ok().flatten().unwrap_or_default();
    found.extend(machine_id(&text("/etc/machine-id")));
    for name in root.list("/etc/ssh").ok().flatten().unwrap_or_default() {
        if name.starts_with("ssh_host_") && name.ends_with("_key.pub") {
            found.extend(host_key(&text(&format!("/etc/ssh/{name}"))));
        }
    }
    let running = if root.is_live() { text("/proc/sys/kernel/hostname") } else { String::new() };
    let name = if running.trim().is_empty() { hostname(&text("/etc/hostname")) } else { hostname(&running) };
    found.extend(names(&name, &text("/etc/hosts")));
    if root.is_live() {
        found.extend(addresses(root, facts));
        found.extend(hardware_addresses(root));
    }
    if let Some(asset) = AssetRef::new(AssetKind::Host, &name, found) {
        facts.asset = asset;
    }
}

/// `/etc/machine-id`, unless it is empty, uninitialized or all zero, as in images that many machines start from.
pub(super) fn machine_id(text: &str) -> Option<Identifier> {
    let id = text.trim();
    let real = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b != b'0');
    Identifier::new(IdentifierKind::AgentId, &id.to_lowercase()).filter(|_| real)
}

/// The fingerprint of a public host key.
pub(super) fn host_key(text: &str) -> Option<Identifier> {
    let key = text.lines().find_map(authorized_keys::parse_line)?;
    Identifier::new(IdentifierKind::HostKey, &key.fingerprint)
}

/// The first name in `/etc/hostname`; names that every machine has are none.
pub(crate) fn hostname(text: &str) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap_or_default();
    let name = line.split_whitespace().next().unwrap_or_default();
    if name == "(none)" || name.starts_with("localhost") { String::new() } else { name.to_owned() }
}

/// Short and full name; the full one from `/etc/hosts` where the host name has no dot.
pub(super) fn names(name: &str, hosts: &str) -> Vec<Identifier> {
    let mut found = Vec::new();
    if name.contains('.') {
        found.extend(Identifier::new(IdentifierKind::Fqdn, name));
    } else if !name.is_empty() {
        let full = hosts.lines().find_map(|line| {
            let names: Vec<_> = line.split('#').next()?.split_whitespace().skip(1).collect();
            names.contains(&name).then(|| names.iter().copied().find(|n| n.contains('.'))).flatten()
        });
        let full = full.filter(|full| !full.starts_with("localhost."));
        found.extend(full.and_then(|full| Identifier::new(IdentifierKind::Fqdn, full)));
    }
    found.extend(Identifier::new(IdentifierKind::Name, name.split('.').next().unwrap_or_default()));
    found
}

fn addresses(root: &Root, facts: &HostFacts) -> Vec<Identifier> {
    let Fact::Known(all) = &facts.addresses else { return Vec::new() };
    let text = |path: &str| root.text(path).ok().flatten().unwrap_or_default();
    let routes = addresses::routes(&text("/proc/net/route"));
    let v6 = addresses::local_v6(&text("/proc/net/if_inet6"));
    let interface = |address: IpAddr| match address {
        IpAddr::V4(v4) => routes
            .iter()
            .find(|(network, mask, _)| {
                *mask != Ipv4Addr::UNSPECIFIED && v4.to_bits() & mask.to_bits() == network.to_bits()
            })
            .map(|(_, _, name)| name.as_str()),
        IpAddr::V6(v6_address) => v6.iter().find(|(a, _)| *a == v6_address).map(|(_, name)| name.as_str()),
    };
    all.iter()
        .filter_map(|text| {
            let address: IpAddr = text.parse().ok()?;
            let local = match address {
                IpAddr::V4(v4) => v4.is_link_local(),
                IpAddr::V6(v6) => v6.is_unicast_link_local(),
            };
            if local || interface(address).is_some_and(|name| VIRTUAL.iter().any(|v| name.starts_with(v))) {
                return None;
            }
            Identifier::new(IdentifierKind::Ip, text)
        })
        .collect()
}

/// Addresses of the interfaces that have a device behind them.
fn hardware_addresses(root: &Root) -> Vec<Identifier> {
    let interfaces = root.list("/sys/class/net").ok().flatten().unwrap_or_default();
    interfaces
        .iter()
        .filter(|name| root.exists(&format!("/sys/class/net/{name}/device")))
        .filter_map(|name| {
            let address = root.text(&format!("/sys/class/net/{name}/address")).ok()??;
            let address = address.trim();
            let real = address.len() == 17 && address != "00:00:00:00:00:00";
            Identifier::new(IdentifierKind::Mac, address).filter(|_| real)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_id_that_many_machines_share_is_none() {
        for text in [
            "",
            "\n",
            "uninitialized\n",
            "00000000000000000000000000000000\n",
            "abc",
            "gggggggggggggggggggggggggggggggg",
        ] {
            assert_eq!(machine_id(text), None, "{text:?}");
        }
        let id = machine_id("0123456789ABCDEF0123456789abcdef\n").unwrap();
        assert_eq!(id.to_string(), "agent-id:0123456789abcdef0123456789abcdef");
    }

    #[test]
    fn names_are_read() {
        let text =
            |name: &str, hosts: &str| names(name, hosts).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(hostname("# c\n web \n"), "web");
        assert_eq!(hostname("localhost.localdomain"), "");
        assert_eq!(text("web", "127.0.1.1 web.example.org web # x\n"), ["fqdn:web.example.org", "name:web"]);
        assert_eq!(text("web.example.org", ""), ["fqdn:web.example.org", "name:web"]);
        assert_eq!(text("web", "127.0.0.1 localhost.localdomain web\n"), ["name:web"]);
        assert!(text("", "").is_empty());
    }
}
