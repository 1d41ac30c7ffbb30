//! Which machines may be reached. Nothing is admitted that was not named.

use crate::error::Cause;
use ureq::http::Uri;

/// Which machines may be reached, and how.
#[derive(Debug, Clone, Default)]
pub struct Authorization {
    /// Hosts of the internet: over https, at its own port, and the hosts below them (`codeload.github.com` of `github.com`).
    public: Vec<String>,
    /// What the operator configured: exactly so, on any network, and in the clear where it says so.
    chosen: Vec<Place>,
}

/// Scheme, host, port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    secure: bool,
    host: String,
    port: u16,
}

impl Authorization {
    /// Admits the host of a public address, over https only, and only where it is an address of the public internet.
    pub fn public(&mut self, url: &str) -> Result<(), Cause> {
        let place = place(&parse(url)?)?;
        // Where a host is called `www`, its bare name is the same publisher's.
        let host = place.host.strip_prefix("www.").unwrap_or(&place.host).to_owned();
        if !self.public.contains(&host) {
            self.public.push(host);
        }
        Ok(())
    }

    /// Admits what the operator of this installation configured: also on their own network, and also in the clear.
    pub fn chosen(&mut self, url: &str) -> Result<(), Cause> {
        let place = place(&parse(url)?)?;
        if !self.chosen.contains(&place) {
            self.chosen.push(place);
        }
        Ok(())
    }

    /// Whether an address may be reached.
    pub(crate) fn admits(&self, uri: &Uri) -> Result<(), Cause> {
        let place = place(uri)?;
        if self.chosen.contains(&place) {
            return Ok(());
        }
        let below = |host: &String| {
            place.host == *host
                || place.host.strip_suffix(host.as_str()).is_some_and(|rest| rest.ends_with('.'))
        };
        if !self.public.iter().any(below) {
            return Err(Cause::Refused(format!("{} is none of the hosts that may be reached", place.host)));
        }
        if !place.secure || place.port != 443 {
            return Err(Cause::Refused(format!("{} may be reached over https only", place.host)));
        }
        Ok(())
    }

    /// Whether a redirect may be followed.
    pub(crate) fn admits_redirect(&self, from: &Uri, to: &Uri) -> Result<(), Cause> {
        if from.scheme_str() == Some("https") && to.scheme_str() != Some("https") {
            return Err(Cause::Refused(format!("the server leads away from https, to {to}")));
        }
        self.admits(to).map_err(|cause| match cause {
            Cause::Refused(why) => Cause::Refused(format!("the server leads elsewhere: {why}")),
            other => other,
        })
    }

    /// Whether this very place may lie on a private network: only where the operator configured it.
    pub(crate) fn may_be_private(&self, uri: &Uri) -> bool {
        place(uri).is_ok_and(|place| self.chosen.contains(&place))
    }
}

/// The host of an address with its port, for taking turns.
pub fn host_of(url: &str) -> Result<String, Cause> {
    place(&parse(url)?).map(|place| format!("{}:{}", place.host, place.port))
}

pub(crate) fn parse(url: &str) -> Result<Uri, Cause> {
    url.parse().map_err(|_| Cause::Refused("this is no address of the web".into()))
}

fn place(uri: &Uri) -> Result<Place, Cause> {
    let refused = |why: &str| Err(Cause::Refused(why.to_owned()));
    let secure = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return refused("only http and https are spoken"),
    };
    let Some(authority) = uri.authority() else { return refused("the address names no host") };
    if authority.as_str().contains('@') {
        return refused("an address with a name or password in it is not followed");
    }
    let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() {
        return refused("the address names no host");
    }
    let port = match authority.as_str()[authority.host().len()..].strip_prefix(':') {
        None => {
            if secure {
                443
            } else {
                80
            }
        }
        Some(port) => match port.parse() {
            Ok(port) => port,
            Err(_) => return refused("the address has no port that could be"),
        },
    };
    Ok(Place { secure, host, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    fn authorization() -> Authorization {
        let mut authorization = Authorization::default();
        authorization.public("https://github.com/CVEProject").unwrap();
        authorization.public("https://www.cisa.gov/feeds").unwrap();
        authorization.chosen("http://127.0.0.1:8000/mirror").unwrap();
        authorization
    }

    #[test]
    fn only_what_was_named() {
        let authorization = authorization();
        for fine in [
            "https://github.com/x",
            "https://GitHub.com./x",
            "https://codeload.github.com/x",
            "https://github.com:443/",
            "https://cisa.gov/",
            "https://www.cisa.gov/a",
            "http://127.0.0.1:8000/other",
        ] {
            assert!(authorization.admits(&uri(fine)).is_ok(), "{fine}");
        }
        for refused in [
            "http://github.com/x",
            "https://github.com:8443/x",
            "https://github.com.evil.example/x",
            "https://evilgithub.com/x",
            "https://github.com@evil.example/x",
            "https://evil.example@github.com/x",
            "https://com/",
            "http://127.0.0.1/",
            "https://127.0.0.1:8000/",
            "http://169.254.169.254/latest",
            "ftp://github.com/x",
            "/relative",
        ] {
            assert!(authorization.admits(&uri(refused)).is_err(), "{refused}");
        }
        assert!(Authorization::default().admits(&uri("https://github.com/")).is_err());
    }

    #[test]
    fn redirects_never_leave_tls() {
        let authorization = authorization();
        let words = |from, to| authorization.admits_redirect(&uri(from), &uri(to)).unwrap_err().to_string();
        assert!(words("https://github.com/", "http://127.0.0.1:8000/").contains("away from https"));
        assert!(words("http://127.0.0.1:8000/", "http://127.0.0.1:8001/").contains("leads elsewhere"));
        assert!(words("https://github.com/", "https://169.254.169.254/").contains("leads elsewhere"));
        assert!(
            authorization
                .admits_redirect(&uri("https://github.com/"), &uri("https://codeload.github.com/"))
                .is_ok()
        );
    }

    #[test]
    fn only_what_the_operator_chose_may_be_private() {
        let authorization = authorization();
        assert!(authorization.may_be_private(&uri("http://127.0.0.1:8000/x")));
        assert!(!authorization.may_be_private(&uri("http://127.0.0.1:8001/x")));
        assert!(!authorization.may_be_private(&uri("https://github.com/x")));
    }

    #[test]
    fn hosts_take_turns_by_port() {
        assert_eq!(host_of("https://A.example/x").unwrap(), "a.example:443");
        assert_eq!(host_of("http://[::1]:80/x").unwrap(), "[::1]:80");
        assert!(host_of("file:///etc/passwd").is_err());
    }
}
