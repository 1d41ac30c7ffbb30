//! Assets by what people call them.

use crate::common::{assets, networks, text};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};

/// The asset of a name: as its prefix says, else as it looks, else of the kind that the fact is about.
pub(super) fn asset(name: &str, otherwise: AssetKind) -> Result<AssetRef, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("no asset is named".to_owned());
    }
    let prefixed =
        name.split_once(':').and_then(|(kind, rest)| Some((kind.parse::<AssetKind>().ok()?, rest.trim())));
    let (kind, name) = match prefixed {
        Some(prefixed) => prefixed,
        // Where a repository is meant, a URL is one.
        None if otherwise == AssetKind::Repository => (otherwise, name),
        None => (looks_like(name).unwrap_or(otherwise), name),
    };
    of_kind(kind, name).ok_or_else(|| format!("`{}` names no {kind}", text::name(name)))
}

/// What a name alone tells.
fn looks_like(name: &str) -> Option<AssetKind> {
    if name.starts_with("http://") || name.starts_with("https://") {
        return Some(AssetKind::WebApplication);
    }
    if name.starts_with("SHA256:") || name.starts_with("S-1-") {
        return Some(AssetKind::Identity);
    }
    if name.contains('/') && networks::network(name).is_some() {
        return Some(AssetKind::Network);
    }
    (name.contains('@') && !name.contains(['/', ' '])).then_some(AssetKind::Identity)
}

fn of_kind(kind: AssetKind, name: &str) -> Option<AssetRef> {
    let by =
        |id: IdentifierKind| AssetRef::new(kind, &text::name(name), Identifier::new(id, &text::name(name)));
    if name.starts_with("arn:") || name.starts_with("/subscriptions/") {
        return by(IdentifierKind::CloudId);
    }
    match kind {
        AssetKind::Host | AssetKind::Device | AssetKind::Service => {
            AssetRef::new(kind, &text::name(name), Identifier::host(&text::name(name)))
        }
        AssetKind::WebApplication => assets::Url::parse(name)
            .and_then(|url| url.web_application())
            .or_else(|| by(IdentifierKind::Name)),
        AssetKind::Repository => assets::repository(name).or_else(|| by(IdentifierKind::Name)),
        AssetKind::ContainerImage => assets::image(name),
        AssetKind::Domain => by(IdentifierKind::Fqdn),
        AssetKind::Network => networks::network(name).or_else(|| by(IdentifierKind::Name)),
        AssetKind::Identity if name.starts_with("SHA256:") => by(IdentifierKind::HostKey),
        AssetKind::Identity | AssetKind::DirectoryObject if name.starts_with("S-1-") => {
            by(IdentifierKind::DirectoryId)
        }
        _ => by(IdentifierKind::Name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_they_name() {
        let told =
            |name: &str| asset(name, AssetKind::Host).map(|a| format!("{} {}", a.kind, a.identifiers[0]));
        for (name, expected) in [
            ("web", "host name:web"),
            ("10.0.0.7", "host ip:10.0.0.7"),
            ("Web.Example.org", "host fqdn:web.example.org"),
            ("https://Shop.example.org/a", "web-application origin:https://shop.example.org"),
            ("deploy@web", "identity name:deploy@web"),
            ("10.1.2.3/16", "network name:10.1.0.0/16"),
            ("10.1.2.3/16%Branch-Berlin", "network name:10.1.0.0/16%branch-berlin"),
            ("10.0.0.7%branch-berlin", "host ip:10.0.0.7%branch-berlin"),
            ("SHA256:abc", "identity host-key:SHA256:abc"),
            ("S-1-5-21-1-1-500", "identity directory-id:S-1-5-21-1-1-500"),
            ("data-store: patients", "data-store name:patients"),
            (
                "repository:https://git.example.org/a/b.git",
                "repository repository-url:https://git.example.org/a/b",
            ),
            ("cloud-resource:arn:aws:s3:::scans", "cloud-resource cloud-id:arn:aws:s3:::scans"),
        ] {
            assert_eq!(told(name).as_deref(), Ok(expected), "{name}");
        }
        assert_eq!(told(" "), Err("no asset is named".to_owned()));
        assert_eq!(told("host:"), Err("`` names no host".to_owned()));
    }
}
