//! Networks that have a name. A private address (RFC 1918, RFC 6598, RFC 4193) is another machine's in each of them, so it is told apart
//! as RFC 4007 does with the zone of an address: `10.0.0.5%branch-berlin`. One without a name is in the one network that has none.
//! So are [ranges of such addresses](crate::Subnet).

use crate::Cidr;
use crate::asset::{AssetRef, Identifier, IdentifierKind};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// The longest name of a network, in bytes.
const LONGEST: usize = 60;

/// The name of a network: `branch-berlin`, `vpc-0abc`. In lower case, since people write it by hand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network(String);

impl Network {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase();
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        if name.is_empty() || name.len() > LONGEST || !name.chars().all(is_plain) {
            return Err(format!(
                "`{}` cannot be the name of a network: it has letters, digits, `.`, `_` and `-`, at most {LONGEST} bytes",
                text.trim().chars().take(LONGEST).collect::<String>()
            ));
        }
        Ok(Self(name))
    }
}

impl Identifier {
    /// The same within a network: a private address, a range of them, or the origin of a web application at one, is only that network's.
    /// What the source itself says of the network goes before; what is no such address is the same everywhere.
    #[must_use]
    pub fn within(self, network: &Network) -> Self {
        let is_open = self.network().is_none() && self.is_private() && !self.is_placeholder();
        if is_open { Self { value: format!("{}%{network}", self.value), ..self } } else { self }
    }

    /// The network that a private address is told to be in.
    pub fn network(&self) -> Option<&str> {
        let (_, network) = self.value.rsplit_once('%')?;
        self.is_private().then_some(network)
    }

    /// The value without the network: an address, a range, an origin.
    pub fn bare(&self) -> &str {
        self.network().and_then(|_| self.value.rsplit_once('%')).map_or(&self.value, |(bare, _)| bare)
    }

    /// Whether many networks may have the address that it is, or is at.
    fn is_private(&self) -> bool {
        let bare = self.value.rsplit_once('%').map_or(self.value.as_str(), |(bare, _)| bare);
        let range = match self.kind {
            IdentifierKind::Ip => Cidr::parse(bare),
            IdentifierKind::Origin => host_of(bare).and_then(Cidr::parse),
            // What is known by nothing but its addresses has them for a name.
            IdentifierKind::Name if bare.contains('/') => Cidr::parse(bare),
            _ => None,
        };
        range.is_some_and(Cidr::is_private)
    }
}

impl AssetRef {
    /// The same within a network. What is named by nothing but an address there is named with the network too.
    #[must_use]
    pub fn within(self, network: &Network) -> Self {
        let Self { kind, mut name, identifiers } = self;
        let mut within = |id: Identifier| {
            let id = id.within(network);
            if id.network().is_some() && id.bare() == name {
                name.clone_from(&id.value);
            }
            id
        };
        let mut identifiers: Vec<_> = identifiers.into_iter().map(&mut within).collect();
        identifiers.sort();
        identifiers.dedup();
        Self { kind, name, identifiers }
    }
}

/// The host of an origin: `10.0.0.5` of `https://10.0.0.5:8443`.
fn host_of(origin: &str) -> Option<&str> {
    let (_, authority) = origin.split_once("://")?;
    match authority.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map(|(host, _)| host),
        None => Some(authority.split_once(':').map_or(authority, |(host, _)| host)),
    }
}

