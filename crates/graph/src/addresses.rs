//! Addresses: which of them a list of patterns allows, and in which networks each lies.
//!
//! A private address is one of its [network](bartizan_model::network)'s, and no other's.

use bartizan_model::{AssetId, Cidr, Network, Subnet};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

/// A list of patterns as OpenSSH reads it (`PATTERNS` of ssh_config): addresses, ranges, names with `*` and `?`, and what begins
/// with `!` excludes.
pub(crate) struct Patterns(Vec<(bool, String)>);

impl Patterns {
    pub(crate) fn of(text: &str) -> Self {
        let patterns = text.split(',').map(str::trim).filter(|pattern| !pattern.is_empty());
        Self(
            patterns
                .map(|pattern| match pattern.strip_prefix('!') {
                    Some(excluded) => (true, excluded.to_lowercase()),
                    None => (false, pattern.to_lowercase()),
                })
                .collect(),
        )
    }

    /// Whether a machine of this name can come from one of its addresses that the list allows.
    pub(crate) fn allow(&self, name: &str, addresses: impl Iterator<Item = IpAddr>) -> bool {
        let name = name.to_lowercase();
        let mut addresses = addresses;
        addresses.any(|address| {
            let text = address.to_string();
            let fits = |pattern: &str| {
                Cidr::parse(pattern).map_or_else(
                    || wild(pattern.as_bytes(), text.as_bytes()) || wild(pattern.as_bytes(), name.as_bytes()),
                    |range| range.holds(Cidr::of(address)),
                )
            };
            let excluded = self.0.iter().any(|(excludes, pattern)| *excludes && fits(pattern));
            !excluded && self.0.iter().any(|(excludes, pattern)| !*excludes && fits(pattern))
        })
    }
}

/// Whether a text fits a pattern with `*` and `?`, in time that grows with their product at most.
fn wild(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// Which addresses of other machines a machine sees: a private one only within a network that it is in itself, by its own addresses.
/// Where none of them is private, nobody knows which networks these are.
pub(crate) struct Sight<'a>(BTreeSet<Option<&'a str>>);

impl<'a> Sight<'a> {
    /// Of a machine with these addresses (`10.0.0.5%branch-berlin,192.0.2.1`).
    pub(crate) fn of(addresses: &'a str) -> Self {
        let private = listed(addresses).filter(|(address, _)| Cidr::of(*address).is_private());
        Self(private.map(|(_, network)| network).collect())
    }

    /// Those that it sees of a machine with these addresses.
    pub(crate) fn sees(&self, addresses: &str) -> impl Iterator<Item = IpAddr> {
        let seen = |(address, network): (IpAddr, Option<&str>)| {
            let near = self.0.is_empty() || !Cidr::of(address).is_private() || self.0.contains(&network);
            near.then_some(address)
        };
        listed(addresses).filter_map(seen)
    }
}

/// The addresses of a list, each with the name of its network.
fn listed(addresses: &str) -> impl Iterator<Item = (IpAddr, Option<&str>)> {
    addresses.split(',').filter_map(|one| {
        let (address, network) =
            one.split_once('%').map_or((one, None), |(one, network)| (one, Some(network)));
        Some((address.trim().parse().ok()?, network))
    })
}

/// The assets of which it is known what addresses they have.
#[derive(Default)]
pub(crate) struct Networks {
    ranges: HashMap<Place, Vec<(AssetId, bool)>>,
    lengths: BTreeSet<u8>,
    /// The numbers of networks with a name.
    names: HashMap<Network, u32>,
}

/// A range in the network of this number.
type Place = (Cidr, u32);
/// The number of the network without a name. What is not private as a whole is the same in every network, and stands here too.
const NAMELESS: u32 = 0;
/// The number of a network of which no range is known.
const UNKNOWN: u32 = u32::MAX;

