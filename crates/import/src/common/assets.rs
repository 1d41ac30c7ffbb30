//! Assets from what reports name: addresses, URLs, image names, repositories.

use super::text;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};
use std::net::IpAddr;

/// The parts of a URL or of a `host:port` as scanners write them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Url {
    /// In lower case; empty for `host:port`.
    pub(crate) scheme: String,
    /// In lower case, without brackets.
    pub(crate) host: String,
    /// As given, else the scheme's own.
    pub(crate) port: Option<u16>,
    /// With its `/`; empty when there is none.
    pub(crate) path: String,
    /// After `?`, may be empty.
    pub(crate) query: String,
}

impl Url {
    /// Reads `scheme://user@host:port/path?query#fragment`, `host:port/path`, `host`, or an address. `None` without host.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let of_scheme = |b: &u8| b.is_ascii_alphanumeric() || b"+-.".contains(b);
        let (scheme, rest) = text.split_at(text.bytes().take_while(of_scheme).count());
        let (scheme, rest) = match rest.strip_prefix("://") {
            Some(rest) => (scheme.to_ascii_lowercase(), rest),
            None if rest.contains("://") => return None,
            None => (String::new(), text),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let authority = authority.rsplit('@').next().unwrap_or_default();
        let colons = authority.bytes().filter(|b| *b == b':').count();
        let bare_v6 = colons > 1 && authority.parse::<std::net::Ipv6Addr>().is_ok();
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':')),
            None if bare_v6 => (authority, None),
            None => authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        let host = text::name(host.trim_end_matches('.')).to_lowercase();
        let named = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:*".contains(&b))
            || host.chars().all(|c| c.is_alphanumeric() || "-._:*".contains(c));
        if host.is_empty() || !named {
            return None;
        }
        let own = match scheme.as_str() {
            "http" | "ws" => Some(80),
            "https" | "wss" => Some(443),
            "ftp" => Some(21),
            "ssh" => Some(22),
            _ => None,
        };
        let tail = tail.split('#').next().unwrap_or_default();
        let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
        Some(Self {
            scheme,
            host,
            port: port.and_then(|p| p.parse().ok()).or(own),
            path: path.to_owned(),
            query: query.to_owned(),
        })
    }

    /// `https://host:port`, the port only where it is not the scheme's own.
    pub(crate) fn origin(&self) -> Option<String> {
        let own = match self.scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        Some(match self.port {
            Some(port) if port != own => format!("{}://{host}:{port}", self.scheme),
            _ => format!("{}://{host}", self.scheme),
        })
    }

    /// The web application at this URL.
    pub(crate) fn web_application(&self) -> Option<AssetRef> {
        let origin = self.origin()?;
        AssetRef::new(AssetKind::WebApplication, &origin, Identifier::new(IdentifierKind::Origin, &origin))
    }
}

/// A host from everything a report says about it: names and addresses in any order.
pub(crate) fn host<'a>(name: &str, known_as: impl IntoIterator<Item = &'a str>) -> Option<AssetRef> {
    let identifiers = known_as.into_iter().filter_map(|text| Identifier::host(&text::name(text)));
    AssetRef::new(AssetKind::Host, &text::name(name), identifiers)
}

/// A host by all names, addresses and hardware addresses that a report has of it; the first name that is there is shown.
pub(crate) fn machine<'a>(
    known_as: impl IntoIterator<Item = &'a str>,
    macs: impl IntoIterator<Item = &'a str>,
) -> Option<AssetRef> {
    let known_as = known_as.into_iter().flat_map(|list| list.split([',', ' ', '\n'])).map(str::trim);
    let known_as: Vec<_> = known_as.filter(|name| !matches!(*name, "" | "-" | "'-")).collect();
    let macs = macs.into_iter().flat_map(|list| list.split([',', ' ', '\n'])).filter(|mac| mac.len() >= 12);
    let identifiers = known_as.iter().filter_map(|known| Identifier::host(&text::name(known)));
    let macs = macs.filter_map(|mac| Identifier::new(IdentifierKind::Mac, &text::name(mac)));
    let name = known_as.first().copied().unwrap_or_default();
    AssetRef::new(AssetKind::Host, &text::name(name), identifiers.chain(macs))
}

