//! What Bartizan's own documents say in another's format, so that they read back as what they were written from. A report
//! of anybody may say so: it is checked and cleaned like everything else.

use super::{ids, text};
use bartizan_model::{AssetRef, Finding, Identifier, Locus, Severity};
use serde::Deserialize;

/// The identity of an exposure in the house's words.
#[derive(Debug, Deserialize)]
pub(crate) struct House {
    asset: AssetRef,
    #[serde(default)]
    locus: Locus,
    /// As the source says of this very place.
    #[serde(default)]
    severity: Severity,
    #[serde(default)]
    ids: Vec<String>,
    #[serde(default)]
    rule: String,
}

impl House {
    /// `None` where there is none, or none that can be used.
    pub(crate) fn of(json: &str) -> Option<Self> {
        let house: Self = serde_json::from_str(json).ok()?;
        let Ok(locus) = text::name(&house.locus.to_string()).parse();
        Some(Self { asset: checked(&house.asset)?, locus, ..house })
    }

    /// Has a finding be of this identity.
    pub(crate) fn dress(self, finding: &mut Finding) {
        (finding.asset, finding.locus, finding.severity) = (self.asset, self.locus, self.severity);
        finding.weakness.ids.clear();
        self.ids.iter().for_each(|id| ids::push_id(&mut finding.weakness.ids, id));
        if finding.weakness.ids.is_empty() {
            finding.weakness.rule = text::name(&self.rule);
        }
    }
}

/// An asset whose identifiers were normalized anew; `None` without any.
pub(crate) fn checked(asset: &AssetRef) -> Option<AssetRef> {
    let identifiers =
        asset.identifiers.iter().filter_map(|id| Identifier::new(id.kind, &text::name(&id.value)));
    AssetRef::new(asset.kind, &text::name(&asset.name), identifiers)
}
