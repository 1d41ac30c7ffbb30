//! Ranges of addresses within networks: `10.0.0.0/24%branch-berlin`.

use crate::{Cidr, Network};
use std::fmt;

/// The attribute of an asset that tells which ranges of addresses are its own: a list with commas.
pub const RANGES: &str = "cidr";

/// A range of addresses, or one. A private range is of one network, as a private address is; any other is the same in all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    range: Cidr,
    network: Option<Network>,
}

impl Subnet {
    /// A range, with the name of its network after it where it is of one with a name, or before the length as RFC 4007 (section 11.7)
    /// writes it. `None` where it is no range, or has the name of a network and is not private.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((range, rest)) = text.split_once('%') else {
            return Some(Self { range: Cidr::parse(text)?, network: None });
        };
        let (range, name) = match rest.split_once('/') {
            Some((name, length)) => (Cidr::parse(&format!("{range}/{length}"))?, name),
            None => (Cidr::parse(range)?, rest),
        };
        let network = Some(name.parse().ok()?);
        range.is_private().then_some(Self { range, network })
    }

    /// The addresses.
    pub const fn range(&self) -> Cidr {
        self.range
    }

    /// The network, where it is of one with a name.
    pub const fn network(&self) -> Option<&Network> {
        self.network.as_ref()
    }

    /// The same within a network: a private range is only that network's. What it says of that itself goes before.
    #[must_use]
    pub fn within(self, network: &Network) -> Self {
        let is_open = self.network.is_none() && self.range.is_private();
        if is_open { Self { network: Some(network.clone()), ..self } } else { self }
    }

    /// A list of [`RANGES`] within a network. What is no range stays as it is.
    pub fn list_within(list: &str, network: &Network) -> String {
        let within = |one: &str| match Self::parse(one) {
            Some(subnet) => subnet.within(network).to_string(),
            None => one.trim().to_owned(),
        };
        list.split(',').map(within).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.network {
            Some(network) => write!(f, "{}%{network}", self.range),
            None => self.range.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_range_may_name_its_network() {
        for (text, expected) in [
            ("10.1.2.3/16%Branch Berlin", Some("10.1.0.0/16%branch-berlin")),
            ("10.1.2.3%branch-berlin/16", Some("10.1.0.0/16%branch-berlin")),
            ("10.0.0.5%branch-berlin", Some("10.0.0.5/32%branch-berlin")),
            ("fd00::/48%vpc-1", Some("fd00::/48%vpc-1")),
            ("100.64.0.0/10%vpc-1", Some("100.64.0.0/10%vpc-1")),
            ("10.0.0.0/8", Some("10.0.0.0/8")),
            ("203.0.113.0/24", Some("203.0.113.0/24")),
            ("203.0.113.0/24%branch-berlin", None),
            ("0.0.0.0/0%branch-berlin", None),
            ("fe80::/10%eth0", None),
            ("10.0.0.0/8%", None),
            ("10.0.0.0/8%a/9", None),
            ("10.0.0.0%a/", None),
            ("web%a", None),
        ] {
            let subnet = Subnet::parse(text).map(|subnet| subnet.to_string());
            assert_eq!(subnet.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_list_is_within_a_network_where_it_names_none() {
        let berlin: Network = "branch-berlin".parse().expect("a name");
        assert_eq!(
            Subnet::list_within("10.1.0.0/16,10.2.0.0/16%vpc-1, 203.0.113.0/24, internet", &berlin),
            "10.1.0.0/16%branch-berlin, 10.2.0.0/16%vpc-1, 203.0.113.0/24, internet"
        );
    }
}
