//! Addresses of the network interfaces.

use super::{Group, fact};
use crate::root::Root;
use bartizan_model::host::HostFacts;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

pub(super) const GROUP: Group = Group {
    name: "addresses",
    reads: "/proc/net/fib_trie, /proc/net/if_inet6",
    needs: "a running system",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.addresses = fact(read(root));
}

fn read(root: &Root) -> Result<Vec<String>, String> {
    root.need_live("the addresses")?;
    let v4 = local_v4(&root.need("/proc/net/fib_trie")?);
    // Absent where IPv6 is switched off.
    let v6 = local_v6(&root.text("/proc/net/if_inet6")?.unwrap_or_default());
    let v4 = v4.into_iter().filter(|a| !a.is_loopback()).map(|a| a.to_string());
    let v6 = v6.into_iter().filter(|(a, _)| !a.is_loopback()).map(|(a, _)| a.to_string());
    Ok(v4.chain(v6).collect())
}

/// The local IPv4 addresses in the kernel's routing trie: a leaf `|-- address` followed by `/32 host LOCAL`.
pub(super) fn local_v4(text: &str) -> BTreeSet<Ipv4Addr> {
    let mut found = BTreeSet::new();
    let mut leaf: Option<Ipv4Addr> = None;
    for line in text.lines() {
        let line = line.trim();
        if let Some(address) = line.strip_prefix("|-- ") {
            leaf = address.parse().ok();
        } else if line.starts_with("/32 ") && line.ends_with(" LOCAL") {
            found.extend(leaf);
        }
    }
    found
}

/// The IPv6 addresses with the name of their interface.
pub(super) fn local_v6(text: &str) -> BTreeSet<(Ipv6Addr, String)> {
    text.lines()
        .filter_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let address = u128::from_str_radix(fields.first()?, 16).ok()?;
            Some((Ipv6Addr::from_bits(address), (*fields.get(5)?).to_owned()))
        })
        .collect()
}

/// IPv4 networks with the name of their interface: destination, mask, interface.
pub(super) fn routes(text: &str) -> Vec<(Ipv4Addr, Ipv4Addr, String)> {
    let address = |hex: &str| Some(Ipv4Addr::from(u32::from_str_radix(hex, 16).ok()?.to_ne_bytes()));
    text.lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            Some((address(fields.get(1)?)?, address(fields.get(7)?)?, (*fields.first()?).to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        let trie = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n           |-- 127.0.0.1\n              /32 host LOCAL\n           |-- 10.1.2.3\n              /32 host LOCAL\n           |-- 10.1.2.255\n              /32 link BROADCAST\n";
        assert_eq!(local_v4(trie), ["10.1.2.3".parse().unwrap(), "127.0.0.1".parse().unwrap()].into());
        let v6 = local_v6(
            "20010db8000000000000000000000001 02 40 00 80     eth0\n00000000000000000000000000000001 01 80 10 80       lo\n",
        );
        assert_eq!(
            v6,
            [("2001:db8::1".parse().unwrap(), "eth0".into()), ("::1".parse().unwrap(), "lo".into())].into()
        );
        #[cfg(target_endian = "little")]
        assert_eq!(
            routes("Iface Destination ...\neth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"),
            [("10.0.2.0".parse().unwrap(), "255.255.255.0".parse().unwrap(), "eth0".into())]
        );
    }
}
