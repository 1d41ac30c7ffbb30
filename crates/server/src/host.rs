//! Which hosts we answer to, and which pages may call us: the guard against DNS rebinding and forged calls.
//!
//! A page of an attacker can make a browser resolve the attacker's name to our address. The browser then sends that
//! name as `Host`; we only know our own names. Addresses in numbers cannot be rebound.

use crate::config::Config;
use crate::error::ApiError;
use axum::http::{HeaderMap, Method, Uri, header};
use std::net::IpAddr;

/// The hosts we answer to.
#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    listen: IpAddr,
    names: Vec<String>,
    /// Hosts with their ports, as an `Origin` has them.
    authorities: Vec<String>,
}

impl Hosts {
    pub(crate) fn of(config: &Config) -> Self {
        let urls: Vec<(&str, &str)> = config.public_urls.iter().filter_map(|url| of_url(url)).collect();
        Self {
            listen: config.listen.ip().to_canonical(),
            names: urls.iter().map(|(_, authority)| name(authority).to_ascii_lowercase()).collect(),
            authorities: urls.iter().map(|(_, authority)| authority.to_ascii_lowercase()).collect(),
        }
    }

    /// Refuses a call that was not meant for us, or that another site's page made.
    pub(crate) fn check(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), ApiError> {
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let Some(host) = text(header::HOST).or_else(|| uri.authority().map(|a| a.as_str())) else {
            return Err(ApiError::bad_request("The request does not say which host it is for."));
        };
        if !self.knows(host) {
            return Err(ApiError::forbidden(format!(
                "This server does not answer to the host `{}`.",
                clip(host)
            ))
            .hint("If people use this name, start the server with --public-url."));
        }
        if method.is_safe() {
            return Ok(());
        }
        if let Some(origin) = text(header::ORIGIN) {
            let authority = of_url(origin).map(|(_, authority)| authority.to_ascii_lowercase());
            let own = |authority: &String| {
                authority.eq_ignore_ascii_case(host) || self.authorities.contains(authority)
            };
            if !authority.as_ref().is_some_and(own) {
                return Err(ApiError::csrf("The call comes from a page of another site."));
            }
        }
        match headers.get("sec-fetch-site").map(|site| site.as_bytes()) {
            Some(b"cross-site" | b"same-site") => {
                Err(ApiError::csrf("The call comes from a page of another site."))
            }
            _ => Ok(()),
        }
    }

    fn knows(&self, host: &str) -> bool {
        let name = name(host);
        let bare = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
        if let Ok(address) = bare.parse::<IpAddr>() {
            let address = address.to_canonical();
            return address.is_loopback()
                || self.listen.is_unspecified()
                || address == self.listen
                || self.has(bare);
        }
        name.eq_ignore_ascii_case("localhost") || self.has(name)
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// Scheme and authority of an origin or URL; a path other than `/` makes it none.
pub(crate) fn of_url(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let fine = matches!(scheme, "http" | "https")
        && !authority.is_empty()
        && !authority.contains(['/', '?', '#', '@', ' ', ',']);
    fine.then_some((scheme, authority))
}

/// A host without its port.
fn name(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => authority,
    }
}

fn clip(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listen: &str, urls: &[&str]) -> Hosts {
        let mut config = Config::new(listen.parse().unwrap());
        config.public_urls = urls.iter().map(|u| (*u).to_owned()).collect();
        Hosts::of(&config)
    }

    #[test]
    fn answers_to_its_own_names_only() {
        let local = hosts("127.0.0.1:80", &["https://ctem.example.org:8443/"]);
        for own in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1",
            "127.0.0.1:99",
            "[::1]:80",
            "ctem.example.org",
            "CTEM.example.org:8443",
        ] {
            assert!(local.knows(own), "{own}");
        }
        for foreign in [
            "evil.example",
            "localhost.evil.example",
            "192.0.2.7",
            "127.0.0.1.evil.example",
            "",
            "[::1",
            "evil.example:127.0.0.1",
        ] {
            assert!(!local.knows(foreign), "{foreign}");
        }
        assert!(hosts("0.0.0.0:80", &[]).knows("192.0.2.7:80"), "an address cannot be rebound");
        assert!(!hosts("0.0.0.0:80", &[]).knows("evil.example"));
        assert!(
            hosts("192.0.2.7:80", &[]).knows("192.0.2.7") && !hosts("192.0.2.7:80", &[]).knows("192.0.2.8")
        );
    }

    #[test]
    fn pages_of_other_sites_change_nothing() {
        let local = hosts("127.0.0.1:80", &["https://ctem.example.org"]);
        let check = |method: Method, pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            local.check(&method, &Uri::from_static("/"), &headers).is_ok()
        };
        assert!(check(Method::POST, &[("host", "localhost:80")]));
        assert!(check(Method::POST, &[("host", "localhost:80"), ("origin", "http://localhost:80")]));
        assert!(check(Method::POST, &[("host", "localhost:80"), ("origin", "https://ctem.example.org")]));
        for origin in
            ["http://localhost:81", "http://evil.example", "null", "http://localhost:80.evil.example"]
        {
            assert!(!check(Method::POST, &[("host", "localhost:80"), ("origin", origin)]), "{origin}");
        }
        assert!(!check(Method::DELETE, &[("host", "localhost"), ("sec-fetch-site", "cross-site")]));
        assert!(check(Method::GET, &[("host", "localhost"), ("origin", "http://evil.example")]));
        assert!(!check(Method::GET, &[("host", "evil.example")]) && !check(Method::GET, &[]));
    }
}
