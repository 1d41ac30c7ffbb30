//! Things that are owned, and the identifiers by which two sources can mean the same one.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A closed list of words that is stored, queried and shown by the same lower-case name.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),* }

        impl $name {
            /// All values in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word used in the store, the API, the query language and the UI.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|v| v.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|v| v.as_str()).collect();
                    format!("`{text}` is none of {}", known.join(", "))
                })
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What an asset is.
    AssetKind {
        /// A machine: server, workstation, laptop.
        Host = "host",
        /// A network service that is tracked by itself.
        Service = "service",
        /// A web application or API.
        WebApplication = "web-application",
        /// A DNS domain.
        Domain = "domain",
        /// A container image.
        ContainerImage = "container-image",
        /// A resource in a cloud account.
        CloudResource = "cloud-resource",
        /// A source code repository.
        Repository = "repository",
        /// A database, bucket or share.
        DataStore = "data-store",
        /// A person's or machine's account.
        Identity = "identity",
        /// A device that is no general-purpose computer: printer, infusion pump, camera.
        Device = "device",
        /// A supplier or partner.
        ThirdParty = "third-party",
        /// An application or product known from its bill of materials.
        Application = "application",
        /// A network zone: a subnet, a VLAN, a VPC.
        Network = "network",
        /// What a directory or cloud keeps order with: a domain, an organisational unit, a policy object, a certificate template.
        DirectoryObject = "directory-object",
    }
}

words! {
    /// The kinds of identifiers. Strong ones name one asset for its whole life; weak ones are lent for a time.
    IdentifierKind {
        /// Cloud resource id (ARN, Azure resource id, GCP self link).
        CloudId = "cloud-id",
        /// Security identifier or object GUID in a directory (`S-1-5-21-...`).
        DirectoryId = "directory-id",
        /// The id an agent gave the machine, or `/etc/machine-id`.
        AgentId = "agent-id",
        /// Hardware serial number.
        Serial = "serial",
        /// Fingerprint of an SSH key: of a host one of its own, of an identity the key that it is.
        HostKey = "host-key",
        /// Fingerprint of a certificate bound to the asset.
        Certificate = "certificate",
        /// URL of a repository.
        RepositoryUrl = "repository-url",
        /// Digest or fully qualified name of an image.
        Image = "image",
        /// Origin of a web application: scheme, host and port.
        Origin = "origin",
        /// Package URL of an application.
        Purl = "purl",
        /// Fully qualified DNS name.
        Fqdn = "fqdn",
        /// Short host name or display name.
        Name = "name",
        /// IPv4 or IPv6 address.
        Ip = "ip",
        /// Hardware address.
        Mac = "mac",
    }
}

impl IdentifierKind {
    /// Whether an equal value alone proves that two records mean one asset.
    pub const fn is_strong(self) -> bool {
        !matches!(self, Self::Fqdn | Self::Name | Self::Ip | Self::Mac)
    }
}

/// One typed identifier in normal form: equal identifiers are equal text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// What kind of identifier it is.
    pub kind: IdentifierKind,
    /// Its normalized value.
    pub value: String,
}

impl Identifier {
    /// Normalizes a value (trimmed; names and hex in lower case; a final dot of a DNS name dropped; an IP address in
    /// its canonical form, with its [network](crate::network) where it has one). `None` when nothing is left, or where an `Ip` is no address.
    pub fn new(kind: IdentifierKind, value: &str) -> Option<Self> {
        let value = value.trim();
        let value = match kind {
            IdentifierKind::Ip => crate::network::address(value)?,
            IdentifierKind::Fqdn | IdentifierKind::Name => value.trim_end_matches('.').to_lowercase(),
            IdentifierKind::Mac => value.replace('-', ":").to_lowercase(),
            IdentifierKind::Origin => value.trim_end_matches('/').to_lowercase(),
            IdentifierKind::RepositoryUrl => value.trim_end_matches('/').trim_end_matches(".git").to_owned(),
            _ => value.to_owned(),
        };
        (!value.is_empty()).then_some(Self { kind, value })
    }

    /// Whether it is what many assets have, and so tells none of them from another: `localhost`, 127.0.0.1, a serial number that nobody
    /// filled in.
    pub fn is_placeholder(&self) -> bool {
        crate::placeholder::is_one(self.kind, &self.value)
    }

    /// A host given as text: an address is an `Ip`, a name with a dot an `Fqdn`, anything else a `Name`.
    pub fn host(text: &str) -> Option<Self> {
        Self::new(IdentifierKind::Ip, text).or_else(|| {
            let dotted = text.trim().trim_end_matches('.').contains('.');
            Self::new(if dotted { IdentifierKind::Fqdn } else { IdentifierKind::Name }, text)
        })
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.value)
    }
}