/// An address in normal form, with its network where it has one: `None` where it is no address.
pub(crate) fn address(text: &str) -> Option<String> {
    let (bare, network) = text.split_once('%').map_or((text, None), |(bare, network)| (bare, Some(network)));
    let address = bare.parse::<IpAddr>().ok()?.to_canonical();
    match network {
        None => Some(address.to_string()),
        // Any other has a zone that only means something on the machine that wrote it: `fe80::1%eth0`.
        Some(network) if Cidr::of(address).is_private() => {
            Some(format!("{address}%{}", network.parse::<Network>().ok()?))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(kind: IdentifierKind, value: &str) -> Identifier {
        Identifier::new(kind, value).expect("an identifier")
    }

    #[test]
    fn only_what_is_private_is_of_a_network() {
        let berlin: Network = " Branch Berlin ".parse().expect("a name");
        for (kind, value, expected) in [
            (IdentifierKind::Ip, "10.0.0.5", "10.0.0.5%branch-berlin"),
            (IdentifierKind::Ip, "192.168.178.20", "192.168.178.20%branch-berlin"),
            (IdentifierKind::Ip, "::ffff:10.0.0.5", "10.0.0.5%branch-berlin"),
            (IdentifierKind::Ip, "100.64.0.1", "100.64.0.1%branch-berlin"),
            (IdentifierKind::Ip, "100.128.0.1", "100.128.0.1"),
            (IdentifierKind::Ip, "fd00::5", "fd00::5%branch-berlin"),
            (IdentifierKind::Ip, "2001:db8::5", "2001:db8::5"),
            (IdentifierKind::Ip, "203.0.113.5", "203.0.113.5"),
            // These name nobody anyway.
            (IdentifierKind::Ip, "172.17.0.1", "172.17.0.1"),
            (IdentifierKind::Ip, "fe80::1", "fe80::1"),
            (IdentifierKind::Ip, "10.0.0.5%vpc-1", "10.0.0.5%vpc-1"),
            (IdentifierKind::Origin, "http://10.0.0.5:8080", "http://10.0.0.5:8080%branch-berlin"),
            (IdentifierKind::Origin, "https://[fd00::5]:8443/", "https://[fd00::5]:8443%branch-berlin"),
            (IdentifierKind::Origin, "https://shop.example", "https://shop.example"),
            (IdentifierKind::Name, "10.0.0.0/24", "10.0.0.0/24%branch-berlin"),
            (IdentifierKind::Name, "10.0.0.0/24%vpc-1", "10.0.0.0/24%vpc-1"),
            (IdentifierKind::Name, "203.0.113.0/24", "203.0.113.0/24"),
            (IdentifierKind::Name, "internet", "internet"),
            (IdentifierKind::Fqdn, "db.example.org", "db.example.org"),
            (IdentifierKind::Mac, "aa:bb:cc:00:11:22", "aa:bb:cc:00:11:22"),
        ] {
            assert_eq!(id(kind, value).within(&berlin).value, expected, "{value}");
        }
    }

    #[test]
    fn an_address_in_a_network_is_read_back() {
        let address = id(IdentifierKind::Ip, "10.0.0.5%Branch-Berlin");
        assert_eq!((address.bare(), address.network()), ("10.0.0.5", Some("branch-berlin")));
        let origin = id(IdentifierKind::Origin, "http://10.0.0.5:8080%vpc-1");
        assert_eq!((origin.bare(), origin.network()), ("http://10.0.0.5:8080", Some("vpc-1")));
        let plain = id(IdentifierKind::Origin, "http://shop.example/50%off");
        assert_eq!((plain.bare(), plain.network()), ("http://shop.example/50%off", None));
        for zone in ["fe80::1%eth0", "203.0.113.5%branch", "10.0.0.5%", "10.0.0.5%a/b"] {
            assert_eq!(Identifier::new(IdentifierKind::Ip, zone), None, "{zone}");
        }
    }

    #[test]
    fn what_has_no_name_but_an_address_is_named_with_its_network() {
        let berlin: Network = "branch-berlin".parse().expect("a name");
        let named = |name: &str| {
            let ids = [id(IdentifierKind::Ip, "10.0.0.5"), id(IdentifierKind::Mac, "aa:bb:cc:00:11:22")];
            let asset =
                AssetRef::new(crate::AssetKind::Host, name, ids).expect("a reference").within(&berlin);
            (asset.name, asset.identifiers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        let ids = "ip:10.0.0.5%branch-berlin mac:aa:bb:cc:00:11:22".to_owned();
        assert_eq!(named("10.0.0.5"), ("10.0.0.5%branch-berlin".to_owned(), ids.clone()));
        assert_eq!(named("till"), ("till".to_owned(), ids));
    }

    #[test]
    fn a_name_is_short_and_plain() {
        assert_eq!("Straße_7.b".parse::<Network>().map(|it| it.to_string()), Ok("straße_7.b".to_owned()));
        for name in ["", "  ", "a%b", "a/b", "a\u{1b}b", &"x".repeat(61)] {
            assert!(name.parse::<Network>().is_err(), "{name}");
        }
    }
}
