//! What scanners of web applications have in common: a URL as asset and place, the machine that answered for it, a request and
//! its response as evidence.

use super::out::Out;
use super::{assets, loci, text};
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use bartizan_model::observation::{RelationSeen, WeaknessSeen};
use bartizan_model::{
    AssetKind, AssetRef, Checks, Covered, Finding, IdentifierKind, Loci, Locus, Observation, Severity,
};
use base64::Engine;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The web application at a URL, and the route and parameter on it. An address without scheme is taken as `http`. Where the
/// URL names no host, or only the machine of the scanner, it is the asset that the caller names.
pub(crate) fn spot(url: &str, parameter: &str, options: &Options) -> (AssetRef, Locus) {
    let url = url.trim();
    let parsed = match url.contains("://") {
        true => assets::Url::parse(url),
        false if url.is_empty() || url.starts_with('/') => None,
        false => assets::Url::parse(&format!("http://{url}")),
    };
    let path = parsed.as_ref().map_or(url, |url| &url.path);
    (application(parsed.as_ref(), options), loci::route(path, parameter))
}

/// The web application at a URL; where it has none, or is only the machine of the scanner, the asset that the caller names.
pub(crate) fn application(url: Option<&assets::Url>, options: &Options) -> AssetRef {
    let own = url.filter(|url| options.asset.is_none() || !assets::is_loopback(&url.host));
    let asset = own.and_then(assets::Url::web_application);
    asset.unwrap_or_else(|| options.asset_or(AssetKind::WebApplication))
}

/// Which machines a report saw answer for its web applications: each application runs on the host of its URL at the address
/// that the scanner spoke to.
#[derive(Default)]
pub(crate) struct Machines {
    /// Applications by origin, and the addresses at which each was met.
    told: HashMap<String, (AssetRef, BTreeSet<String>)>,
    /// How many addresses these are.
    machines: usize,
}

/// A report of more applications tells their machines again and again, and ends nothing.
const MOST_MACHINES: usize = 50_000;

impl Machines {
    /// Tells on which machine an application was met, once; nothing where the report does not name its address.
    pub(crate) fn tell(
        &mut self,
        application: &AssetRef,
        address: &str,
        at: &Place,
        out: &mut Out<'_>,
    ) -> Result<(), ParseError> {
        let origin = application.identifiers.iter().find(|it| it.kind == IdentifierKind::Origin);
        let origin = origin.filter(|_| application.kind == AssetKind::WebApplication);
        let (Some(origin), address) = (origin.map(|it| it.value.as_str()), address.trim()) else {
            return Ok(());
        };
        if address.is_empty() || self.told.get(origin).is_some_and(|(_, known)| known.contains(address)) {
            return Ok(());
        }
        if address.parse::<std::net::IpAddr>().is_err() || assets::is_loopback(address) {
            return Ok(());
        }
        let Some(url) = assets::Url::parse(origin) else { return Ok(()) };
        let Some(host) = assets::host(&url.host, [url.host.as_str(), address]) else { return Ok(()) };
        let runs_on = RelationSeen {
            seen_at: out.summary.seen_at,
            ..RelationSeen::new(application.clone(), "runs_on", host)
        };
        if self.machines < MOST_MACHINES {
            let (_, known) =
                self.told.entry(origin.to_owned()).or_insert_with(|| (application.clone(), BTreeSet::new()));
            known.insert(address.to_owned());
            self.machines += 1;
        }
        out.observe(at, Observation::Relation(runs_on), None)
    }

    /// Says at the end of the report that this was all of it: an application that moved runs no more where it did.
    pub(crate) fn cover(self, out: &mut Out<'_>) {
        if self.machines == MOST_MACHINES || out.summary.rejected > 0 {
            return;
        }
        let by_origin = BTreeMap::from_iter(self.told);
        for (asset, _) in by_origin.into_values() {
            out.cover(Covered::new(asset, Checks::All, Loci::Facts));
        }
    }
}

/// A path that a search by names found on a web application, with the status of the answer and what else is known of it: for
/// people to look at.
pub(crate) fn path_found(url: &str, status: &str, more: &[(&str, &str)], options: &Options) -> Finding {
    let (asset, locus) = spot(url, "", options);
    let weakness = WeaknessSeen { rule: "path-found".into(), ..WeaknessSeen::default() };
    let title = text::title(&format!("{url} is there (status {status})"), "");
    Finding {
        evidence: text::labelled([("URL", url), ("status", status)].into_iter().chain(more.iter().copied())),
        ..Finding::new(title, Severity::Info, weakness, asset, locus)
    }
}

/// A URL, a request and a response; a long request does not push the response out.
pub(crate) fn exchange(url: &str, request: &str, response: &str) -> String {
    let half = text::BODY / 2 - 1024;
    let mut exchange = text::name(url);
    for (name, value) in [("request:\n", request), ("response:\n", response)] {
        if !value.trim().is_empty() {
            let divider = if exchange.is_empty() { "" } else { "\n" };
            exchange.extend([divider, name, &text::clean(value, half)]);
        }
    }
    text::whole(exchange)
}

/// What is in base64, as text; what is not stays as it is.
pub(crate) fn decoded(text: &str) -> String {
    let plain: String = text.split_whitespace().collect();
    match base64::engine::general_purpose::STANDARD.decode(&plain) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_an_asset_and_a_place() {
        let options = Options { fallback: "shop".into(), ..Options::default() };
        for (url, asset, place) in [
            ("https://Shop.example:8443/a?b=1", "https://shop.example:8443", "route:/a?q"),
            ("shop.example:9000/x", "http://shop.example:9000", "route:/x?q"),
            ("/only/a/path", "shop", "route:/only/a/path?q"),
            ("", "shop", "route:/?q"),
        ] {
            let (found, locus) = spot(url, "q", &options);
            assert_eq!((found.name.as_str(), locus.to_string().as_str()), (asset, place), "{url}");
        }
        assert_eq!((decoded("R0VU\nIC8="), decoded("no base64!")), ("GET /".into(), "no base64!".into()));
    }
}
