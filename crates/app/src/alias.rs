//! One weakness, one name: what a tool calls by an advisory's id goes by the CVE that the advisory is about.

use crate::AppError;
use bartizan_advisory::index::Index;
use bartizan_model::weakness::canonical;
use bartizan_model::{Checks, Coverage, Observation, WeaknessKey};
use bartizan_store::Tx;
use std::collections::HashMap;

/// Adds the CVE to findings and statements that name only other ids of it.
pub(crate) struct Aliases<'a> {
    index: &'a Index,
    known: HashMap<String, Option<String>>,
}

impl<'a> Aliases<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        Self { index, known: HashMap::new() }
    }

    /// Adds what is known to an observation that names a weakness.
    pub(crate) fn complete(&mut self, observation: &mut Observation) {
        let ids = match observation {
            Observation::Finding(finding) => &mut finding.weakness.ids,
            Observation::Statement(statement) => &mut statement.ids,
            _ => return,
        };
        let key = WeaknessKey::of(ids, "", "");
        if key.is_known_vulnerability()
            && !key.is_cve()
            && let Some(cve) = self.cve(key.as_str())
        {
            ids.push(cve);
        }
    }

    /// As [`complete`](Self::complete): what looked for the other id looked for the CVE.
    pub(crate) fn cover(&mut self, coverage: &mut Coverage) {
        for covered in &mut coverage.covered {
            let Checks::Only(keys) = &mut covered.checks else { continue };
            let others = keys.iter().filter(|key| !key.starts_with("CVE-") && !key.contains(':'));
            let cves: Vec<_> = others.filter_map(|key| self.cve(key)).collect();
            keys.extend(cves);
        }
    }

    /// The one CVE that an id means; `None` where no advisory tells, or it means several.
    fn cve(&mut self, id: &str) -> Option<String> {
        if let Some(known) = self.known.get(id) {
            return known.clone();
        }
        let index = self.index;
        let own = index.by_name(id).find(|at| canonical(index.id(*at)) == id);
        let keys = own.map(|at| index.weaknesses(at).keys).unwrap_or_default();
        let cve = match &keys[..] {
            [cve] if cve.starts_with("CVE-") => Some(cve.clone()),
            _ => None,
        };
        self.known.insert(id.to_owned(), cve.clone());
        cve
    }
}

/// Joins weaknesses that go by other ids with the CVEs that the advisories now say they are.
pub(crate) fn join(tx: &mut Tx<'_>, index: &Index) -> Result<(), AppError> {
    let mut aliases = Aliases::new(index);
    for name in tx.reader().catalogued_without_cve()? {
        if let Some(cve) = aliases.cve(&name) {
            tx.join_weaknesses(&name, &cve)?;
        }
    }
    Ok(())
}