/// The id that a product's agent, or the product itself, gives a host. With the product's name: another product's id of the same
/// host is no contradiction.
pub(crate) fn agent(product: &str, id: &str) -> Option<Identifier> {
    let id = Identifier::new(IdentifierKind::AgentId, &text::name(id))?;
    Some(Identifier { value: format!("{product}:{}", id.value), ..id })
}

/// Whether an address or name only means something on the machine that used it.
pub(crate) fn is_loopback(text: &str) -> bool {
    text.eq_ignore_ascii_case("localhost") || text.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A container image by its name.
pub(crate) fn image(name: &str) -> Option<AssetRef> {
    AssetRef::image(&text::name(name))
}

/// A repository by its URL, in one form for `git@host:a/b`, `ssh://git@host/a/b` and `https://user@host/a/b.git`.
pub(crate) fn repository(url: &str) -> Option<AssetRef> {
    let url = text::name(url);
    let scp = url.split_once(':').filter(|(host, path)| {
        !url.contains("://") && host.contains(['@', '.']) && !host.contains('/') && !path.is_empty()
    });
    let (host, path) = match scp {
        Some((host, path)) => (host.rsplit('@').next().unwrap_or_default().to_lowercase(), path.to_owned()),
        None => {
            let parsed = Url::parse(&url)?;
            let known = matches!(
                parsed.scheme.as_str(),
                "http" | "https" | "ssh" | "git" | "git+https" | "git+ssh" | ""
            );
            if !known || !parsed.host.contains('.') || parsed.path.len() < 2 {
                return None;
            }
            let host = match parsed.port {
                Some(port) if ![22, 80, 443].contains(&port) => format!("{}:{port}", parsed.host),
                _ => parsed.host,
            };
            (host, parsed.path)
        }
    };
    let path = path.trim_matches('/').trim_end_matches(".git");
    let full = format!("https://{host}/{path}");
    AssetRef::new(AssetKind::Repository, path, Identifier::new(IdentifierKind::RepositoryUrl, &full))
}

/// An asset of which only a name is known.
pub(crate) fn named(kind: AssetKind, name: &str) -> Option<AssetRef> {
    let name = text::name(name);
    AssetRef::new(kind, &name, Identifier::new(IdentifierKind::Name, &name))
}

/// Whether a name is only where something lay when it was scanned (`.`, `/src`): other things lie at the same place.
pub(crate) fn is_path(name: &str) -> bool {
    let name = name.trim();
    matches!(name, "." | "..") || ["/", "./", "../", ".\\"].iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let parts = |text| Url::parse(text).map(|u| (u.scheme, u.host, u.port, u.path, u.query));
        let own = |s: &str| s.to_owned();
        assert_eq!(
            parts("HTTPS://user:pw@Shop.Example.org:8443/a/b?q=1#x"),
            Some((own("https"), own("shop.example.org"), Some(8443), own("/a/b"), own("q=1")))
        );
        assert_eq!(parts("10.0.0.5:3306"), Some((own(""), own("10.0.0.5"), Some(3306), own(""), own(""))));
        assert_eq!(parts("::1"), Some((own(""), own("::1"), None, own(""), own(""))));
        assert_eq!(parts("http://[::1]:81/"), Some((own("http"), own("::1"), Some(81), own("/"), own(""))));
        assert_eq!(parts("http://"), None);
        assert_eq!(parts("not a url"), None);
        let origin = |text| Url::parse(text).and_then(|u| u.origin());
        assert_eq!(origin("http://a.example:80/x").as_deref(), Some("http://a.example"));
        assert_eq!(origin("http://[::1]:81/").as_deref(), Some("http://[::1]:81"));
    }

    #[test]
    fn images_and_repositories() {
        let id = |asset: Option<AssetRef>| asset.map(|a| a.identifiers[0].value.clone()).unwrap_or_default();
        assert_eq!(id(image("python:3.4-alpine")), "docker.io/library/python:3.4-alpine");
        assert_eq!(id(image("acme/shop")), "docker.io/acme/shop:latest");
        assert_eq!(id(image("localhost:5000/shop@sha256:aa")), "localhost:5000/shop@sha256:aa");
        for url in [
            "git@github.com:acme/shop.git",
            "https://github.com/acme/shop",
            "ssh://git@GitHub.com/acme/shop.git/",
        ] {
            assert_eq!(id(repository(url)), "https://github.com/acme/shop", "{url}");
        }
        assert_eq!(repository("."), None);
        assert_eq!(repository("tofu/clusters/sandbox"), None);
    }
}
