//! A weakness on an asset: where on it (the locus), and how its status follows from what is known.

use crate::asset::words;
use crate::purl::Purl;
use crate::route;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where on an asset a weakness sits, in a form that stays the same when a line moves or a version changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Locus {
    /// The asset as a whole.
    #[default]
    Whole,
    /// A network port: `port/tcp/443`.
    Port {
        /// `tcp`, `udp` or `sctp`.
        protocol: String,
        /// 0 to 65535.
        port: u16,
    },
    /// A package by its URL without version and qualifiers: `pkg:deb/debian/openssl`.
    Package(String),
    /// A file, and within it a stable anchor (symbol or digest of the normalized snippet), never a line number.
    File {
        /// Path as the source gives it.
        path: String,
        /// Symbol or snippet digest, empty when the whole file is meant.
        anchor: String,
    },
    /// A route and parameter of a web application.
    Route {
        /// Path without query.
        path: String,
        /// Parameter name, may be empty.
        parameter: String,
    },
    /// A named part of the asset: an account, a setting, a unit.
    Named {
        /// What kind of part: `account`, `setting`, `unit`, `key`, `mount`, ...
        kind: String,
        /// Its name.
        name: String,
    },
}

impl Locus {
    /// A port of the asset.
    pub fn port(protocol: &str, port: u16) -> Self {
        Self::Port { protocol: protocol.to_ascii_lowercase(), port }
    }

    /// A route of a web application, from a URL or its path: what changes from one request to the next (ids in the path,
    /// the query, the number of an element) is dropped.
    pub fn route(url: &str, parameter: &str) -> Self {
        Self::Route { path: route::path(url), parameter: route::parameter(parameter).into_owned() }
    }

    /// A package from its URL, in the canonical form: version, qualifiers and subpath are dropped.
    pub fn package(purl: &str) -> Self {
        let end = purl.find(['?', '#']).unwrap_or(purl.len());
        let bare = &purl[..end];
        // An `@` before the last `/` belongs to a scope (npm writes it %40, but not every tool does).
        let slash = bare.rfind('/').map_or(0, |i| i + 1);
        let end = bare[slash..].find('@').filter(|at| *at > 0).map_or(bare.len(), |at| slash + at);
        let bare = &bare[..end];
        // Most are written canonically; the others are worth the pass.
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"/.:-".contains(&b);
        if bare.bytes().all(plain) && !bare.contains("//") {
            return Self::Package(bare.to_owned());
        }
        Self::Package(
            bare.parse::<Purl>().map_or_else(|_| bare.to_owned(), |purl| purl.package().to_string()),
        )
    }

    /// A named part, such as `("account", "root")`.
    pub fn named(kind: &str, name: &str) -> Self {
        Self::Named { kind: kind.to_owned(), name: name.to_owned() }
    }

    /// A 64-bit digest for keys: 0 for the whole asset, else the first bytes of BLAKE3 over the text form.
    pub fn digest(&self) -> i64 {
        self.digest_from("")
    }

    /// The same of the place as it is seen from a vantage (see [`Finding::vantage`](crate::Finding::vantage)).
    pub(crate) fn digest_from(&self, vantage: &str) -> i64 {
        if *self == Self::Whole && vantage.is_empty() {
            return 0;
        }
        let mut text = self.to_string();
        if !vantage.is_empty() {
            // No locus holds a NUL: the store takes none.
            text.push('\0');
            text.push_str(vantage);
        }
        let hash = blake3::hash(text.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        i64::from_le_bytes(first)
    }
}

impl fmt::Display for Locus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Port { protocol, port } => write!(f, "port/{protocol}/{port}"),
            Self::Package(purl) => f.write_str(purl),
            Self::File { path, anchor } if anchor.is_empty() => write!(f, "file:{path}"),
            Self::File { path, anchor } => write!(f, "file:{path}#{anchor}"),
            Self::Route { path, parameter } if parameter.is_empty() => write!(f, "route:{path}"),
            Self::Route { path, parameter } => write!(f, "route:{path}?{parameter}"),
            Self::Named { kind, name } => write!(f, "{kind}:{name}"),
        }
    }
}

