//! The hospital's assets, each made from its number alone, and what an inventory says of them.

use super::hospital::{DOMAIN, NAMED, Named, Role, SERVICES, SHARES};
use super::random::Random;
use crate::StoreError;
use bartizan_model::observation::{AssetSeen, ComponentSeen, RelationSeen, ServiceSeen};
use bartizan_model::{AssetRef, Identifier, IdentifierKind, Observation, Reach};

const ROLE: u64 = 1;
const DETAIL: u64 = 2;
const INVENTORY: u64 = 3;

/// An asset.
pub(super) struct Asset {
    /// Its number.
    pub(super) index: usize,
    /// What it is for.
    pub(super) role: Role,
    /// The number of its service.
    pub(super) service: usize,
    /// How sources name it.
    pub(super) reference: AssetRef,
    /// From where it can be reached.
    pub(super) reach: Reach,
    /// Its part in the story, if it has one.
    pub(super) named: Option<&'static Named>,
}

/// What the asset with this number is for.
pub(super) fn role(seed: u64, index: usize) -> Role {
    if let Some(named) = NAMED.get(index) {
        return named.role;
    }
    let mut place = Random::of(seed, ROLE, index).below(1000);
    for (role, share) in SHARES {
        if place < *share {
            return *role;
        }
        place -= share;
    }
    Role::Workstation
}

/// The asset with this number; `None` cannot happen, but a reference needs an identifier.
pub(super) fn asset(seed: u64, index: usize) -> Option<Asset> {
    let role = role(seed, index);
    let mut random = Random::of(seed, DETAIL, index);
    let named = NAMED.get(index);
    let service = named.map_or_else(|| service(role, &mut random), |named| named.service);
    let prefixes = role.prefixes();
    let name = match named {
        Some(named) => named.name.to_owned(),
        None => format!("{}-{}-{index:05}", prefixes[random.skewed(prefixes.len())], SERVICES[service].slug),
    };
    let reach = named.map_or_else(|| reach(role, &mut random), |named| named.reach);
    let identifiers = identifiers(role, &name, index, reach);
    let reference = AssetRef::new(role.kind(), &name, identifiers.into_iter().flatten())?;
    Some(Asset { index, role, service, reference, reach, named })
}

fn service(role: Role, random: &mut Random) -> usize {
    let among: &[usize] = match role {
        Role::Medical => &[6, 6, 6, 6, 2, 3, 1],
        Role::Cloud | Role::Image | Role::Repository | Role::Web => &[4, 4, 4, 5, 0, 3],
        Role::Gateway | Role::Hypervisor => &[7],
        Role::Workstation => &[6, 6, 6, 5, 5, 0, 1, 2, 3, 7],
        _ => &[0, 1, 2, 3, 4, 5, 5, 7],
    };
    random.pick(among)
}

fn reach(role: Role, random: &mut Random) -> Reach {
    let place = random.below(100);
    let (internet, unknown) = match role {
        Role::Web => (45, 5),
        Role::Cloud => (25, 15),
        Role::Gateway => (15, 0),
        Role::Store => (6, 20),
        Role::LinuxServer | Role::WindowsServer => (3, 5),
        Role::Repository | Role::Image | Role::Supplier => (0, 100),
        Role::Medical | Role::Gadget => (0, 30),
        Role::Workstation | Role::Hypervisor | Role::Identity => (0, 8),
    };
    match place {
        place if place < internet => Reach::Internet,
        place if place < internet + unknown => Reach::Unknown,
        _ => Reach::Internal,
    }
}

/// Names under `.example` and addresses of the documentation ranges only. Private addresses (10.0.0.0/8 and the like)
/// would be taken for those of real machines: an import would then put real findings on made-up assets.
fn identifiers(role: Role, name: &str, index: usize, reach: Reach) -> [Option<Identifier>; 3] {
    let is = |kind, value: &str| Identifier::new(kind, value);
    let fqdn = format!("{name}.{DOMAIN}");
    match role {
        Role::Web => {
            [is(IdentifierKind::Origin, &format!("https://{fqdn}")), is(IdentifierKind::Fqdn, &fqdn), None]
        }
        Role::Cloud => {
            let id = format!("/demo/{DOMAIN}/resources/{name}");
            [is(IdentifierKind::CloudId, &id), is(IdentifierKind::Fqdn, &fqdn), None]
        }
        Role::Store | Role::Identity | Role::Supplier => [is(IdentifierKind::Fqdn, &fqdn), None, None],
        Role::Repository => {
            [is(IdentifierKind::RepositoryUrl, &format!("https://git.{DOMAIN}/{name}")), None, None]
        }
        Role::Image => [is(IdentifierKind::Image, &format!("registry.{DOMAIN}/{name}")), None, None],
        Role::Medical | Role::Gadget => {
            let serial = format!("demo-{index:07}");
            [is(IdentifierKind::Serial, &serial), is(IdentifierKind::Fqdn, &fqdn), address(index, reach)]
        }
        _ => [is(IdentifierKind::Fqdn, &fqdn), address(index, reach), None],
    }
}

