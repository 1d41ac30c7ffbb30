//! Identifiers that name nobody: what makers, distributions and tools write where there is no name, and addresses that every
//! machine has. They tell no asset from another.

use crate::asset::IdentifierKind;
use std::net::IpAddr;

/// What is written where nothing is known.
const NOTHING: &[&str] = &["-", "(none)", "n/a", "na", "nil", "none", "null", "undefined", "unknown"];

/// Names that machines have before anybody gives them one.
const DEFAULT_NAMES: &[&str] = &[
    "localhost",
    "localhost.localdomain",
    "localhost4",
    "localhost4.localdomain4",
    "localhost6",
    "localhost6.localdomain6",
    "ip6-localhost",
    "ip6-loopback",
    "computer",
    "debian",
    "desktop",
    "host",
    "hostname",
    "kali",
    "laptop",
    "raspberrypi",
    "server",
    "ubuntu",
    "workstation",
];

/// Serial numbers that makers of boards leave in the firmware (SMBIOS, "System Information").
const DEFAULT_SERIALS: &[&str] = &[
    "0123456789",
    "123456789",
    "chassis serial number",
    "default string",
    "invalid",
    "not applicable",
    "not available",
    "not specified",
    "oem",
    "serial number",
    "system serial number",
    "to be filled by o.e.m.",
    "to be filled by oem",
];

/// Ids that many machines share: a machine id that was never made (machine-id(5)), and a UUID that firmware comes with.
const DEFAULT_IDS: &[&str] = &["uninitialized", "03000200-0400-0500-0006-000700080009"];

/// Bridges that Docker and libvirt set up on every machine.
const BRIDGES: &[[u8; 4]] = &[[172, 17, 0, 1], [192, 168, 122, 1]];

/// Hardware addresses by how they begin: of no card, of containers (Docker), of virtual routers (RFC 9568, HSRP), and of the networks
/// that VMware and VirtualBox set up on every machine.
const SHARED_MACS: &[&str] = &[
    "00:00:00:00:00:00",
    "ff:ff:ff:ff:ff:ff",
    "02:42:",
    "00:00:5e:00:01:",
    "00:00:5e:00:02:",
    "00:00:0c:07:ac:",
    "00:50:56:c0:00:01",
    "00:50:56:c0:00:08",
    "0a:00:27:00:00:",
];

/// Whether a value, in normal form, tells nothing of which asset it is.
pub(crate) fn is_one(kind: IdentifierKind, value: &str) -> bool {
    let value = value.to_lowercase();
    // An agent's id stands after its product.
    let bare = value.rsplit(':').next().unwrap_or_default();
    let same = |text: &str| {
        let mut digits = text.chars().filter(|c| c.is_ascii_alphanumeric());
        let first = digits.next();
        text.len() > 3 && matches!(first, Some('0' | 'f' | 'x')) && digits.all(|c| Some(c) == first)
    };
    match kind {
        IdentifierKind::Ip => value.parse().is_ok_and(everybody_has),
        IdentifierKind::Mac => SHARED_MACS.iter().any(|begin| value.starts_with(begin)),
        IdentifierKind::Fqdn | IdentifierKind::Name => {
            NOTHING.contains(&value.as_str()) || DEFAULT_NAMES.contains(&value.as_str())
        }
        IdentifierKind::Serial => {
            NOTHING.contains(&value.as_str()) || DEFAULT_SERIALS.contains(&value.as_str()) || same(&value)
        }
        IdentifierKind::AgentId => NOTHING.contains(&bare) || DEFAULT_IDS.contains(&bare) || same(bare),
        _ => NOTHING.contains(&value.as_str()),
    }
}

fn everybody_has(address: IpAddr) -> bool {
    let special = address.is_loopback() || address.is_unspecified() || address.is_multicast();
    special
        || match address {
            IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast() || BRIDGES.contains(&v4.octets()),
            IpAddr::V6(v6) => v6.is_unicast_link_local(),
        }
}

#[cfg(test)]
mod tests {
    use crate::asset::{Identifier, IdentifierKind};

    #[test]
    fn what_everybody_has_names_nobody() {
        for (kind, value, expected) in [
            (IdentifierKind::Ip, "127.0.0.1", true),
            (IdentifierKind::Ip, "::1", true),
            (IdentifierKind::Ip, "169.254.7.1", true),
            (IdentifierKind::Ip, "fe80::1", true),
            (IdentifierKind::Ip, "172.17.0.1", true),
            (IdentifierKind::Ip, "172.17.0.2", false),
            (IdentifierKind::Ip, "10.0.0.1", false),
            (IdentifierKind::Mac, "00-00-00-00-00-00", true),
            (IdentifierKind::Mac, "02:42:AC:11:00:02", true),
            (IdentifierKind::Mac, "00:50:56:c0:00:08", true),
            (IdentifierKind::Mac, "00:50:56:c1:00:08", false),
            (IdentifierKind::Name, "LOCALHOST", true),
            (IdentifierKind::Fqdn, "localhost.localdomain.", true),
            (IdentifierKind::Fqdn, "localhost.clinic.example", false),
            (IdentifierKind::Name, "DESKTOP", true),
            (IdentifierKind::Name, "DESKTOP-4F7A", false),
            (IdentifierKind::Serial, "To Be Filled By O.E.M.", true),
            (IdentifierKind::Serial, "00000000", true),
            (IdentifierKind::Serial, "000", false),
            (IdentifierKind::Serial, "F00", false),
            (IdentifierKind::Serial, "XXXXXXX", true),
            (IdentifierKind::Serial, "5CG9012XYZ", false),
            (IdentifierKind::AgentId, "00000000-0000-0000-0000-000000000000", true),
            (IdentifierKind::AgentId, "defender:none", true),
            (IdentifierKind::AgentId, "uninitialized", true),
            (IdentifierKind::AgentId, "defender:0000aa", false),
            (IdentifierKind::CloudId, "N/A", true),
            (IdentifierKind::CloudId, "arn:aws:s3:::none", false),
            (IdentifierKind::CloudId, "i-0abc", false),
            (IdentifierKind::Image, "none", true),
            (IdentifierKind::Image, "app:latest", false),
        ] {
            let identifier = Identifier::new(kind, value).expect("an identifier");
            assert_eq!(identifier.is_placeholder(), expected, "{identifier}");
        }
    }
}
