//! Addresses: which of them a list of patterns allows, and in which networks each lies.

use bartizan_model::{AssetId, Cidr};
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

/// The networks whose addresses are known.
#[derive(Default)]
pub(crate) struct Networks {
    ranges: HashMap<Cidr, Vec<(AssetId, bool)>>,
    lengths: BTreeSet<u8>,
}

impl Networks {
    /// A network has these addresses; a zone is one of which people said that those in it can talk to each other.
    pub(crate) fn add(&mut self, network: AssetId, range: Cidr, zone: bool) {
        self.ranges.entry(range).or_default().push((network, zone));
        self.lengths.insert(range.length());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The networks that hold a range, and whether it stands in them as in a zone: of several zones, in the narrowest.
    pub(crate) fn of(&self, range: Cidr) -> Vec<(AssetId, bool)> {
        let mut found = BTreeMap::new();
        let mut zoned = false;
        for length in self.lengths.iter().rev().filter(|length| **length <= range.length()) {
            let here = self.ranges.get(&range.cut(*length)).map(Vec::as_slice).unwrap_or_default();
            for (network, zone) in here {
                let inside = *zone && !zoned;
                found.entry(*network).and_modify(|known| *known |= inside).or_insert(inside);
            }
            zoned |= here.iter().any(|(_, zone)| *zone);
        }
        found.into_iter().collect()
    }

    /// Every range with the networks that have it.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (Cidr, AssetId)> {
        self.ranges
            .iter()
            .flat_map(|(range, networks)| networks.iter().map(|(network, _)| (*range, *network)))
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
    fn of_several_zones_the_narrowest_counts() {
        let mut networks = Networks::default();
        let range = |text: &str| Cidr::parse(text).unwrap();
        networks.add(AssetId(1), range("10.0.0.0/8"), true);
        networks.add(AssetId(2), range("10.1.0.0/16"), true);
        networks.add(AssetId(3), range("10.1.2.0/24"), false);
        assert_eq!(
            networks.of(range("10.1.2.3")),
            [(AssetId(1), false), (AssetId(2), true), (AssetId(3), false)]
        );
        assert_eq!(networks.of(range("10.9.0.1")), [(AssetId(1), true)]);
        assert_eq!(networks.of(range("192.0.2.1")), []);
    }
}