/// How a source names an asset: a kind, a name to show, and the identifiers it knows. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AssetRef {
    /// What it is.
    pub kind: AssetKind,
    /// A name for people.
    pub name: String,
    /// At least one identifier, strong ones first, each once.
    pub identifiers: Vec<Identifier>,
}

impl AssetRef {
    /// Builds a reference; `None` without any identifier, since nothing could ever find such an asset again.
    pub fn new(
        kind: AssetKind,
        name: &str,
        identifiers: impl IntoIterator<Item = Identifier>,
    ) -> Option<Self> {
        let mut identifiers: Vec<_> = identifiers.into_iter().collect();
        identifiers.sort();
        identifiers.dedup();
        let first = identifiers.first()?;
        let name = if name.trim().is_empty() { first.value.clone() } else { name.trim().to_owned() };
        Some(Self { kind, name, identifiers })
    }

    /// A container image by its name. Its identifier is the full name (`python:3` is `docker.io/library/python:3`), and
    /// never the digest beside it: two tags of one digest part ways with the next build. `None` for empty text.
    pub fn image(name: &str) -> Option<Self> {
        let name = name.trim();
        if name.is_empty() {
            return None;
        }
        let identifier = Identifier::new(IdentifierKind::Image, &full_image_name(name));
        Self::new(AssetKind::ContainerImage, name, identifier)
    }

    /// A host known by one address or name; `None` for empty text.
    pub fn host(text: &str) -> Option<Self> {
        Self::new(AssetKind::Host, text, Identifier::host(text))
    }
}

fn full_image_name(name: &str) -> String {
    if name.starts_with("sha256:") {
        return name.to_owned();
    }
    let (first, rest) = name.split_once('/').unwrap_or(("", name));
    let registry = first.contains(['.', ':']) || first == "localhost";
    let full = match (registry, first) {
        (true, "index.docker.io" | "registry-1.docker.io") => format!("docker.io/{rest}"),
        (true, _) => name.to_owned(),
        (false, "") => format!("docker.io/library/{name}"),
        (false, _) => format!("docker.io/{name}"),
    };
    let last = full.rsplit('/').next().unwrap_or_default();
    if last.contains([':', '@']) { full } else { format!("{full}:latest") }
}

words! {
    /// From where an attacker can reach an asset: observed or declared, else unknown.
    Reach {
        /// From anywhere on the internet.
        Internet = "internet",
        /// From inside the organisation's networks.
        Internal = "internal",
        /// Only from the machine itself.
        Local = "local",
        /// Nobody observed or declared it.
        Unknown = "unknown",
    }
}

words! {
    /// What the business says it would lose with an asset.
    Criticality {
        /// A nuisance.
        Low = "low",
        /// Work stops for some.
        Medium = "medium",
        /// A business service stops.
        High = "high",
        /// A crown jewel: the organisation, or a person's life, depends on it.
        Critical = "critical",
    }
}

words! {
    /// Classes of data whose loss has a price of its own.
    DataClass {
        /// Protected health information.
        Phi = "phi",
        /// Payment card data.
        Pci = "pci",
        /// Personally identifiable information.
        Pii = "pii",
        /// Keys, passwords, tokens.
        Credentials = "credentials",
        /// Trade secrets.
        Confidential = "confidential",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_normalize() {
        let text = |kind, value| Identifier::new(kind, value).map(|id| id.to_string());
        assert_eq!(
            text(IdentifierKind::Fqdn, " Web-01.Example.ORG. ").as_deref(),
            Some("fqdn:web-01.example.org")
        );
        assert_eq!(text(IdentifierKind::Ip, "2001:DB8:0:0::1").as_deref(), Some("ip:2001:db8::1"));
        assert_eq!(text(IdentifierKind::Ip, "not an address"), None);
        assert_eq!(text(IdentifierKind::Mac, "AA-BB-CC-00-11-22").as_deref(), Some("mac:aa:bb:cc:00:11:22"));
        assert_eq!(text(IdentifierKind::Name, "  "), None);
        assert_eq!(Identifier::host("10.0.0.1").map(|i| i.kind), Some(IdentifierKind::Ip));
        assert_eq!(Identifier::host("db.example.org").map(|i| i.kind), Some(IdentifierKind::Fqdn));
        assert_eq!(Identifier::host("db").map(|i| i.kind), Some(IdentifierKind::Name));
    }

    #[test]
    fn a_reference_without_identifier_cannot_be_built() {
        assert_eq!(AssetRef::new(AssetKind::Host, "x", []), None);
        assert_eq!(AssetRef::host("").map(|a| a.name), None);
    }
}
