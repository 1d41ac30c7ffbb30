//! What is wrong in general: a CVE with its aliases, a rule of ours, a rule of a tool.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The name a weakness goes by in the whole house: `CVE-2021-44228`, `GHSA-...`, `bartizan:sshd-root-login`,
/// `semgrep:python.lang.security.audit.eval`. Upper-cased where it is an id of a public catalogue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WeaknessKey(String);

impl WeaknessKey {
    /// The key of a finding: its best public id (CVE first, then GHSA, then any other), else `tool:rule`.
    pub fn of(ids: &[String], tool: &str, rule: &str) -> Self {
        let best = ids
            .iter()
            .filter(|id| is_public_id(id))
            .min_by_key(|id| {
                let rank = match id.get(..4).map(str::to_ascii_uppercase).as_deref() {
                    Some("CVE-") => 0,
                    Some("GHSA") => 1,
                    _ => 2,
                };
                (rank, id.to_ascii_uppercase())
            })
            .map(|id| canonical(id));
        Self(best.unwrap_or_else(|| format!("{tool}:{rule}")))
    }

    /// A key read back from the store.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it names a publicly catalogued vulnerability. Such a weakness is one exposure per asset whatever the locus.
    pub fn is_known_vulnerability(&self) -> bool {
        is_public_id(&self.0)
    }

    /// Whether it is a CVE.
    pub fn is_cve(&self) -> bool {
        self.0.starts_with("CVE-")
    }
}

impl fmt::Display for WeaknessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Catalogue prefixes whose ids name one vulnerability or one update (OSV schema, "Defined databases", and others in use).
const CATALOGUES: [&str; 47] = [
    "CVE-",
    "GHSA-",
    "RUSTSEC-",
    "PYSEC-",
    "GO-",
    "DSA-",
    "DLA-",
    "DTSA-",
    "ELA-",
    "USN-",
    "LSN-",
    "UBUNTU-CVE-",
    "RHSA-",
    "RHBA-",
    "RHEA-",
    "RLSA-",
    "RXSA-",
    "ALSA-",
    "ALBA-",
    "ALEA-",
    "ALAS",
    "ALPINE-CVE-",
    "SUSE-",
    "OPENSUSE-SU-",
    "MGASA-",
    "OESA-",
    "PHSA-",
    "ELSA-",
    "ASB-A-",
    "PUB-A-",
    "BIT-",
    "BELL-",
    "CGA-",
    "CLEANSTART-",
    "MINI-",
    "ECHO-",
    "EEF-",
    "CURL-",
    "DRUPAL-",
    "GMS-",
    "HSEC-",
    "JLSEC-",
    "MAL-",
    "OSV-",
    "GSD-",
    "TEMP-",
    "DEBIAN-CVE-",
];

/// Whether `id` is an id of a public vulnerability catalogue: a known prefix, and a digit somewhere behind it (a rule of a
/// tool may be called `go-unsafe-pointer`).
pub fn is_public_id(id: &str) -> bool {
    let bytes = id.as_bytes();
    let Some(first) = bytes.first().map(u8::to_ascii_uppercase) else { return false };
    let begins =
        |with: &str| bytes.len() > with.len() && bytes[..with.len()].eq_ignore_ascii_case(with.as_bytes());
    CATALOGUES.iter().any(|catalogue| catalogue.as_bytes()[0] == first && begins(catalogue))
        && id.is_ascii()
        && (bytes.iter().any(u8::is_ascii_digit) || begins("GHSA-"))
}

/// The form ids are compared in: upper case, but for GHSA whose official form is lower case after its prefix.
pub fn canonical(id: &str) -> String {
    if id.get(..5).is_some_and(|p| p.eq_ignore_ascii_case("GHSA-")) {
        format!("GHSA-{}", id[5..].to_ascii_lowercase())
    } else {
        id.to_ascii_uppercase()
    }
}

/// Finds `CVE-YYYY-N...` ids in free text, in canonical form, each once, in order of appearance.
pub fn cves_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    for start in 0..bytes.len().saturating_sub(12) {
        if !bytes[start..start + 4].eq_ignore_ascii_case(b"CVE-")
            || (start > 0 && bytes[start - 1].is_ascii_alphanumeric())
            || !bytes[start + 4..start + 8].iter().all(u8::is_ascii_digit)
            || bytes[start + 8] != b'-'
        {
            continue;
        }
        let digits = bytes[start + 9..].iter().take_while(|b| b.is_ascii_digit()).count();
        if (4..=19).contains(&digits) {
            let id = String::from_utf8_lossy(&bytes[start..start + 9 + digits]).to_ascii_uppercase();
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefers_the_cve_and_falls_back_to_the_rule() {
        let key = |ids: &[&str]| {
            WeaknessKey::of(&ids.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>(), "tool", "rule").0
        };
        assert_eq!(key(&["GHSA-JFH8-c2jp-5v3q", "cve-2021-44228"]), "CVE-2021-44228");
        assert_eq!(key(&["ghsa-JFH8-c2jp-5v3q"]), "GHSA-jfh8-c2jp-5v3q");
        assert_eq!(key(&["QID-1"]), "tool:rule");
        assert_eq!(key(&["go-unsafe-pointer"]), "tool:rule");
        assert_eq!(key(&["go-2024-1234"]), "GO-2024-1234");
        assert_eq!(key(&[]), "tool:rule");
    }

    #[test]
    fn finds_cves_in_prose() {
        assert_eq!(
            cves_in("fixes cve-2021-44228 and CVE-2021-45046, (CVE-2021-44228); XCVE-2021-1111 CVE-21-1"),
            ["CVE-2021-44228", "CVE-2021-45046"]
        );
    }
}