/// Servers of the story have an IPv4 address of RFC 5737, all others an IPv6 address of RFC 3849.
fn address(index: usize, reach: Reach) -> Option<Identifier> {
    let last = index % 250 + 1;
    let text = match (index / 250, reach) {
        (0, Reach::Internet) => format!("203.0.113.{last}"),
        (0, _) => format!("192.0.2.{last}"),
        (1, _) => format!("198.51.100.{last}"),
        (_, Reach::Internet) => format!("2001:db8:ffff::{:x}:{:x}", index >> 16, index & 0xffff),
        _ => format!("2001:db8:{:x}:{:x}::{:x}", 1 + (index >> 16), (index >> 8) & 0xff, 1 + (index & 0xff)),
    };
    Identifier::new(IdentifierKind::Ip, &text)
}

fn os(role: Role, random: &mut Random) -> Option<&'static str> {
    let among: &[&str] = match role {
        Role::Workstation => &["Windows 11", "Windows 11", "Windows 10", "Windows 10", "macOS 14"],
        Role::WindowsServer => {
            &["Windows Server 2022", "Windows Server 2019", "Windows Server 2016", "Windows Server 2012 R2"]
        }
        Role::LinuxServer => {
            &["Debian GNU/Linux 12", "Debian GNU/Linux 11", "Ubuntu 22.04", "Red Hat Enterprise Linux 8"]
        }
        Role::Hypervisor => &["VMware ESXi 7.0", "VMware ESXi 8.0"],
        Role::Medical => &["VxWorks 6.9", "Windows 7 Embedded", "embedded Linux 4.9"],
        _ => return None,
    };
    Some(random.pick(among))
}

fn ports(role: Role) -> &'static [(u16, &'static str, &'static str)] {
    match role {
        Role::WindowsServer => {
            &[(445, "microsoft-ds", ""), (3389, "ms-wbt-server", ""), (443, "https", "IIS")]
        }
        Role::LinuxServer => {
            &[(22, "ssh", "OpenSSH"), (443, "https", "nginx"), (5432, "postgresql", "PostgreSQL")]
        }
        Role::Hypervisor => &[(443, "https", "ESXi"), (902, "vmware-auth", "")],
        Role::Gateway => &[(443, "https", ""), (22, "ssh", "")],
        Role::Medical => &[(2575, "hl7", ""), (104, "dicom", ""), (80, "http", "")],
        Role::Gadget => &[(80, "http", ""), (9100, "jetdirect", "")],
        _ => &[],
    }
}

const COMPONENTS: [(&str, &str); 8] = [
    ("pkg:deb/debian/openssl@3.0.11-1", "openssl"),
    ("pkg:deb/debian/libc6@2.36-9", "libc6"),
    ("pkg:deb/debian/curl@7.88.1-10", "curl"),
    ("pkg:npm/lodash@4.17.15", "lodash"),
    ("pkg:npm/express@4.18.2", "express"),
    ("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "log4j-core"),
    ("pkg:maven/org.springframework/spring-core@5.3.16", "spring-core"),
    ("pkg:pypi/pyyaml@5.3.1", "pyyaml"),
];

/// What an inventory says of an asset.
pub(super) fn inventory(
    seed: u64,
    assets: usize,
    asset: &Asset,
    mut each: impl FnMut(Observation) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut random = Random::of(seed, INVENTORY, asset.index);
    let reference = || asset.reference.clone();
    each(Observation::Asset(AssetSeen {
        os: os(asset.role, &mut random).map(str::to_owned),
        reach: (asset.reach != Reach::Unknown).then_some(asset.reach),
        ..AssetSeen::new(reference())
    }))?;
    for (port, name, product) in ports(asset.role).iter().take(1 + random.below(3)) {
        each(Observation::Service(ServiceSeen {
            asset: reference(),
            protocol: "tcp".into(),
            port: *port,
            name: (*name).into(),
            product: (*product).into(),
            version: String::new(),
            cpe: String::new(),
            addresses: Vec::new(),
            vantage: String::new(),
        }))?;
    }
    if matches!(asset.role, Role::LinuxServer | Role::Image | Role::Repository) {
        for _ in 0..3 {
            let (purl, name) = random.pick(&COMPONENTS);
            let version = purl.rsplit('@').next().unwrap_or_default().to_owned();
            each(Observation::Component(ComponentSeen {
                asset: reference(),
                purl: purl.into(),
                name: name.into(),
                version,
                locations: Vec::new(),
                vantage: String::new(),
            }))?;
        }
    }
    let named_ties = asset.named.map_or(&[] as &[_], |named| named.ties);
    let tie = match asset.role {
        _ if asset.named.is_some() => None,
        Role::Workstation | Role::WindowsServer => Some(("member_of", "dc-it-01")),
        Role::LinuxServer => Some(("runs_on", "vhost-it-01")),
        Role::Identity if random.percent(5) => Some(("admin_to", "app-records-01")),
        Role::Web => Some(("depends_on", "api-portal")),
        Role::Medical if asset.service == 6 => Some(("depends_on", "pumpserver-pharmacy-01")),
        _ => None,
    };
    for (relation, to) in named_ties.iter().copied().chain(tie) {
        let other = NAMED.iter().position(|named| named.name == to).filter(|other| *other < assets);
        let Some(other) = other else { continue };
        let Some(other) = self::asset(seed, other) else { continue };
        each(Observation::Relation(RelationSeen::new(reference(), relation, other.reference)))?;
    }
    Ok(())
}
