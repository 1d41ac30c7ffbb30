//! A vulnerability of a package, as dependency and image scanners tell it.

use super::{ids, purl, text};
use bartizan_model::observation::{ComponentSeen, WeaknessSeen};
use bartizan_model::{
    AssetKind, AssetRef, Finding, Identifier, IdentifierKind, Locus, Observation, Severity,
};

/// A package as a tool names it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    /// Its URL with version.
    pub(crate) purl: String,
    name: String,
    version: String,
}

impl Package {
    /// From its ecosystem; one of no known ecosystem is generic.
    pub(crate) fn new(ecosystem: &str, name: &str, version: &str) -> Self {
        let purl =
            purl::build(ecosystem, name, version).unwrap_or_else(|| purl::generic(name.trim(), version));
        Self { purl, name: text::name(name), version: text::name(version) }
    }

    /// From its URL where that is one, else from its ecosystem.
    pub(crate) fn given(given: &str, ecosystem: &str, name: &str, version: &str) -> Self {
        let other = Self::new(ecosystem, name, version);
        match purl::given(given) {
            Some(purl) => Self { purl, ..other },
            None => other,
        }
    }

    /// The application that it is by itself, without its version; `None` without a name.
    pub(crate) fn asset(&self, name: &str) -> Option<AssetRef> {
        let bare = Locus::package(&self.purl).to_string();
        let identifier = Identifier::new(IdentifierKind::Purl, &bare).filter(|_| !self.name.is_empty());
        AssetRef::new(AssetKind::Application, &text::name(name), identifier)
    }

    /// It is there.
    pub(crate) fn seen(&self, asset: AssetRef) -> Observation {
        Observation::Component(ComponentSeen {
            asset,
            purl: self.purl.clone(),
            name: self.name.clone(),
            version: self.version.clone(),
            locations: Vec::new(),
            vantage: String::new(),
        })
    }

    /// The vulnerability by this id (and its aliases) in this package. The tool's title may be empty.
    pub(crate) fn vulnerability<T: AsRef<str>>(
        &self,
        asset: AssetRef,
        id: &str,
        aliases: impl IntoIterator<Item = T>,
        title: &str,
        severity: Severity,
    ) -> Finding {
        let mut weakness = WeaknessSeen { rule: text::name(id), ..WeaknessSeen::default() };
        ids::push_id(&mut weakness.ids, id);
        aliases.into_iter().for_each(|alias| ids::push_id(&mut weakness.ids, alias.as_ref()));
        if weakness.rule.is_empty() {
            weakness.rule = weakness.ids.first().cloned().unwrap_or_else(|| text::name(title).to_lowercase());
        }
        let heading = format!("{} in {}", weakness.rule, self.name);
        let raw_id = Some(weakness.rule.clone()).filter(|id| !id.is_empty());
        Finding {
            component: Some(self.purl.clone()),
            component_name: self.name.clone(),
            component_version: self.version.clone(),
            raw_id,
            ..Finding::new(
                text::title(title, &heading),
                severity,
                weakness,
                asset,
                Locus::package(&self.purl),
            )
        }
    }
}

/// The ecosystem of a package: of one of an operating system the distribution, which a feed names with its release
/// (`debian:12`).
pub(crate) fn ecosystem<'a>(kind: &'a str, distribution: &'a str) -> &'a str {
    let system = ["deb", "dpkg", "rpm", "apk", "apkg", "alpm", "os", "package", ""];
    if !system.iter().any(|system| kind.eq_ignore_ascii_case(system)) {
        return kind;
    }
    distribution.split([':', ' ']).next().unwrap_or_default()
}

/// Says in which version it is fixed; nothing where that is empty or no version.
pub(crate) fn fixed_in(finding: &mut Finding, version: &str) {
    let version = text::name(version);
    let words = ["none", "n/a", "null", "unknown", "not fixed", "no fix", "-", "wont-fix", "won't fix"];
    if version.is_empty() || words.contains(&version.to_lowercase().as_str()) {
        return;
    }
    if finding.fix.is_empty() {
        finding.fix = text::body(&format!("Upgrade {} to {version}.", finding.component_name));
    }
    finding.fixed_version = Some(version);
}
