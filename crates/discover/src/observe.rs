//! Turns the facts about a host into observations, with a coverage that says what is unknown.

use crate::{accounts, containers, purl};
use bartizan_model::Reach;
use bartizan_model::coverage::{Coverage, Gap};
use bartizan_model::host::{Fact, HostFacts, Socket};
use bartizan_model::observation::{AssetSeen, ComponentSeen, Observation, ServiceSeen};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The asset, its listening services, its software, its accounts and the snapshot itself; and every unknown fact as a gap.
///
/// Covered are the facts of accounts and containers alone: a collection judges nothing. What ran over the snapshot says what it covered.
pub fn observations(facts: &HostFacts) -> (Vec<Observation>, Coverage) {
    let mut out = vec![Observation::Asset(AssetSeen {
        os: facts
            .os
            .get()
            .ok()
            .map(|os| if os.pretty_name.is_empty() { os.id.clone() } else { os.pretty_name.clone() }),
        // What was not seen takes nothing away from what another source saw.
        reach: Some(reach(facts)).filter(|reach| *reach != Reach::Unknown),
        seen_at: Some(facts.collected_at),
        attributes: device(facts),
        ..AssetSeen::new(facts.asset.clone())
    })];
    out.extend(services(facts).into_iter().map(Observation::Service));
    let os = facts.os.get().ok();
    for package in facts.packages.get().ok().into_iter().flatten() {
        let Some(purl) = purl(package, os) else { continue };
        out.push(Observation::Component(ComponentSeen {
            asset: facts.asset.clone(),
            purl: purl.to_string(),
            name: package.name.clone(),
            version: package.version.clone(),
            locations: Vec::new(),
            vantage: String::new(),
        }));
    }
    let (accounts, mut coverage) = accounts::accounts(facts);
    out.extend(accounts);
    let (containers, covered) = containers::containers(facts, reach(facts));
    out.extend(containers);
    coverage.covered.extend(covered);
    out.push(Observation::Host(Box::new(facts.clone())));
    coverage.gaps.extend(gaps(facts));
    (out, coverage)
}

/// What a thief of the machine has in hands, as far as it is known.
fn device(facts: &HostFacts) -> BTreeMap<String, String> {
    let known = |name: &str| Some((name.to_owned(), facts.hardening.get(name)?.get().ok()?.clone()));
    ["chassis", "disk-encrypted"].into_iter().filter_map(known).collect()
}

/// From where the host can be reached, by what listens on which address. A filter on the way is not taken into
/// account: that something cannot pass is for a check from outside to prove.
fn reach(facts: &HostFacts) -> Reach {
    let Fact::Known(sockets) = &facts.sockets else { return Reach::Unknown };
    let exposed: Vec<_> = sockets.iter().filter(|socket| socket.is_exposed()).collect();
    if exposed.is_empty() {
        return Reach::Local;
    }
    // A socket on one address is reached by that address; one on all of them by any.
    let own =
        |socket: &Socket| socket.address.parse::<IpAddr>().ok().filter(|address| !address.is_unspecified());
    if exposed.iter().filter_map(|socket| own(socket)).any(is_global) {
        return Reach::Internet;
    }
    if exposed.iter().all(|socket| own(socket).is_some()) {
        return Reach::Internal;
    }
    match &facts.addresses {
        Fact::Unknown(_) => Reach::Unknown,
        Fact::Known(addresses) if addresses.iter().filter_map(|a| a.parse().ok()).any(is_global) => {
            Reach::Internet
        }
        Fact::Known(_) => Reach::Internal,
    }
}

/// Whether packets to an address are routed on the internet (the special registries of RFC 6890).
fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (b == 18 || b == 19))
                || (a == 192 && b == 0 && c == 0))
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_global(IpAddr::V4(v4)),
            // Global unicast is 2000::/3; 2001:db8::/32 is for documentation.
            None => {
                v6.segments()[0] & 0xe000 == 0x2000
                    && !(v6.segments()[0] == 0x2001 && v6.segments()[1] == 0xdb8)
            }
        },
    }
}

