//! What to do about an exposure, in plain words, from what the sources and our own checks know.

use bartizan_assess::{checks, identity};
use bartizan_model::{Purl, WeaknessKey};
use bartizan_store::{SightingRow, WeaknessRow};

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// One sentence; `None` where no source says anything, which is said rather than made up.
    pub text: Option<String>,
    /// Commands for a shell, one a line.
    pub commands: Option<String>,
}

/// The best advice there is: a check's own commands, then a version that fixes it, then a source's words.
pub fn advise(weakness: &WeaknessRow, sightings: &[SightingRow]) -> Advice {
    if let Some(check) = checks::ALL.iter().find(|check| check.key() == weakness.key) {
        return Advice { text: Some(check.meaning.to_owned()), commands: Some(check.fix.to_owned()) };
    }
    if let Some(check) = identity::by_key(&weakness.key) {
        let here =
            sightings.iter().filter_map(|sighting| sighting.finding.as_ref()).find(|one| !one.fix.is_empty());
        let commands = here.map_or(check.fix, |finding| &finding.fix);
        return Advice { text: Some(check.meaning.to_owned()), commands: Some(commands.to_owned()) };
    }
    let findings = || sightings.iter().filter_map(|sighting| sighting.finding.as_ref());
    let upgrade = findings()
        .find_map(|finding| Some((finding.component.as_deref()?, finding.fixed_version.as_deref()?)));
    if let Some((component, version)) = upgrade {
        let name = component.parse::<Purl>().map_or_else(|_| component.to_owned(), |purl| purl.full_name());
        return Advice { text: Some(format!("Upgrade {name} to {version} or later.")), commands: None };
    }
    let words = findings().map(|finding| finding.fix.trim()).find(|fix| !fix.is_empty());
    let words = words.or(Some(weakness.fix.trim())).filter(|fix| !fix.is_empty());
    let known = WeaknessKey::from_stored(weakness.key.clone()).is_known_vulnerability();
    let text = match words {
        Some(words) => Some(words.to_owned()),
        None if known => {
            Some("Upgrade the affected software to a version its maker lists as fixed.".to_owned())
        }
        None => None,
    };
    Advice { text, commands: None }
}
