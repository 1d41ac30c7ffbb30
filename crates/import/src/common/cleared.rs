//! What a report says is not there: checks that passed, and findings that were fixed. Each closes what the same tool said before of
//! that weakness at that place, and nothing else, so that neither a filter nor a missing page of the report matters.

use bartizan_model::{AssetRef, Checks, Covered, Finding, Loci, Locus};
use std::collections::{BTreeSet, HashMap};

/// The most that are kept of a report, some hundred bytes each.
const MOST: usize = 500_000;

/// By asset, place and vantage, in the order in which they come.
#[derive(Default)]
pub(crate) struct Cleared {
    at: HashMap<(AssetRef, Locus, String), usize>,
    covered: Vec<Covered>,
    count: usize,
    /// How many more there were.
    pub(crate) left_out: u64,
}

impl Cleared {
    pub(crate) fn add(&mut self, tool: &str, finding: &Finding) {
        if self.count == MOST {
            self.left_out += 1;
            return;
        }
        self.count += 1;
        let covered = &mut self.covered;
        let place = (finding.asset.clone(), finding.locus.clone(), finding.vantage.clone());
        let at = self.at.entry(place).or_insert_with(|| {
            let (checks, loci) = (Checks::Only(BTreeSet::new()), Loci::Only([finding.locus.clone()].into()));
            covered.push(Covered::new(finding.asset.clone(), checks, loci).seen_from(&finding.vantage));
            covered.len() - 1
        });
        if let Some(Covered { checks: Checks::Only(keys), .. }) = covered.get_mut(*at) {
            // Each CVE is a weakness of its own.
            let cves = finding.weakness.ids.iter().filter(|id| id.starts_with("CVE-"));
            match cves.clone().nth(1) {
                Some(_) => keys.extend(cves.cloned()),
                None => {
                    keys.insert(finding.weakness.key(tool).as_str().to_owned());
                }
            }
        }
    }

    pub(crate) fn covered(self) -> impl Iterator<Item = Covered> {
        self.covered.into_iter()
    }
}