/// One service a protocol and port, with all addresses it listens on.
fn services(facts: &HostFacts) -> Vec<ServiceSeen> {
    let mut ports: BTreeMap<(&str, u16), Vec<&Socket>> = BTreeMap::new();
    for socket in facts.sockets.get().ok().into_iter().flatten() {
        ports.entry((&socket.protocol, socket.port)).or_default().push(socket);
    }
    let version = |name: &str| {
        let packages = facts.packages.get().ok()?;
        Some(packages.iter().find(|package| package.name == name)?.version.clone())
    };
    ports
        .into_iter()
        .map(|((protocol, port), sockets)| {
            let package = sockets.iter().find_map(|socket| socket.package.clone());
            let process = sockets.iter().find_map(|socket| socket.process.clone());
            let addresses: BTreeSet<_> = sockets.iter().map(|socket| socket.address.clone()).collect();
            ServiceSeen {
                asset: facts.asset.clone(),
                protocol: protocol.to_owned(),
                port,
                name: well_known(protocol, port).to_owned(),
                version: package.as_deref().and_then(version).unwrap_or_default(),
                product: package.or(process).unwrap_or_default(),
                cpe: String::new(),
                addresses: addresses.into_iter().collect(),
                vantage: String::new(),
            }
        })
        .collect()
}

/// The registered name of a port where the house has a use for it.
fn well_known(protocol: &str, port: u16) -> &'static str {
    match (protocol, port) {
        ("tcp", 21) => "ftp",
        ("tcp", 22) => "ssh",
        ("tcp", 23) => "telnet",
        ("tcp", 25) => "smtp",
        (_, 53) => "domain",
        ("udp", 67 | 68) => "dhcp",
        ("tcp", 80) => "http",
        (_, 111) => "rpcbind",
        ("udp", 123) => "ntp",
        ("tcp", 143) => "imap",
        ("udp", 161) => "snmp",
        ("tcp", 389) => "ldap",
        ("tcp", 443) => "https",
        ("tcp", 445) => "smb",
        ("tcp", 631) => "ipp",
        ("tcp", 636) => "ldaps",
        ("tcp", 993) => "imaps",
        ("tcp", 2049) => "nfs",
        ("tcp", 3306) => "mysql",
        ("tcp", 3389) => "rdp",
        ("tcp", 5432) => "postgresql",
        ("udp", 5353) => "mdns",
        ("tcp", 5900) => "vnc",
        ("tcp", 6379) => "redis",
        ("tcp", 9200) => "elasticsearch",
        ("tcp", 27017) => "mongodb",
        _ => "",
    }
}

/// Every fact that is unknown, with its reason.
fn gaps(facts: &HostFacts) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut look = |name: &str, reason: Option<&String>| {
        gaps.extend(reason.map(|why| Gap::new(format!("host/{name}"), why.as_str())));
    };
    macro_rules! each {
        ($($field:ident),*) => { $(look(stringify!($field), reason(&facts.$field));)* };
    }
    each!(
        os,
        kernel,
        packages,
        updates,
        sockets,
        addresses,
        users,
        groups,
        passwords,
        login_defs,
        pam,
        sudo,
        authorized_keys,
        private_keys,
        saved_tokens,
        known_hosts,
        sshd,
        sysctl,
        mounts,
        suid,
        world_writable,
        homes,
        units,
        cron,
        firewall,
        containers,
        tls,
        modules,
        reboot_required
    );
    for (path, file) in &facts.files {
        look(&format!("files{path}"), reason(file));
    }
    for (name, fact) in &facts.hardening {
        look(&format!("hardening/{name}"), reason(fact));
    }
    gaps
}

