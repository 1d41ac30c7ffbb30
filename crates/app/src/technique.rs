//! The ATT&CK technique that a weakness serves, by its name.

use bartizan_assess::{checks, identity};
use bartizan_store::{Reader, StoreError};

/// A technique of MITRE ATT&CK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    /// `T1078.003`.
    pub id: &'static str,
    /// Its name; `None` where the catalogue (the feed `attack`) is not loaded or does not know it.
    pub name: Option<String>,
}

impl Technique {
    /// Id and name, as far as it is known, as one text.
    pub fn words(&self) -> String {
        self.name.as_ref().map_or_else(|| self.id.to_owned(), |name| format!("{} {name}", self.id))
    }
}

/// The technique that a weakness serves, by the weakness' key; `None` where no check of ours says.
pub fn technique(reader: &mut Reader<'_>, weakness: &str) -> Result<Option<Technique>, StoreError> {
    let of_host = || checks::ALL.iter().find(|check| check.key() == weakness).map(|check| check.attack);
    let id = identity::by_key(weakness).map(|check| check.attack).or_else(of_host);
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(None) };
    let name = reader.catalogue_entry("attack", id)?.map(|entry| entry.name);
    Ok(Some(Technique { id, name }))
}