impl Networks {
    /// An asset has these addresses; a zone is one of which people said that those in it can talk to each other.
    pub(crate) fn add(&mut self, asset: AssetId, subnet: &Subnet, zone: bool) {
        let next = self.names.len() as u32 + 1;
        let number =
            subnet.network().map_or(NAMELESS, |name| *self.names.entry(name.clone()).or_insert(next));
        self.ranges.entry((subnet.range(), number)).or_default().push((asset, zone));
        self.lengths.insert(subnet.range().length());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The assets that hold a range, and whether it stands in them as in a zone: of several zones, in the narrowest.
    pub(crate) fn of(&self, subnet: &Subnet) -> Vec<(AssetId, bool)> {
        let known = |name| self.names.get(name).copied().unwrap_or(UNKNOWN);
        self.around((subnet.range(), subnet.network().map_or(NAMELESS, known)))
    }

    fn around(&self, (range, number): Place) -> Vec<(AssetId, bool)> {
        let mut found = BTreeMap::new();
        let mut zoned = false;
        for length in self.lengths.iter().rev().filter(|length| **length <= range.length()) {
            let wider = range.cut(*length);
            let number = if wider.is_private() { number } else { NAMELESS };
            let here = self.ranges.get(&(wider, number)).map(Vec::as_slice).unwrap_or_default();
            for (network, zone) in here {
                let inside = *zone && !zoned;
                found.entry(*network).and_modify(|known| *known |= inside).or_insert(inside);
            }
            zoned |= here.iter().any(|(_, zone)| *zone);
        }
        found.into_iter().collect()
    }

    /// Each asset with every other one that holds a range of its own.
    pub(crate) fn nested(&self) -> impl Iterator<Item = (AssetId, AssetId)> {
        let own = self.ranges.iter().flat_map(|(place, of)| of.iter().map(move |(own, _)| (*place, *own)));
        own.flat_map(|(place, own)| {
            let around = self.around(place).into_iter().map(move |(wider, _)| (own, wider));
            around.filter(|(own, wider)| own != wider)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_openssh() {
        let allows = |patterns: &str, name: &str, address: &str| {
            Patterns::of(patterns).allow(name, address.split(',').filter_map(|a| a.parse().ok()))
        };
        assert!(allows("10.0.0.0/8,!10.0.0.1", "jump", "10.0.0.2"));
        assert!(!allows("10.0.0.0/8,!10.0.0.1", "jump", "10.0.0.1"));
        assert!(
            allows("10.0.0.0/8,!10.0.0.1", "jump", "10.0.0.1,10.0.0.3"),
            "another address of the machine"
        );
        assert!(allows("*.Example.org", "jump.example.org", "192.0.2.1"));
        assert!(allows("192.0.2.?", "x", "192.0.2.7") && !allows("192.0.2.?", "x", "192.0.2.17"));
        assert!(!allows("*", "x", ""), "nobody knows an address");
        assert!(!allows("!10.0.0.1", "x", "10.0.0.2"), "nothing is allowed");
    }

    #[test]
    fn a_private_address_is_seen_within_its_networks() {
        let sees = |own: &str, other: &str| -> Vec<String> {
            Sight::of(own).sees(other).map(|address| address.to_string()).collect()
        };
        let other = "10.0.0.5%branch-berlin,10.0.0.6,192.0.2.1";
        assert_eq!(sees("10.0.0.1%branch-berlin", other), ["10.0.0.5", "192.0.2.1"]);
        assert_eq!(sees("10.0.0.1", other), ["10.0.0.6", "192.0.2.1"]);
        assert_eq!(sees("10.0.0.1,10.0.0.1%branch-berlin", other), ["10.0.0.5", "10.0.0.6", "192.0.2.1"]);
        assert_eq!(sees("10.0.0.1%branch-paris", other), ["192.0.2.1"]);
        assert_eq!(
            sees("192.0.2.9", other),
            ["10.0.0.5", "10.0.0.6", "192.0.2.1"],
            "nobody knows where it is"
        );
    }

    #[test]
    fn of_several_zones_the_narrowest_counts() {
        let mut networks = Networks::default();
        let range = |text: &str| Subnet::parse(text).unwrap();
        networks.add(AssetId(1), &range("10.0.0.0/8"), true);
        networks.add(AssetId(2), &range("10.1.0.0/16"), true);
        networks.add(AssetId(3), &range("10.1.2.0/24"), false);
        assert_eq!(
            networks.of(&range("10.1.2.3")),
            [(AssetId(1), false), (AssetId(2), true), (AssetId(3), false)]
        );
        assert_eq!(networks.of(&range("10.9.0.1")), [(AssetId(1), true)]);
        assert_eq!(networks.of(&range("192.0.2.1")), []);
    }

    #[test]
    fn a_range_is_of_its_network() {
        let mut networks = Networks::default();
        let range = |text: &str| Subnet::parse(text).unwrap();
        for (asset, own) in (1..).zip([
            "10.0.0.0/8",
            "10.0.0.0/8%berlin",
            "10.1.0.0/16%berlin",
            "10.0.0.0/8%paris",
            "8.0.0.0/5",
        ]) {
            networks.add(AssetId(asset), &range(own), true);
        }
        let of = |address: &str| -> Vec<i64> {
            networks.of(&range(address)).into_iter().map(|(asset, _)| asset.0).collect()
        };
        // What is wider than private ranges is the same everywhere.
        assert_eq!(of("10.1.0.5"), [1, 5]);
        assert_eq!(of("10.1.0.5%berlin"), [2, 3, 5]);
        assert_eq!(of("10.1.0.5%paris"), [4, 5]);
        assert_eq!(of("10.1.0.5%rome"), [5]);
        assert_eq!(of("9.0.0.1"), [5]);
        let mut nested: Vec<_> = networks.nested().map(|(own, wider)| (own.0, wider.0)).collect();
        nested.sort_unstable();
        assert_eq!(nested, [(1, 5), (2, 5), (3, 2), (3, 5), (4, 5)]);
    }
}