impl FromStr for Locus {
    type Err = std::convert::Infallible;

    /// Reads the text form back. Text of no known shape is a named part, so nothing is lost.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::Whole);
        }
        if text.starts_with("pkg:") {
            return Ok(Self::Package(text.to_owned()));
        }
        if let Some((protocol, port)) = text.strip_prefix("port/").and_then(|rest| rest.split_once('/'))
            && let Ok(port) = port.parse()
        {
            return Ok(Self::Port { protocol: protocol.to_owned(), port });
        }
        if let Some(rest) = text.strip_prefix("file:") {
            let (path, anchor) = rest.rsplit_once('#').unwrap_or((rest, ""));
            return Ok(Self::File { path: path.to_owned(), anchor: anchor.to_owned() });
        }
        if let Some(rest) = text.strip_prefix("route:") {
            let (path, parameter) = rest.split_once('?').unwrap_or((rest, ""));
            return Ok(Self::route(path, parameter));
        }
        let (kind, name) = text.split_once(':').unwrap_or(("part", text));
        Ok(Self::Named { kind: kind.to_owned(), name: name.to_owned() })
    }
}

impl Serialize for Locus {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Locus {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Ok(locus) = String::deserialize(deserializer)?.parse();
        Ok(locus)
    }
}

words! {
    /// What an exposure's status is. It is derived (see [`derive()`]), never set.
    Status {
        /// Seen, and nothing says otherwise.
        Open = "open",
        /// A person accepted the risk until a day.
        Accepted = "accepted",
        /// A person judged it a false positive.
        FalsePositive = "false-positive",
        /// A person or a VEX statement says that the asset is not affected.
        NotAffected = "not-affected",
        /// Every source that saw it provably looked again and no longer sees it, or a retest proved the fix.
        Fixed = "fixed",
    }
}

impl Status {
    /// Whether it still counts as something to do.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open)
    }
}

words! {
    /// What a person can decide about an exposure.
    Verdict {
        /// Live with it for a time.
        Accepted = "accepted",
        /// It is not there.
        FalsePositive = "false-positive",
        /// It is there and cannot be used.
        NotAffected = "not-affected",
    }
}

/// A person's judgement as far as the status depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// What was decided.
    pub verdict: Verdict,
    /// After this moment it no longer holds; `None` means until revoked.
    pub until: Option<Timestamp>,
}

/// What one source knows about one locus of an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// `false` only when a later run of the same source provably looked there and did not see it.
    pub present: bool,
    /// When the source last saw it.
    pub last_seen: Timestamp,
}