fn reason<T>(fact: &Fact<T>) -> Option<&String> {
    match fact {
        Fact::Known(_) => None,
        Fact::Unknown(why) => Some(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bartizan_model::host::Package;
    use bartizan_model::{AssetRef, Timestamp};

    fn socket(address: &str, port: u16) -> Socket {
        Socket {
            protocol: "tcp".into(),
            address: address.into(),
            port,
            process: Some("sshd".into()),
            executable: None,
            package: Some("openssh-server".into()),
            user: None,
        }
    }

    fn host(sockets: Fact<Vec<Socket>>, addresses: &[&str]) -> HostFacts {
        let addresses = Fact::Known(addresses.iter().map(|a| (*a).to_owned()).collect());
        let unknown = HostFacts::unknown(AssetRef::host("web").unwrap(), Timestamp::from_seconds(1));
        HostFacts { sockets, addresses, ..unknown }
    }

    #[test]
    fn reach_follows_from_sockets_and_addresses() {
        let one = |address| Fact::Known(vec![socket(address, 22)]);
        for (sockets, addresses, expected) in [
            (Fact::default(), &["8.8.8.8"][..], Reach::Unknown),
            (Fact::Known(vec![]), &["8.8.8.8"], Reach::Local),
            (one("127.0.0.1"), &["8.8.8.8"], Reach::Local),
            (one("0.0.0.0"), &["10.0.0.1", "fe80::1", "fd00::1"], Reach::Internal),
            (one("::"), &["10.0.0.1", "2a00:1450::1"], Reach::Internet),
            (one("10.0.0.1"), &["10.0.0.1", "8.8.8.8"], Reach::Internal),
            (one("8.8.8.8"), &["10.0.0.1", "8.8.8.8"], Reach::Internet),
            (one("0.0.0.0"), &["100.64.1.1", "192.0.2.1", "169.254.0.1"], Reach::Internal),
        ] {
            assert_eq!(reach(&host(sockets.clone(), addresses)), expected, "{sockets:?} {addresses:?}");
        }
        let facts = HostFacts { addresses: Fact::default(), ..host(one("0.0.0.0"), &[]) };
        assert_eq!(reach(&facts), Reach::Unknown);
    }

    #[test]
    fn one_service_a_port_and_one_gap_an_unknown() {
        let mut facts =
            host(Fact::Known(vec![socket("0.0.0.0", 22), socket("::", 22), socket("127.0.0.1", 5432)]), &[]);
        let package = |name: &str| Package {
            manager: "deb".into(),
            name: name.into(),
            version: "1:9.2".into(),
            arch: String::new(),
            source: name.into(),
            source_version: "1:9.2".into(),
            module: String::new(),
        };
        facts.packages = Fact::Known(vec![package("openssh-server")]);
        facts.files.insert("/etc/shadow".into(), Fact::Unknown("denied".into()));
        let (all, coverage) = observations(&facts);
        let services: Vec<_> = all
            .iter()
            .filter_map(|o| match o {
                Observation::Service(s) => {
                    Some(format!("{} {} {} {} {:?}", s.port, s.name, s.product, s.version, s.addresses))
                }
                _ => None,
            })
            .collect();
        assert_eq!(
            services,
            [
                "22 ssh openssh-server 1:9.2 [\"0.0.0.0\", \"::\"]",
                "5432 postgresql openssh-server 1:9.2 [\"127.0.0.1\"]"
            ]
        );
        assert!(all.iter().any(
            |o| matches!(o, Observation::Component(c) if c.purl == "pkg:deb/debian/openssh-server@1:9.2")
        ));
        assert!(matches!(all.last(), Some(Observation::Host(snapshot)) if **snapshot == facts));
        assert!(coverage.covered.is_empty());
        // 29 groups, three of them known; one file.
        assert_eq!(coverage.gaps.len(), 27);
        assert!(coverage.gaps.contains(&Gap::new("host/files/etc/shadow", "denied")));
    }
}
