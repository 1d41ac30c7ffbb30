//! Ranges of addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses with a common beginning (CIDR, RFC 4632 and RFC 4291).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cidr {
    v6: bool,
    length: u8,
    /// The common beginning; what follows is 0.
    start: u128,
}

impl Cidr {
    /// Every IPv4 address.
    pub const ALL_V4: Self = Self { v6: false, length: 0, start: 0 };
    /// Every IPv6 address.
    pub const ALL_V6: Self = Self { v6: true, length: 0, start: 0 };

    /// `10.0.0.0/8`, or one address. `None` where it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
        let whole = Self::of(address.parse().ok()?);
        match length {
            None => Some(whole),
            Some(length) => {
                let length = length.parse().ok().filter(|length| *length <= whole.length)?;
                Some(whole.cut(length))
            }
        }
    }

    /// One address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self { v6: false, length: 32, start: v4.to_bits().into() },
            IpAddr::V6(v6) => Self { v6: true, length: 128, start: v6.to_bits() },
        }
    }

    /// The fewest ranges that hold all addresses from one to another; none where the second comes first.
    pub fn between(from: IpAddr, to: IpAddr) -> Vec<Self> {
        let (from, to) = (Self::of(from), Self::of(to));
        let mut ranges = Vec::new();
        if from.v6 != to.v6 {
            return ranges;
        }
        let mut next = from.start;
        while next <= to.start {
            let left = to.start - next;
            let aligned = next.trailing_zeros().min(from.bits());
            let fits = if left == u128::MAX { 128 } else { (left + 1).ilog2() };
            let free = aligned.min(fits);
            ranges.push(Self { v6: from.v6, length: (from.bits() - free) as u8, start: next });
            let Some(after) = 1_u128.checked_shl(free).and_then(|size| next.checked_add(size)) else { break };
            next = after;
        }
        ranges
    }

    /// How many bits its addresses have in common.
    pub const fn length(self) -> u8 {
        self.length
    }

    /// Whether its addresses are IPv6.
    pub const fn is_v6(self) -> bool {
        self.v6
    }

    const fn bits(self) -> u32 {
        if self.v6 { 128 } else { 32 }
    }

    /// The same with a shorter beginning; itself where it is not shorter.
    #[must_use]
    pub fn cut(self, length: u8) -> Self {
        let length = length.min(self.length);
        let free = self.bits() - u32::from(length);
        let start = self.start.checked_shr(free).and_then(|start| start.checked_shl(free)).unwrap_or(0);
        Self { length, start, ..self }
    }

    /// Whether every address of the other lies in it.
    pub fn holds(self, other: Self) -> bool {
        self.v6 == other.v6 && self.length <= other.length && other.cut(self.length) == self
    }

    /// Whether it is for use inside of organisations alone, and many may have it (RFC 1918, RFC 6598, RFC 4193).
    pub fn is_private(self) -> bool {
        const PRIVATE: [Cidr; 5] = [
            Cidr { v6: false, length: 8, start: 10 << 24 },
            Cidr { v6: false, length: 12, start: (172 << 24) | (16 << 16) },
            Cidr { v6: false, length: 16, start: (192 << 24) | (168 << 16) },
            Cidr { v6: false, length: 10, start: (100 << 24) | (64 << 16) },
            Cidr { v6: true, length: 7, start: 0xfc << 120 },
        ];
        PRIVATE.iter().any(|range| range.holds(self))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.v6 {
            write!(f, "{}/{}", Ipv6Addr::from_bits(self.start), self.length)
        } else {
            write!(f, "{}/{}", Ipv4Addr::from_bits(self.start as u32), self.length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_addresses() {
        let holds =
            |one: &str, other: &str| Cidr::parse(one).zip(Cidr::parse(other)).map(|(a, b)| a.holds(b));
        assert_eq!(holds("10.0.0.0/8", "10.1.2.3"), Some(true));
        assert_eq!(holds("10.9.9.9/8", "10.1.0.0/16"), Some(true));
        assert_eq!(holds("0.0.0.0/0", "192.0.2.1"), Some(true));
        assert_eq!(holds("::/0", "2001:db8::1"), Some(true));
        assert_eq!(holds("10.0.0.0/8", "::ffff:10.0.0.1"), Some(true), "the same address in the other form");
        for (one, other) in [("10.0.0.0/8", "11.0.0.1"), ("0.0.0.0/0", "::1"), ("10.1.0.0/16", "10.0.0.0/8")]
        {
            assert_eq!(holds(one, other), Some(false), "{one} {other}");
        }
        for text in ["", "10.0.0.0/33", "web", "10.0.0.0/x", "::/129"] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }

    #[test]
    fn private_ranges() {
        for (text, expected) in [
            ("10.0.0.0/8", true),
            ("172.16.3.0/24", true),
            ("192.168.3.0/24", true),
            ("100.64.0.0/10", true),
            ("100.128.0.1", false),
            ("fd00::/8", true),
            ("10.0.0.0/7", false),
            ("0.0.0.0/0", false),
            ("8.8.8.8", false),
            ("172.32.0.0/16", false),
        ] {
            assert_eq!(Cidr::parse(text).map(Cidr::is_private), Some(expected), "{text}");
        }
    }

    #[test]
    fn from_one_address_to_another() {
        let between = |from: &str, to: &str| -> Vec<String> {
            let (Ok(from), Ok(to)) = (from.parse(), to.parse()) else { return Vec::new() };
            Cidr::between(from, to).iter().map(ToString::to_string).collect()
        };
        assert_eq!(between("10.0.0.1", "10.0.0.4"), ["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/32"]);
        assert_eq!(between("0.0.0.0", "255.255.255.255"), ["0.0.0.0/0"]);
        assert_eq!(between("2001:db8::", "2001:db8::ffff"), ["2001:db8::/112"]);
        assert_eq!(between("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ["::/0"]);
        assert_eq!(between("10.0.0.2", "10.0.0.1"), Vec::<String>::new());
        assert_eq!(between("10.0.0.2", "::1"), Vec::<String>::new());
    }
}