/// Derives an exposure's status from facts: its sightings, the last proof of a fix, and the judgement in force.
///
/// A judgement that holds wins over sightings, since a person's word beats a later import. Without one, an exposure is
/// fixed when no sighting is present any more (and there was one), or when a proof of the fix is younger than the last
/// time anyone saw it. Everything else is open: silence closes nothing.
pub fn derive(
    sightings: impl IntoIterator<Item = Seen>,
    fix_proven_at: Option<Timestamp>,
    judgement: Option<Judgement>,
    now: Timestamp,
) -> Status {
    if let Some(judgement) = judgement.filter(|j| j.until.is_none_or(|until| now < until)) {
        return match judgement.verdict {
            Verdict::Accepted => Status::Accepted,
            Verdict::FalsePositive => Status::FalsePositive,
            Verdict::NotAffected => Status::NotAffected,
        };
    }
    let (mut any, mut last_present) = (false, None);
    for seen in sightings {
        any = true;
        if seen.present {
            last_present = last_present.max(Some(seen.last_seen));
        }
    }
    match (last_present, fix_proven_at) {
        (None, _) if any => Status::Fixed,
        (Some(seen), Some(proof)) if proof > seen => Status::Fixed,
        (None, Some(_)) => Status::Fixed,
        _ => Status::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_package_locus_drops_what_changes() {
        for (purl, locus) in [
            ("pkg:deb/debian/openssl@3.0.11-1?arch=amd64", "pkg:deb/debian/openssl"),
            ("pkg:npm/%40angular/core@1.0.0#dist", "pkg:npm/%40angular/core"),
            ("pkg:npm/@angular/core@1.0.0", "pkg:npm/%40angular/core"),
            ("pkg:cargo/serde", "pkg:cargo/serde"),
            ("pkg:pypi/Typing_Extensions@4.0", "pkg:pypi/typing-extensions"),
            ("pkg:maven//org.apache/log4j", "pkg:maven/org.apache/log4j"),
            ("pkg:deb/debian/libstdc++6@12", "pkg:deb/debian/libstdc%2B%2B6"),
            ("no package@1", "no package"),
        ] {
            assert_eq!(Locus::package(purl).to_string(), locus);
        }
    }

    fn at(day: i64) -> Timestamp {
        Timestamp::from_micros(0).plus_days(day)
    }

    #[test]
    fn silence_closes_nothing_and_proof_does() {
        let present = Seen { present: true, last_seen: at(5) };
        let gone = Seen { present: false, last_seen: at(5) };
        assert_eq!(derive([present], None, None, at(9)), Status::Open);
        assert_eq!(derive([present, gone], None, None, at(9)), Status::Open);
        assert_eq!(derive([gone, gone], None, None, at(9)), Status::Fixed);
        assert_eq!(derive([present], Some(at(6)), None, at(9)), Status::Fixed);
        assert_eq!(derive([present], Some(at(4)), None, at(9)), Status::Open, "seen again after the proof");
        assert_eq!(derive([], None, None, at(9)), Status::Open);
    }

    #[test]
    fn a_decision_wins_until_it_lapses() {
        let accepted = Judgement { verdict: Verdict::Accepted, until: Some(at(7)) };
        let present = Seen { present: true, last_seen: at(5) };
        assert_eq!(derive([present], None, Some(accepted), at(6)), Status::Accepted);
        assert_eq!(derive([present], None, Some(accepted), at(7)), Status::Open);
    }

    proptest! {
        #[test]
        fn the_text_form_of_a_locus_reads_back(text in "[ -~]{0,40}", port: u16) {
            let Ok(locus) = text.parse::<Locus>();
            let Ok(again) = locus.to_string().parse::<Locus>();
            prop_assert_eq!(&locus, &again);
            let port = Locus::port("TCP", port);
            prop_assert_eq!(port.to_string().parse::<Locus>(), Ok(port));
        }

        #[test]
        fn a_new_version_is_at_the_same_place(
            name in "pkg:[a-z]{2,4}/(@?[a-zA-Z_.+]{1,6}/)?[a-zA-Z_.+-]{1,8}", one in "[0-9][a-z0-9.~:+-]{0,8}", other in "[0-9.]{1,5}",
        ) {
            let at = |version: &str| Locus::package(&format!("{name}@{version}?arch=amd64"));
            prop_assert_eq!(at(&one), at(&other));
            prop_assert_eq!(at(&one), Locus::package(&name));
            prop_assert_eq!(at(&one).to_string().parse::<Locus>(), Ok(at(&one)));
        }

        #[test]
        fn any_present_sighting_without_proof_or_decision_stays_open(
            days in prop::collection::vec((any::<bool>(), 0i64..1000), 0..20), now in 0i64..2000,
        ) {
            let seen: Vec<_> = days.iter().map(|(present, day)| Seen { present: *present, last_seen: at(*day) }).collect();
            let status = derive(seen.iter().copied(), None, None, at(now));
            let open = seen.is_empty() || seen.iter().any(|s| s.present);
            prop_assert_eq!(status == Status::Open, open);
        }
    }
}
