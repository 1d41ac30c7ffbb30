//! Whose credentials of other systems lie with an account, and which accounts of those systems they are of, where that is told.

use super::Told;
use bartizan_model::host::HostFacts;
use bartizan_model::observation::RelationSeen;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};

pub(super) fn tell(facts: &HostFacts, told: &mut Told<'_>) {
    for token in facts.saved_tokens.get().ok().into_iter().flatten() {
        // A file whose owner has no account is root's to read, as every other.
        let Some(account) = told.account(&token.user).or_else(|| told.root()) else { continue };
        told.saved.entry(account.name.clone()).or_default().insert(token.system.clone());
        for of in token.accounts.iter().filter_map(|name| known(name)) {
            let saves = |from: AssetRef| RelationSeen {
                via: token.system.clone(),
                ..RelationSeen::new(from, "saves_token_of", of.clone())
            };
            told.relate(saves(account.clone()));
            if token.exposed {
                told.relate(saves(facts.asset.clone()));
            }
        }
    }
}

/// An account of another system by the name that its settings give it.
fn known(name: &str) -> Option<AssetRef> {
    let kind = if name.starts_with("arn:") { IdentifierKind::CloudId } else { IdentifierKind::Name };
    let short = if name.starts_with("arn:") { name.rsplit('/').next().unwrap_or(name) } else { name };
    AssetRef::new(AssetKind::Identity, short, Identifier::new(kind, name))
}
