//! Networks that firewall rules speak of, and the ways that they leave open.

use super::text;
use bartizan_model::observation::{AssetSeen, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Reach, Subnet};

/// The most single ports that a range is told as.
const SINGLE: u32 = 16;

/// Whether this is every address.
pub(crate) fn is_everything(cidr: &str) -> bool {
    cidr.trim().ends_with("/0") || matches!(cidr.trim(), "any" | "*")
}

/// A network by its addresses, private ones perhaps with the name of the network that they are given out in
/// (`10.0.0.0/24%branch-berlin`); every address is the internet. `None` where it is no network.
pub(crate) fn network(cidr: &str) -> Option<AssetRef> {
    let cidr = text::name(cidr);
    let name = if is_everything(&cidr) { "internet".to_owned() } else { Subnet::parse(&cidr)?.to_string() };
    AssetRef::new(AssetKind::Network, &name, Identifier::new(IdentifierKind::Name, &name))
}

/// A network as it is seen: of the internet we know from where it is reached.
pub(crate) fn seen(network: &AssetRef) -> AssetSeen {
    let reach = (network.name == "internet").then_some(Reach::Internet);
    AssetSeen { reach, ..AssetSeen::new(network.clone()) }
}

/// How a protocol and a range of ports are told: one by one where they are few, `tcp/8000-9000` where they are many, and
/// empty for everything.
pub(crate) fn ways(protocol: &str, from: u32, to: u32) -> Vec<String> {
    let protocol = match protocol.to_ascii_lowercase().as_str() {
        "-1" | "all" | "" => return vec![String::new()],
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        other => other.to_owned(),
    };
    if !matches!(protocol.as_str(), "tcp" | "udp") {
        return Vec::new();
    }
    match to.saturating_sub(from) {
        _ if to < from || to > 65_535 => Vec::new(),
        few if few < SINGLE => (from..=to).map(|port| format!("{protocol}/{port}")).collect(),
        _ => vec![format!("{protocol}/{from}-{to}")],
    }
}

/// Somebody can talk to somebody by a way; the record of the one that is talked to tells it.
pub(crate) fn reaches(from: &AssetRef, to: &AssetRef, via: &str) -> RelationSeen {
    RelationSeen {
        via: via.to_owned(),
        told_by: bartizan_model::observation::End::To,
        ..RelationSeen::new(from.clone(), "reaches", to.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_one_name() {
        let name = |cidr| network(cidr).map(|network| network.name);
        assert_eq!(name("0.0.0.0/0").as_deref(), Some("internet"));
        assert_eq!(name("::/0").as_deref(), Some("internet"));
        assert_eq!(name("10.1.2.3/8").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(name("10.1.2.3").as_deref(), Some("10.1.2.3/32"));
        assert_eq!(name("2001:db8::1/32").as_deref(), Some("2001:db8::/32"));
        assert_eq!(name("10.1.2.3/16%Branch-Berlin").as_deref(), Some("10.1.0.0/16%branch-berlin"));
        assert_eq!((name("10.0.0.0/33"), name("pl-123"), name("")), (None, None, None));
        assert_eq!(name("203.0.113.0/24%branch-berlin"), None, "it is the same in every network");
    }

    #[test]
    fn ports_are_told_one_by_one_where_they_are_few() {
        assert_eq!(ways("tcp", 443, 443), ["tcp/443"]);
        assert_eq!(ways("6", 80, 81), ["tcp/80", "tcp/81"]);
        assert_eq!(ways("udp", 1, 65_535), ["udp/1-65535"]);
        assert_eq!(ways("-1", 0, 0), [""]);
        assert_eq!(ways("icmp", 0, 0), Vec::<String>::new());
        assert_eq!(ways("tcp", 5, 4), Vec::<String>::new());
    }
}
